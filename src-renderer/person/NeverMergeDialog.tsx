// Settles that two people, however alike, are two: asks why, so that the next one to wonder knows.
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { REASON_MAX } from '@shared/model/limits'
import type { PersonRef } from '@shared/model/views'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { NO_REASON, useDraft } from '../drafts/use-draft'
import { personName } from '../format/words'

interface NeverMergeDialogProps {
  person: PersonRef
  /** The other of the two; null: the dialog is closed. */
  other: PersonRef | null
  onClose: () => void
}

export function NeverMergeDialog({ person, other, onClose }: NeverMergeDialogProps) {
  return (
    <Modal opened={other !== null} onClose={onClose} title="Never merge these two?">
      {other && <Question person={person} other={other} onClose={onClose} />}
    </Modal>
  )
}

function Question({ person, other, onClose }: { person: PersonRef; other: PersonRef; onClose: () => void }) {
  const record = useCall('merges.cannotLink')
  const draft = useDraft('never-merge', `${person.id} ${other.id}`, NO_REASON)
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  const { reason } = draft.values
  const names = `${personName(person)} and ${personName(other)}`
  const confirm = async (): Promise<void> => {
    const why = reason.trim() === '' ? {} : { reason: reason.trim() }
    try {
      await record.run({ a: person.id, b: other.id, standing: true, ...why })
      draft.end()
      showUndo({
        text: `${names} will not be merged or suggested as one person.`,
        onUndo: () => client.call('merges.cannotLink', { a: person.id, b: other.id, standing: false }),
      })
      onClose()
    } catch {
      // It stands in `record.error`, and the dialog stays open with what was typed.
    }
  }
  return (
    <Stack gap="md">
      <Text size="sm">
        {names} stay two people: they are not suggested as one, and merging them is refused. An agent who tries can
        withdraw this there.
      </Text>
      <TextInput
        label="Reason"
        description="Optional, e.g. father and son. Stands in the audit trail."
        data-autofocus
        value={reason}
        maxLength={REASON_MAX}
        onChange={(event) => draft.set({ reason: event.currentTarget.value })}
      />
      {record.error && <ErrorNotice error={record.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
        <Button loading={record.pending} onClick={() => void confirm()}>
          Never merge them
        </Button>
      </Group>
    </Stack>
  )
}
