// What travels between window and main process: channel names and message shapes.
// Invariant: an error is an ordinary value here (`ok: false`, `type: 'error'`); nothing is thrown across the border,
// because Electron would turn a thrown error into a bare string and lose its code and field.
import type { ErrorBody } from '../errors'

export const CHANNELS = {
  /** Renderer → main, request and answer: one command or query. */
  call: 'scv:call',
  /** Preload script → main, request and answer: the path of a file that a person dropped or chose, for a handle. */
  offer: 'scv:offer',
  /** Renderer → main: a new document has started; whatever an earlier document of this window watched is over. */
  hello: 'scv:hello',
  /** Renderer → main: begin and end of a live query, by the id that the page chose. */
  subscribe: 'scv:subscribe',
  unsubscribe: 'scv:unsubscribe',
  /** Renderer → main: the last emission has been handled, the next may be sent. */
  ack: 'scv:ack',
  /** Main → renderer: emission, error or end of a live query. */
  event: 'scv:event',
} as const

export type Answer = { ok: true; value: unknown } | { ok: false; error: ErrorBody }

export interface LiveRequest {
  /** Unique over all documents, so that a late emission for an earlier document meets no listener. */
  id: string
  name: string
  input: unknown
}

/** One step of a live query. `error` and `complete` are last; only `next` is acknowledged. */
export type LiveSignal = { type: 'next'; value: unknown } | { type: 'error'; error: ErrorBody } | { type: 'complete' }

export interface LiveEvent {
  id: string
  signal: LiveSignal
}

/** The only object that the preload script gives to the page, as `window.scv`. */
export interface Bridge {
  invoke(name: string, input: unknown): Promise<Answer>
  /** Returns the function that ends the live query. */
  subscribe(name: string, input: unknown, listener: (signal: LiveSignal) => void): () => void
  /** A handle for a file that a person dropped or chose; the empty text for a file that was made in the page. */
  offerFile(file: File): Promise<string>
}
