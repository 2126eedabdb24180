// The HTTP server of the local API: one framework, its plugins, the checks before every route, and the routes.
// Invariant: a request is checked (host, origin, token, permission, size, schema) before any of our code sees its body;
// nothing leaves but answers and error bodies.
import type { Socket } from 'node:net'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import { ScvError } from '@shared/errors'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { z } from 'zod'
import { illFormedAt, NO_UNICODE } from '../engine/documents/well-formed'
import { answerTogether } from './answers'
import { BODY_MAX, takeJson } from './bodies'
import { identifyCallers, REQUESTS_MAX } from './caller'
import { describeRoutes } from './description'
import { HttpError, invalidRequest, toAnswer } from './errors'
import type { ApiHost } from './host'
import { carryOutInOrder } from './in-order'
import { watchMethods } from './methods'
import { analyticsRoutes } from './routes/analytics'
import { auditRoutes } from './routes/audit'
import { bulkRoutes } from './routes/bulk'
import { bulkNoteRoutes } from './routes/bulk-notes'
import { clusterRoutes } from './routes/clusters'
import { contactSchemaRoutes } from './routes/contact-schemas'
import { contactRoutes } from './routes/contacts'
import { conversationRoutes } from './routes/conversations'
import { coreTypeRoutes } from './routes/core-types'
import { correctionRoutes } from './routes/corrections'
import { csvJobRoutes, csvJobStateRoutes } from './routes/csv-jobs'
import { csvMappingRoutes } from './routes/csv-mappings'
import { csvFileRoutes, csvUploadRoutes } from './routes/csv-uploads'
import { enrichRoutes } from './routes/enrich'
import { exportRoutes } from './routes/exports'
import { externalSourceRoutes } from './routes/external-sources'
import { graphRoutes } from './routes/graphs'
import { healthRoutes } from './routes/health'
import { historyRoutes } from './routes/history'
import { identifierRoutes } from './routes/identifiers'
import { grantRoutes, identityRoutes } from './routes/identity'
import { FORM_FIELD_MAX, importJobRoutes, importRoutes, UPLOAD_MAX } from './routes/import'
import { importSettingsRoutes } from './routes/import-settings'
import { journeyRoutes } from './routes/journey'
import { listRoutes } from './routes/lists'
import { mergeUndoRoutes } from './routes/merge-undo'
import { mergeRoutes } from './routes/merges'
import { noteRoutes } from './routes/notes'
import { participantRoutes } from './routes/participants'
import { recordingRoutes } from './routes/recording'
import { retentionRoutes } from './routes/retention'
import { segmentAssignmentRoutes, segmentRoutes } from './routes/segments'
import { sessionRoutes } from './routes/sessions'
import { settingsRoutes } from './routes/settings'
import { splitRoutes } from './routes/splits'
import { subjectRoutes } from './routes/subject'
import { syncRoutes } from './routes/sync'
import { strictly } from './schemas/strictly'
import { isWriting, refuseUnread } from './unread'

/** How long a request may take to arrive. */
const REQUEST_MS = 30_000
const patience = (requestMs: number) => ({ headersTimeout: requestMs, connectionsCheckingInterval: requestMs / 10 })
/** What a client did that its bytes made no request. */
const CLIENT_ERRORS: Readonly<Record<string, 'timed_out' | 'headers_too_large'>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timed_out',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
}

const KEPT_APART = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
}

const KEPT_APART_LINES = Object.entries(KEPT_APART)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')

export interface ServerOptions {
  /** Names of the host that are served beside the loopback ones. */
  names?: readonly string[]
  tls?: { cert: string; key: string }
  /** Requests a second of one token. */
  requestsMax?: number
  /** How long a request may take to arrive, ms. */
  requestMs?: number
  /** Also check what routes answer; costs time, so for tests. */
  checkAnswers?: boolean
}

/** A body of a type that its route does not take is refused with the types that it takes. */
function takenTypes(error: unknown, { routeOptions: { schema } }: FastifyRequest): unknown {
  const isUntaken = error instanceof Error && 'code' in error && error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
  return isUntaken && schema?.consumes
    ? new HttpError('unsupported_media_type', `The body must be ${schema.consumes.join(' or ')}.`)
    : error
}

