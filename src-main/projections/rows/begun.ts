// How many conversations began in each day and hour, kept with every change, so that those of a year are counted by adding up days.
// Invariant: of what is counted nothing is read anew: a batch tells what came and what went.
import type { Statements } from '../file/statements'
import { BEGUN_UNITS } from '../file/tables'

export interface BegunCounts {
  /** Begins a batch; what an unfinished one had counted is forgotten. */
  begin(): void
  /** A conversation that began then came, or is gone. @param startedMs undefined: there is none */
  add(startedMs: number | undefined, n: 1 | -1): void
  /** Writes what the batch has counted. Run it in the transaction of the rows. */
  write(): void
}

export function createBegunCounts(sql: Statements): BegunCounts {
  /** By unit and by how many of it. */
  const counted = new Map<string, { unit: number; at: number; n: number }>()
  return {
    begin: () => counted.clear(),
    add(startedMs, n) {
      if (startedMs === undefined) return
      for (const unit of BEGUN_UNITS) {
        const at = Math.floor(startedMs / unit)
        const before = counted.get(`${unit} ${at}`)
        if (before) before.n += n
        else counted.set(`${unit} ${at}`, { unit, at, n })
      }
    },
    write() {
      for (const { unit, at, n } of counted.values()) {
        if (n === 0) continue
        sql.run(
          'INSERT INTO begun (unit, at, n) VALUES (?, ?, ?) ON CONFLICT (unit, at) DO UPDATE SET n = n + excluded.n',
          unit,
          at,
          n,
        )
        if (n < 0) sql.run('DELETE FROM begun WHERE unit = ? AND at = ? AND n = 0', unit, at)
      }
    },
  }
}
