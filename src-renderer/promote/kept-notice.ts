// Says who is kept as a contact, with the way back there is: a contact stays one, so it goes to the bin, from where it can be
// restored. Invariant: the way back is offered only to those who may delete.
import { notifications } from '@mantine/notifications'
import type { ContactId } from '@shared/model/ids'
import { client } from '../bridge/hooks'
import { showUndo } from '../components/undo-notice'
import { mayNow } from '../state/access'

/** @param onTakenBack told when they are in the bin */
export function sayKept(text: string, contactIds: readonly ContactId[], onTakenBack?: () => void): void {
  if (!mayNow('contact:delete')) {
    notifications.show({ message: text })
    return
  }
  showUndo({
    text,
    label: 'Into the bin',
    onUndo: async () => {
      for (const contactId of contactIds) await client.call('people.delete', { contactId })
      onTakenBack?.()
    },
  })
}
