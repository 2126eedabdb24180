// What commands store: every document of every kind is a value that its join leaves as it is, is JSON, and has an id that
// tells nothing of anybody.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import { type AnyDocument, JOINS, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { AUDIT_ACTIONS } from '../../src-shared/model/audit'
import { type Bench, openBench } from '../support/engine'
import { playEverything } from '../support/scenario'

let bench: Bench
const stored = new Map<Kind, AnyDocument[]>()
beforeAll(async () => {
  bench = await openBench()
  await playEverything(bench)
  for (const kind of KINDS) {
    const documents: AnyDocument[] = []
    for await (const page of bench.database.store.scan(kind, 100))
      for (const { ...document } of page) {
        for (const key of Object.keys(document))
          if (key.startsWith('_')) delete (document as Record<string, unknown>)[key]
        documents.push(document)
      }
    stored.set(kind, documents)
  }
}, 60_000)
afterAll(() => bench.close())

describe.each(KINDS)('%s', (kind) => {
  test('joined with themselves are themselves, byte for byte', () => {
    const documents = stored.get(kind) ?? []
    expect(documents.length).toBeGreaterThan(0)
    const join = JOINS[kind] as (a: AnyDocument, b: AnyDocument) => AnyDocument
    for (const document of documents) expect(canonicalJson(join(document, document))).toBe(canonicalJson(document))
  })

  test('have ids without personal data: random, or digests', () => {
    for (const { id } of stored.get(kind) ?? [])
      expect(id).toMatch(/^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[ind]-[A-Za-z0-9_-]{32})$/)
  })
})

test('one identifier is one document, whoever claims it, and its id says neither type nor value', () => {
  const identifiers = stored.get('identifiers') ?? []
  const keys = identifiers
    .map(
      (document) =>
        'claims' in document &&
        document.value &&
        canonicalJson([document.type, document.value, 'source' in document ? document.source : '']),
    )
    .filter(Boolean)
  expect(new Set(keys).size).toBe(keys.length)
})

test('every command left its trail, and the trail holds no value of a field', () => {
  const trail = stored.get('audit') ?? []
  const seen = new Set(trail.map((entry) => ('action' in entry ? entry.action : '')))
  // Who is made alone says so in the contact.
  const expected = AUDIT_ACTIONS.filter((action) => !['create', 'import', 'restore'].includes(action))
  expect([...seen].sort()).toEqual([...expected].sort())
  expect(JSON.stringify(trail)).not.toMatch(/Person\d|Projected|Promoted|61421|example\.com/)
})
