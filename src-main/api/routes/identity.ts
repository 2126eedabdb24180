// Who a caller is: the client credentials grant for local tokens, and the user a token works for.
// Invariant: a grant gives nothing that the caller did not have: the access token is the secret it came with.
import { ScvError } from '@shared/errors'
import { z } from 'zod'
import { HttpError } from '../errors'
import { idSchema, listing, listingSchema, offsetOf, pageQuery } from '../schemas/common'
import { divisionSchema, HOME } from '../schemas/division'
import { findToken } from '../tokens'
import { type Routes, refusals } from './route'

const FORM_MAX = 4096
/** Failed grants a minute, as with tokens. */
const FAILURES_MAX = 300
/** As the reference: a day. The token lives on; clients ask anew, and get the same. */
const EXPIRES_S = 86_400

interface Credentials {
  id: string
  secret: string
}

/** What stands in an `Authorization: Basic` header. */
function credentialsIn(authorization = ''): Credentials | undefined {
  const packed = /^Basic +([A-Za-z0-9+/=_-]+)$/i.exec(authorization)?.[1]
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(packed ? Buffer.from(packed, 'base64').toString() : '') ?? []
  return id && secret ? { id, secret } : undefined
}

/** Takes forms, so it stands by itself: no other route does. */
export const grantRoutes: Routes = (api, { tokens }) => {
  const failures = api.createRateLimit({
    max: FAILURES_MAX,
    timeWindow: 60_000,
    keyGenerator: (request) => `grant ${request.ip}`,
  })
  api.removeAllContentTypeParsers()
  api.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_MAX },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body as string))),
  )
  api.post(
    '/oauth/token',
    {
      config: { open: true },
      schema: {
        summary: 'Client credentials: the id and the secret of a token of this API',
        tags: ['identity'],
        consumes: ['application/x-www-form-urlencoded'],
        body: z.object({
          grant_type: z.literal('client_credentials'),
          client_id: z.string().optional(),
          client_secret: z.string().optional(),
        }),
        response: {
          200: z.object({ access_token: z.string(), token_type: z.literal('bearer'), expires_in: z.number() }),
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      const { client_id: id, client_secret: secret } = request.body
      const given = credentialsIn(request.headers.authorization) ?? (id && secret ? { id, secret } : undefined)
      const token = given && findToken(tokens(), given.secret)
      if (given && token && token.id === given.id)
        return { access_token: given.secret, token_type: 'bearer' as const, expires_in: EXPIRES_S }
      const limit = await failures(request)
      if (!limit.isAllowed && limit.isExceeded) {
        reply.header('retry-after', limit.ttlInSeconds)
        throw new HttpError('too_many_requests')
      }
      reply.header('www-authenticate', 'Basic')
      throw new HttpError('unauthenticated', 'There is no token with this id and secret.')
    },
  )
}

export const identityRoutes: Routes = (api) => {
  api.get(
    '/api/v2/users/me',
    {
      schema: {
        summary: 'The user whom the token works for, and what it may do',
        tags: ['identity'],
        response: {
          200: z.object({
            id: z.string(),
            name: z.string(),
            username: z.string(),
            division: divisionSchema,
            state: z.literal('active'),
            version: z.number(),
            authorization: z.object({ permissions: z.array(z.string()) }),
            selfUri: z.string(),
          }),
          ...refusals,
        },
      },
    },
    ({ caller }) => {
      const { id, permissions } = caller.actor()
      return {
        id,
        name: id,
        username: id,
        division: HOME,
        state: 'active' as const,
        version: 1,
        authorization: { permissions: [...permissions].sort() },
        selfUri: `/api/v2/users/${encodeURIComponent(id)}`,
      }
    },
  )

  api.get(
    '/api/v2/authorization/divisions',
    {
      schema: {
        summary: 'The divisions: one',
        tags: ['identity'],
        querystring: pageQuery,
        response: { 200: listingSchema(divisionSchema), ...refusals },
      },
    },
    ({ query: page }) => {
      const all = [HOME]
      const offset = offsetOf(page)
      return listing(all.slice(offset, offset + page.pageSize), all.length, page, '/api/v2/authorization/divisions')
    },
  )

  api.get(
    '/api/v2/authorization/divisions/:divisionId',
    {
      schema: {
        summary: 'A division: `home`',
        tags: ['identity'],
        params: z.object({ divisionId: idSchema }),
        response: { 200: divisionSchema, ...refusals },
      },
    },
    ({ params: { divisionId } }) => {
      if (divisionId === HOME.id) return HOME
      throw new ScvError('not_found', `There is one division here, “${HOME.id}”.`, { field: 'divisionId' })
    },
  )
}
