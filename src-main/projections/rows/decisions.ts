// The rows of decisions: "never merge these two", and who was taken off the promotion queue. Reviews stand with the items.
// Invariant: a decision has a row for as long as its document names the contacts it is about.
import type { DecisionDocument } from '../../engine/documents/decision'
import { current } from '../../engine/documents/register'
import { stampMs } from '../../engine/documents/stamp'
import type { Statements } from '../file/statements'
import type { QueueCounters } from './queue-counters'

export function putDecision(
  sql: Statements,
  queue: Pick<QueueCounters, 'around'>,
  id: string,
  document: DecisionDocument | undefined,
): void {
  const former = sql.all<{ id: string }>('SELECT contact_id AS id FROM dismissal WHERE id = ?', id).map((row) => row.id)
  const dismissed = document?.kind === 'dismissed' ? document.subjects : []
  queue.around([...former, ...dismissed], () => write(sql, id, document))
}

function write(sql: Statements, id: string, document: DecisionDocument | undefined): void {
  sql.run('DELETE FROM cannot_link WHERE id = ?', id)
  sql.run('DELETE FROM dismissal WHERE id = ?', id)
  const [a, b] = document?.subjects ?? []
  const decided = current(document?.standing)
  const standing = decided?.v === true ? 1 : 0
  if (document?.kind === 'cannot-link' && a !== undefined && b !== undefined)
    sql.run('INSERT INTO cannot_link (id, a, b, standing) VALUES (?, ?, ?, ?)', id, a, b, standing)
  if (document?.kind === 'dismissed' && a !== undefined && decided)
    sql.run(
      'INSERT OR REPLACE INTO dismissal (contact_id, id, at, by, standing) VALUES (?, ?, ?, ?, ?)',
      a,
      id,
      stampMs(decided.t),
      decided.b,
      standing,
    )
}
