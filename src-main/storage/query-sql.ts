// Translates a prepared RxDB query into one SQL statement: condition, order, limit.
// Invariant: the result is what RxDB's matcher and comparator define. What SQL cannot do exactly (`exact`, `ordered`)
// is left to the caller, who runs them over the rows that SQL lets through, in a stream.
import type { SQLInputValue } from 'node:sqlite'
import type { PreparedQuery } from 'rxdb'
import type { Connection } from './connection'
import type { Layout } from './layout'
import { selectorCondition } from './selector-sql'

export type SqlQuery = {
  /** `FROM … WHERE …` with its values. */
  readonly source: string
  readonly values: readonly SQLInputValue[]
  /** ` ORDER BY …`, or empty when the order needs the documents. */
  readonly orderBy: string
  /** SQL decides alone which documents match. */
  readonly exact: boolean
  /** SQL puts them into the right order. */
  readonly ordered: boolean
  readonly skip: number
  /** -1 without a limit, as SQL has it. */
  readonly limit: number
}

/** Translates; which index is used is SQLite's choice, unless the query names one. */
export function translateQuery<RxDocType>(
  { query, queryPlan }: PreparedQuery<RxDocType>,
  table: string,
  layout: Layout,
): SqlQuery {
  const condition = selectorCondition(query.selector as Record<string, unknown>, layout)
  const terms: string[] = []
  let ordered = true
  for (const part of query.sort) {
    for (const [path, direction] of Object.entries(part)) {
      const column = layout.byPath.get(path)
      if (column) terms.push(direction === 'desc' ? `${column.name} DESC` : column.name)
      else ordered = false
    }
  }
  const index = query.index ? indexName(queryPlan.index, table, layout) : undefined
  return {
    source: `FROM ${table}${index ? ` INDEXED BY ${index}` : ''}${condition.sql ? ` WHERE ${condition.sql}` : ''}`,
    values: condition.values,
    orderBy: ordered && terms.length > 0 ? ` ORDER BY ${terms.join(', ')}` : '',
    exact: condition.exact,
    ordered,
    skip: query.skip ?? 0,
    limit: query.limit ?? -1,
  }
}

function indexName(paths: readonly string[], table: string, layout: Layout): string | undefined {
  const names = paths.map((path) => layout.byPath.get(path)?.name).join()
  const position = layout.indexes.findIndex((index) => index.join() === names)
  return position < 0 || names === 'id' ? undefined : `${table}_i${position + 1}`
}

/** The statement that hands out the bodies, with skip and limit where SQL can apply them. */
export function selectBodies(query: SqlQuery): { sql: string; values: SQLInputValue[] } {
  const sql = `SELECT body ${query.source}${query.orderBy}`
  if (!query.exact || !query.ordered || (query.limit < 0 && query.skip === 0)) return { sql, values: [...query.values] }
  return { sql: `${sql} LIMIT ? OFFSET ?`, values: [...query.values, query.limit, query.skip] }
}

/** The statement that counts without reading a document; only for exact queries. */
export function selectCount(query: SqlQuery): { sql: string; values: SQLInputValue[] } {
  if (query.limit < 0 && query.skip === 0) return { sql: `SELECT count(*) ${query.source}`, values: [...query.values] }
  return {
    sql: `SELECT count(*) FROM (SELECT 1 ${query.source} LIMIT ? OFFSET ?)`,
    values: [...query.values, query.limit, query.skip],
  }
}

/** What SQLite says it will do for a statement: one line per step, as in `SEARCH d1_contacts USING INDEX …`. */
export function explain(connection: Connection, statement: { sql: string; values: SQLInputValue[] }): string[] {
  return connection
    .all(`EXPLAIN QUERY PLAN ${statement.sql}`, ...statement.values)
    .map((row) => String(row[row.length - 1]))
}
