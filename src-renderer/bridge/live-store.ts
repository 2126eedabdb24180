// One subscription for each live query and input, however many components read it.
// Invariant: a live query is open exactly while at least one listener is; a listener that comes later reads the latest value
// at once and never one from before the query was last closed.
import { ScvError } from '@shared/errors'
import type { Observable, Subscription } from 'rxjs'

/** State of a live query. While loading, `value` is there only with `keepPrevious`; `of` is the input that it answers. */
export type Live<T, I = unknown> =
  | { status: 'loading'; value?: T; of?: I; error?: undefined }
  | { status: 'ready'; value: T; of: I; error?: undefined }
  | { status: 'error'; value?: undefined; of?: undefined; error: ScvError }

/** What a component reads before the first answer; one object, so that readers see no change where there is none. */
export const LOADING: Live<never, never> = { status: 'loading' }

interface Open {
  live: Live<unknown>
  readonly listeners: Set<() => void>
  subscription: Subscription | undefined
}

/** Shape of what `useSyncExternalStore` needs, for a query told by its key. */
export interface LiveStore {
  /** Opens the query with the first listener. @returns what ends the listening */
  subscribe(key: string, listener: () => void): () => void
  /** The latest state; `LOADING` while the query is closed. */
  read(key: string): Live<unknown>
}

/** The key of a live query and its input, which must be plain JSON. */
export const keyOf = (name: string, input: unknown): string => JSON.stringify([name, input])

/**
 * @param watch opens a live query
 */
export function createLiveStore(watch: (name: string, input: unknown) => Observable<unknown>): LiveStore {
  const queries = new Map<string, Open>()

  function begin(key: string, query: Open): void {
    const [name, of] = JSON.parse(key) as [string, unknown]
    const tell = (live: Live<unknown>): void => {
      query.live = live
      for (const listener of [...query.listeners]) listener()
    }
    query.subscription = watch(name, of).subscribe({
      next: (value) => tell({ status: 'ready', value, of }),
      error: (error: unknown) =>
        tell({ status: 'error', error: error instanceof ScvError ? error : new ScvError('internal', String(error)) }),
    })
  }

  return {
    subscribe(key, listener) {
      const query: Open = queries.get(key) ?? { live: LOADING, listeners: new Set(), subscription: undefined }
      query.listeners.add(listener)
      if (!queries.has(key)) {
        queries.set(key, query)
        begin(key, query)
      } else if (query.live.status === 'error') {
        query.live = LOADING // it ended with its error; a component that comes later tries again for all
        begin(key, query)
      }
      return () => {
        query.listeners.delete(listener)
        // Not at once: a component that takes the place of another in the same turn keeps the query open.
        queueMicrotask(() => {
          if (query.listeners.size > 0 || queries.get(key) !== query) return
          queries.delete(key)
          query.subscription?.unsubscribe()
        })
      }
    },
    read: (key) => queries.get(key)?.live ?? LOADING,
  }
}
