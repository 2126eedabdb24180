// What the look-up screen remembers while other screens are shown, and its text also over a restart.
// Invariant: the text is kept like a draft and listed among none: it is a question, not work to go on with.
import { create } from 'zustand'
import { drafts } from '../drafts/use-draft'

/** Where the text is kept. */
export const LOOKED_UP = { form: 'search', subject: 'lookup' } as const

interface LookupMemory {
  /** Index of the marked result. */
  marked: number
  /** Counts requests to put the cursor into the field, which may come from any screen. */
  focusAsked: number
  setText(text: string): void
  mark(index: number): void
  askFocus(): void
}

export const useLookupMemory = create<LookupMemory>((set) => ({
  marked: 0,
  focusAsked: 0,
  setText: (text) => {
    if (text === '') drafts.end(LOOKED_UP)
    else drafts.put(LOOKED_UP, { text })
    set({ marked: 0 })
  },
  mark: (marked) => set({ marked }),
  askFocus: () => set((state) => ({ focusAsked: state.focusAsked + 1 })),
}))

/** What stands in the field now, for keys. */
export const lookedUp = (): string => drafts.get(LOOKED_UP)?.values['text'] ?? ''