/** Makes the server, not listening yet. */
export async function createApiServer(host: ApiHost, options: ServerOptions = {}): Promise<FastifyInstance> {
  const { requestMs = REQUEST_MS } = options
  const app = fastify({
    ...(options.tls ? { https: { ...options.tls, ...patience(requestMs) } } : { http: patience(requestMs) }),
    logger: false, // what is asked for is personal data
    bodyLimit: BODY_MAX,
    routerOptions: { maxParamLength: 512 },
    requestTimeout: requestMs,
    exposeHeadRoutes: true,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, _request, reply: FastifyReply) => {
      const answer = toAnswer(error, host.onDefect)
      void reply.headers(KEPT_APART).code(answer.status).send(answer)
    },
    clientErrorHandler(error, socket) {
      if ('code' in error && error.code === 'ECONNRESET') return
      const answer = toAnswer(new HttpError(CLIENT_ERRORS[error.code ?? ''] ?? 'malformed'), host.onDefect)
      const body = JSON.stringify(answer)
      inOrder.afterAnswers(socket as Socket, () => {
        if (socket.writable)
          socket.end(
            `HTTP/1.1 ${answer.status} Refused\r\nContent-Type: application/json; charset=utf-8\r\n` +
              `${KEPT_APART_LINES}Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
            () => socket.destroy(), // a client that never closes its side has no hold of ours
          )
        else socket.destroy()
      })
    },
  }) as unknown as FastifyInstance

  app.setValidatorCompiler<z.ZodType>(({ schema, httpPart = '', method }) => {
    const isStrict = httpPart === 'body' || (httpPart === 'querystring' && isWriting(method))
    const taken = isStrict ? strictly(schema) : schema
    return (data) => {
      const parsed = taken.safeParse(data)
      if (!parsed.success) return { error: invalidRequest(parsed.error, httpPart) }
      const unread = httpPart === 'body' ? illFormedAt(parsed.data) : undefined
      if (unread === undefined) return { value: parsed.data }
      return { error: new ScvError('invalid_input', `${unread}: ${NO_UNICODE}.`, { field: unread }) }
    }
  })
  refuseUnread(app)
  app.setSerializerCompiler<z.ZodType>(({ schema }) => {
    if (!options.checkAnswers) return (data) => JSON.stringify(data)
    return (data) => {
      schema.parse(data)
      return JSON.stringify(data)
    }
  })
  app.setErrorHandler((error, request, reply) => {
    const answer = toAnswer(takenTypes(error, request), host.onDefect)
    return reply.code(answer.status).send(answer)
  })
  app.setNotFoundHandler(({ url }, reply) => {
    const allow = methods.allowedAt(url.split('?')[0] ?? '')
    if (allow !== undefined) reply.header('allow', allow)
    const answer = toAnswer(new HttpError(allow === undefined ? 'no_route' : 'method_not_allowed'), host.onDefect)
    return reply.code(answer.status).send(answer)
  })

  takeJson(app)
  const silent = { 'x-ratelimit-limit': false, 'x-ratelimit-remaining': false, 'x-ratelimit-reset': false }
  await app.register(rateLimit, { global: false, addHeaders: silent, addHeadersOnExceeding: silent })
  await describeRoutes(app, host.version)

  app.addHook('onRequest', (_request, reply, done) => {
    // Read by a browser it is data of no page's, neither shown as anything else nor kept.
    reply.headers(KEPT_APART)
    done()
  })
  const inOrder = carryOutInOrder(app)
  answerTogether(app)
  identifyCallers(app, host, options.names ?? [])
  app.addHook(
    'preHandler',
    app.rateLimit({
      max: options.requestsMax ?? REQUESTS_MAX,
      timeWindow: 1000,
      keyGenerator: (request) => request.caller?.token.id ?? 'open',
      errorResponseBuilder: () => new HttpError('too_many_requests'),
    }),
  )

  const methods = watchMethods(app)
  app.get('/openapi.json', { config: { open: true }, schema: { hide: true } }, () => app.swagger())
  const api = app.withTypeProvider<ZodTypeProvider>()
  for (const routes of [
    contactRoutes,
    identifierRoutes,
    contactSchemaRoutes,
    coreTypeRoutes,
    externalSourceRoutes,
    listRoutes,
    mergeRoutes,
    graphRoutes,
    clusterRoutes,
    bulkRoutes,
    enrichRoutes,
    noteRoutes,
    bulkNoteRoutes,
    journeyRoutes,
    sessionRoutes,
    segmentRoutes,
    segmentAssignmentRoutes,
    participantRoutes,
    conversationRoutes,
    correctionRoutes,
    splitRoutes,
    analyticsRoutes,
    recordingRoutes,
    mergeUndoRoutes,
    retentionRoutes,
    auditRoutes,
    historyRoutes,
    subjectRoutes,
    healthRoutes,
    syncRoutes,
    settingsRoutes,
    identityRoutes,
    importJobRoutes,
    importSettingsRoutes,
    csvMappingRoutes,
    csvUploadRoutes,
    csvJobRoutes,
    csvJobStateRoutes,
    exportRoutes,
  ])
    routes(api, host)
  // By itself: nothing else takes forms, and this takes nothing else.
  await app.register(async (scope) => {
    await scope.register(multipart, {
      limits: { fileSize: UPLOAD_MAX, files: 1, fields: 10, fieldSize: FORM_FIELD_MAX },
    })
    scope.removeContentTypeParser('application/json')
    importRoutes(scope.withTypeProvider<ZodTypeProvider>(), host)
  })
  // By itself likewise: a file comes as it is, and is read as it comes.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    csvFileRoutes(scope.withTypeProvider<ZodTypeProvider>(), host)
  })
  await app.register(async (scope) => grantRoutes(scope.withTypeProvider<ZodTypeProvider>(), host))
  methods.tell()
  await app.ready()
  return app
}

/** How long requests under way may still take when the server ends. */
const LAST_REQUESTS_MS = 5_000
const IDLE_LOOK_MS = 50

/** Ends the server: what is under way is answered, and a connection ends as soon as nothing is under way on it. */
export async function closeServer(app: FastifyInstance): Promise<void> {
  const { server } = app
  // Clients keep connections open, and one that is busy now is idle only later.
  const look = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS)
  const late = setTimeout(() => server.closeAllConnections(), LAST_REQUESTS_MS)
  try {
    await app.close()
  } finally {
    clearInterval(look)
    clearTimeout(late)
  }
}
