// Asks before a person goes to the bin, and says what that means.

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { REASON_MAX } from '@shared/model/limits'
import type { PersonView } from '@shared/model/views'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { NO_REASON, useDraft } from '../drafts/use-draft'
import { personName } from '../format/words'

interface DeleteDialogProps {
  person: PersonView
  opened: boolean
  onClose: () => void
}

export function DeleteDialog({ person, opened, onClose }: DeleteDialogProps) {
  const remove = useCall('people.delete')
  const draft = useDraft('delete', person.id, NO_REASON)
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  const { reason } = draft.values
  const confirm = async (): Promise<void> => {
    try {
      await remove.run({ contactId: person.id, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) })
      draft.end()
      showUndo({
        text: `${personName(person)} is in the bin.`,
        onUndo: () => client.call('people.restore', { contactId: person.id }),
      })
      onClose()
    } catch {
      // It stands in `remove.error`, which is shown below.
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} title={`Delete ${personName(person)}?`}>
      <Stack gap="md">
        <Text size="sm">
          They go to the bin and can be restored for 30 days. Their phone numbers and addresses are not theirs any more,
          and pass to the next person who has them.
        </Text>
        <TextInput
          label="Reason"
          description="Optional. Stands in the audit trail."
          value={reason}
          maxLength={REASON_MAX}
          onChange={(event) => draft.set({ reason: event.currentTarget.value })}
        />
        {remove.error && <ErrorNotice error={remove.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button color="red.8" loading={remove.pending} onClick={() => void confirm()}>
            Delete
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
