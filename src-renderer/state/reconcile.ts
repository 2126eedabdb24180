// What the Reconcile screen remembers while other screens are shown: which kind is listed, and which item is open.
// Invariant: an item stays open while others come and go above it; one that was settled makes way for the next below it.
import type { ReconcileItem, ReconcileKind } from '@shared/contract/reconcile'
import { create } from 'zustand'

interface ReconcileMemory {
  /** Null: all kinds. */
  kind: ReconcileKind | null
  /** The item that is looked at, as it was last seen. */
  open: ReconcileItem | null
  /** Its place in the list when it was last seen there. */
  index: number
  /** Items settled from here, which the list may still show for a moment. */
  settled: ReadonlySet<string>
  show(kind: ReconcileKind | null): void
  look(item: ReconcileItem, index: number): void
  settle(id: string): void
  /** Its decision was taken back. */
  reopen(id: string): void
}

export const createReconcileMemory = () =>
  create<ReconcileMemory>((set) => ({
    kind: null,
    open: null,
    index: 0,
    settled: new Set(),
    show: (kind) => set({ kind, open: null, index: 0 }),
    look: (open, index) =>
      set((state) => {
        // Looked at again, it was opened again, or was never settled.
        const settled = new Set(state.settled)
        return { open, index, settled: settled.delete(open.id) ? settled : state.settled }
      }),
    reopen: (id) => set((state) => ({ settled: new Set([...state.settled].filter((one) => one !== id)) })),
    settle: (id) =>
      set((state) => ({ settled: new Set(state.settled).add(id), open: state.open?.id === id ? null : state.open })),
  }))

export const useReconcileMemory = createReconcileMemory()
