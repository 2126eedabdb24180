// The one place where a database file is opened, whatever it holds: documents, views, search, sync, locks.
// Invariant: one library opens them all. Two on one file would break each other's locks. Its build waits for the disk less than
// SQLite's own with a write-ahead log (NORMAL), so each opener whose commits count says `synchronous` itself.
/// <reference path="./library.d.ts" />
import Library, { type Bound, type Statement } from 'better-sqlite3-multiple-ciphers'
import { binding } from './binding'
import { keyStatements, sqliteKey } from './key'
import { withResultCode } from './result-codes'

/** What can be bound to a statement. */
export type SqliteValue = null | number | bigint | string | Uint8Array

/** A row by the names of its columns; an array of them after `setReturnArrays(true)`. */
export type SqliteRow = Record<string, SqliteValue>

export interface OpenSqliteOptions {
  readOnly?: boolean
  /** Ms to wait for another connection's lock; none. */
  timeout?: number
  /** Another key than that of this process, in hexadecimal digits; `plain`: none. For what puts a file under another key. */
  under?: string
}

/** It lies in no file. */
const IN_MEMORY = ':memory:'

/** Stands for no key. */
export const PLAIN = 'plain'

/** A prepared statement. Rows that are iterated must be read to their end, or given up, before the next write. */
export class SqliteStatement {
  readonly #statement: Statement
  /** The library takes values of `?1` by their names. */
  readonly #isNumbered: boolean

  constructor(statement: Statement, isNumbered: boolean) {
    this.#statement = statement
    this.#isNumbered = isNumbered
  }

  #bound(values: readonly SqliteValue[]): readonly Bound[] {
    return this.#isNumbered ? [Object.fromEntries(values.map((value, at) => [at + 1, value]))] : values
  }

  all(...values: readonly SqliteValue[]): SqliteRow[] {
    try {
      const bound = this.#bound(values)
      if (this.#statement.reader) return this.#statement.all(...bound)
      this.#statement.run(...bound)
      return []
    } catch (error) {
      throw withResultCode(error)
    }
  }

  get(...values: readonly SqliteValue[]): SqliteRow | undefined {
    try {
      const bound = this.#bound(values)
      if (this.#statement.reader) return this.#statement.get(...bound)
      this.#statement.run(...bound)
      return undefined
    } catch (error) {
      throw withResultCode(error)
    }
  }

  /** @returns how many rows it changed; of a statement that hands rows out, none */
  run(...values: readonly SqliteValue[]): { changes: number; lastInsertRowid: number | bigint } {
    try {
      const bound = this.#bound(values)
      if (!this.#statement.reader) return this.#statement.run(...bound)
      this.#statement.all(...bound)
      return { changes: 0, lastInsertRowid: 0 }
    } catch (error) {
      throw withResultCode(error)
    }
  }

  *iterate(...values: readonly SqliteValue[]): IterableIterator<SqliteRow> {
    try {
      yield* this.#statement.iterate(...this.#bound(values))
    } catch (error) {
      throw withResultCode(error)
    }
  }

  setReturnArrays(isWanted: boolean): void {
    if (this.#statement.reader) this.#statement.raw(isWanted)
  }
}

export class SqliteDatabase {
  readonly #database: Library

  constructor(path: string, { readOnly = false, timeout = 0, under = sqliteKey() }: OpenSqliteOptions) {
    try {
      this.#database = new Library(path, { readonly: readOnly, timeout, nativeBinding: binding() })
    } catch (error) {
      throw withResultCode(error)
    }
    if (under !== undefined && under !== PLAIN && path !== IN_MEMORY) this.#database.exec(keyStatements(under))
    // What is sorted or set aside for a while is written to no file of its own, which would be plain.
    this.#database.exec('PRAGMA temp_store = MEMORY')
  }

  prepare(sql: string): SqliteStatement {
    try {
      return new SqliteStatement(this.#database.prepare(sql), /\?\d/.test(sql))
    } catch (error) {
      throw withResultCode(error)
    }
  }

  exec(sql: string): void {
    try {
      this.#database.exec(sql)
    } catch (error) {
      throw withResultCode(error)
    }
  }

  /** SQLite may end a transaction by itself after a full disk or an I/O error. */
  get isTransaction(): boolean {
    return this.#database.inTransaction
  }

  get isOpen(): boolean {
    return this.#database.open
  }

  close(): void {
    this.#database.close()
  }
}

/**
 * Opens a file, or makes it.
 * @param path of the file, or `:memory:`
 * @throws the error of SQLite, with its result code as `errcode`
 */
export function openSqlite(path: string, options: OpenSqliteOptions = {}): SqliteDatabase {
  return new SqliteDatabase(path, options)
}
