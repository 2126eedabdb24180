// What a table has no row of. Most of what comes is new, and to ask for the rows of each new thing one by one costs more than
// to write it; a batch asks once for all.
// Invariant: what is called absent has no row; the writer that adds one says so.
import { IN_JSON, type Statements } from '../file/statements'

export interface KnownAbsent {
  /**
   * Forgets the last batch and asks for these keys.
   * @param known keys of which it is known already that there is no row
   */
  begin(keys: readonly string[], known?: readonly string[]): void
  /** Whether there is no row with this key for sure; of a key that was not asked for, nothing is sure. */
  of(key: string): boolean
  /** There is a row with this key now. */
  ends(key: string): void
}

/** Asks, for a table and a column, which of some keys have no row at this moment. */
export function askAbsent(sql: Statements, table: string, column: string) {
  const present = `SELECT DISTINCT ${column} AS key FROM ${table} WHERE ${column} ${IN_JSON}`
  return <K extends string>(keys: readonly K[]): Set<K> => {
    const absent = new Set(keys)
    if (absent.size > 0)
      for (const { key } of sql.all<{ key: K }>(present, JSON.stringify([...absent]))) absent.delete(key)
    return absent
  }
}

export function createKnownAbsent(sql: Statements, table: string, column: string): KnownAbsent {
  const ask = askAbsent(sql, table, column)
  let absent: Set<string> = new Set()
  return {
    begin(keys, known = []) {
      absent = ask(keys)
      for (const key of known) absent.add(key)
    },
    of: (key) => absent.has(key),
    ends: (key) => void absent.delete(key),
  }
}
