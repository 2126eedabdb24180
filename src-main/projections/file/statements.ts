// Prepared statements, each prepared once per database.
import type { SqliteDatabase, SqliteStatement, SqliteValue } from '../../sqlite/database'
import { timed } from '../../sqlite/slow-statements'

/** A cache of statements by their text. */
export interface Statements {
  /** @returns how many rows it changed */
  run(sql: string, ...values: SqliteValue[]): number
  get<T>(sql: string, ...values: SqliteValue[]): T | undefined
  all<T>(sql: string, ...values: SqliteValue[]): T[]
}

export function createStatements(db: SqliteDatabase): Statements {
  const cache = new Map<string, SqliteStatement>()
  const prepare = (sql: string) => {
    let statement = cache.get(sql)
    if (!statement) {
      statement = db.prepare(sql)
      cache.set(sql, statement)
    }
    return statement
  }
  return {
    run: (sql, ...values) => timed(sql, () => Number(prepare(sql).run(...values).changes)),
    get: <T>(sql: string, ...values: SqliteValue[]) => timed(sql, () => prepare(sql).get(...values) as T | undefined),
    all: <T>(sql: string, ...values: SqliteValue[]) => timed(sql, () => prepare(sql).all(...values) as T[]),
  }
}

/** `?, ?, …` for a list bound as one JSON array, so that one statement serves every length. */
export const IN_JSON = 'IN (SELECT value FROM json_each(?))'

/**
 * A limit as it stands in a statement: a bound one has SQLite plan the statement anew at each call (67 µs instead of 7).
 * @param limit of few different values, since each makes a statement of its own
 */
export const limitTo = (limit: number): string =>
  `LIMIT ${Number.isFinite(limit) ? Math.max(0, Math.trunc(limit)) : -1}`

/** Writes a row, over the one with its key if there is one: so that triggers see a change, and not a row that vanished. */
export function upsert(table: string, key: string, columns: readonly string[]): string {
  const values = ['?', ...columns.map(() => '?')].join(', ')
  const changes = columns.map((column) => `${column} = excluded.${column}`).join(', ')
  return `INSERT INTO ${table} (${[key, ...columns].join(', ')}) VALUES (${values}) ON CONFLICT (${key}) DO UPDATE SET ${changes}`
}
