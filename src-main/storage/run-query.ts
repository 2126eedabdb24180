// Runs translated queries. Bodies come from SQL in order; where the translation is not exact, RxDB's matcher and
// comparator do the rest on the stream, holding no more documents than the result needs.
import { getQueryMatcher, getSortComparator, type PreparedQuery, type RxDocumentData, type RxJsonSchema } from 'rxdb'
import type { SortTerm } from './access-path'
import type { Connection, RowArray } from './connection'
import type { DatabaseFile } from './database-file'
import { parseBody } from './document-table'
import { type ColumnValue, type Layout, valueReader } from './layout'
import {
  type SqlQuery,
  type Statement,
  selectBodies,
  selectCount,
  selectFlipped,
  selectGroup,
  selectUnordered,
} from './query-sql'
import { Slice } from './slices'

/** Results up to this size are fetched by one SQLite call, which is about twice as fast as row by row. */
const FETCH_AT_ONCE = 1000
/** Up to this many documents are parsed without a look at the clock. */
const PARSE_AT_ONCE = 200

type Documents<RxDocType> = RxDocumentData<RxDocType>[]

/** The documents of a query, in order, after skip and limit. */
export function runQuery<RxDocType>(
  file: DatabaseFile,
  schema: Readonly<RxJsonSchema<RxDocumentData<RxDocType>>>,
  prepared: PreparedQuery<RxDocType>,
  query: SqlQuery,
  layout: Layout,
): Promise<Documents<RxDocType>> {
  if (query.limit === 0) return Promise.resolve([])
  if (query.exact && query.sort) {
    const isShort = query.limit >= 0 && query.skip + query.limit <= FETCH_AT_ONCE
    if (isRunFlipped(query)) return runFlipped(file, query, query.sort, layout)
    const { sql, values } = selectBodies(query)
    if (isShort) {
      return parseRows(
        file.read((reader) => reader.all(sql, ...values)),
        new Slice(file.sliceTime),
      )
    }
    return file.readPausing(async (reader, slice) => {
      const documents: Documents<RxDocType> = []
      for (const [body] of reader.iterate(sql, ...values)) {
        documents.push(parseBody(body))
        if (slice.isOver) await slice.pause()
      }
      return documents
    })
  }
  const { sql, values } = selectBodies(query)
  const isMatch = query.exact ? undefined : getQueryMatcher(schema, prepared.query)
  const wanted = query.limit < 0 ? Number.POSITIVE_INFINITY : query.skip + query.limit
  return file.readPausing(async (reader, slice) => {
    const found = query.sort
      ? await takeFirst<RxDocType>(reader.iterate(sql, ...values), slice, isMatch, wanted)
      : await takeLowest<RxDocType>(
          reader.iterate(sql, ...values),
          slice,
          isMatch,
          wanted,
          getSortComparator(schema, prepared.query),
        )
    return found.slice(query.skip, wanted)
  })
}

function isRunFlipped({ exact, sort, path, limit, skip }: SqlQuery): boolean {
  return exact && sort !== undefined && path.comesIn === 'flipped' && limit >= 0 && skip + limit <= PARSE_AT_ONCE
}

/** The statement that a query starts with, to explain it. */
export function firstStatement(query: SqlQuery): Statement {
  return isRunFlipped(query) ? selectFlipped(query, query.skip + query.limit, 0) : selectBodies(query)
}

/** How many documents a query finds, skip and limit applied. */
export function runCount<RxDocType>(
  file: DatabaseFile,
  schema: Readonly<RxJsonSchema<RxDocumentData<RxDocType>>>,
  prepared: PreparedQuery<RxDocType>,
  query: SqlQuery,
): Promise<number> {
  if (query.exact) {
    const { sql, values } = selectCount(query)
    return Promise.resolve(file.read((reader: Connection) => Number(reader.get(sql, ...values)?.[0])))
  }
  const isMatch = getQueryMatcher(schema, prepared.query)
  const wanted = query.limit < 0 ? Number.POSITIVE_INFINITY : query.skip + query.limit
  return file.readPausing(async (reader, slice) => {
    let matching = 0
    const { sql, values } = selectUnordered(query)
    for (const [body] of reader.iterate(sql, ...values)) {
      if (matching >= wanted) break
      if (isMatch(parseBody(body))) matching++
      if (slice.isOver) await slice.pause()
    }
    return Math.max(0, matching - query.skip)
  })
}

