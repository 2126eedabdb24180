// Stamps far ahead, wherever they stand in a document: found, taken out, and mended. Places are found by damaging documents of
// every kind, so that a member added later is covered as well.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import { type AnyDocument, JOINS, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { mended, withoutStampsAfter } from '../../src-main/engine/documents/poison'
import { makeStamp, SET_ASIDE_AHEAD_MS, STAMP } from '../../src-main/engine/documents/stamp'
import { checkDocument, liesAhead, stampsAfter } from '../../src-main/engine/documents/validate'
import { latestStampIn } from '../../src-main/projections/rows/latest-stamp'
import { asDeviceId, NO_STAMP } from '../../src-shared/model/ids'
import { cases, DOCUMENTS } from '../support/arbitraries'
import { tries } from '../support/depth'
import { poisonedPlaces, withPoison } from '../support/poison'

/** After all stamps of the arbitrary documents. */
const NOW = 1_700_000_100_000
const LIMIT = NOW + SET_ASIDE_AHEAD_MS
const FAR = makeStamp(36 ** 9 - 1, 36 ** 4 - 1, asDeviceId('devicea000'))

describe.each(KINDS)('%s', (kind) => {
  const documents = DOCUMENTS[kind] as fc.Arbitrary<AnyDocument>
  const join = JOINS[kind] as (a: AnyDocument, b: AnyDocument) => AnyDocument
  const isWell = (document: AnyDocument) => checkDocument(kind, document, NOW).ok

  test('a stamp far ahead is found wherever a device would take it for one', () => {
    let places = 0
    fc.assert(
      fc.property(documents, fc.nat(), (one, n) => {
        expect(liesAhead(kind, one, NOW)).toBe(false)
        expect(isWell(one)).toBe(true)
        const poisoned = withPoison(one, n, FAR)
        if (!poisoned) return
        places += 1
        expect(stampsAfter(kind, poisoned, LIMIT)).toEqual([FAR])
        expect(liesAhead(kind, poisoned, NOW)).toBe(true)
        expect(isWell(poisoned)).toBe(false)
      }),
      cases(400),
    )
    expect(places).toBeGreaterThan(tries(400) / 4)
  })

  test('what is left without it is well, says nothing else, and is part of what was there', () => {
    fc.assert(
      fc.property(documents, fc.nat(), fc.nat(), (one, n, m) => {
        expect(canonicalJson(withoutStampsAfter(kind, one, LIMIT))).toBe(canonicalJson(join(one, one)))
        const first = withPoison(one, n, FAR)
        const poisoned = (first && withPoison(first, m, FAR)) ?? first
        if (!poisoned) return
        const left = withoutStampsAfter(kind, poisoned as never, LIMIT) as AnyDocument | undefined
        if (!left) return
        expect(checkDocument(kind, left, NOW)).toMatchObject({ ok: true })
        expect(JSON.stringify(left)).not.toContain(FAR)
        expect(canonicalJson(withoutStampsAfter(kind, left as never, LIMIT))).toBe(canonicalJson(left))
      }),
      cases(400),
    )
  })

  test('mended it is well, and keeps all that was said but when', () => {
    fc.assert(
      fc.property(documents, fc.nat(), (one, n) => {
        const poisoned = withPoison(one, n, FAR)
        if (!poisoned) return
        const well = mended(kind, poisoned as never, LIMIT, NOW) as AnyDocument
        expect(checkDocument(kind, well, NOW)).toMatchObject({ ok: true })
        expect(texts(well)).toEqual(texts(join(poisoned, poisoned)))
        expect(latestStampIn(well, NO_STAMP) < makeStamp(LIMIT, 0, asDeviceId('0'))).toBe(true)
      }),
      cases(400),
    )
  })
})

/** All texts in a document but stamps, sorted. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return STAMP.test(value) ? [] : [value]
  if (value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap(texts).sort()
}

test('a text that only looks like a stamp is a text', () => {
  const looks = 'zzzzzzzzzzzzzzzzzzzzzzz'
  const at = makeStamp(NOW, 0, asDeviceId('devicea000'))
  const note = { id: 'n', contactId: 'c', created: { at, by: 'ann' }, text: [{ v: looks, t: at, b: 'ann' }] }
  const audit = { id: 'a', at, by: 'ann', action: 'update', contactIds: [], details: { at: looks } }
  for (const [kind, document] of [
    ['notes', note],
    ['audit', audit],
  ] as [Kind, AnyDocument][]) {
    expect(checkDocument(kind, document, NOW).ok).toBe(true)
    expect(latestStampIn(document, NO_STAMP)).toBe(at)
    expect(poisonedPlaces(document)).toBeGreaterThan(0)
  }
})
