// Which columns and indexes a collection has in SQLite, derived from its RxDB schema, and the values that go into them.
// Invariant: the body column is the document; every other column repeats a field of it so that SQL can search and
// order by it, and is written in the same statement as the body.
import { getPrimaryFieldOfPrimaryKey, getSchemaByObjectPath, type RxDocumentData, type RxJsonSchema } from 'rxdb'
import { sortableText } from './sortable-text'

/** A value that SQLite stores in a search column. Booleans are 0 and 1, a missing or null field is null. */
export type ColumnValue = string | number | null
export type ColumnKind = 'text' | 'number' | 'boolean'

/** One search column: the dotted path of a field and the SQL name of its column. */
export type Column = { readonly path: string; readonly name: string; readonly kind: ColumnKind }

/** Everything about a collection's table that can be known from its schema. */
export type Layout = {
  readonly primaryPath: string
  /** Columns in the order of the table, always starting with id, deleted. */
  readonly columns: readonly Column[]
  readonly byPath: ReadonlyMap<string, Column>
  /** For each schema index the names of its columns. */
  readonly indexes: readonly (readonly string[])[]
  readonly hasAttachments: boolean
  /** Same text for same layout: stored beside the table, to notice a schema that changed without a new version. */
  readonly fingerprint: string
}

/** Number of leading columns that every table has: id, deleted. */
const FIXED_COLUMNS = 2

function kindOf(type: unknown): ColumnKind {
  const types = Array.isArray(type) ? type : [type]
  if (types.includes('string')) return 'text'
  if (types.includes('boolean')) return 'boolean'
  return 'number'
}

/** Derives table columns and indexes from a schema that RxDB has filled with its defaults. */
export function layoutOf<RxDocType>(schema: RxJsonSchema<RxDocumentData<RxDocType>>): Layout {
  const primaryPath: string = getPrimaryFieldOfPrimaryKey(schema.primaryKey)
  const columns: Column[] = [
    { path: primaryPath, name: 'id', kind: 'text' },
    { path: '_deleted', name: 'deleted', kind: 'boolean' },
  ]
  const byPath = new Map(columns.map((column) => [column.path, column]))
  const indexes: string[][] = []
  for (const index of schema.indexes ?? []) {
    const paths: readonly string[] = typeof index === 'string' ? [index] : index
    // RxDB adds this one for getChangedDocumentsSince, which has a column and an index of its own here.
    if (paths.length === 2 && paths[0] === '_meta.lwt' && paths[1] === primaryPath) continue
    indexes.push(
      paths.map((path) => {
        const known = byPath.get(path)
        if (known) return known.name
        // Numbered, because SQLite's names ignore case and a field's name may be anything.
        const readable = path.replace(/[^A-Za-z0-9]+/g, '_')
        const column: Column = {
          path,
          name: `f${columns.length - FIXED_COLUMNS + 1}_${readable}`,
          kind: kindOf(getSchemaByObjectPath(schema, path)?.type),
        }
        columns.push(column)
        byPath.set(path, column)
        return column.name
      }),
    )
  }
  const hasAttachments = !!schema.attachments
  const fingerprint = JSON.stringify({ columns, indexes, hasAttachments })
  return { primaryPath, columns, byPath, indexes, hasAttachments, fingerprint }
}

/**
 * Whether the primary key does the work of a schema index: RxDB gives one over the deleted flag and the id to every
 * collection without indexes. Ids come in any order, so that an index over them costs each new document a page of its own.
 */
export function isPrimary(index: readonly string[]): boolean {
  return index.join() === 'id' || index.join() === 'deleted,id'
}

/** The name of the SQL index of a schema index, by its place in the schema. */
export function indexName(table: string, place: number): string {
  return `${table}_i${place + 1}`
}

