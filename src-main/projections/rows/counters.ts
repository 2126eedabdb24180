// How many rows there are of what lists and badges count, kept with every change: counting a hundred thousand rows at every
// change would be felt. Not kept by triggers: a statement with one runs in a savepoint (see `search/tables.ts`).
import type { ItemKind } from '../../engine/derive/open-items'
import type { PersonStatus } from '../../engine/derive/person'
import type { Statements } from '../file/statements'

/** What is counted: people by status and rank of their type, interactions, open items by kind. */
type Counted =
  | `person ${PersonStatus} ${number}`
  | 'interaction'
  | `item ${ItemKind}`
  | 'queue open'
  | 'queue dismissed'

export interface Counters {
  /** Begins a batch; what an unfinished one had counted is forgotten. */
  begin(): void
  add(what: Counted, n: 1 | -1): void
  /** Writes what the batch has counted. Run it in the transaction of the rows. */
  write(): void
}

export function createCounters(sql: Statements): Counters {
  const counted = new Map<Counted, number>()
  return {
    begin: () => counted.clear(),
    add: (what, n) => void counted.set(what, (counted.get(what) ?? 0) + n),
    write() {
      for (const [what, n] of counted) {
        if (n === 0) continue
        sql.run(
          'INSERT INTO tally (what, n) VALUES (?, ?) ON CONFLICT (what) DO UPDATE SET n = n + excluded.n',
          what,
          n,
        )
        sql.run('DELETE FROM tally WHERE what = ? AND n = 0', what)
      }
    },
  }
}
