// Where the window is, and how it came there.
// Invariant: there is always a current place; going back from the first one changes nothing.
import { create } from 'zustand'

export type Place =
  | { screen: 'lookup' }
  | { screen: 'person'; contactId: string }
  | { screen: 'journey'; contactId: string }
  | { screen: 'incoming' }
  | { screen: 'newContact'; typed?: string }
  | { screen: 'queue' }
  | { screen: 'import' }
  | { screen: 'settings' }
  | { screen: 'merge'; contactIds: readonly string[] }
  | { screen: 'split'; contactId: string }
  | { screen: 'bin' }
  | { screen: 'audit'; contactId?: string }
  | { screen: 'history'; contactId: string }
  | { screen: 'reconcile' }
  | { screen: 'duplicates' }
  | { screen: 'sync' }
  | { screen: 'connect' }
  | { screen: 'drafts' }

/** What the record form starts from: a person's page, or what was typed in the look-up field. */
export interface RecordFrom {
  contactId?: string
  typed?: string
}

interface Navigation {
  place: Place
  past: Place[]
  /** The record form is open while this is set. It lies over the place and is not part of the way back. */
  recording: RecordFrom | null
  go(place: Place): void
  /** Goes to a place that takes the current one's stead, e.g. from a finished form to its result. */
  replace(place: Place): void
  back(): void
  record(from?: RecordFrom): void
  stopRecording(): void
}

const same = (a: Place, b: Place): boolean => JSON.stringify(a) === JSON.stringify(b)
/** Enough to find the way back in a day's work; older steps are forgotten. */
const LONGEST_PAST = 50

export const createNavigation = () =>
  create<Navigation>((set) => ({
    place: { screen: 'lookup' },
    past: [],
    recording: null,
    go: (place) =>
      set((state) =>
        same(state.place, place)
          ? { recording: null }
          : { place, past: [...state.past, state.place].slice(-LONGEST_PAST), recording: null },
      ),
    replace: (place) => set({ place, recording: null }),
    back: () =>
      set((state) => {
        const last = state.past.at(-1)
        return last ? { place: last, past: state.past.slice(0, -1) } : {}
      }),
    record: (from = {}) => set({ recording: from }),
    stopRecording: () => set({ recording: null }),
  }))

export const useNavigation = createNavigation()
