// Taking a merge back, from the notification or from a person's page; what cannot be done at once is asked in a dialog.
// Invariant: the way back never leads to a person that a merge or its undo has taken off the screen.
import { notifications } from '@mantine/notifications'
import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import type { PersonRef, RecordRef } from '@shared/model/views'
import { firstValueFrom } from 'rxjs'
import { create } from 'zustand'
import { client } from '../bridge/hooks'
import { showUndo } from '../components/undo-notice'
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

/**
 * They are one person again. That a merge was undone is told to every device and stays told, so it is a merge anew: of two
 * values of a field the one that was changed last stands.
 */
export async function mergeAgain(inputs: readonly ContactId[]): Promise<void> {
  const people = new Set<ContactId>()
  for (const contactId of inputs) people.add((await firstValueFrom(client.watch('people.get', { contactId }))).id)
  if (people.size > 1) await client.call('merges.merge', { contactIds: [...people], choices: {} })
}

/** The same where the undo was a step of its own, which can be taken back. */
export function afterUndoing(undoing: Undoing, people: readonly PersonRef[]): void {
  leave(undoing, people)
  const inputs = undoing.inputs.map(({ id }) => id)
  showUndo({ text: undoneWords(people), onUndo: () => mergeAgain(inputs) })
}

const undoneWords = (people: readonly PersonRef[]): string =>
  `The merge is undone: ${listNames(people)} have their own pages again.`

/** Says who is back, and leaves the page of the person that is no more. */
function afterUndo(undoing: Undoing, people: readonly PersonRef[]): void {
  leave(undoing, people)
  notifications.show({ message: undoneWords(people) })
}

function leave({ resultId }: Undoing, people: readonly PersonRef[]): void {
  const { place, replace } = useNavigation.getState()
  forget([resultId])
  const [first] = people
  if (first && place.screen === 'person' && place.contactId === resultId) {
    replace({ screen: 'person', contactId: first.id })
  }
}

/** Takes people off the way back. */
export function forget(contactIds: readonly string[]): void {
  useNavigation.setState(({ past }) => ({
    past: past.filter((place) => place.screen !== 'person' || !contactIds.includes(place.contactId)),
  }))
}
