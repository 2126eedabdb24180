// A small language for what documents may look like, and its interpreter here. The server's validation interprets the same
// tables (`src-main/provision`), so both refuse the same documents.
// Invariant: a check never changes or copies the value; members a shape does not name are left as they are.
import { z } from 'zod'
import { canonicalJson } from './canonical-json'
import { STAMP } from './stamp'

export type Shape =
  | { is: 'text'; max: number; min?: number; oneOf?: readonly string[] }
  | { is: 'stamp' }
  /** RFC 3339. */
  | { is: 'moment' }
  | { is: 'integer'; min?: number }
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

/** Members of a list or record at most: a switchboard's number may be wanted by very many. */
const MEMBERS_MAX = 100_000
/** Longest name of a member. */
const KEY_MAX = 10_000
/** How deep free JSON may go, so that no recursion over it runs out of stack. */
const DEPTH_MAX = 64

export const LIMITS = { members: MEMBERS_MAX, key: KEY_MAX, depth: DEPTH_MAX } as const

/** Where something is wrong, and what is expected there; undefined: all is well. */
export type Check = (value: unknown) => string | undefined

const within = (path: string, fault: string): string =>
  fault.startsWith(':') ? path + fault : fault.startsWith('[') ? path + fault : `${path}.${fault}`
const expected = (what: string): string => `: ${what} is expected`

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** Makes a shape into a function that checks it. */
export function compile(shape: Shape): Check {
  switch (shape.is) {
    case 'text':
      return compileText(shape)
    case 'stamp': {
      const fault = expected('a time stamp')
      return (value) => (typeof value === 'string' && STAMP.test(value) ? undefined : fault)
    }
    case 'moment': {
      const fault = expected('a moment in time')
      return (value) =>
        typeof value === 'string' && MOMENT.test(value) && !Number.isNaN(Date.parse(value)) ? undefined : fault
    }
    case 'integer': {
      const { min = Number.MIN_SAFE_INTEGER } = shape
      const fault = expected('a whole number')
      return (value) => (Number.isSafeInteger(value) && (value as number) >= min ? undefined : fault)
    }
    case 'boolean': {
      const fault = expected('yes or no')
      return (value) => (typeof value === 'boolean' ? undefined : fault)
    }
    case 'json':
      return (value) => (isJson(value, DEPTH_MAX) ? undefined : expected('plain data, not too deep'))
    case 'list':
      return compileList(shape)
    case 'record':
      return compileRecord(shape)
    case 'object':
      return compileObject(shape)
    case 'register':
      return compileRegister(shape)
    case 'fields':
      return compileFields(shape)
  }
}

const MOMENT = /^[+-]?\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/

function isJson(value: unknown, depth: number): boolean {
  if (value === null || value === undefined) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object') return typeof value === 'string' || typeof value === 'boolean'
  return depth > 0 && Object.values(value).every((member) => isJson(member, depth - 1))
}

function compileText({ max, min = 0, oneOf }: Extract<Shape, { is: 'text' }>): Check {
  if (oneOf) {
    const allowed: ReadonlySet<unknown> = new Set(oneOf)
    const fault = expected(`one of ${oneOf.join(', ')}`)
    return (value) => (allowed.has(value) ? undefined : fault)
  }
  const fault = expected(min > 0 ? `text of ${min} to ${max} characters` : `text of at most ${max} characters`)
  return (value) => (typeof value === 'string' && value.length <= max && value.length >= min ? undefined : fault)
}

function compileList({ of, min = 0, max }: Extract<Shape, { is: 'list' }>): Check {
  const check = compile(of)
  const fault = expected(`a list of ${min} to ${max}`)
  return (value) => {
    if (!Array.isArray(value) || value.length < min || value.length > max) return fault
    for (let i = 0; i < value.length; i += 1) {
      const wrong = check(value[i])
      if (wrong !== undefined) return within(`[${i}]`, wrong)
    }
    return undefined
  }
}

