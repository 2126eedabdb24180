// Requests drawn at random: made from the API's own description and then broken in some place, or raw bytes.
// Invariant: the same draws give the same requests.

import { EMAIL_TEXTS, FIRST_NAMES, LAST_NAMES, PHONE_TEXTS } from '../../engine/model/universe'
import type { Draw } from '../../support/exchange'

export interface Schema {
  type?: string
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  additionalProperties?: Schema | boolean
  maxItems?: number
  pattern?: string
}

export interface Operation {
  method: string
  path: string
  parameters: { name: string; in: string; schema: Schema }[]
  body?: Schema
}

/** What a run has met so far, so that requests concern what is there. */
export interface Known {
  ids: string[]
}

export interface Drawn {
  method: string
  path: string
  headers: Record<string, string>
  body?: string
}

const pick = <T>(draw: Draw, items: readonly T[]): T => items[draw(items.length)] as T

const NASTY: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  2 ** 53,
  '',
  ' ',
  'x'.repeat(40_000),
  '\u0000',
  '\ud800',
  '\u202eabc\u202c',
  '𠮷野家🫠',
  "'; DROP TABLE person; --",
  '{"$gt":""}',
  '../../../etc/passwd',
  '<script>alert(1)</script>',
  '%00%ff%2e%2e',
  [],
  {},
  [[[[[[[[]]]]]]]],
  true,
  '__proto__',
  'constructor',
  '2026-13-45T99:99:99Z',
  '0000-01-01T00:00:00Z',
  '+999999-01-01T00:00:00Z',
]

const MOMENTS = ['2026-06-01T09:00:00Z', '2026-06-01T19:00:00+10:00', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59Z']

/** A text that fits the name of its member, as callers send it. */
function textFor(draw: Draw, name: string, known: Known): string {
  if (/id$|^id$|Id$/.test(name) && draw(10) > 1 && known.ids.length > 0) return pick(draw, known.ids)
  if (/mail/i.test(name)) return pick(draw, EMAIL_TEXTS)
  if (/phone|e164|userInput|display/i.test(name)) return pick(draw, PHONE_TEXTS)
  if (/firstName|query|^q$/.test(name)) return pick(draw, FIRST_NAMES)
  if (/lastName/.test(name)) return pick(draw, LAST_NAMES)
  if (/value|lookupVal/i.test(name)) return pick(draw, [...PHONE_TEXTS, ...EMAIL_TEXTS, 'cookie', 'crm-1'])
  if (/At$|^at$|from|^to$|asOf/.test(name)) return pick(draw, MOMENTS)
  if (/interval/.test(name)) return '2020-01-01T00:00:00Z/2100-01-01T00:00:00Z'
  if (/dimension/.test(name)) return pick(draw, ['externalContactId', 'conversationId', 'nose'])
  if (/field/.test(name))
    return pick(draw, [
      '$.firstName',
      '$.address.city',
      '$.workPhone.userInput',
      '$.externalIds',
      '$.customFields.a',
      '$.__proto__.x',
      '$.lineId.ids',
      '$',
    ])
  if (/mediaType/.test(name)) return pick(draw, ['voice', 'VOICE', 'message', 'email', 'pigeon'])
  if (/conversationId/.test(name)) return `conversation ${draw(20)}`
  if (/expand/.test(name)) return pick(draw, ['identifiers', 'mergeset', 'nose'])
  if (/ountryCode|region/.test(name)) return pick(draw, ['AU', 'US', 'XX', 'A'])
  return pick(draw, ['abc', 'Überraschung', 'x y', '42'])
}

/** A value by its schema. */
function valueFor(draw: Draw, schema: Schema, name: string, known: Known, depth = 0): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return pick(draw, schema.enum)
  if (schema.anyOf) return valueFor(draw, pick(draw, schema.anyOf), name, known, depth)
  switch (schema.type) {
    case 'string':
      return textFor(draw, name, known)
    case 'number':
    case 'integer':
      return pick(draw, [1, 2, 10, 20, 25, 100, 200, draw(1000)])
    case 'boolean':
      return draw(2) === 0
    case 'null':
      return null
    case 'array': {
      const length = draw(8) === 0 ? draw(60) : draw(4)
      return Array.from({ length }, () => valueFor(draw, schema.items ?? {}, name.replace(/s$/, ''), known, depth + 1))
    }
    case 'object': {
      const value: Record<string, unknown> = {}
      for (const [key, member] of Object.entries(schema.properties ?? {})) {
        const wanted = schema.required?.includes(key) ? draw(30) > 0 : draw(depth === 0 ? 3 : 2) === 0
        if (wanted) value[key] = valueFor(draw, member, key, known, depth + 1)
      }
      if (typeof schema.additionalProperties === 'object' && draw(3) === 0)
        value[pick(draw, ['a', 'b', 'workEmail'])] = valueFor(draw, schema.additionalProperties, name, known, depth + 1)
      return value
    }
    default:
      return depth > 3
        ? draw(100)
        : {
            id: textFor(draw, 'id', known),
            firstName: textFor(draw, 'firstName', known),
            workEmail: textFor(draw, 'mail', known),
          }
  }
}

