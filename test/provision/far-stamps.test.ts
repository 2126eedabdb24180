// Stamps far ahead and the server's validation: refused wherever they stand, in members of newer versions too, whoever writes;
// but a document that has one already can still be worked on, or an honest device would be refused for another's doing.

import type fc from 'fast-check'
import { assert, nat, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type AnyDocument, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { makeStamp, STAMP_TOLERANCE_MS } from '../../src-main/engine/documents/stamp'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { asDeviceId } from '../../src-shared/model/ids'
import { cases, DOCUMENTS } from '../support/arbitraries'
import { tries } from '../support/depth'
import { withPoison } from '../support/poison'
import { idOnServer, ORGANISATION, openValidator } from '../support/validator'

const NOW = 1_700_000_100_000
const ROOT = { name: 'root', roles: [`${ORGANISATION}:admin`] }
const RECOVERING = { scv: { recovering: true } }
const validator = openValidator()
validator.now = NOW
const judged = (kind: Kind, next: AnyDocument, former?: AnyDocument) => {
  const raw = (one: AnyDocument) => ({ _id: idOnServer(kind, next, former), _rev: '1-x', ...toRemoteBody(one) })
  return validator.judgeRaw(raw(next), former ? raw(former) : null, ROOT, RECOVERING)
}

describe.each(KINDS)('%s', (kind) => {
  const documents = DOCUMENTS[kind] as fc.Arbitrary<AnyDocument>
  test('a stamp beyond the tolerance is refused wherever it stands; within it is not', () => {
    let refused = 0
    assert(
      property(documents, nat(), (one, n) => {
        for (const over of [1000, 9e12]) {
          const far = withPoison(one, n, makeStamp(NOW + STAMP_TOLERANCE_MS + over, 0, asDeviceId('devicea000')))
          if (!far) continue
          const verdict = judged(kind, far) ?? judged(kind, far, one)
          expect(verdict).toBeDefined()
          if (/lies in the future/.test(verdict ?? '')) refused += 1
        }
        const near = withPoison(one, n, makeStamp(NOW + STAMP_TOLERANCE_MS - 1000, 0, asDeviceId('devicea000')))
        expect((near && judged(kind, near)) ?? '').not.toMatch(/future/)
      }),
      cases(150),
    )
    expect(refused).toBeGreaterThan(tries(150) / 4)
  })

  test('what the server has already keeps nobody from writing', () => {
    assert(
      property(documents, nat(), (one, n) => {
        const poisoned = withPoison(one, n, makeStamp(NOW + 9e12, 0, asDeviceId('devicea000')))
        if (!poisoned) return
        expect(judged(kind, poisoned, poisoned) ?? '').not.toMatch(/future/)
      }),
      cases(100),
    )
  })
})

test('the last activity is bounded, too', () => {
  const at = makeStamp(NOW, 0, asDeviceId('devicea000'))
  const contact = (lastActivity: number, more = {}) => ({
    _id: idOnServer('contacts'),
    created: { at, by: 'root', via: 'person' },
    type: { value: 'Curated', at, by: 'root' },
    fields: {},
    lastActivity,
    ...more,
  })
  const verdict = (next: object, former: object | null = null) => validator.judgeRaw(next, former, ROOT)
  expect(verdict(contact(NOW + STAMP_TOLERANCE_MS))).toBeUndefined()
  expect(verdict(contact(9e15))).toBe('The last activity of a contact lies in the future.')
  expect(verdict(contact(9e15), contact(9e15))).toBeUndefined()
  const expired = { at, by: 'root', seen: at, seenActivity: 9e15 }
  expect(verdict(contact(0, { expired }), contact(0))).toBe('The last activity of a contact lies in the future.')
})
