// The last thing done in this window that can be taken back, for the key that does it.
// Invariant: a step is taken back at most once, from its notification or by the key, whichever is first.
import { create } from 'zustand'

interface Step {
  id: string
  takeBack: () => void
}

interface LastStep {
  /** The latest last. */
  steps: readonly Step[]
  did(step: Step): void
  /** It was taken back, or is out of date. */
  forget(id: string): void
}

/** Steps that stay within reach of the key. */
const MOST = 20

export const createLastStep = () =>
  create<LastStep>((set) => ({
    steps: [],
    did: (step) => set(({ steps }) => ({ steps: [...steps.filter(({ id }) => id !== step.id), step].slice(-MOST) })),
    forget: (id) => set(({ steps }) => ({ steps: steps.filter((step) => step.id !== id) })),
  }))

export const useLastStep = createLastStep()

/** Takes the last step back. @returns whether there was one */
export function takeBackLast(): boolean {
  const last = useLastStep.getState().steps.at(-1)
  last?.takeBack()
  return last !== undefined
}
