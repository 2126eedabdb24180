// What every file of routes is handed: the typed framework, and the application behind it.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { errorBodySchema } from '../errors'
import type { ApiHost } from '../host'

type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse<IncomingMessage>,
  FastifyBaseLogger,
  ZodTypeProvider
>
export type Routes = (api: Api, host: ApiHost) => void

/** Where the routes stand that the reference does not have. */
export const LOCAL = '/api/v2/local'

/** What any route may answer instead; `200` beside it is the route's own. */
export const refusals = { '4xx': errorBodySchema, '5xx': errorBodySchema } as const
