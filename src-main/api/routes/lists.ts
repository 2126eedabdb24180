// Many contacts at once: listing, searching, walking through all, and who mentions a value.
// Invariant: only curated contacts are ever in these answers, each as its canonical one.
import { type ContactId, NO_PERSON, type PersonId, personIdSchema } from '@shared/model/ids'
import { LOOKUP_TEXT_MAX } from '@shared/model/limits'
import { z } from 'zod'
import type { ListPlace } from '../../engine/ports'
import { HttpError } from '../errors'
import {
  contactIdInput,
  listing,
  listingSchema,
  listOf,
  listSchema,
  offsetOf,
  PAGE_SIZE,
  PAGE_SIZE_MAX,
  pageQuery,
  RECORDS_MAX,
} from '../schemas/common'
import { BASE, externalContactSchema } from '../schemas/contact'
import { HOME } from '../schemas/division'
import { CONTACTS, CURSOR_MAX, cursorUri, goOn, sortOf } from '../schemas/list-cursor'
import { scanAnswer, scanCursor, scanPage, scanQuery } from '../schemas/scan'
import { answerContact } from './contacts'
import { type Routes, refusals } from './route'

const sortSchema = z.string().regex(/^(firstName|lastName|middleName|title)(:(asc|desc))?$/i)
const listAnswer = { 200: listingSchema(externalContactSchema), ...refusals }

const cursorSchema = z.object({ after: personIdSchema, at: z.number() })
const MENTIONS_MAX = 25

interface Wanted {
  query?: string | undefined
  ids?: readonly ContactId[] | undefined
  sort?: string | undefined
  offset: number
  limit: number
}

export const listRoutes: Routes = (api, host) => {
  const { engine } = host
  type Queries = ReturnType<typeof engine.queriesFor>

  /** Ids and total of what is wanted, best match first unless a sort order is given. */
  async function find(
    queries: Queries,
    { query, ids, sort, offset, limit }: Wanted,
  ): Promise<{ total: number; ids: PersonId[]; next?: ListPlace }> {
    const text = query?.trim() ?? ''
    if (text === '' && ids === undefined) {
      const { items, ...page } = queries.people({ ...sortOf(sort), offset, limit })
      return { ...page, ids: items.map(({ id }) => id) }
    }
    const found = text === '' ? undefined : await queries.found(text, RECORDS_MAX)
    const named = ids && [...new Set(ids.flatMap((id) => queries.personOf(id)?.id ?? []))]
    const among = found && named ? found.filter((id) => named.includes(id)) : (found ?? named ?? [])
    if (sort === undefined && found) return { total: among.length, ids: among.slice(offset, offset + limit) }
    const { total, items } = queries.people({ ...sortOf(sort), offset, limit, among })
    return { total, ids: items.map(({ id }) => id) }
  }

  api.get(
    CONTACTS,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'List or search contacts',
        tags: ['lists'],
        querystring: pageQuery.extend({
          q: z.string().max(LOOKUP_TEXT_MAX).optional(),
          sortOrder: sortSchema.optional(),
          expand: listSchema,
          cursor: z.string().max(CURSOR_MAX).optional(),
        }),
        response: listAnswer,
      },
    },
    async ({ query: { q, sortOrder, expand, cursor, ...page }, caller: { queries } }) => {
      const answer = (ids: readonly PersonId[]) => ids.map((id) => answerContact(queries, id, listOf(expand)))
      if (cursor !== undefined) {
        if (q !== undefined || page.pageNumber !== 1)
          throw new HttpError('malformed', 'A cursor stands without q and without pageNumber.', 'cursor')
        const { ids, ...listed } = goOn(queries, cursor, page.pageSize, sortOrder)
        return { ...listed, entities: answer(ids) }
      }
      const { pageSize, pageNumber } = page
      const wanted = { query: q, sort: sortOrder, offset: offsetOf(page), limit: pageSize }
      const { total, ids, next } = await find(queries, wanted)
      const listed = listing(answer(ids), total, page, CONTACTS, { q, sortOrder })
      // Behind the last page that has a number it goes on by cursor.
      if (listed.nextUri || !next) return listed
      return { ...listed, nextUri: cursorUri(pageSize, { ...sortOf(sortOrder), ...next, page: pageNumber + 1 }) }
    },
  )

  api.post(
    `${BASE}/contacts/search`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'Search contacts',
        tags: ['lists'],
        body: z.object({
          pageSize: z.number().int().min(1).max(PAGE_SIZE_MAX).default(PAGE_SIZE),
          pageNumber: z.number().int().min(1).max(RECORDS_MAX).default(1),
          expand: z.array(z.string().max(128)).max(50).nullish(),
          divisionIds: z
            .array(z.enum([HOME.id, '*']))
            .max(2)
            .nullish(),
          operation: z
            .object({
              simpleSearch: z
                .object({
                  query: z.string().max(LOOKUP_TEXT_MAX).nullish(),
                  sortOrder: z.array(sortSchema).max(1).nullish(),
                  ids: z.array(contactIdInput).max(RECORDS_MAX).nullish(),
                })
                .nullish(),
            })
            .nullish(),
        }),
        response: listAnswer,
      },
    },
    async ({ body: { pageSize, pageNumber, expand, operation }, caller: { queries } }) => {
      const { query, sortOrder, ids } = operation?.simpleSearch ?? {}
      const page = { pageSize, pageNumber }
      const wanted = { query: query ?? undefined, ids: ids ?? undefined, sort: sortOrder?.[0] }
      const found = await find(queries, { ...wanted, offset: offsetOf(page), limit: pageSize })
      const entities = found.ids.map((id) => answerContact(queries, id, expand ?? []))
      return listing(entities, found.total, page, `${BASE}/contacts/search`)
    },
  )

  for (const path of ['scan/contacts', 'scan/contacts/divisionviews/all'])
    api.get(
      `${BASE}/${path}`,
      {
        config: { permission: 'externalContacts:contact:view' },
        schema: {
          summary: 'Walk through all contacts, each once, whatever is written meanwhile',
          tags: ['lists'],
          querystring: scanQuery,
          response: { 200: scanAnswer(externalContactSchema), ...refusals },
        },
      },
      async ({ query: { limit, cursor }, caller: { queries } }) => {
        const from = scanCursor(cursor, cursorSchema, { after: NO_PERSON, at: host.now() }, host.now())
        const people = queries.peopleAfter(from.after, limit + 1)
        const page = people.slice(0, limit)
        const last = page.at(-1)
        const next = people.length > limit && last ? { after: last.id, at: host.now() } : undefined
        const entities = page.map(({ id }) => answerContact(queries, id))
        return scanPage(`${BASE}/${path}`, { limit, cursor }, entities, next)
      },
    )

  api.get(
    `${BASE}/reversewhitepageslookup`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary: 'Contacts in one of whose fields a value stands, whoever holds it',
        tags: ['lists'],
        querystring: z.object({ lookupVal: z.string().min(1).max(LOOKUP_TEXT_MAX), expand: listSchema }),
        response: { 200: z.object({ contacts: z.array(externalContactSchema) }), ...refusals },
      },
    },
    async ({ query: { lookupVal, expand }, caller: { queries } }) => {
      const ids = await queries.mentions(lookupVal, MENTIONS_MAX)
      return { contacts: ids.map((id) => answerContact(queries, id, listOf(expand))) }
    },
  )
}
