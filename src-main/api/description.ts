// The description of the API at `/openapi.json`, made from the schemas that validate requests.
// Invariant: each operation has an id, the vendor's SDK's where the SDK has it, and says what a token must be permitted.
import swagger from '@fastify/swagger'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { z } from 'zod'
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
      return {
        url,
        schema: {
          ...schema,
          operationId: operationId([method].flat()[0] ?? '', url),
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
