// What the window remembers of interactions that arrived: which of them the agent has looked at and decided.
// Invariant: the dock shows only what arrived while this window was open, and nothing that was decided or put aside.
import type { DecidedArrival, Incoming } from '@shared/contract/local-api'
import { create } from 'zustand'

export type Decided = DecidedArrival['how']

interface IncomingMemory {
  /** When the window was opened, in ms; what came before is for the list and pops nothing up. */
  since: number
  /** Said just now, before the main process has told of it; null: taken back. */
  decided: Readonly<Record<string, Decided | null>>
  /** Put aside without a decision: they stay open in the list. */
  aside: readonly string[]
  /** Which are listed on the screen. */
  listed: 'open' | 'all'
  /** Counts requests to put the focus on the pop-up, which never takes it by itself. */
  focusAsked: number
  decide(interactionId: string, how: Decided | null): void
  putAside(...interactionIds: string[]): void
  list(which: 'open' | 'all'): void
  askFocus(): void
}

export const createIncomingMemory = (now: () => number = Date.now) =>
  create<IncomingMemory>((set) => ({
    since: now(),
    decided: {},
    aside: [],
    listed: 'open',
    focusAsked: 0,
    decide: (interactionId, how) => set(({ decided }) => ({ decided: { ...decided, [interactionId]: how } })),
    putAside: (...interactionIds) => set(({ aside }) => ({ aside: [...new Set([...aside, ...interactionIds])] })),
    list: (listed) => set({ listed }),
    askFocus: () => set(({ focusAsked }) => ({ focusAsked: focusAsked + 1 })),
  }))

export const useIncomingMemory = createIncomingMemory()

/** What was decided about one, here or before. */
export function decidedOf(
  { interaction, decided: known }: Pick<Incoming, 'interaction' | 'decided'>,
  { decided }: Pick<IncomingMemory, 'decided'>,
): Decided | undefined {
  const here = decided[interaction.id]
  return (here === undefined ? known?.how : here) ?? undefined
}

/** Undecided ones, newest first. */
export function openOnes(all: readonly Incoming[], memory: Pick<IncomingMemory, 'decided'>): Incoming[] {
  return all.filter((incoming) => decidedOf(incoming, memory) === undefined)
}

/** What waits in the dock, first come first: what arrived while the window was open and was not put aside. */
export function docked(
  all: readonly Incoming[],
  memory: Pick<IncomingMemory, 'decided' | 'aside' | 'since'>,
): Incoming[] {
  return openOnes(all, memory)
    .filter(
      ({ interaction, arrivedAt }) => Date.parse(arrivedAt) >= memory.since && !memory.aside.includes(interaction.id),
    )
    .reverse()
}
