// The description of the API at `/openapi.json`, made from the schemas that validate requests.
// Invariant: each operation has an id, the vendor's SDK's where the SDK has it, and says what a token must be permitted.
import { STATUS_CODES } from 'node:http'
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Operation, refusalsOf } from './described-refusals'
import { errorBodySchema } from './errors'
import { contactIdentifierSchema, externalContactSchema } from './schemas/contact'
import { conversationSchema } from './schemas/conversation'
import { sessionSchema } from './schemas/journey'
import { noteSchema } from './schemas/note'

const NAMED = {
  ExternalContact: externalContactSchema,
  ContactIdentifier: contactIdentifierSchema,
  Note: noteSchema,
  Session: sessionSchema,
  AnalyticsConversation: conversationSchema,
  ErrorBody: errorBodySchema,
} as const
for (const [id, schema] of Object.entries(NAMED))
  if (!z.globalRegistry.has(schema)) z.globalRegistry.add(schema, { id })

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** As the SDK names its methods: `GET …/contacts/:contactId/notes` is `getExternalcontactsContactNotes`. */
function operationId(method: string, path: string): string {
  const parts = path
    .replace(/^\/api\/v2/, '')
    .split('/')
    .filter(Boolean)
  const words = parts.flatMap((part, i) => {
    if (part.startsWith(':')) return []
    // What a parameter follows is one of them.
    const one = parts[i + 1]?.startsWith(':') ? part.replace(/ies$/, 'y').replace(/s$/, '') : part
    return capital(one.replace(/[^A-Za-z0-9]/g, ''))
  })
  return method.toLowerCase() + words.join('')
}

/** What an operation answers when it does what it is for; its refusals are told one by one. */
const answersIn = (schema: { response?: unknown } | undefined): object =>
  Object.fromEntries(Object.entries(schema?.response ?? {}).filter(([status]) => status.startsWith('2')))

const ERROR_BODY = { $ref: '#/components/schemas/ErrorBody' }

/** What an operation may refuse, status by status, with the codes that say why. */
function describedRefusals(operation: Operation): { response: Record<string, object>; codes: Record<string, object> } {
  const all = [...refusalsOf(operation)]
  const response = all.map(([status, codes]) => [
    status,
    {
      description: `${STATUS_CODES[status] ?? 'Refused'}: ${codes.join(', ')}.`,
      content: { 'application/json': { schema: ERROR_BODY } },
    },
  ])
  return { response: Object.fromEntries(response), codes: Object.fromEntries(all) }
}

/** Has a server describe its routes. */
export async function describeRoutes(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Single Customer View: local API', version },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    },
    transform: (input) => {
      const { schema, url } = jsonSchemaTransform(input)
      const { method, config } = input.route
      const permissions = [config?.permission ?? []].flat()
      const verb = [method].flat()[0] ?? ''
      const refused = describedRefusals({
        method: verb,
        path: url,
        isOpen: config?.open === true,
        hasBody: verb === 'POST' || verb === 'PUT' || verb === 'PATCH',
      })
      return {
        url,
        schema: {
          ...schema,
          operationId: operationId(verb, url),
          response: { ...answersIn(schema), ...refused.response },
          'x-codes': refused.codes,
          ...(config?.open ? { security: [] } : {}),
          ...(permissions.length > 0
            ? { description: `Needs ${permissions.join(', ')}.`, 'x-permissions': permissions }
            : {}),
        },
      }
    },
    transformObject: jsonSchemaTransformObject,
  })
}
