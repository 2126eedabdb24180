// On a person's page: an interaction that is being recorded for them, and reasons begun in dialogs that are closed now.
// What stands open on the page itself, a note or a field, needs no notice.
import { Alert, Button, Group, Text } from '@mantine/core'
import type { DraftForm } from '@shared/contract/drafts'
import { IconPencil } from '@tabler/icons-react'
import { idOf } from './draft-store'
import { draftTitle, goOn, peopleOf } from './draft-words'
import { drafts, useBegun } from './use-draft'

const IN_SIGHT: readonly DraftForm[] = ['note', 'note-edit', 'field', 'identifier']

export function BegunHere({ contactId, name }: { contactId: string; name: string }) {
  const begun = useBegun().filter((draft) => !IN_SIGHT.includes(draft.form) && peopleOf(draft).includes(contactId))
  return begun
    .flatMap((key) => drafts.get(key) ?? [])
    .map((draft) => (
      <Alert key={idOf(draft)} variant="light" color="yellow" icon={<IconPencil aria-hidden />} p="xs">
        <Group justify="space-between" wrap="nowrap" gap="sm">
          <Text size="sm">Begun and not finished: {draftTitle(draft, name)}</Text>
          {(draft.form === 'interaction' || draft.form === 'merge' || draft.form === 'correct') && (
            <Button size="compact-sm" variant="default" className="scv-fixed" onClick={() => goOn(draft)}>
              Go on
            </Button>
          )}
        </Group>
      </Alert>
    ))
}
