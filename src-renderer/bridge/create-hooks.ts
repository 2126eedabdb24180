// React hooks over a client of a contract.
// Invariant: a component never sees a value of another input than the one it asks for now (unless it asked to keep the
// previous one while loading), and a live query ends with the last component that reads it.
import { ScvError } from '@shared/errors'
import type { CallName, Client, Contract, InputOf, LiveName, OutputOf } from '@shared/ipc/contract'
import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { createLiveStore, keyOf, type Live, LOADING } from './live-store'

export type { Live } from './live-store'

export interface LiveOptions {
  /** Show the values of the former input until the first of the new one comes: lists that would flicker. */
  keepPrevious?: boolean
}

export interface CallState<I, O> {
  /** Runs the call. Rejects with an `ScvError`; the same error stands in `error` until the next run. */
  run(input: I): Promise<O>
  pending: boolean
  error: ScvError | undefined
}

/** Hooks for the commands, queries and live queries of `client`'s contract. */
export function createHooks<C extends Contract>(client: Client<C>) {
  const store = createLiveStore((name, input) => client.watch(name as LiveName<C>, input as InputOf<C[LiveName<C>]>))

  /**
   * Watches a live query; components that ask the same share one subscription. The input must be plain JSON, and is compared
   * as such; `null` waits without asking.
   */
  function useLive<N extends LiveName<C>>(
    name: N,
    input: InputOf<C[N]> | null,
    options: LiveOptions = {},
  ): Live<OutputOf<C[N]>, InputOf<C[N]>> {
    type State = Live<OutputOf<C[N]>, InputOf<C[N]>>
    const key = input === null ? null : keyOf(name, input)
    const subscribe = useCallback(
      (listener: () => void) => (key === null ? () => undefined : store.subscribe(key, listener)),
      [key],
    )
    const live = useSyncExternalStore(subscribe, () => (key === null ? LOADING : store.read(key))) as State
    const [answered, setAnswered] = useState<State>(LOADING)
    if (live.status !== 'loading' && live !== answered) setAnswered(live)

    const keep = options.keepPrevious === true && live.status === 'loading' && answered.status === 'ready'
    return useMemo((): State => (keep ? { ...answered, status: 'loading' } : live), [keep, answered, live])
  }

  /** A command or query on demand, with its state. Of several runs at once, the last one decides the state. */
  function useCall<N extends CallName<C>>(name: N): CallState<InputOf<C[N]>, OutputOf<C[N]>> {
    const [state, setState] = useState<{ pending: boolean; error: ScvError | undefined }>({
      pending: false,
      error: undefined,
    })
    const latest = useRef(0)
    const run = useCallback(
      async (input: InputOf<C[N]>): Promise<OutputOf<C[N]>> => {
        const own = ++latest.current
        const settle = (error?: ScvError): void => {
          if (own === latest.current) setState({ pending: false, error })
        }
        setState({ pending: true, error: undefined })
        try {
          const value = await client.call(name, input)
          settle()
          return value
        } catch (error) {
          settle(error instanceof ScvError ? error : new ScvError('internal', String(error)))
          throw error
        }
      },
      [name],
    )
    return { run, ...state }
  }

  return { useLive, useCall }
}
