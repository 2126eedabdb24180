// What the window remembers of the journey at hand: the filter and the stretch of time, on the person's page and on the
// screen of its own alike. Invariant: another person's journey starts unfiltered.
import type { Channel, Direction } from '@shared/model/interaction'
import { create } from 'zustand'

export interface JourneyChoice {
  channels: readonly Channel[]
  direction: Direction | null
  queue: string | null
  agent: string | null
  /** The record of the person that interactions are tied to. */
  recordId: string | null
  /** In ms; null: all of it, also what comes later. */
  stretch: { from: number; to: number } | null
}

interface JourneyMemory extends JourneyChoice {
  contactId: string
  /** Begins with a person; the one at hand already stays as they are. */
  begin(contactId: string): void
  choose(change: Partial<JourneyChoice>): void
  /** Shows everything again. */
  clear(): void
}

const everything: JourneyChoice = {
  channels: [],
  direction: null,
  queue: null,
  agent: null,
  recordId: null,
  stretch: null,
}

export const createJourneyMemory = () =>
  create<JourneyMemory>((set) => ({
    ...everything,
    contactId: '',
    begin: (contactId) => set((state) => (state.contactId === contactId ? {} : { ...everything, contactId })),
    choose: (change) => set(change),
    clear: () => set(everything),
  }))

export const useJourneyMemory = createJourneyMemory()
