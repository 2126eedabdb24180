// The last thing done in this window that can be taken back, for the key that does it.
// Invariant: a step is taken back at most once, from its notification or by the key, whichever is first; each is a step of
// its own, though it is done to the same thing as the one before; those of one user are not another's to take back.
import { create } from 'zustand'

interface Step {
  id: symbol
  takeBack: () => void
}

interface LastStep {
  /** The latest last. */
  steps: readonly Step[]
  did(step: Step): void
  /** It was taken back, or is out of date. */
  forget(id: symbol): void
  /** Another user is at the window. */
  forgetAll(): void
}

/** Steps that stay within reach of the key. */
const MOST = 20

export const createLastStep = () =>
  create<LastStep>((set) => ({
    steps: [],
    did: (step) => set(({ steps }) => ({ steps: [...steps, step].slice(-MOST) })),
    forget: (id) => set(({ steps }) => ({ steps: steps.filter((step) => step.id !== id) })),
    forgetAll: () => set({ steps: [] }),
  }))

export const useLastStep = createLastStep()

/** Takes the last step back. @returns whether there was one */
export function takeBackLast(): boolean {
  const last = useLastStep.getState().steps.at(-1)
  last?.takeBack()
  return last !== undefined
}
