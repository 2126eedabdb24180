// What the Duplicates screen remembers while other screens are shown: which certainty is listed, and at which place.
// Invariant: a cluster that was settled makes way for the next one at its place.
import type { Certainty } from '@shared/contract/duplicates'
import { create } from 'zustand'

interface DuplicatesMemory {
  /** Null: all. */
  certainty: Certainty | null
  index: number
  show(certainty: Certainty | null): void
  look(index: number): void
}

export const useDuplicatesMemory = create<DuplicatesMemory>((set) => ({
  certainty: null,
  index: 0,
  show: (certainty) => set({ certainty, index: 0 }),
  look: (index) => set({ index }),
}))
