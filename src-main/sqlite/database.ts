// The one place where a database file is opened, whatever it holds: documents, views, search, sync, locks.
// Invariant: one library opens them all. Two on one file would break each other's locks.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

export type SqliteDatabase = DatabaseSync
export type SqliteStatement = StatementSync
/** What can be bound to a statement. */
export type SqliteValue = SQLInputValue

export interface OpenSqliteOptions {
  readOnly?: boolean
  /** Ms to wait for another connection's lock; none. */
  timeout?: number
}

/**
 * Opens a file, or makes it.
 * @param path of the file; `:memory:`, or an empty name for a private temporary database
 * @throws the error of SQLite, with its extended result code as `errcode`
 */
export function openSqlite(path: string, options: OpenSqliteOptions = {}): SqliteDatabase {
  return new DatabaseSync(path, options)
}
