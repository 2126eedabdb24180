// Making two people one again who were taken apart, from the notification or from a person's page.
// Invariant: what was edited since is shown before it is done.
import { notifications } from '@mantine/notifications'
import type { PersonRef } from '@shared/model/views'
import { create } from 'zustand'
import { client } from '../bridge/hooks'
import { personName } from '../format/words'
import { forget } from '../merging/undoing'
import { useNavigation } from '../state/navigation'

export interface Rejoining {
  /** The contact that was taken out. */
  contactId: string
  names: readonly [string, string]
}

/** The split that the dialog asks about; null while there is none. */
export const useRejoining = create<{ asked: Rejoining | null; ask(rejoining: Rejoining): void; close(): void }>(
  (set) => ({
    asked: null,
    ask: (rejoining) => set({ asked: rejoining }),
    close: () => set({ asked: null }),
  }),
)

/** Takes a split back that was just made; asks only where something was edited since. */
export async function undoSplitAtOnce(rejoining: Rejoining): Promise<void> {
  const { edits } = await client.call('splits.undoPreview', { contactId: rejoining.contactId })
  if (edits.length > 0) useRejoining.getState().ask(rejoining)
  else afterRejoining(rejoining, await client.call('splits.undo', { contactId: rejoining.contactId }))
}

/** Says that they are one, and shows the page they share. */
export function afterRejoining({ contactId, names }: Rejoining, person: PersonRef): void {
  const { place, replace } = useNavigation.getState()
  forget([contactId])
  if (place.screen === 'person') replace({ screen: 'person', contactId: person.id })
  notifications.show({ message: `${names.join(' and ')} are one person again: ${personName(person)}.` })
}
