// What the Duplicates screen remembers while other screens are shown: what is listed, and at which place.
// Invariant: a cluster that was settled makes way for the next one at its place.
import type { Certainty } from '@shared/contract/duplicates'
import { create } from 'zustand'

/** Suggestions of one certainty, all of them, or those that were put aside. */
export type DuplicatesView = Certainty | 'all' | 'aside'

interface DuplicatesMemory {
  view: DuplicatesView
  index: number
  /** Clusters left out of merging all very likely ones, by the ids of their people. */
  left: ReadonlySet<string>
  show(view: DuplicatesView): void
  look(index: number): void
  leaveOut(cluster: string, out: boolean): void
}

export const useDuplicatesMemory = create<DuplicatesMemory>((set) => ({
  view: 'all',
  index: 0,
  left: new Set(),
  show: (view) => set({ view, index: 0 }),
  look: (index) => set({ index }),
  leaveOut: (cluster, out) =>
    set(({ left }) => ({ left: new Set(out ? [...left, cluster] : [...left].filter((one) => one !== cluster)) })),
}))
