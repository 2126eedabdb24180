// Walking a list of contacts by name: by numbers of pages over the first records, as the reference does, and by cursor behind
// them. Invariant: a page by cursor holds those behind the last one of the page before it, however deep it is.
import { personIdSchema } from '@shared/model/ids'
import { z } from 'zod'
import type { Caller } from '../../application/caller'
import { HttpError } from '../errors'
import { listing, readCursor, writeCursor } from './common'
import { BASE } from './contact'

export const CONTACTS = `${BASE}/contacts`
const SORTS = ['firstName', 'lastName', 'middleName', 'title'] as const
/** A cursor holds a name. */
export const CURSOR_MAX = 4096

/** Where a list goes on behind the first records that pages by number reach. */
const listCursorSchema = z.object({
  sort: z.enum(SORTS),
  descending: z.boolean(),
  value: z.string(),
  id: personIdSchema,
  page: z.number().int(),
})
type ListCursor = z.infer<typeof listCursorSchema>
/** @param text a field, `:` and a direction; surnames upwards if there is none */
export function sortOf(text: string | undefined) {
  const [field = '', direction = 'asc'] = (text ?? 'lastName').toLowerCase().split(':')
  return {
    sort: SORTS.find((one) => one.toLowerCase() === field) ?? ('lastName' as const),
    descending: direction === 'desc',
  }
}

export const cursorUri = (pageSize: number, { sort, descending, value, id, page }: ListCursor): string =>
  `${CONTACTS}?${new URLSearchParams({
    pageSize: String(pageSize),
    cursor: writeCursor({ sort, descending, value, id, page } satisfies ListCursor),
  })}`

/** The ids of the page that a cursor tells of, and its paging members. @throws HttpError `malformed` */
export function goOn(queries: Caller['queries'], cursor: string, pageSize: number, sortOrder: string | undefined) {
  const from = readCursor(cursor, listCursorSchema, 'cursor')
  const { sort, descending } = sortOrder === undefined ? from : sortOf(sortOrder)
  if (sort !== from.sort || descending !== from.descending)
    throw new HttpError('malformed', 'This cursor belongs to another sortOrder.', 'sortOrder')
  const { total, items, next } = queries.people({ sort, descending, offset: 0, limit: pageSize, after: from })
  const page = { pageSize, pageNumber: from.page }
  const byName = { sortOrder: `${sort}:${descending ? 'desc' : 'asc'}` }
  const { pageCount, firstUri, lastUri } = listing([], total, page, CONTACTS, byName)
  return {
    ids: items.map(({ id }) => id),
    ...{ ...page, total, pageCount, firstUri, lastUri, selfUri: cursorUri(pageSize, from) },
    ...(next ? { nextUri: cursorUri(pageSize, { ...from, ...next, page: from.page + 1 }) } : {}),
  }
}
