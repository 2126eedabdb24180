// The live queries that pages have open, with back-pressure.
// Invariant: per live query at most one emission is under way; while it is, only the latest further one is kept. A live
// query is unsubscribed from its source the moment its page ends it or is gone, and nothing is sent after that.
import { ScvError } from '@shared/errors'
import type { LiveRequest, LiveSignal } from '@shared/ipc/wire'
import { Subscription } from 'rxjs'
import { type Dispatcher, describe, type Log } from './dispatch'

/** Longer than any id of ours. */
export const LONGEST_ID = 128
/** A page of ours has some dozens open. */
const MAX_OPEN = 1000

/** Delivers to the page; throws if the value cannot be cloned. */
export type Send = (id: string, signal: LiveSignal) => void

interface Open {
  subscription: Subscription
  abort: AbortController
  /** An emission has been sent and not acknowledged. */
  underWay: boolean
  /** What to send after the acknowledgement. */
  latest: { value: unknown } | undefined
  /** How the source ended, to be told after the last emission. */
  end: LiveSignal | undefined
}

/** The live queries of one page. */
export class LiveQueries {
  readonly #open = new Map<string, Open>()

  constructor(
    private readonly dispatcher: Dispatcher,
    private readonly send: Send,
    private readonly log: Log,
  ) {}

  /** How many are open; for tests and diagnostics. */
  get size(): number {
    return this.#open.size
  }

  start({ id, name, input }: LiveRequest): void {
    if (this.#open.has(id)) return // an id names one live query for good
    if (this.#open.size >= MAX_OPEN) throw new ScvError('too_many', `A page has at most ${MAX_OPEN} live queries open.`)
    const abort = new AbortController()
    const query: Open = { subscription: new Subscription(), abort, underWay: false, latest: undefined, end: undefined }
    this.#open.set(id, query)
    query.subscription.add(
      this.dispatcher.open(name, input, { signal: abort.signal }).subscribe({
        next: (value) => {
          query.latest = { value }
          this.#proceed(id, query, name)
        },
        error: (error: unknown) => {
          query.end = { type: 'error', error: describe(error, name, this.log) }
          this.#proceed(id, query, name)
        },
        complete: () => {
          query.end = { type: 'complete' }
          this.#proceed(id, query, name)
        },
      }),
    )
  }

  /** The page has handled the emission under way. */
  acknowledge(id: string): void {
    const query = this.#open.get(id)
    if (!query) return
    query.underWay = false
    this.#proceed(id, query, id)
  }

  stop(id: string): void {
    const query = this.#open.get(id)
    if (!query) return
    this.#open.delete(id)
    query.abort.abort()
    query.subscription.unsubscribe()
  }

  stopAll(): void {
    for (const id of [...this.#open.keys()]) this.stop(id)
  }

  #proceed(id: string, query: Open, name: string): void {
    if (query.underWay || this.#open.get(id) !== query) return
    if (query.latest) {
      const { value } = query.latest
      query.latest = undefined
      query.underWay = true
      try {
        this.send(id, { type: 'next', value })
      } catch (error) {
        this.stop(id)
        this.send(id, { type: 'error', error: describe(error, name, this.log) })
      }
    } else if (query.end) {
      this.stop(id)
      this.send(id, query.end)
    }
  }
}

/** Checks a message that claims to be a live request: it comes from a page, so its shape is not certain. */
export function asLiveRequest(message: unknown): LiveRequest {
  if (typeof message === 'object' && message !== null && 'id' in message && 'name' in message && 'input' in message) {
    const { id, name, input } = message
    if (typeof id === 'string' && id.length <= LONGEST_ID && typeof name === 'string') return { id, name, input }
  }
  throw new ScvError('invalid_input', 'A live query needs id, name and input.')
}
