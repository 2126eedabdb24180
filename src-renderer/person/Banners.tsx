// What is special about a person's standing, and the one thing to do about it.
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import type { PersonView } from '@shared/model/views'
import { IconClock, IconInfoCircle, IconRestore, IconTrash, IconUserCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { useNow } from '../components/use-now'
import { formatCountdown, formatDay } from '../format/locale'
import { personName } from '../format/words'
import { PromoteForm } from '../promote/PromoteForm'
import { useMay } from '../state/access'
import { usePageCommands } from '../state/page-commands'
import { ICON } from '../theme'
import { SaveSubject } from './SaveSubject'

export function Banners({ person, askedFor }: { person: PersonView; askedFor: string }) {
  const restore = useCall('people.restore')
  const [promoting, setPromoting] = useState(false)
  const now = useNow()
  const putBack = (): void => {
    const contactId = person.id
    restore.run({ contactId }).then(
      () =>
        showUndo({
          text: `${personName(person)} is restored.`,
          onUndo: () => client.call('people.delete', { contactId }),
        }),
      () => undefined, // it stands in `restore.error`, which is shown below
    )
  }
  const may = useMay()
  const restorable = person.status === 'deleted' && may('contact:delete')
  const isAuto = (person.status === 'active' || person.status === 'expired') && person.type !== 'Curated'
  const keepable = isAuto && may('identity:promote')
  usePageCommands([
    ...(restorable
      ? [
          {
            label: 'Restore this person',
            description: `${personName(person)}, from the bin`,
            icon: IconRestore,
            run: putBack,
          },
        ]
      : []),
    ...(keepable
      ? [
          {
            label: 'Keep this person…',
            description: 'Makes a contact of a person who was created automatically',
            icon: IconUserCheck,
            run: () => setPromoting(true),
          },
        ]
      : []),
  ])
  return (
    <>
      {person.id !== askedFor && (
        <Alert variant="light" color="blue" icon={<IconInfoCircle aria-hidden />} p="xs">
          The record you opened was merged into this person.
        </Alert>
      )}
      {person.status === 'deleted' && (
        <Alert variant="light" color="red" icon={<IconTrash aria-hidden />} title="This person is in the bin">
          <Group justify="space-between">
            <Text size="sm">No call, mail or message finds them any more. They can be restored as they were.</Text>
            {restorable && (
              <Button size="xs" loading={restore.pending} onClick={putBack}>
                Restore
              </Button>
            )}
          </Group>
          {restore.error && <ErrorNotice error={restore.error} />}
        </Alert>
      )}
      {person.status === 'erased' && (
        <Alert variant="light" color="gray" icon={<IconInfoCircle aria-hidden />} title="This person was erased">
          <Stack gap="xs">
            <Text size="sm">Their personal data was removed at their request.</Text>
            {may('identity:erase') && <SaveSubject contactId={person.id} what="subject.saveCertificate" />}
          </Stack>
        </Alert>
      )}
      {person.status === 'undone' && (
        <Alert variant="light" color="gray" icon={<IconInfoCircle aria-hidden />} title="This merge was undone">
          The people it joined have their own pages again.
        </Alert>
      )}
      {isAuto && (
        <Alert variant="light" color="yellow" icon={<IconClock aria-hidden />} p="sm">
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">
              {person.status === 'expired'
                ? 'This contact has aged out: no call, mail or message finds it any more. Its interactions are still here; keep it to use it again.'
                : 'Created automatically from an interaction, and not found by name.'}
              {person.expiresAt && person.status === 'active'
                ? ` Forgotten ${formatCountdown(person.expiresAt, now)}, on ${formatDay(person.expiresAt)}, unless they get in touch again or you keep them.`
                : ''}
            </Text>
            {keepable && (
              <Button
                size="xs"
                leftSection={<IconUserCheck size={ICON.md} aria-hidden />}
                onClick={() => setPromoting(true)}
                className="scv-fixed"
              >
                Keep this person
              </Button>
            )}
          </Group>
          <PromoteForm
            contactId={person.id}
            fields={person.fields}
            opened={promoting}
            onClose={() => setPromoting(false)}
          />
        </Alert>
      )}
    </>
  )
}
