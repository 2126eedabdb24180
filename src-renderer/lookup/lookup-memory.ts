// What the look-up screen remembers while other screens are shown; its text also over a restart, until a person is chosen.
// Invariant: the text is kept like a draft and listed among none: it is a question, not work to go on with, and one that
// was answered is not asked again by the next start.
import { create } from 'zustand'
import { drafts } from '../drafts/use-draft'

/** Where the text is kept. */
export const LOOKED_UP = { form: 'search', subject: 'lookup' } as const

interface LookupMemory {
  /** Index of the marked result. */
  marked: number
  /** Counts requests to put the cursor into the field, which may come from any screen. */
  focusAsked: number
  /** The text that the person shown was found by: it stands in the field again when the agent comes back. */
  answered: string
  setText(text: string): void
  /** A person was chosen. */
  answer(): void
  mark(index: number): void
  askFocus(): void
}

export const useLookupMemory = create<LookupMemory>((set) => ({
  marked: 0,
  focusAsked: 0,
  answered: '',
  setText: (text) => {
    if (text === '') drafts.end(LOOKED_UP)
    else drafts.put(LOOKED_UP, { text })
    set({ marked: 0, answered: '' })
  },
  answer: () => {
    set({ answered: lookedUp() })
    drafts.end(LOOKED_UP)
  },
  mark: (marked) => set({ marked }),
  askFocus: () => set((state) => ({ focusAsked: state.focusAsked + 1 })),
}))

/** What stands in the field now, for keys. */
export const lookedUp = (): string => drafts.get(LOOKED_UP)?.values['text'] ?? useLookupMemory.getState().answered
