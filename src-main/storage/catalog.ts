// The table of contents of a database file: which collection, in which schema version, lives in which table.
// Invariant: a table exists exactly when the catalog names it; both are made and removed in one transaction.
import type { Connection } from './connection'
import { storageError } from './errors'
import { createTableSql, dropTableSql, indexName, isPrimary, type Layout } from './layout'

/** Version of the file layout described in this folder's README, kept in SQLite's user_version. */
const FILE_VERSION = 2

/**
 * Makes the catalog in a new file.
 * @throws StorageError `Corrupted` for a database that is not one of ours, `Incompatible` for one of a newer version
 */
export function prepareCatalog(writer: Connection): void {
  const version = Number(writer.get('PRAGMA user_version')?.[0])
  // A process that died while it made the file leaves it without any table; every other file has its catalog.
  const [tables, catalogs] =
    writer.get("SELECT count(*), count(*) FILTER (WHERE name = 'collections') FROM sqlite_schema") ?? []
  if (catalogs === 0 && (tables !== 0 || version !== 0)) {
    throw storageError('Corrupted', 'The file is a database, but not one of this storage', writer.path)
  }
  if (version === FILE_VERSION) {
    // Reading it makes SQLite parse the schema: a damaged one is found now, not at the first query.
    writer.get('SELECT count(*) FROM collections')
    return
  }
  if (version === 1) {
    dropPrimaryIndexes(writer)
    return
  }
  if (version !== 0) throw storageError('Incompatible', `The database file has layout version ${version}`, writer.path)
  writer.run('BEGIN IMMEDIATE')
  writer.run(
    'CREATE TABLE collections (number INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, version INTEGER NOT NULL, layout TEXT NOT NULL, UNIQUE (name, version))',
  )
  // Makes sqlite_stat1, where createTableSql puts what it expects of its indexes.
  writer.run('ANALYZE')
  writer.run(`PRAGMA user_version = ${FILE_VERSION}`)
  writer.run('COMMIT')
}

/** Version 1 had an index of its own where the primary key does as well. */
function dropPrimaryIndexes(writer: Connection): void {
  writer.run('BEGIN IMMEDIATE')
  for (const [number, name, layout] of writer.all('SELECT number, name, layout FROM collections')) {
    const { indexes } = JSON.parse(String(layout)) as Pick<Layout, 'indexes'>
    for (const [place, columns] of indexes.entries()) {
      if (!isPrimary(columns)) continue
      const index = indexName(tableName(Number(number), String(name)), place)
      writer.run(`DROP INDEX IF EXISTS ${index}`)
      writer.run('DELETE FROM sqlite_stat1 WHERE idx = ?', index)
    }
  }
  writer.run(`PRAGMA user_version = ${FILE_VERSION}`)
  writer.run('COMMIT')
}

/**
 * The table of a collection, or undefined when there is none yet.
 * @throws StorageError `Incompatible` when the same schema version has another layout now
 */
export function findTable(connection: Connection, name: string, version: number, layout: Layout): string | undefined {
  const row = connection.get('SELECT number, layout FROM collections WHERE name = ? AND version = ?', name, version)
  if (!row) return undefined
  if (row[1] !== layout.fingerprint) {
    throw storageError(
      'Incompatible',
      `Collection "${name}" exists in schema version ${version} with a different schema (other indexes or key)`,
      connection.path,
    )
  }
  return tableName(Number(row[0]), name)
}

/** Makes the table of a new collection; call inside a write transaction. */
export function createTable(writer: Connection, name: string, version: number, layout: Layout): string {
  writer.run('INSERT INTO collections (name, version, layout) VALUES (?, ?, ?)', name, version, layout.fingerprint)
  const number = Number(writer.get('SELECT last_insert_rowid()')?.[0])
  const table = tableName(number, name)
  for (const sql of createTableSql(table, layout)) writer.run(sql)
  return table
}

/** Removes a collection with all its documents; call inside a write transaction. */
export function dropTable(writer: Connection, name: string, version: number, table: string, layout: Layout): void {
  for (const sql of dropTableSql(table, layout)) writer.run(sql)
  writer.run('DELETE FROM collections WHERE name = ? AND version = ?', name, version)
}

/** Whether the file holds no collection any more. */
export function isEmpty(connection: Connection): boolean {
  return connection.get('SELECT 1 FROM collections LIMIT 1') === undefined
}

// The number makes it unique, since SQLite's names ignore case; the rest is for an administrator who opens the file with a tool.
function tableName(number: number, name: string): string {
  return `d${number}_${name.replace(/[^A-Za-z0-9]+/g, '_').slice(0, 40)}`
}