/**
 * Reads an index backwards whose rows are wanted backwards but with ids ascending within equal values: whole groups are
 * turned round, and the last one, which the limit may have cut at the wrong end, is read again from its right end.
 */
async function runFlipped<Document extends object>(
  file: DatabaseFile,
  query: SqlQuery,
  sort: readonly SortTerm[],
  layout: Layout,
): Promise<Document[]> {
  const wanted = query.skip + query.limit
  const groupColumns = sort.slice(0, -1).map(({ column }) => column)
  // From the document, not from SQL: the library cuts text at a NUL when it reads a column.
  const groupOf = valueReader(layout, groupColumns)
  const documents = file.read((reader) => {
    const read = ({ sql, values }: Statement): Document[] =>
      reader.all(sql, ...values).map(([body]) => parseBody<Document>(body))
    const readGroup = (group: readonly ColumnValue[], limit: number): Document[] =>
      read(selectGroup(query, groupColumns, group, limit))

    const [first] = read(selectFlipped(query, 1, 0))
    if (!first) return []
    // With few distinct values the first group is all that is wanted.
    const inOrder = readGroup(groupOf(first), wanted)
    if (inOrder.length === wanted) return inOrder
    const rest = read(selectFlipped(query, wanted - inOrder.length, inOrder.length))
    const groups = rest.map(groupOf)
    for (let start = 0, end = 0; start < rest.length; start = end) {
      const group = groups[start] ?? []
      end = start + 1
      while (end < rest.length && groups[end]?.every((value, i) => value === group[i])) end++
      const missing = wanted - inOrder.length
      const isCut = end === rest.length && missing === end - start
      inOrder.push(...(isCut ? readGroup(group, missing) : rest.slice(start, end).reverse()))
    }
    return inOrder
  })
  return documents.slice(query.skip)
}

/** Parses rows of bodies that are already in memory; pauses when there are many. */
export async function parseRows<Document>(rows: readonly RowArray[], slice: Slice): Promise<Document[]> {
  const documents = new Array<Document>(rows.length)
  for (let i = 0; i < rows.length; i++) {
    documents[i] = parseBody(rows[i]?.[0])
    if (slice.isOver) await slice.pause()
  }
  return documents
}

type Matcher<RxDocType> = ((document: RxDocumentData<RxDocType>) => boolean) | undefined

async function takeFirst<RxDocType>(
  rows: Iterable<RowArray>,
  slice: Slice,
  isMatch: Matcher<RxDocType>,
  wanted: number,
): Promise<Documents<RxDocType>> {
  const found: Documents<RxDocType> = []
  for (const [body] of rows) {
    const document = parseBody<RxDocumentData<RxDocType>>(body)
    if (!isMatch || isMatch(document)) found.push(document)
    if (found.length >= wanted) break
    if (slice.isOver) await slice.pause()
  }
  return found
}

async function takeLowest<RxDocType>(
  rows: Iterable<RowArray>,
  slice: Slice,
  isMatch: Matcher<RxDocType>,
  wanted: number,
  compare: (a: RxDocumentData<RxDocType>, b: RxDocumentData<RxDocType>) => number,
): Promise<Documents<RxDocType>> {
  let found: Documents<RxDocType> = []
  // Sorting is put off until twice as many are held as wanted: amortised, each document is then sorted about once.
  const full = Math.max(2 * wanted, FETCH_AT_ONCE)
  for (const [body] of rows) {
    const document = parseBody<RxDocumentData<RxDocType>>(body)
    if (!isMatch || isMatch(document)) found.push(document)
    if (found.length >= full) found = found.sort(compare).slice(0, wanted)
    if (slice.isOver) await slice.pause()
  }
  return found.sort(compare)
}
