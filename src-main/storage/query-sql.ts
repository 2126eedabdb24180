// Translates a prepared RxDB query into one SQL statement: condition, order, limit.
// Invariant: the result is what RxDB's matcher and comparator define. What SQL cannot do (`exact` false, `sort` undefined)
// is left to the caller, who runs them over the rows that SQL lets through, in a stream.

import type { PreparedQuery } from 'rxdb'
import type { SqliteValue } from '../sqlite/database'
import { type AccessPath, chooseAccessPath, type SortTerm } from './access-path'
import type { Connection } from './connection'
import type { Layout } from './layout'
import { selectorCondition, withAlternativesApart } from './selector-sql'

export type SqlQuery = {
  readonly table: string
  readonly path: AccessPath
  /** ` WHERE …` or empty, with its values. */
  readonly where: string
  readonly values: readonly SqliteValue[]
  /** Terms of ORDER BY, or undefined when the order needs the documents. */
  readonly sort: readonly SortTerm[] | undefined
  /** SQL decides alone which documents match. */
  readonly exact: boolean
  /** All documents match that are not deleted. */
  readonly isAll: boolean
  readonly skip: number
  /** -1 without a limit, as SQL has it. */
  readonly limit: number
}

export type Statement = { readonly sql: string; readonly values: readonly SqliteValue[] }

/** Translates selector, sort, skip and limit, and chooses the index. */
export function translateQuery<RxDocType>(
  { query, queryPlan }: PreparedQuery<RxDocType>,
  table: string,
  layout: Layout,
): SqlQuery {
  const selector = query.selector as Record<string, unknown>
  let condition = selectorCondition(selector, layout)
  const sort = sortTerms(query.sort, layout)
  const path = chooseAccessPath(table, layout, condition, sort, { index: queryPlan.index, isForced: !!query.index })
  if (!path.index && condition.hasAlternatives) condition = selectorCondition(withAlternativesApart(selector), layout)
  return {
    table,
    path,
    where: condition.sql && ` WHERE ${condition.sql}`,
    values: condition.values,
    sort,
    exact: condition.exact,
    isAll: condition.exact && condition.size === 1 && condition.equal.has('deleted') && condition.values[0] === 0,
    skip: query.skip ?? 0,
    limit: query.limit ?? -1,
  }
}

function sortTerms(sort: readonly object[], layout: Layout): SortTerm[] | undefined {
  const terms: SortTerm[] = []
  for (const [path, direction] of sort.flatMap((part) => Object.entries(part))) {
    const column = layout.byPath.get(path)
    if (!column) return undefined
    terms.push({ column: column.name, descending: direction === 'desc' })
  }
  return terms
}

const orderBy = (sort: readonly SortTerm[]): string =>
  ` ORDER BY ${sort.map(({ column, descending }) => (descending ? `${column} DESC` : column)).join(', ')}`

const from = ({ table, path, where }: SqlQuery): string =>
  `FROM ${table}${path.index ? ` INDEXED BY ${path.index}` : ''}${where}`

/** The statement that hands out the bodies: in order unless `sort` is undefined, with skip and limit if exact. */
export function selectBodies(query: SqlQuery): Statement {
  const { table, sort, path } = query
  if (!sort) return { sql: `SELECT body ${from(query)}`, values: query.values }
  const cut = query.exact && (query.limit >= 0 || query.skip > 0)
  const values = cut ? [...query.values, query.limit, query.skip] : query.values
  if (path.comesIn === 'order') {
    return { sql: `SELECT body ${from(query)}${orderBy(sort)}${cut ? ' LIMIT ? OFFSET ?' : ''}`, values }
  }
  // What SQLite sorts are row numbers, not bodies; the LIMIT also keeps it from merging the two levels.
  const sorted = `SELECT rowid AS number ${from(query)}${orderBy(sort)} LIMIT ${cut ? '? OFFSET ?' : '-1'}`
  return { sql: `SELECT body FROM (${sorted}) AS sorted CROSS JOIN ${table} ON ${table}.rowid = number`, values }
}

/** For a flipped path: everything descending, the ids too. */
export function selectFlipped(query: SqlQuery, limit: number, skip: number): Statement {
  const order = orderBy((query.sort ?? []).map(({ column }) => ({ column, descending: true })))
  return { sql: `SELECT body ${from(query)}${order} LIMIT ? OFFSET ?`, values: [...query.values, limit, skip] }
}

/** For a flipped path: the first bodies of one group, ids ascending. */
export function selectGroup(
  query: SqlQuery,
  groupColumns: readonly string[],
  group: readonly SqliteValue[],
  limit: number,
): Statement {
  const isGroup = groupColumns.map((column) => `${column} IS ?`).join(' AND ')
  const where = query.where ? `${query.where} AND ${isGroup}` : ` WHERE ${isGroup}`
  return {
    sql: `SELECT body ${from({ ...query, where })} ORDER BY id LIMIT ?`,
    values: [...query.values, ...group, limit],
  }
}

/** The statement that counts without reading a document; only for exact queries. */
export function selectCount(query: SqlQuery): Statement {
  const isCut = query.limit >= 0 || query.skip > 0
  if (query.isAll && !isCut) {
    // Both are counted in an index, while the flag stands with the bodies.
    const deleted = `SELECT count(*) FROM ${query.table} WHERE deleted = 1`
    return { sql: `SELECT count(*) - (${deleted}) FROM ${query.table}`, values: [] }
  }
  if (!isCut) return { sql: `SELECT count(*) ${from(query)}`, values: query.values }
  return {
    sql: `SELECT count(*) FROM (SELECT 1 ${from(query)} LIMIT ? OFFSET ?)`,
    values: [...query.values, query.limit, query.skip],
  }
}

/** The statement that hands out bodies in any order, for counting what SQL cannot decide. */
export function selectUnordered(query: SqlQuery): Statement {
  return { sql: `SELECT body ${from(query)}`, values: query.values }
}

/** What SQLite says it will do for a statement: one line per step, as in `SEARCH d1_contacts USING INDEX …`. */
export function explain(connection: Connection, statement: Statement): string[] {
  return connection
    .all(`EXPLAIN QUERY PLAN ${statement.sql}`, ...statement.values)
    .map((row) => String(row[row.length - 1]))
}
