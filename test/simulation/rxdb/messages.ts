// What the simulation and a device in a thread of its own say to each other.
import type { AnyDocument, Kind } from '../../../src-main/engine/documents/kinds'
import type { RemoteErrorKind } from '../../../src-main/replication/couch/remote'
import type { Command, Outcome } from '../../engine/model/commands'
import type { TypedValue } from '../../engine/model/invariants'

/** How a device is started. Time runs faster than on the wall, so that weeks pass. */
export interface DeviceData {
  id: string
  folder: string
  seed: number
  /** Date.now() at the beginning, and what it stands for. */
  begun: number
  start: number
  speed: number
  skewMs: number
}

/** Questions that a device answers. */
export interface Questions {
  command: { ask: Command; answer: Outcome }
  /** Completes erasures. */
  complete: { ask: undefined; answer: number }
  /** Tries what was set aside again. */
  retry: { ask: undefined; answer: undefined }
  /** Whether it has nothing to do, and how much was set aside. */
  state: { ask: undefined; answer: { idle: boolean; aside: string[] } }
  exported: { ask: undefined; answer: string[] }
  dump: { ask: undefined; answer: Record<string, string[]> }
  /** Checks the invariants, and that what was typed is there. */
  check: { ask: readonly TypedValue[]; answer: undefined }
  close: { ask: undefined; answer: undefined }
}
export type Question = keyof Questions

export type ToDevice =
  | { type: 'question'; id: number; what: Question; ask: unknown }
  | { type: 'answer'; call: number; value: unknown }
  | { type: 'failure'; call: number; kind: RemoteErrorKind }
  /** The network is there, or not. */
  | { type: 'network'; there: boolean }

export type FromDevice =
  | { type: 'ready' }
  | { type: 'answered'; id: number; value: unknown }
  | { type: 'refused'; id: number; message: string }
  /** A call of the port `Remote`. */
  | { type: 'call'; call: number; method: string; given: unknown[] }
  | { type: 'committed'; documents: { kind: Kind; document: AnyDocument }[] }
  | { type: 'defect'; message: string }
