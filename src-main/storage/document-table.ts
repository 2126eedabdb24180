// The statements of one collection's table, and how a document becomes a row.
// Invariant: body and search columns of a row are always written together, from the same document.
import type { SqliteStatement, SqliteValue } from '../sqlite/database'
import type { Connection } from './connection'
import { type ColumnValue, columnReader, type Layout } from './layout'
import { sortableText } from './sortable-text'

/** What the table needs of a document; RxDB's documents have it. */
export type StoredDocument = {
  readonly _rev: string
  readonly _deleted: boolean
}

const DELETED = 1

export class DocumentTable {
  readonly table: string
  readonly #layout: Layout
  readonly #read: (document: object) => ColumnValue[]
  readonly #insertSql: string
  readonly #updateSqls = new Map<string, string>()
  readonly selectBodySql: string
  readonly selectLiveBodySql: string

  constructor(table: string, layout: Layout) {
    this.table = table
    this.#layout = layout
    this.#read = columnReader(layout)
    const names = layout.columns.map((column) => column.name)
    const marks = [...names, 'changed', 'rev', 'body'].map(() => '?').join(', ')
    this.#insertSql = `INSERT INTO ${table} (${names.join(', ')}, changed, rev, body) VALUES (${marks}) ON CONFLICT (id) DO NOTHING`
    this.selectBodySql = `SELECT body FROM ${table} WHERE id = ?`
    this.selectLiveBodySql = `${this.selectBodySql} AND deleted = 0`
  }

  /** Inserts unless the id exists. @returns bytes written, or 0 when the id exists */
  insert(writer: Connection, document: StoredDocument, changed: number): number {
    const body = JSON.stringify(document)
    const values: SqliteValue[] = this.#read(document)
    values.push(changed, document._rev, body)
    return writer.run(this.#insertSql, ...values) === 1 ? body.length : 0
  }

  /**
   * Replaces the row that still has the revision of `previous`. Only columns that differ between the two documents are
   * set, because SQLite rewrites every index that has a set column in it, changed or not.
   * @returns bytes written, or 0 when the row has another revision or does not exist
   */
  update(writer: Connection, previous: StoredDocument, document: StoredDocument, changed: number): number {
    const before = this.#read(previous)
    const after = this.#read(document)
    let differing = ''
    const values: SqliteValue[] = []
    // From 1: the id is what finds the row, and so never changes.
    for (let i = 1; i < after.length; i++) {
      const value = after[i] ?? null
      if (value === before[i]) continue
      differing += `${i},`
      values.push(value)
    }
    const body = JSON.stringify(document)
    values.push(changed, document._rev, body, after[0] ?? null, previous._rev)
    return this.#updateStatement(writer, differing, before, after).run(...values).changes === 1 ? body.length : 0
  }

  #updateStatement(
    writer: Connection,
    differing: string,
    before: readonly ColumnValue[],
    after: readonly ColumnValue[],
  ): SqliteStatement {
    let sql = this.#updateSqls.get(differing)
    if (sql === undefined) {
      const sets = this.#layout.columns
        .filter((_, i) => i > 0 && (before[i] ?? null) !== (after[i] ?? null))
        .map((column) => `${column.name} = ?, `)
      sql = `UPDATE ${this.table} SET ${sets.join('')}changed = ?, rev = ?, body = ? WHERE id = ? AND rev = ?`
      this.#updateSqls.set(differing, sql)
    }
    return writer.prepare(sql)
  }

  /** The stored document with this primary key, deleted or not. */
  find<Document>(connection: Connection, id: string): Document | undefined {
    const row = connection.get(this.selectBodySql, sortableText(id))
    return row ? parseBody<Document>(row[0]) : undefined
  }

  /** Removes up to `limit` documents that were deleted at or before `time` (milliseconds). @returns how many */
  purge(writer: Connection, time: number, limit: number): number {
    const old = `FROM ${this.table} WHERE deleted = ${DELETED} AND changed <= ? ORDER BY changed LIMIT ?`
    if (this.#layout.hasAttachments) {
      writer.run(`DELETE FROM ${this.table}_attachments WHERE id IN (SELECT id ${old})`, time, limit)
    }
    return writer.run(`DELETE FROM ${this.table} WHERE rowid IN (SELECT rowid ${old})`, time, limit)
  }
}

/** A body as it was stored. JSON keeps every string, also lone surrogates and NUL, and a key named `__proto__`. */
export function parseBody<Document>(body: unknown): Document {
  if (typeof body !== 'string') throw new TypeError('A document body that is no text: the row is damaged')
  return JSON.parse(body) as Document
}
