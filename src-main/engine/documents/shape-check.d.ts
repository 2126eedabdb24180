import type { Stamp } from '@shared/model/ids'
import type { Kind } from './kinds'
import type { KindShape, Shape } from './validate-shape'

/** What a check takes note of: the latest stamp and the latest activity (ms), and with `after` all stamps later than that. */
export interface Notes {
  latest: Stamp
  activity: number
  after: Stamp | undefined
  found: Record<string, true>
  /** Members of newer versions that are too large. */
  large: Record<string, true>
}
export function newNotes(after?: Stamp): Notes

/** Where something is wrong, and what is expected there; undefined: all is well. */
export type Check = (value: unknown, seen?: Notes) => string | undefined

export const LIMITS: {
  readonly members: number
  readonly key: number
  readonly depth: number
  readonly document: number
  readonly claims: number
  readonly free: number
  readonly unknown: number
}
export function compile(shape: Shape): Check
export function compileKind(kind: Kind, shape: KindShape, erasedShape: KindShape | undefined): Check
export function sentence(fault: string): string
