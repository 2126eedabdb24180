// A person's history, and the person as of a moment.
import { HISTORY_KINDS, historyPageSchema, personAsOfSchema } from '@shared/model/history'
import { stampSchema } from '@shared/model/ids'
import { momentSchema } from '@shared/model/interaction'
import { ID_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { HttpError } from '../errors'
import { contactParams, limitQuery, listOf, listSchema, PAGE_SIZE, PAGE_SIZE_MAX } from '../schemas/common'
import { shownFields } from '../schemas/contact'
import { LOCAL, type Routes, refusals } from './route'

const { people } = personAsOfSchema.shape
const asOfSchema = personAsOfSchema.extend({ people: z.array(people.element.extend({ fields: shownFields })) })
const { events } = historyPageSchema.shape
const kindsSchema = z.array(z.enum(HISTORY_KINDS)).min(1)

/** @throws HttpError `malformed` */
function kindsOf(asked: string | string[] | undefined) {
  if (asked === undefined) return undefined
  const read = kindsSchema.safeParse(listOf(asked))
  if (!read.success) throw new HttpError('malformed', `kinds: of ${HISTORY_KINDS.join(', ')}.`, 'kinds')
  return read.data
}

export const historyRoutes: Routes = (api) => {
  api.get(
    `${LOCAL}/contacts/:contactId/history`,
    {
      config: { permission: 'externalContacts:contact:view' },
      schema: {
        summary:
          'Who changed what of a person, from what to what, newest first; with `asOf` up to then, and the person as of then',
        tags: ['local'],
        params: contactParams,
        querystring: z.object({
          asOf: momentSchema.optional(),
          kinds: listSchema,
          after: stampSchema.max(ID_MAX).optional(),
          pageSize: limitQuery(1, PAGE_SIZE_MAX, PAGE_SIZE),
        }),
        response: {
          200: z.object({
            entities: events,
            pageSize: z.number(),
            /** What the next page is asked for with; absent: there is none. */
            after: z.string().optional(),
            nextUri: z.string().optional(),
            isErased: z.boolean(),
            asOf: asOfSchema.optional(),
          }),
          ...refusals,
        },
      },
    },
    async ({ params: { contactId }, query: { asOf, kinds, after, pageSize }, caller: { queries } }) => {
      const untilMs = asOf === undefined ? undefined : Date.parse(asOf)
      const wanted = { kinds: kindsOf(kinds), after, limit: pageSize, untilMs }
      const { events: entities, next, isErased } = await queries.history(contactId, wanted)
      const more = next === null ? undefined : new URLSearchParams({ pageSize: String(pageSize), after: next })
      if (more && asOf !== undefined) more.set('asOf', asOf)
      if (more && wanted.kinds) more.set('kinds', wanted.kinds.join(','))
      return {
        ...{ entities, pageSize, isErased },
        ...(next === null
          ? {}
          : { after: next, nextUri: `${LOCAL}/contacts/${encodeURIComponent(contactId)}/history?${more}` }),
        ...(untilMs === undefined ? {} : { asOf: await queries.asOf(contactId, untilMs) }),
      }
    },
  )
}
