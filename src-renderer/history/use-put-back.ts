// Putting a value of before back: an ordinary change of the person, which can be undone as any other.
import type { ContactChanges } from '@shared/model/contact'
import type { PersonView } from '@shared/model/views'
import { client, useCall } from '../bridge/hooks'
import { showUndo } from '../components/undo-notice'
import { formerly } from '../format/field-values'

export function usePutBack(person: PersonView | undefined) {
  const update = useCall('people.update')
  const putBack = async (changes: ContactChanges, told: string): Promise<void> => {
    if (!person) return
    try {
      await update.run({ contactId: person.id, changes })
      showUndo({
        text: told,
        onUndo: () => client.call('people.update', { contactId: person.id, changes: formerly(person.fields, changes) }),
      })
    } catch {
      // It stands in `error`, which is shown beside the values.
    }
  }
  return { putBack, pending: update.pending, error: update.error }
}
