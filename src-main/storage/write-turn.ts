import type { Connection } from './connection'
import type { Slice } from './slices'

/** What a piece of writing work may use during its turn. */
export type WriteTurn = {
  readonly writer: Connection
  readonly slice: Slice
  /** Called after the commit, in order. */
  afterCommit(action: () => void): void
  /** Roughly how many bytes the work wrote, to know when the log has grown. */
  wrote(bytes: number): void
}
