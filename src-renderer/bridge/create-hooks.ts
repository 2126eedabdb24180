// React hooks over a client of a contract.
// Invariant: a component never sees a value of another input than the one it asks for now (unless it asked to keep the
// previous one while loading), and its live query ends when it is unmounted.
import { ScvError } from '@shared/errors'
import type { CallName, Client, Contract, InputOf, LiveName, OutputOf } from '@shared/ipc/contract'
import { useCallback, useEffect, useRef, useState } from 'react'

/** State of a live query. While loading, `value` is there only with `keepPrevious`; `of` is the input that it answers. */
export type Live<T, I = unknown> =
  | { status: 'loading'; value?: T; of?: I; error?: undefined }
  | { status: 'ready'; value: T; of: I; error?: undefined }
  | { status: 'error'; value?: undefined; of?: undefined; error: ScvError }

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
  /** Watches a live query. The input must be plain JSON, and is compared as such; `null` waits without asking. */
  function useLive<N extends LiveName<C>>(
    name: N,
    input: InputOf<C[N]> | null,
    options: LiveOptions = {},
  ): Live<OutputOf<C[N]>, InputOf<C[N]>> {
    type T = OutputOf<C[N]>
    type I = InputOf<C[N]>
    const asked = input === null ? null : JSON.stringify([name, input])
    const [seen, setSeen] = useState<{ asked: string | null; live: Live<T, I> }>({ asked, live: { status: 'loading' } })

    useEffect(() => {
      if (asked === null) return
      const of = JSON.parse(asked)[1] as I
      const subscription = client.watch(name, of).subscribe({
        next: (value) => setSeen({ asked, live: { status: 'ready', value, of } }),
        error: (error: ScvError) => setSeen({ asked, live: { status: 'error', error } }),
      })
      return () => subscription.unsubscribe()
    }, [name, asked])

    if (seen.asked === asked) return seen.live
    return options.keepPrevious && seen.live.status !== 'error'
      ? { ...seen.live, status: 'loading' }
      : { status: 'loading' }
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
