// What can be decided about an interaction that arrived. Each decision says what it did and can be taken back.
import type { Incoming } from '@shared/contract/local-api'
import type { PersonRef } from '@shared/model/views'
import { useCall } from '../bridge/hooks'
import { showUndo } from '../components/undo-notice'
import { personName } from '../format/words'
import { type Decided, useIncomingMemory } from '../state/incoming'

export function useDecisions({ interaction, contact }: Incoming) {
  const link = useCall('incoming.link')
  const decide = useIncomingMemory((state) => state.decide)
  const { id } = interaction

  const decided = async (to: string | null, how: Decided, text: string): Promise<void> => {
    const former = interaction.contactId
    try {
      await link.run({ interactionId: id, contactId: to })
      decide(id, how)
      showUndo({
        id: `incoming ${id}`,
        text,
        // A failure stands in `link.error`, which is shown on the card.
        onUndo: () =>
          void link.run({ interactionId: id, contactId: former }).then(
            () => decide(id, null),
            () => undefined,
          ),
      })
    } catch {
      // It stands in `link.error`, which is shown on the card.
    }
  }
  return {
    pending: link.pending,
    error: link.error,
    /** The record it is tied to stays the one: a merge since must not move it. */
    right: () =>
      contact && decided(interaction.contactId ?? contact.id, 'right', `Confirmed: this is ${personName(contact)}.`),
    someoneElse: (person: PersonRef) => decided(person.id, 'linked', `Linked to ${personName(person)}.`),
    unlink: () => decided(null, 'unlinked', 'Unlinked. It belongs to nobody now.'),
    kept: () => decide(id, 'kept'),
  }
}
