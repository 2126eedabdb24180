// One SQLite connection with its prepared statements.
// Invariant: a statement text is prepared once per connection, and a connection is used by one call at a time.
import { openSqlite, type SqliteDatabase, type SqliteStatement, type SqliteValue } from '../sqlite/database'
import { timed, timedRows } from '../sqlite/slow-statements'
import { asStorageError } from './errors'

/** A row as a statement with `setReturnArrays(true)` hands it out. */
export type RowArray = readonly unknown[]

/** Bounded, because `$in` lists and odd queries make new texts; the common ones come back at once. */
const MAX_STATEMENTS = 500

/** A connection to one database file. All rows are arrays, not objects: measurably cheaper to make. */
export class Connection {
  readonly path: string
  readonly #database: SqliteDatabase
  readonly #statements = new Map<string, SqliteStatement>()

  constructor(path: string, options: { readOnly: boolean; pragmas: Readonly<Record<string, string | number>> }) {
    this.path = path
    try {
      this.#database = openSqlite(path, { readOnly: options.readOnly, timeout: 2_000 })
    } catch (error) {
      throw asStorageError(error, path)
    }
    try {
      for (const [name, value] of Object.entries(options.pragmas)) this.#database.exec(`PRAGMA ${name} = ${value}`)
    } catch (error) {
      this.#database.close()
      throw asStorageError(error, path)
    }
  }

  /** The prepared statement for a text; it must be run to its end before the text is asked for again. */
  prepare(sql: string): SqliteStatement {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    statement.setReturnArrays(true)
    if (this.#statements.size >= MAX_STATEMENTS) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest)
        break
      }
    }
    this.#statements.set(sql, statement)
    return statement
  }

  all(sql: string, ...values: SqliteValue[]): RowArray[] {
    return timed(sql, () => this.prepare(sql).all(...values)) as unknown as RowArray[]
  }

  get(sql: string, ...values: SqliteValue[]): RowArray | undefined {
    return timed(sql, () => this.prepare(sql).get(...values)) as unknown as RowArray | undefined
  }

  iterate(sql: string, ...values: SqliteValue[]): IterableIterator<RowArray> {
    return timedRows(sql, this.prepare(sql).iterate(...values) as unknown as IterableIterator<RowArray>)
  }

  run(sql: string, ...values: SqliteValue[]): number {
    return Number(timed(sql, () => this.prepare(sql).run(...values)).changes)
  }

  /** Whether a transaction is open; SQLite may end one by itself after a full disk or an I/O error. */
  get inTransaction(): boolean {
    return this.#database.isTransaction
  }

  close(): void {
    this.#statements.clear()
    this.#database.close()
  }
}