/** Breaks a value in one place. */
function broken(draw: Draw, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || draw(4) === 0) return pick(draw, NASTY)
  if (Array.isArray(value)) {
    const at = draw(value.length + 1)
    return [...value.slice(0, at), broken(draw, value[at] ?? null), ...value.slice(at + 1)]
  }
  const keys = Object.keys(value)
  const key =
    keys.length > 0 && draw(5) > 0 ? pick(draw, keys) : pick(draw, ['__proto__', 'extra', 'constructor', 'id'])
  return { ...value, [key]: broken(draw, (value as Record<string, unknown>)[key] ?? null) }
}

const deep = (n: number) => '['.repeat(n) + ']'.repeat(n)

/** The text of a body, now and then one that is no JSON, or too much of it. */
function textOf(draw: Draw, value: unknown): string {
  const text = JSON.stringify(value) ?? ''
  switch (draw(40)) {
    case 0:
      return text.slice(0, draw(text.length + 1))
    case 1:
      return `{"a":${deep(draw(2) === 0 ? 50 : 20_000)}}`
    case 2:
      return `${text.slice(0, -1)},"__proto__":{"x":1}}`
    case 3:
      return draw(10) === 0 ? `{"firstName":"${'y'.repeat(1_100_000)}"}` : ''
    case 4:
      return text.replace(/[a-e]/, () => String.fromCharCode(draw(65_536)))
    default:
      return text
  }
}

/** A request to one of the operations. */
export function drawRequest(draw: Draw, operations: readonly Operation[], known: Known, secret: string): Drawn {
  const operation = pick(draw, operations)
  const query = new URLSearchParams()
  let { path } = operation
  for (const { name, in: where, schema } of operation.parameters) {
    const value = draw(12) === 0 ? pick(draw, NASTY) : valueFor(draw, schema, name, known)
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    if (where === 'path') path = path.replace(`{${name}}`, encodeURIComponent(text.toWellFormed().slice(0, 300)) || 'x')
    else if (draw(3) === 0) query.append(name, text)
  }
  const headers: Record<string, string> = { authorization: `Bearer ${secret}` }
  if (draw(60) === 0)
    headers['authorization'] = pick(draw, ['', 'Bearer', 'Bearer wrong', 'Basic eDp5', `Bearer ${'z'.repeat(5000)}`])
  if (draw(100) === 0) headers['host'] = pick(draw, ['evil.example', '127.0.0.1.evil.example', '', 'localhost:1'])
  if (draw(100) === 0) headers['origin'] = pick(draw, ['https://evil.example', 'null'])
  let body: string | undefined
  if (operation.body) {
    const value = valueFor(draw, operation.body, 'body', known)
    body = textOf(draw, draw(3) === 0 ? broken(draw, value) : value)
    headers['content-type'] =
      draw(50) === 0
        ? pick(draw, ['text/plain', 'application/xml', 'multipart/form-data', 'application/json; charset=utf-16', ''])
        : 'application/json'
  } else if (operation.path.endsWith('/import') && operation.method === 'post') {
    const rows = Array.from({ length: draw(4) }, () => `${pick(draw, FIRST_NAMES)},${pick(draw, EMAIL_TEXTS)}`)
    const file = ['First Name,E-mail 1 - Value', ...rows].join('\n')
    const part = `--b\r\nContent-Disposition: form-data; name="file"; filename="${pick(draw, ['a.csv', '../../x', ''])}"\r\n\r\n${file}\r\n`
    body =
      part +
      pick(draw, ['--b--\r\n', '', '--b\r\nContent-Disposition: form-data; name="onMatch"\r\n\r\npaint\r\n--b--\r\n'])
    headers['content-type'] = pick(draw, [
      'multipart/form-data; boundary=b',
      'multipart/form-data; boundary=c',
      'multipart/form-data',
    ])
  }
  const suffix = query.size > 0 ? `?${query}` : ''
  return {
    method: operation.method.toUpperCase(),
    path: path + suffix,
    headers,
    ...(body === undefined ? {} : { body }),
  }
}

/** Bytes as no client sends them. */
export function drawBytes(draw: Draw, port: number, secret: string): Buffer {
  const random = () => Buffer.from(Array.from({ length: draw(400) }, () => draw(256)))
  const head = `POST /api/v2/externalcontacts/contacts HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${secret}\r\nConnection: close\r\n`
  switch (draw(7)) {
    case 0:
      return random()
    case 1:
      return Buffer.concat([Buffer.from('GET '), random(), Buffer.from(' HTTP/1.1\r\n\r\n')])
    case 2:
      return Buffer.concat([
        Buffer.from(`${head}Content-Type: application/json\r\nContent-Length: 300\r\n\r\n`),
        random(),
      ])
    case 3:
      return Buffer.from(
        `${head}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`,
      )
    case 4:
      return Buffer.from(`${head}${'X: y\r\n'.repeat(draw(5000))}\r\n`)
    case 5:
      return Buffer.from(`${head}Content-Length: 5\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)
    default:
      return Buffer.concat([
        Buffer.from(`${head}Content-Type: application/json\r\nContent-Length: 200\r\n\r\n{"firstName":"`),
        random(),
        Buffer.from('"}'),
      ])
  }
}
