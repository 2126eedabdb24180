// What arrives is accepted exactly if everything here can work on it: whatever commands and joins make passes, untouched;
// anything of another shape is set aside with a reason, and never throws.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import { type AnyDocument, type Documents, JOINS, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { checkDocument } from '../../src-main/engine/documents/validate'
import { asDeviceId } from '../../src-shared/model/ids'
import { cases, DOCUMENTS } from '../support/arbitraries'
import { openBench } from '../support/engine'
import { playEverything } from '../support/scenario'

const reasonOf = (kind: Kind, value: unknown): string => {
  const checked = checkDocument(kind, value)
  return checked.ok ? '' : checked.reason
}
const at = makeStamp(1_800_000_000_000, 0, asDeviceId('devicea000'))
const earlier = makeStamp(1_700_000_000_000, 0, asDeviceId('deviceb000'))
const entry = (v: unknown, t = at) => ({ v, t, b: 'ann' })

const contact = {
  id: 'c',
  created: { at, by: 'ann', via: 'person' },
  type: { value: 'Curated', at, by: 'ann' },
  fields: {},
  lastActivity: 0,
}

describe.each(KINDS)('%s', (kind) => {
  const document = DOCUMENTS[kind] as fc.Arbitrary<AnyDocument>
  const join = JOINS[kind] as (a: AnyDocument, b: AnyDocument) => AnyDocument

  test('what commands write and joins make passes, and is handed on as it is', () => {
    fc.assert(
      fc.property(document, document, (a, b) => {
        for (const one of [a, join(a, b), JSON.parse(JSON.stringify(join(b, a)))]) {
          const checked = checkDocument(kind, one)
          expect(checked).toEqual({ ok: true, document: one })
          if (checked.ok) expect(checked.document).toBe(one)
        }
      }),
      cases(1000),
    )
  })

  test('one member of another type, or missing, is noticed', () => {
    fc.assert(
      fc.property(
        document,
        fc.nat(),
        fc.constantFrom(undefined, 1.5, true, '\u0000', [], {}, [[1]], null),
        (one, n, wrong) => {
          const known = Object.keys(one).filter((name) => !['colour', 'mood', 'constructor', 'toString'].includes(name))
          const name = known[n % known.length] ?? ''
          const value = { ...one, [name]: wrong } as Record<string, unknown>
          if (wrong === undefined) delete value[name]
          const checked = checkDocument(kind, value)
          if (!checked.ok) expect(checked.reason).toMatch(/^“[\w.[\]/-]+.*”: .+\.$/)
          // Whatever is let through can be joined and is what commands may have written.
          else expect(canonicalJson(join(checked.document, checked.document))).toBe(canonicalJson(checked.document))
        },
      ),
      cases(1000),
    )
  })

  test('anything at all is answered and never thrown on', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }), (value) => {
        expect(checkDocument(kind, value).ok).toBe(false)
      }),
      cases(500),
    )
  })
})

test('all that a device writes passes', async () => {
  const bench = await openBench()
  try {
    await playEverything(bench)
    let count = 0
    for (const kind of KINDS)
      for await (const page of bench.database.store.scan(kind, 100))
        for (const document of page) {
          expect(reasonOf(kind, document)).toBe('')
          count += 1
        }
    expect(count).toBeGreaterThan(50)
  } finally {
    await bench.close()
  }
})

