// Reading the counters that are kept with every change (`../rows/counters.ts`).
import type { Statements } from '../file/statements'

/** Everything that is counted; what there is none of is absent. */
export function readCounters(sql: Statements): ReadonlyMap<string, number> {
  return new Map(sql.all<{ what: string; n: number }>('SELECT what, n FROM tally').map(({ what, n }) => [what, n]))
}
