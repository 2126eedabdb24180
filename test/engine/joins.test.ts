// The laws that make devices converge (domain specification, section 6): every document kind is a join-semilattice.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { standingClaims } from '../../src-main/engine/derive/claims'
import { joinAdmitted } from '../../src-main/engine/documents/admitted'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import { joinContacts, typeRank } from '../../src-main/engine/documents/contact'
import { joinDecisions } from '../../src-main/engine/documents/decision'
import { joinIdentifiers } from '../../src-main/engine/documents/identifier'
import { joinInteractions } from '../../src-main/engine/documents/interaction'
import { type AnyDocument, type Documents, JOINS, KINDS, type Kind } from '../../src-main/engine/documents/kinds'
import { joinNotes } from '../../src-main/engine/documents/note'
import { current, joinRegisters, unseen, write } from '../../src-main/engine/documents/register'
import { makeStamp } from '../../src-main/engine/documents/stamp'
import { checkDocument } from '../../src-main/engine/documents/validate'
import { writableOver } from '../../src-main/engine/documents/writable'
import { asDeviceId, asIdentifierId, type Stamp } from '../../src-shared/model/ids'
import {
  audit,
  CASES,
  CONTACTS,
  cases,
  contact,
  type DEVICES,
  DOCUMENTS,
  decision,
  exactly,
  identifier,
  interaction,
  merge,
  note,
} from '../support/arbitraries'

/** Equal as stored: canonical text, so that a member lost or `undefined` counts as a difference. */
function same(a: unknown, b: unknown): void {
  const [x, y] = [canonicalJson(a), canonicalJson(b)]
  if (x === y) return // `expect` for each of a million comparisons would take longer than the joins
  expect(JSON.parse(x)).toEqual(JSON.parse(y))
  throw new Error(`not the same text: ${x} and ${y}`)
}

const throughJson = <T>(document: T): T => JSON.parse(JSON.stringify(document)) as T

function laws<K extends Kind>(kind: K) {
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  const document = DOCUMENTS[kind]
  // One property for the three laws: making the documents takes longer than joining them.
  test('commutative, associative and idempotent', () => {
    fc.assert(
      fc.property(document, document, document, (a, b, c) => {
        const joined = join(a, b)
        same(joined, join(b, a))
        same(join(joined, c), join(a, join(b, c)))
        same(join(a, a), a)
        same(join(joined, b), joined)
        same(join(joined, joined), joined)
      }),
      exactly(CASES),
    )
  })
  test('what is written over one branch of several is whole, and has all that the branch has', () => {
    fc.assert(
      fc.property(document, document, document, (winner, other, ours) => {
        const state = join(winner, other)
        const next = join(state, ours)
        for (const user of ['ann', 'bob']) {
          const written = writableOver(kind, winner, state, next, { user, nameless: false })
          const checked = checkDocument(kind, throughJson(written))
          if (!checked.ok) throw new Error(`${checked.reason} ${canonicalJson(written)}`)
          // Two recordings of one stamp by different people, as are drawn here, no devices make.
          if (kind !== 'interactions') same(join(winner, written), written)
        }
      }),
      cases(CASES / 4),
    )
  })
  test('what a server admits contains what it has, and is admitted wholly', () => {
    fc.assert(
      fc.property(document, document, (theirs, ours) => {
        const taken = joinAdmitted(kind, theirs, ours)
        same(join(theirs, taken), taken)
        same(joinAdmitted(kind, theirs, taken), taken)
      }),
      exactly(CASES / 4),
    )
  })
  test('the same after a way through JSON, and changes neither of its arguments', () => {
    fc.assert(
      fc.property(document, document, (a, b) => {
        const before = canonicalJson([a, b])
        const joined = join(a, b)
        same(join(throughJson(a), throughJson(b)), joined)
        same(throughJson(joined), joined)
        expect(canonicalJson([a, b])).toBe(before)
      }),
      exactly(CASES / 10),
    )
  })
}

