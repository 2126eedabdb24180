// Which interactions of a person are being corrected, wherever that was begun: a row, the details, a draft.
import { create } from 'zustand'

export interface Correcting {
  personId: string
  interactionIds: readonly string[]
}

export const useCorrecting = create<{ asked: Correcting | null; ask(correcting: Correcting): void; close(): void }>(
  (set) => ({
    asked: null,
    ask: (asked) => set({ asked }),
    close: () => set({ asked: null }),
  }),
)
