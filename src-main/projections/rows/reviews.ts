// The reviews of open items: which item each is about, and what its reviewer had seen.
// Invariant: only a standing review closes an item, and only for what was seen then.
import type { DecisionDocument } from '../../engine/documents/decision'
import { current } from '../../engine/documents/register'
import type { Statements } from '../file/statements'

export interface Reviews {
  /** Takes a review in. @returns the item it is about, or was */
  put(id: string, document: DecisionDocument | undefined): string | undefined
  /** What each standing review of an item had seen. */
  seenOf(item: string): string[][]
}

export function createReviews(sql: Statements): Reviews {
  return {
    put(id, document) {
      const former = sql.get<{ item: string }>('SELECT item FROM review WHERE id = ?', id)?.item
      sql.run('DELETE FROM review WHERE id = ?', id)
      sql.run('DELETE FROM review_about WHERE review_id = ?', id)
      const [item] = document?.subjects ?? []
      const isReview = document?.kind === 'reviewed' || document?.kind === 'shared-identifier'
      if (!isReview || item === undefined) return former
      const { seen = [] } = document
      const standing = current(document.standing)?.v === true ? 1 : 0
      sql.run(
        'INSERT INTO review (id, item, standing, seen) VALUES (?, ?, ?, ?)',
        id,
        item,
        standing,
        JSON.stringify(seen),
      )
      for (const name of seen) sql.run('INSERT INTO review_about (name, review_id) VALUES (?, ?)', name, id)
      return item
    },
    seenOf: (item) =>
      sql
        .all<{ seen: string }>('SELECT seen FROM review WHERE item = ? AND standing = 1', item)
        .map((row) => JSON.parse(row.seen) as string[]),
  }
}
