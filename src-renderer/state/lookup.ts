// What the look-up screen remembers while other screens are shown.
import { create } from 'zustand'

interface LookupMemory {
  text: string
  /** Index of the marked result. */
  marked: number
  /** Counts requests to put the cursor into the field, which may come from any screen. */
  focusAsked: number
  setText(text: string): void
  mark(index: number): void
  askFocus(): void
}

export const createLookupMemory = () =>
  create<LookupMemory>((set) => ({
    text: '',
    marked: 0,
    focusAsked: 0,
    setText: (text) => set({ text, marked: 0 }),
    mark: (marked) => set({ marked }),
    askFocus: () => set((state) => ({ focusAsked: state.focusAsked + 1 })),
  }))

export const useLookupMemory = createLookupMemory()
