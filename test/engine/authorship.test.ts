// Documents under other names and stamps, and whose names are on what is new.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { adopt, authorsIn } from '../../src-main/engine/documents/authorship'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import { type AnyDocument, JOINS, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { makeStamp, stampDevice, stampMs } from '../../src-main/engine/documents/stamp'
import { asDeviceId, asIdentifierId, type Stamp } from '../../src-shared/model/ids'
import { cases, DOCUMENTS } from '../support/arbitraries'

const same = <T extends string>(text: T): T => text
/** Stamps an hour earlier, in the same order. */
const earlier = (stamp: Stamp): Stamp =>
  makeStamp(stampMs(stamp) - 3_600_000, Number.parseInt(stamp.slice(9, 13), 36), stampDevice(stamp))
const any = <K extends Kind>(kind: K) => ({
  document: DOCUMENTS[kind] as fc.Arbitrary<AnyDocument>,
  join: JOINS[kind] as (a: AnyDocument, b: AnyDocument) => AnyDocument,
})
/** Every stamp and author of a document, by looking at its text. */
const textOf = (document: AnyDocument) => JSON.stringify(document)

describe.each(KINDS)('adopting %s', (kind) => {
  const { document, join } = any(kind)

  test('with the same names and stamps changes nothing', () => {
    fc.assert(
      fc.property(document, (one) => {
        expect(canonicalJson(adopt(kind, one, { author: same, stamp: same }))).toBe(canonicalJson(one))
      }),
      cases(500),
    )
  })

  test('before joining or after it gives the same', () => {
    const adoption = { author: same, stamp: earlier }
    fc.assert(
      fc.property(document, document, (a, b) => {
        const before = join(adopt(kind, a, adoption), adopt(kind, b, adoption))
        expect(canonicalJson(before)).toBe(canonicalJson(adopt(kind, join(a, b), adoption)))
      }),
      cases(1000),
    )
  })

  test('leaves no stamp and no name as it was, and the order one that joins make', () => {
    fc.assert(
      fc.property(document, (one) => {
        const next = adopt(kind, one, { author: () => 'cara', stamp: earlier })
        for (const stamp of textOf(one).match(/0loyw3v[a-z0-9]{16}/g) ?? []) expect(textOf(next)).not.toContain(stamp)
        expect([...authorsIn(kind, next)].filter((name) => name !== 'cara')).toEqual([])
        expect(textOf(next)).not.toMatch(/"(b|by|o)":"(ann|bob)"/)
        expect(canonicalJson(join(next, next))).toBe(canonicalJson(next))
      }),
      cases(500),
    )
  })

  test('names are those on what the other side lacks', () => {
    fc.assert(
      fc.property(document, document, (a, b) => {
        expect([...authorsIn(kind, a, a)]).toEqual([])
        const joined = join(a, b)
        expect([...authorsIn(kind, join(joined, b), joined)]).toEqual([])
        const both = new Set([...authorsIn(kind, a), ...authorsIn(kind, b)])
        for (const name of authorsIn(kind, joined, a)) expect(both).toContain(name)
        const mine = adopt(kind, b, { author: () => 'cara', stamp: (stamp) => stamp })
        const news = authorsIn(kind, join(a, mine), a)
        for (const name of news) expect(name).toBe('cara')
      }),
      cases(500),
    )
  })
})

test('confirming a claim leaves it whose it was', () => {
  const [first, second] = [makeStamp(1, 0, asDeviceId('devicea000')), makeStamp(2, 0, asDeviceId('deviceb000'))]
  const claim = { since: first, at: first, by: 'ann', via: 'field' as const }
  const before = {
    id: asIdentifierId('i'),
    type: 'Phone' as const,
    value: '+61',
    claims: { x: { devicea000: claim } },
    releases: {},
  }
  const confirmed = { ...before, claims: { x: { devicea000: claim, deviceb000: { ...claim, at: second } } } }
  expect(authorsIn('identifiers', confirmed, before)).toEqual(new Set())
  expect(authorsIn('identifiers', confirmed)).toEqual(new Set(['ann']))
  const forged = { ...before, claims: { ...before.claims, y: { deviceb000: { ...claim, at: second } } } }
  expect(authorsIn('identifiers', forged, before)).toEqual(new Set(['ann']))
})
