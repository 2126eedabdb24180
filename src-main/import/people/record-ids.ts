// Which record ids a file gives to more than one person, found before the first row is judged: such an id identifies
// no person. Invariant: only digests are kept, so a file of a million rows costs a few dozen megabytes at most.
import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'

/** 48 bits: of a million ids, two different ones meet once in 500 files, and then identify less than they could. */
const digest = (text: string): number => createHash('sha1').update(text).digest().readUIntBE(0, 6)

/** Rows between two turns of the event loop. */
const SLICE = 500

/**
 * @param rows what each row has as id, and all it says
 * @returns tells whether an id stands in rows that say different things
 */
export async function findSharedIds(
  rows: AsyncIterable<{ ids: readonly string[]; all: string }>,
): Promise<(id: string) => boolean> {
  const seen = new Map<number, number>()
  const shared = new Set<number>()
  let count = 0
  for await (const { ids, all } of rows) {
    if (++count % SLICE === 0) await nextTurn()
    for (const id of ids) {
      const key = digest(id)
      const before = seen.get(key)
      const row = digest(all)
      if (before === undefined) seen.set(key, row)
      else if (before !== row) shared.add(key)
    }
  }
  return (id) => shared.size > 0 && shared.has(digest(id))
}
