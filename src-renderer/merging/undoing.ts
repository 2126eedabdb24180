// Taking a merge back, from the notification or from a person's page; what cannot be done at once is asked in a dialog.
// Invariant: the way back never leads to a person that a merge or its undo has taken off the screen.
import { notifications } from '@mantine/notifications'
import { ScvError } from '@shared/errors'
import type { PersonRef, RecordRef } from '@shared/model/views'
import { create } from 'zustand'
import { client } from '../bridge/hooks'
import { listNames } from '../format/words'
import { useNavigation } from '../state/navigation'

export interface Undoing {
  mergeId: string
  /** The person that the merge made. */
  resultId: string
  /** The people it joined, who will be there again. */
  inputs: readonly RecordRef[]
  /** Why it could not be done at once. */
  refusal?: ScvError
}

/** The merge that the dialog asks about; null while there is none. */
export const useUndoing = create<{ asked: Undoing | null; ask(undoing: Undoing): void; close(): void }>((set) => ({
  asked: null,
  ask: (undoing) => set({ asked: undoing }),
  close: () => set({ asked: null }),
}))

/** Undoes a merge that was just made; asks only where something stands in the way. */
export async function undoAtOnce(undoing: Undoing): Promise<void> {
  try {
    const people = await client.call('merges.undo', { mergeId: undoing.mergeId })
    afterUndo(undoing, people)
  } catch (error) {
    const refusal = error instanceof ScvError ? error : new ScvError('internal', String(error))
    useUndoing.getState().ask({ ...undoing, refusal })
  }
}

/** Says who is back, and leaves the page of the person that is no more. */
export function afterUndo({ resultId }: Undoing, people: readonly PersonRef[]): void {
  const { place, replace } = useNavigation.getState()
  forget([resultId])
  const [first] = people
  if (first && place.screen === 'person' && place.contactId === resultId) {
    replace({ screen: 'person', contactId: first.id })
  }
  notifications.show({ message: `The merge is undone: ${listNames(people)} have their own pages again.` })
}

/** Takes people off the way back. */
export function forget(contactIds: readonly string[]): void {
  useNavigation.setState(({ past }) => ({
    past: past.filter((place) => place.screen !== 'person' || !contactIds.includes(place.contactId)),
  }))
}