describe.each(KINDS)('joining %s is', (kind) => laws(kind))

describe('what joins keep', () => {
  test('the erased absorb everything: no text of the other side is left', () => {
    const secret = (document: AnyDocument) => JSON.stringify(document).includes('sécret')
    const gone = { at: makeStamp(1, 0, asDeviceId('devicea000')), by: 'ann' }
    const check = <K extends 'contacts' | 'interactions' | 'notes' | 'merges' | 'decisions' | 'audit'>(
      kind: K,
      document: fc.Arbitrary<Documents[K]>,
      withSecret: (document: Documents[K]) => Documents[K],
    ) =>
      fc.assert(
        fc.property(document, document, (a, b) => {
          const join: (x: Documents[K], y: Documents[K]) => Documents[K] = JOINS[kind]
          const erased = join({ ...a, erased: gone }, { ...a, erased: gone })
          for (const joined of [join(erased, withSecret(b)), join(withSecret(b), erased)]) {
            expect(joined).toHaveProperty('erased')
            expect(secret(joined)).toBe(false)
          }
        }),
        cases(1000),
      )
    const typed = [{ v: 'sécret', t: makeStamp(9e12, 0, asDeviceId('devicea000')), b: 'ann' }]
    check('contacts', contact, (b) => ({ ...b, fields: { ...b.fields, firstName: typed } }))
    check('interactions', interaction, (b) => ({ ...b, facts: { ...b.facts, note: 'sécret' }, wrapUp: typed }))
    check('notes', note, (b) => ({ ...b, text: typed }))
    check('merges', merge, (b) => ({ ...b, reason: typed }))
    check('decisions', decision, (b) => ({ ...b, reason: typed }))
    check('audit', audit, (b) => ({ ...b, reason: typed }))
  })

  test('erased members of an identifier never come back, and the value goes with the last of them', () => {
    fc.assert(
      fc.property(identifier, identifier, fc.constantFrom(...CONTACTS), (a, b, id) => {
        const erasing = { ...a, erased: { ...a.erased, [id]: makeStamp(1, 0, asDeviceId('devicea000')) } }
        const joined = joinIdentifiers(joinIdentifiers(erasing, erasing), b)
        expect(Object.keys(joined.claims)).not.toContain(id)
        expect(Object.keys(joined.releases)).not.toContain(id)
        expect(joined.value === '').toBe(Object.keys(joined.claims).length === 0)
      }),
      cases(1000),
    )
  })

  test('a type never falls, a last activity neither', () => {
    fc.assert(
      fc.property(contact, contact, (a, b) => {
        const joined = joinContacts(a, b)
        expect(typeRank(joined.type.value)).toBe(Math.max(typeRank(a.type.value), typeRank(b.type.value)))
        expect(joined.lastActivity).toBe(Math.max(a.lastActivity, b.lastActivity))
      }),
      cases(1000),
    )
  })

  test('no value written to a field is lost, and the latest is current', () => {
    fc.assert(
      fc.property(contact, contact, (a, b) => {
        const joined = joinContacts(a, b)
        if (joined.erased) return
        for (const source of [a, b])
          for (const [key, register] of Object.entries(source.fields)) {
            const texts = Object.entries(joined.fields)
              .find(([name]) => name === key)?.[1]
              .map(canonicalJson)
            for (const entry of register) expect(texts).toContain(canonicalJson(entry))
            const top = Object.entries(joined.fields).find(([name]) => name === key)?.[1][0]
            expect((top?.t ?? '') >= (register[0]?.t ?? '')).toBe(true)
          }
      }),
      cases(1000),
    )
  })

  test('what a review has seen only grows', () => {
    fc.assert(
      fc.property(decision, decision, (a, b) => {
        const { seen = [] } = joinDecisions(a, b)
        expect(seen).toEqual([...new Set([...(a.seen ?? []), ...(b.seen ?? [])])].sort())
      }),
      cases(1000),
    )
  })

  test('members of newer versions are carried through', () => {
    const [made] = fc.sample(
      contact.filter((one) => !one.erased && !Object.hasOwn(one, 'constructor')),
      1,
    )
    if (!made) throw new Error('no sample')
    const newer = { ...made, shoeSize: 44, constructor: { a: 1 } }
    for (const joined of [joinContacts(newer, made), joinContacts(made, newer)])
      expect(joined).toMatchObject({ shoeSize: 44, constructor: { a: 1 } })
  })
})