/** SQL that makes a collection's table, its indexes and, where the schema has them, its attachments. */
export function createTableSql(table: string, layout: Layout): string[] {
  const affinity: Record<ColumnKind, string> = { text: 'TEXT', number: 'NUMERIC', boolean: 'INTEGER' }
  const searchColumns = layout.columns.slice(FIXED_COLUMNS).map((column) => `${column.name} ${affinity[column.kind]}`)
  const definitions = [
    'id TEXT NOT NULL PRIMARY KEY',
    'deleted INTEGER NOT NULL',
    // The last write time by which changes are read: see ChangeClock.
    'changed NUMERIC NOT NULL',
    ...searchColumns,
    'rev TEXT NOT NULL',
    'body TEXT NOT NULL',
  ]
  const statements = [`CREATE TABLE ${table} (${definitions.join(', ')})`]
  layout.indexes.forEach((columns, place) => {
    if (isPrimary(columns)) return
    const name = indexName(table, place)
    statements.push(
      `CREATE INDEX ${name} ON ${table} (${columns.join(', ')})`,
      `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('${table}', '${name}', '${expectation(columns, layout)}')`,
    )
  })
  statements.push(`CREATE INDEX ${table}_changes ON ${table} (changed, id)`)
  // Only deleted documents are in it, so live ones do not pay for cleanup.
  statements.push(`CREATE INDEX ${table}_cleanup ON ${table} (changed) WHERE deleted = 1`)
  if (layout.hasAttachments) {
    statements.push(
      `CREATE TABLE ${table}_attachments (id TEXT NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL, type TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (id, name))`,
    )
  }
  return statements
}

/**
 * What SQLite is told about an index in place of measured statistics: how many rows share the first, the first two, …
 * columns. Without it SQLite takes the deleted flag, with which every index starts, for as telling as any other value.
 */
function expectation(columns: readonly string[], layout: Layout): string {
  let sharing = 1_000_000
  const numbers = [sharing]
  for (const name of columns) {
    const kind = layout.columns.find((column) => column.name === name)?.kind
    if (name === 'id') sharing = 1
    else if (name !== 'deleted') sharing = Math.max(10, Math.ceil(sharing / (kind === 'boolean' ? 2 : 1000)))
    numbers.push(sharing)
  }
  return numbers.join(' ')
}

/** SQL that removes all of it again; indexes go with their tables. */
export function dropTableSql(table: string, layout: Layout): string[] {
  const tables = layout.hasAttachments ? [table, `${table}_attachments`] : [table]
  return tables.map((name) => `DROP TABLE ${name}`)
}

/** The value as the column stores it; what does not fit the column's kind counts as missing, like null. */
export function columnValue(kind: ColumnKind, value: unknown): ColumnValue {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? sortableText(value) : null
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? value : null
    case 'boolean':
      return value === true ? 1 : value === false ? 0 : null
  }
}

type ValueReader = (document: object) => ColumnValue

function readerOf({ path, kind }: Column): ValueReader {
  const keys = path.split('.')
  const [first] = keys
  if (keys.length === 1 && first !== undefined) {
    return (document) => columnValue(kind, (document as Record<string, unknown>)[first])
  }
  return (document) => {
    let value: unknown = document
    for (const key of keys) {
      if (typeof value !== 'object' || value === null) return null
      value = (value as Record<string, unknown>)[key]
    }
    return columnValue(kind, value)
  }
}

function allValues(readers: readonly ValueReader[]): (document: object) => ColumnValue[] {
  return (document) => {
    const values: ColumnValue[] = []
    for (const read of readers) values.push(read(document))
    return values
  }
}

/** A function from document to the values of all columns, in the order of the table. */
export function columnReader(layout: Layout): (document: object) => ColumnValue[] {
  return allValues(layout.columns.map(readerOf))
}

/** A function from document to the values of some columns, by their SQL names. */
export function valueReader(layout: Layout, names: readonly string[]): (document: object) => ColumnValue[] {
  return allValues(names.flatMap((name) => layout.columns.filter((column) => column.name === name)).map(readerOf))
}
