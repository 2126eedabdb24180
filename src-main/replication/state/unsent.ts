// How many changes of each kind were not sent yet. Invariant: counting never takes more than a small part of the time; when
// it matters (`fresh`), the number is of now.
import type { Database } from '../../database'
import { KINDS, type Kind } from '../../engine/documents/kinds'
import type { SentUpTo } from '../exchange/collections'

/** Counting takes at most one part in so many of the time, unless the last count would be older than this. */
const COUNT_SHARE = 100
const COUNT_AGE_MS = 1000

export interface UnsentCounter {
  /** As counted within the last second. */
  byKind(): ReadonlyMap<Kind, number>
  total(fresh?: 'fresh'): number
}

/** @param sentUpTo how far a kind was sent; undefined: not at all. Nothing is counted while `isConnected` says no */
export function createUnsentCounter(
  database: Pick<Database, 'countSince'>,
  sentUpTo: (kind: Kind) => SentUpTo | undefined,
  hasServer: () => boolean,
): UnsentCounter {
  let counted: ReadonlyMap<Kind, number> = new Map()
  let countAgain = 0
  function byKind(): ReadonlyMap<Kind, number> {
    const begun = performance.now()
    if (begun < countAgain) return counted
    counted = new Map(KINDS.map((kind) => [kind, hasServer() ? database.countSince(kind, sentUpTo(kind)) : 0]))
    countAgain = begun + Math.min((performance.now() - begun) * COUNT_SHARE, COUNT_AGE_MS)
    return counted
  }
  return {
    byKind,
    total(fresh) {
      if (fresh) countAgain = 0
      return [...byKind().values()].reduce((sum, n) => sum + n, 0)
    },
  }
}