describe('claims and releases that met late', () => {
  const at = (ms: number, device: (typeof DEVICES)[number] = 'devicea000') => makeStamp(ms, 0, asDeviceId(device))
  const document = (
    claims: Documents['identifiers']['claims'],
    releases: Documents['identifiers']['releases'] = {},
  ) => ({
    id: asIdentifierId('i'),
    type: 'Phone' as const,
    value: '+61400000000',
    claims,
    releases,
  })
  const claim = (since: Stamp, confirmed = since) => ({ since, at: confirmed, by: 'ann', via: 'field' as const })
  const holders = (a: Documents['identifiers'], b: Documents['identifiers']) => {
    const joined = joinIdentifiers(a, b)
    expect(canonicalJson(joined)).toBe(canonicalJson(joinIdentifiers(b, a)))
    return standingClaims(joined).map((one) => one.contactId)
  }

  test('released here, claimed again there at the same time: the claim holds, since it first stood', () => {
    const first = claim(at(1))
    const released = document({ x: { devicea000: first } }, { x: { devicea000: at(1) } })
    const claimed = document({ x: { devicea000: first, deviceb000: claim(at(1), at(5, 'deviceb000')) } })
    expect(holders(released, claimed)).toEqual(['x'])
    expect(standingClaims(joinIdentifiers(released, claimed))[0]?.since).toBe(at(1))
  })

  test('a release that saw the claim ends it, whatever its stamp', () => {
    const claimed = document({ x: { devicea000: claim(at(9)) } })
    expect(holders(claimed, document({ x: { devicea000: claim(at(9)) } }, { x: { devicea000: at(9) } }))).toEqual([])
  })

  test('the earlier of two claims made apart holds; the other contends', () => {
    const here = document({ x: { devicea000: claim(at(5)) } })
    const there = document({ y: { deviceb000: claim(at(4, 'deviceb000')) } })
    expect(holders(here, there)).toEqual(['y', 'x'])
  })
})

describe('registers', () => {
  test('two writes made apart: the later is current, the other is known to be unseen', () => {
    const [a, b, c] = [
      makeStamp(1, 0, asDeviceId('devicea000')),
      makeStamp(2, 0, asDeviceId('devicea000')),
      makeStamp(3, 0, asDeviceId('deviceb000')),
    ]
    const base = write<string>(undefined, 'one', a, 'ann')
    const joined = joinRegisters(write(base, 'two', b, 'ann'), write(base, 'three', c, 'bob'))
    expect(current(joined)?.v).toBe('three')
    expect(unseen(joined).map((entry) => entry.v)).toEqual(['three', 'two'])
    expect(
      unseen(write(joined, 'four', makeStamp(4, 0, asDeviceId('devicea000')), 'ann')).map((entry) => entry.v),
    ).toEqual(['four'])
  })

  test('facts of an interaction recorded twice apart are those recorded first', () => {
    fc.assert(
      fc.property(interaction, interaction, (a, b) => {
        const joined = joinInteractions(a, b)
        expect(joined.facts.at).toBe(a.facts.at < b.facts.at ? a.facts.at : b.facts.at)
      }),
      cases(1000),
    )
  })

  test('a note that was erased says nothing', () => {
    fc.assert(
      fc.property(note, note, (a, b) => {
        const joined = joinNotes(a, b)
        if (a.erased || b.erased) expect(joined.text).toEqual([])
      }),
      cases(1000),
    )
  })
})
