// A small language for what documents may look like; `shape-check.js` interprets it, on devices and on the server.
// Invariant: a shape says what must be there. Members it does not name may be there, too: newer versions add some.
import { z } from 'zod'
import { LIMITS } from './shape-check'

export type Shape =
  | { is: 'text'; max: number; min?: number; oneOf?: readonly string[] }
  | { is: 'stamp' }
  /** A writer: a user of the server, or the owner of a device that was never connected. */
  | { is: 'author' }
  /** An id, or a stamp. */
  | { is: 'trace' }
  /** RFC 3339. */
  | { is: 'moment' }
  | { is: 'integer'; min?: number }
  /** When an interaction began, in ms. */
  | { is: 'activity' }
  | { is: 'boolean' }
  | { is: 'json' }
  | { is: 'list'; of: Shape; min?: number; max: number }
  | { is: 'record'; of: Shape; min?: number; max?: number }
  /** `absent`: members that must not be there. */
  | { is: 'object'; members: Shapes; optional?: Shapes; absent?: readonly string[] }
  /** Entries with stamps, the newest first, in the order every join leaves them. */
  | { is: 'register'; of: Shape; min: number }
  /** A contact's registers: the value by the key, `externalIds/…` and the like by what stands before the slash. */
  | { is: 'fields'; of: Shapes }
export type Shapes = { readonly [member: string]: Shape }

/** The members of a document: those it must have, may have, and must not have. */
export type KindShape = Omit<Extract<Shape, { is: 'object' }>, 'is'>

/** The part of JSON Schema that our models use. */
interface JsonSchema {
  type?: string
  enum?: string[]
  format?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maxItems?: number
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  required?: string[]
}

/** The shape of what a schema of `src-shared/model` lets through, so that limits are said once. */
export function shapeOf(schema: z.ZodType): Shape {
  return fromJsonSchema(z.toJSONSchema(schema, { io: 'output' }) as JsonSchema)
}

function fromJsonSchema(schema: JsonSchema): Shape {
  switch (schema.type) {
    case 'string':
      if (schema.format === 'date-time') return { is: 'moment' }
      return {
        is: 'text',
        max: schema.maxLength ?? TEXT_MAX,
        ...(schema.minLength ? { min: schema.minLength } : {}),
        ...(schema.enum ? { oneOf: schema.enum } : {}),
      }
    case 'integer':
      return { is: 'integer', ...(schema.minimum === undefined ? {} : { min: schema.minimum }) }
    case 'boolean':
      return { is: 'boolean' }
    case 'array':
      return { is: 'list', of: fromJsonSchema(schema.items ?? {}), max: schema.maxItems ?? LIMITS.members }
    case 'object': {
      const shapes = Object.entries(schema.properties ?? {}).map(([name, one]) => [name, fromJsonSchema(one)] as const)
      const required = new Set(schema.required)
      return {
        is: 'object',
        members: Object.fromEntries(shapes.filter(([name]) => required.has(name))),
        optional: Object.fromEntries(shapes.filter(([name]) => !required.has(name))),
      }
    }
    default:
      return { is: 'json' }
  }
}

/** Text without a limit of its own. */
export const TEXT_MAX = 100_000