describe('a reason', () => {
  const rows: [string, Kind, unknown, string][] = [
    ['no document', 'contacts', 'x', 'The document: a group of members is expected.'],
    ['a missing member', 'contacts', { ...contact, created: undefined }, '“created”: a group of members is expected.'],
    [
      'a number for a name',
      'contacts',
      { ...contact, fields: { firstName: [entry(1)] } },
      '“fields.firstName[0].v”: text of at most 256 characters is expected.',
    ],
    [
      'a phone without notation',
      'contacts',
      { ...contact, fields: { workPhone: [entry({ display: '1' })] } },
      '“fields.workPhone[0].v.userInput”: it is missing.',
    ],
    [
      'an unsorted register',
      'contacts',
      { ...contact, fields: { firstName: [entry('a', earlier), entry('b')] } },
      '“fields.firstName[1]”: an earlier entry is expected.',
    ],
    [
      'an entry twice',
      'contacts',
      { ...contact, fields: { firstName: [entry('a'), entry('a')] } },
      '“fields.firstName[1]”: an earlier entry is expected.',
    ],
    [
      'a record id, which is not told',
      'contacts',
      { ...contact, fields: { 'externalIds/["crm","42"]': [entry(1)] } },
      '“fields.externalIds[0].v”: a group of members is expected.',
    ],
    [
      'left over after an erasure',
      'contacts',
      { ...contact, fields: { firstName: [entry('a')] }, erased: { at, by: 'ann' } },
      '“fields”: nothing is expected.',
    ],
    [
      'a bad stamp',
      'notes',
      { id: 't', contactId: 'c', created: { at: 'yesterday', by: 'ann' }, text: [] },
      '“created.at”: a time stamp is expected.',
    ],
    [
      'a value without claims',
      'identifiers',
      { id: 'i', type: 'Phone', value: '+61', claims: {}, releases: {} },
      '“value”: it is expected exactly while there are claims.',
    ],
    [
      'an unknown action',
      'audit',
      { id: 'a', at, by: 'ann', action: 'dance', contactIds: [] },
      '“action”: one of create, ',
    ],
  ]
  test.each(rows)('for %s', (_what, kind, value, reason) => {
    expect(reasonOf(kind, value).startsWith(reason)).toBe(true)
  })
})

describe('what a newer version wrote', () => {
  test('is kept at every level', () => {
    const newer = {
      ...contact,
      mood: { deep: [{ a: null }] },
      created: { ...contact.created, device: 'x' },
      fields: { nickname: [{ ...entry({ any: ['thing'] }), weight: 2 }], firstName: [{ ...entry('Zoë'), why: 'x' }] },
    }
    const checked = checkDocument('contacts', newer)
    expect(checked).toEqual({ ok: true, document: newer })
  })

  test('is set aside when no recursion could walk it', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i += 1) deep = [deep]
    expect(reasonOf('contacts', { ...contact, mood: deep })).toBe('“mood”: plain data, not too deep is expected.')
    expect(reasonOf('contacts', { ...contact, fields: { 'customFields/x': [entry(deep)] } })).toContain('not too deep')
  })

  test('cannot change what objects are', () => {
    const text = JSON.stringify(contact).replace(
      '{',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    )
    const checked = checkDocument('contacts', JSON.parse(text))
    expect(checked.ok).toBe(true)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(checked.ok && Object.getPrototypeOf(checked.document)).toBe(Object.prototype)
    const claims = JSON.parse(`{"__proto__":{"devicea000":{"since":"${at}","at":"${at}","by":"ann","via":"field"}}}`)
    const identifier = { id: 'i', type: 'Phone', value: '+61', claims, releases: {} }
    expect(checkDocument('identifiers', identifier)).toEqual({ ok: true, document: identifier })
  })
})

test('checking costs microseconds', () => {
  const documents = KINDS.flatMap((kind) =>
    fc.sample(DOCUMENTS[kind] as fc.Arbitrary<Documents[Kind]>, { numRuns: 30, seed: 1 }).map((one) => ({ kind, one })),
  )
  const fields = Object.fromEntries(
    ['firstName', 'lastName', 'workEmail', 'title', 'salutation', 'middleName'].map((name) => [
      name,
      [entry(`${name} x`)],
    ]),
  )
  const person = { ...contact, fields: { ...fields, workPhone: [entry({ userInput: '1', display: '1' })] } }
  const rounds = 40
  const run = () => {
    const begun = process.cpuUsage() // not the clock: other processes may be busy
    for (let i = 0; i < rounds; i += 1)
      for (const { kind, one } of documents) {
        checkDocument(kind, one)
        checkDocument('contacts', person)
      }
    return process.cpuUsage(begun).user / (rounds * documents.length * 2)
  }
  const micros = Math.min(run(), run(), run())
  console.log(`${micros.toFixed(2)} µs a document`)
  expect(micros).toBeLessThan(30) // 2 µs on a quiet machine; this only notices a blunder
})