function compileRecord({ of, min = 0, max = MEMBERS_MAX }: Extract<Shape, { is: 'record' }>): Check {
  const check = compile(of)
  const fault = expected(max === 0 ? 'nothing' : 'a group of members')
  return (value) => {
    if (!isObject(value)) return fault
    const names = Object.keys(value)
    if (names.length < min || names.length > max) return fault
    for (const name of names) {
      if (name.length > KEY_MAX) return expected('shorter names')
      const wrong = check(value[name])
      if (wrong !== undefined) return within(name, wrong)
    }
    return undefined
  }
}

function compileObject({ members, optional = {}, absent = [] }: Extract<Shape, { is: 'object' }>): Check {
  const required = Object.entries(members).map(([name, shape]) => [name, compile(shape)] as const)
  const others = Object.entries(optional).map(([name, shape]) => [name, compile(shape)] as const)
  const fault = expected('a group of members')
  return (value) => {
    if (!isObject(value)) return fault
    for (const [name, check] of required) {
      // Own members only: `constructor` is a member of every object.
      const wrong = Object.hasOwn(value, name) ? check(value[name]) : MISSING
      if (wrong !== undefined) return within(name, wrong)
    }
    for (const [name, check] of others) {
      if (!Object.hasOwn(value, name) || value[name] === undefined) continue
      const wrong = check(value[name])
      if (wrong !== undefined) return within(name, wrong)
    }
    for (const name of absent) if (Object.hasOwn(value, name) && value[name] !== undefined) return within(name, GONE)
    return undefined
  }
}
const MISSING = ': it is missing'
const GONE = ': nothing may be left of what was erased'

function compileRegister({ of, min }: Extract<Shape, { is: 'register' }>): Check {
  const value = compile(of)
  const entry = compileObject({
    is: 'object',
    members: { t: { is: 'stamp' }, b: AUTHOR },
    optional: { p: { is: 'list', of: { is: 'stamp' }, max: MEMBERS_MAX }, o: AUTHOR },
  })
  const fault = expected('the history of a value')
  return (register) => {
    if (!Array.isArray(register) || register.length < min) return fault
    for (let i = 0; i < register.length; i += 1) {
      const one: unknown = register[i]
      const wrong = entry(one)
      if (wrong !== undefined) return within(`[${i}]`, wrong)
      const { v, t } = one as { v?: unknown; t: string }
      const wrongValue = v === null ? undefined : v === undefined ? MISSING : value(v)
      if (wrongValue !== undefined) return within(`[${i}]`, within('v', wrongValue))
      if (i === 0) continue
      const former = register[i - 1] as { t: string }
      if (former.t < t || (former.t === t && canonicalJson(former) <= canonicalJson(one)))
        return within(`[${i}]`, expected('an earlier entry'))
    }
    return undefined
  }
}

/** Whoever wrote something: a user of the server, or the owner of a device that was never connected. */
export const AUTHOR: Shape = { is: 'text', min: 1, max: 256 }

function compileFields({ of }: Extract<Shape, { is: 'fields' }>): Check {
  const known = new Map(Object.entries(of).map(([key, shape]) => [key, compile({ is: 'register', of: shape, min: 1 })]))
  const other = compile({ is: 'register', of: { is: 'json' }, min: 1 })
  const record = compile({ is: 'record', of: { is: 'list', of: { is: 'json' }, max: MEMBERS_MAX } })
  const fault = expected('a group of members')
  return (value) => {
    if (!isObject(value)) return fault
    const names = Object.keys(value)
    if (names.length > MEMBERS_MAX) return record(value)
    for (const name of names) {
      if (name.length > KEY_MAX) return expected('shorter names')
      const slash = name.indexOf('/')
      const field = slash < 0 ? name : name.slice(0, slash + 1)
      const wrong = (known.get(field) ?? other)(value[name])
      // What stands behind the slash may tell of a person; reasons end up in logs.
      if (wrong !== undefined) return within(slash < 0 ? name : name.slice(0, slash), wrong)
    }
    return undefined
  }
}

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
      return { is: 'list', of: fromJsonSchema(schema.items ?? {}), max: schema.maxItems ?? MEMBERS_MAX }
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
