// What is derived from documents: merge sets, holders, merge plans, lost values, and the clock that stamps come from.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareClaims, releasedClaims, standingClaims } from '../../src-main/engine/derive/claims'
import { planMerge } from '../../src-main/engine/derive/merge-plan'
import { currentEntries, derivePerson, isExpired, lostEntries } from '../../src-main/engine/derive/person'
import { deriveSet, isStanding, type MergeLink } from '../../src-main/engine/derive/sets'
import { canonicalJson } from '../../src-main/engine/documents/canonical-json'
import { type ContactDocument, joinContacts } from '../../src-main/engine/documents/contact'
import { fieldsOf, registerChanges } from '../../src-main/engine/documents/fields'
import { joinIdentifiers } from '../../src-main/engine/documents/identifier'
import type { JSONValue } from '../../src-main/engine/documents/json'
import { current, type Register } from '../../src-main/engine/documents/register'
import {
  createClock,
  DEVICE_ID,
  EARLIEST_MS,
  laterStamp,
  makeStamp,
  STAMP,
  stampDevice,
  stampMoment,
  stampMs,
} from '../../src-main/engine/documents/stamp'
import { type ContactFields, EMAIL_FIELDS, PHONE_FIELDS } from '../../src-shared/model/contact'
import { normaliseEmail } from '../../src-shared/model/email'
import { asContactId, asDeviceId, asMergeId, type ContactId, NO_CONTACT, NO_STAMP } from '../../src-shared/model/ids'
import { cases, contact, DEVICES, identifier, merge, stamp } from '../support/arbitraries'

describe('merge sets', () => {
  const names = [...'abcdefghij'].map(asContactId)
  /** Merges of any contacts and former results, made apart, some undone: what is left is any graph. */
  const merges = fc
    .array(
      fc.record({
        inputs: fc.uniqueArray(fc.nat(99), { minLength: 2, maxLength: 4 }),
        at: stamp,
        standing: fc.boolean(),
      }),
      { maxLength: 8 },
    )
    .map((made) =>
      made.map(({ inputs, at, standing }, n) => {
        const known = [...names, ...Array.from({ length: n }, (_, i) => asContactId(`r${i}`))]
        return {
          id: asMergeId(`m${n}`),
          result: asContactId(`r${n}`),
          at,
          standing,
          inputs: [...new Set(inputs.map((i) => known[i % known.length] ?? NO_CONTACT))],
        }
      }),
    )

  const lookup = (links: readonly MergeLink[]) => (contactId: ContactId) =>
    links.filter((link) => link.result === contactId || link.inputs.includes(contactId))
  const contactsOf = (links: readonly MergeLink[]) => [
    ...new Set([...names, ...links.flatMap((link) => [link.result, ...link.inputs])]),
  ]

  test('partition the contacts, each with one canonical, whatever order the merges arrived in', () => {
    fc.assert(
      fc.property(merges, fc.nat(1000), (made, turn) => {
        const standing = made.filter((one) => one.standing)
        const shuffled = standing
          .map((_, i) => standing[(i * 7 + turn) % standing.length])
          .filter((one) => one !== undefined)
        const arrived = new Set(shuffled).size === standing.length ? shuffled : [...standing].reverse()
        const all = contactsOf(made)
        const sets = new Map(all.map((id) => [id, deriveSet(asContactId(id), lookup(standing))]))
        for (const [id, set] of sets) {
          expect(set.members).toContain(id)
          expect(set.members[0]).toBe(set.canonicalId)
          expect(new Set(set.members).size).toBe(set.members.length)
          for (const member of set.members) expect(sets.get(member)).toEqual(set) // the same set from any of its ids
          expect(deriveSet(asContactId(id), lookup(arrived))).toEqual(set)
          if (set.merges.length === 0) expect(set.members).toEqual([id])
        }
        const seen = [...new Set([...sets.values()].map((set) => set.canonicalId))].flatMap(
          (id) => sets.get(id)?.members ?? [],
        )
        expect([...seen].sort()).toEqual([...all].sort())
      }),
      cases(2000),
    )
  })

  test('the canonical is the result of the latest standing merge of the set', () => {
    fc.assert(
      fc.property(merges, (made) => {
        const standing = made.filter((one) => one.standing)
        for (const id of contactsOf(made)) {
          const set = deriveSet(asContactId(id), lookup(standing))
          const latest = [...set.merges].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1))[0]
          expect(set.canonicalId).toBe(latest?.result ?? id)
          expect(set.merges).toEqual(
            [...set.merges].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.id < b.id ? 1 : -1)),
          )
        }
      }),
      cases(1000),
    )
  })

  test('X+Y here, Y+Z there: one set of all with both results, headed by the later; undoing either leaves the other', () => {
    const xy: MergeLink = {
      id: asMergeId('xy'),
      inputs: [asContactId('x'), asContactId('y')],
      result: asContactId('p'),
      at: makeStamp(1, 0, asDeviceId('devicea000')),
    }
    const yz: MergeLink = {
      id: asMergeId('yz'),
      inputs: [asContactId('y'), asContactId('z')],
      result: asContactId('q'),
      at: makeStamp(2, 0, asDeviceId('deviceb000')),
    }
    for (const id of ['x', 'y', 'z', 'p', 'q'])
      expect(deriveSet(asContactId(id), lookup([xy, yz]))).toMatchObject({
        canonicalId: 'q',
        members: ['q', 'p', 'x', 'y', 'z'],
      })
    expect(deriveSet(asContactId('y'), lookup([xy])).members).toEqual(['p', 'x', 'y'])
    expect(deriveSet(asContactId('y'), lookup([yz])).members).toEqual(['q', 'y', 'z'])
    expect(deriveSet(asContactId('p'), lookup([yz])).members).toEqual(['p'])
  })

  test('a merge stands until its latest word says it was undone', () => {
    fc.assert(
      fc.property(merge, (one) => {
        expect(isStanding(one)).toBe(current(one.undone)?.v !== true)
      }),
      cases(500),
    )
  })
})

describe('claims', () => {
  test('stand earliest first, one a contact, and none that a release saw', () => {
    fc.assert(
      fc.property(identifier, (document) => {
        const standing = standingClaims(document)
        expect(standing).toEqual([...standing].sort(compareClaims))
        expect(new Set(standing.map((one) => one.contactId)).size).toBe(standing.length)
        for (const [contactId, devices] of Object.entries(document.claims)) {
          const open = Object.entries(devices).filter(
            ([device, claim]) => !((document.releases[contactId]?.[device] ?? '') >= claim.at),
          )
          const found = standing.find((one) => one.contactId === contactId)
          expect(found?.since).toBe(open.map(([, claim]) => claim.since).sort()[0])
        }
        const released = releasedClaims(document).map((one) => one.contactId)
        expect([...released, ...standing.map((one) => one.contactId)].sort()).toEqual(
          Object.keys(document.claims).sort(),
        )
      }),
      cases(2000),
    )
  })

  test('the holder is the same in whatever order the documents met', () => {
    fc.assert(
      fc.property(identifier, identifier, identifier, (a, b, c) => {
        const one = standingClaims(joinIdentifiers(joinIdentifiers(a, b), c)).map((each) => [
          each.contactId,
          each.since,
        ])
        const other = standingClaims(joinIdentifiers(c, joinIdentifiers(b, a))).map((each) => [
          each.contactId,
          each.since,
        ])
        expect(one).toEqual(other)
      }),
      cases(1000),
    )
  })
})

const text = fc.constantFrom('a', 'b', 'c', 'd@example.com', 'D@example.com')
const phoneValue = fc
  .constantFrom('1', '2', '3', '4', '5', '6')
  .map((n) => ({ userInput: n, display: n, e164: `+6142100000${n}` }))
const person = (id: string) =>
  fc
    .record({
      type: fc.constantFrom('Ephemeral' as const, 'Identified' as const, 'Curated' as const),
      fields: fc.record<ContactFields>(
        {
          firstName: text,
          lastName: text,
          workEmail: text,
          personalEmail: text,
          otherEmail: text,
          workPhone: phoneValue,
          cellPhone: phoneValue,
          homePhone: phoneValue,
          otherPhone: phoneValue,
          externalIds: fc
            .uniqueArray(fc.nat(30), { maxLength: 8 })
            .map((values) => values.map((n) => ({ externalSource: { id: 's' }, value: `${n}` }))),
          customFields: fc.dictionary(fc.constantFrom('k', 'l'), text),
        },
        { requiredKeys: [] },
      ),
      stamps: fc.array(stamp, { minLength: 6, maxLength: 6 }),
      emptied: fc.constantFrom('firstName', 'workPhone', 'none'),
    })
    .map(({ type, fields, stamps, emptied }): ContactDocument => {
      const at = (i: number) => stamps[i % stamps.length] ?? NO_STAMP
      const registers = [...registerChanges(fields, new Map())].map(([key, v], i): [string, Register] => [
        key,
        [{ v: key === emptied ? null : v, t: at(i), b: 'ann' }],
      ])
      const created = { at: at(0), by: 'ann', via: 'person' as const }
      return {
        id: asContactId(id),
        created,
        type: { value: type, at: at(0), by: 'ann' },
        fields: Object.fromEntries(registers),
        lastActivity: 0,
      }
    })
const three = fc.tuple(person('x'), person('y'), person('z'))

describe('a merge plan', () => {
  const sameValue = (key: string, a: JSONValue, b: JSONValue): boolean => {
    const form = (value: JSONValue) =>
      (EMAIL_FIELDS as readonly string[]).includes(key) && typeof value === 'string'
        ? (normaliseEmail(value) ?? value)
        : value
    const number = (value: JSONValue) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? (value['e164'] ?? canonicalJson(value))
        : canonicalJson(value)
    return number(form(a)) === number(form(b))
  }

  test('loses nothing: every value stands on the result or is listed as losing', () => {
    fc.assert(
      fc.property(three, fc.constantFrom(asContactId('x'), asContactId('y'), 'none' as const), (documents, chosen) => {
        const people = documents.map((document) => derivePerson([document], [], false))
        const choices = new Map(
          chosen === 'none'
            ? []
            : [
                ['firstName', chosen],
                ['workPhone', chosen],
              ],
        )
        const plan = planMerge(people, choices)
        for (const one of people)
          for (const [key, { v }] of one.values) {
            if (v === null) continue
            const slots = [PHONE_FIELDS, EMAIL_FIELDS].find((kind) => (kind as readonly string[]).includes(key)) ?? [
              key,
            ]
            const stands = slots.some((slot) => {
              const planned = plan.values.get(slot)?.value
              return planned !== undefined && planned !== null && sameValue(slot, planned, v as JSONValue)
            })
            const listed = plan.losing.some((lost) => lost.key === key && sameValue(key, lost.value, v as JSONValue))
            expect([key, v, stands || listed]).toEqual([key, v, true])
          }
        for (const [key, from] of choices)
          if (people.some((one) => one.values.has(key)))
            expect(plan.values.get(key)).toMatchObject({ from, chosen: true })
        expect(plan.fields.externalIds?.length ?? 0).toBeLessThanOrEqual(10)
      }),
      cases(3000),
    )
  })

  test('without a choice the most recently modified value that is not empty wins; a type never falls', () => {
    fc.assert(
      fc.property(three, (documents) => {
        const people = documents.map((document) => derivePerson([document], [], false))
        const plan = planMerge(people, new Map())
        for (const key of ['customFields/k']) {
          const filled = people.flatMap((one) => one.values.get(key) ?? []).filter((entry) => entry.v !== null)
          const latest = filled
            .map((entry) => entry.t)
            .sort()
            .at(-1)
          const winner = plan.values.get(key)
          if (latest === undefined) expect(winner?.value ?? null).toBeNull()
          else
            expect(filled.filter((entry) => entry.t === latest).map((entry) => entry.v)).toContainEqual(winner?.value)
        }
        const rank = ['Ephemeral', 'Identified', 'Curated']
        expect(rank.indexOf(plan.type)).toBe(Math.max(...people.map((one) => rank.indexOf(one.type))))
      }),
      cases(1000),
    )
  })

  test('a name is one choice: no whole names are mixed, in whatever order they were written', () => {
    const at = (ms: number) => makeStamp(ms, 0, asDeviceId('devicea000'))
    const named = (id: string, first: [string, number], last: [string, number], salutation?: string) =>
      derivePerson(
        [
          {
            id: asContactId(id),
            created: { at: at(1), by: 'ann', via: 'person' },
            type: { value: 'Curated', at: at(1), by: 'ann' },
            fields: Object.fromEntries(
              [
                ['firstName', ...first] as const,
                ['lastName', ...last] as const,
                ...(salutation ? [['salutation', salutation, 2] as const] : []),
              ].map(([key, v, ms]) => [key, [{ v, t: at(ms), b: 'ann' }]]),
            ),
            lastActivity: 0,
          },
        ],
        [],
        false,
      )
    // People of whom each part was written at another time: the latest parts are of two of them.
    const people = [
      named('a', ['Ann', 10], ['Lee', 50]),
      named('b', ['Boris', 60], ['Marsh', 5], 'Mr'),
      named('c', ['Carla', 20], ['Nilsen', 30], 'Ms'),
    ]
    for (const order of [people, [...people].reverse()]) {
      const { displayName, fields, losing } = planMerge(order, new Map())
      expect([displayName, fields.salutation]).toEqual(['Boris Marsh', 'Mr'])
      expect(losing.map(({ value }) => value)).toEqual(expect.arrayContaining(['Ann', 'Lee', 'Carla', 'Nilsen']))
    }
    // What the name lacks is not taken from another one's; what the same name says elsewhere is.
    const [ann = named('a', ['', 1], ['', 1]), boris = ann, carla = ann] = people
    const later = named('d', ['Dora', 70], ['Quist', 6])
    expect(planMerge([later, carla, ann], new Map()).fields).toEqual({ firstName: 'Dora', lastName: 'Quist' })
    const same = named('e', ['Dora', 7], ['Quist', 7], 'Dr')
    expect(planMerge([later, same, ann], new Map()).fields.salutation).toBe('Dr')
    // A part of a name that was chosen is a choice of parts.
    expect(planMerge([ann, boris], new Map([['firstName', boris.id]])).displayName).toBe('Boris Lee')
  })

  test('is the same whatever order the people are told in', () => {
    fc.assert(
      fc.property(three, ([x, y, z]) => {
        const plan = (documents: ContactDocument[]) =>
          planMerge(
            documents.map((document) => derivePerson([document], [], false)),
            new Map(),
          ).fields
        expect(plan([z, y, x])).toEqual(plan([x, y, z]))
      }),
      cases(1000),
    )
  })
})

describe('a person', () => {
  test('current values and history are those of the whole set, wherever they were written', () => {
    fc.assert(
      fc.property(contact, contact, (a, b) => {
        const members = [
          { ...a, id: asContactId('a') },
          { ...b, id: asContactId('b') },
        ]
        const values = currentEntries(members)
        const [{ erased: _a, ...livingA }, { erased: _b, ...livingB }] = [a, b]
        const joined = joinContacts(livingA, livingB)
        for (const [key, register] of Object.entries(joined.fields))
          expect(values.get(key)?.t).toBe(current(register)?.t)
        const shown = lostEntries(members, [])
        for (const [key, register] of Object.entries(joined.fields))
          for (const entry of register) {
            if (entry.v === null) continue
            const text = JSON.stringify(entry.v)
            const stands = JSON.stringify(values.get(key)?.v) === text
            const listed = shown.some((lost) => lost.key === key && JSON.stringify(lost.entry.v) === text)
            expect(stands || listed).toBe(true)
          }
      }),
      cases(1000),
    )
  })

  test('an expiry stands only while nobody did anything it had not seen, and never for a Curated contact', () => {
    const at = (ms: number) => makeStamp(ms, 0, asDeviceId('devicea000'))
    const base: ContactDocument = {
      id: asContactId('c'),
      created: { at: at(1), by: 'ann', via: 'interaction' },
      type: { value: 'Identified', at: at(1), by: 'ann' },
      fields: {},
      lastActivity: 5,
      expired: { at: at(9), by: 'ann', seen: at(1), seenActivity: 5 },
    }
    expect(isExpired(base)).toBe(true)
    expect(isExpired({ ...base, lastActivity: 6 })).toBe(false)
    expect(isExpired({ ...base, fields: { firstName: [{ v: 'x', t: at(2), b: 'bob' }] } })).toBe(false)
    expect(isExpired({ ...base, type: { value: 'Curated', at: at(1), by: 'bob' } })).toBe(false)
    expect(derivePerson([base], [{ at: at(3) }], false).status).toBe('active') // merged there
  })

  test('values to registers and back', () => {
    fc.assert(
      fc.property(person('x'), (document) => {
        const fields = derivePerson([document], [], false).fields
        const again = fieldsOf(registerChanges(fields, new Map()))
        expect(again).toEqual(fields)
      }),
      cases(500),
    )
  })
})

describe('the clock', () => {
  test('never goes back, whatever the wall clock does and whatever comes from elsewhere', () => {
    const event = fc.oneof(
      { weight: 3, arbitrary: fc.record({ wall: fc.integer({ min: 1_600_000_000_000, max: 1_600_000_000_010 }) }) },
      { weight: 1, arbitrary: fc.record({ wall: fc.constantFrom(0, -5, 9_999_999_999_999.5, Number.NaN) }) },
      { weight: 1, arbitrary: fc.record({ seen: stamp }) },
    )
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.option(stamp, { nil: undefined }), (events, floor) => {
        let wall = 1_600_000_000_000
        const atLeast = () => 1_700_000_000_000
        const clock = createClock({
          deviceId: asDeviceId(DEVICES[0]),
          now: () => wall,
          atLeast,
          ...(floor ? { floor } : {}),
        })
        let last = floor ?? NO_STAMP
        for (const one of events) {
          if ('seen' in one) {
            clock.observe(one.seen)
            last = laterStamp(last, one.seen)
          } else wall = one.wall
          const taken = clock.tick()
          expect(taken).toMatch(STAMP)
          // Strictly later than all taken and seen; of another device's stamp of the same tick the counter decides.
          expect(taken > last).toBe(true)
          expect(stampDevice(taken)).toBe(DEVICES[0])
          last = taken
        }
      }),
      cases(2000),
    )
  })

  test('goes with the wall clock when that is ahead, and says the moment', () => {
    const time = { now: Date.parse('2026-06-01T09:00:00Z') }
    const clock = createClock({ deviceId: asDeviceId('testdevice'), now: () => time.now })
    expect(stampMoment(clock.tick())).toBe('2026-06-01T09:00:00.000Z')
    time.now += 5
    expect(stampMs(clock.tick())).toBe(time.now)
    time.now -= 3_600_000
    expect(stampMoment(clock.tick())).toBe('2026-06-01T09:00:00.005Z')
    expect(clock.now()).toBe(time.now)
  })

  test('more stamps in a moment than the counter holds go on in the next', () => {
    const floor = makeStamp(EARLIEST_MS, 36 ** 4 - 1, asDeviceId('testdevice'))
    const clock = createClock({ deviceId: asDeviceId('testdevice'), now: () => EARLIEST_MS, floor })
    expect(clock.tick()).toBe(makeStamp(EARLIEST_MS + 1, 0, asDeviceId('testdevice')))
  })

  test('text order is the order of moments, counters and devices', () => {
    const parts = fc.tuple(
      fc.integer({ min: 0, max: 36 ** 9 - 1 }),
      fc.nat(36 ** 4 - 1),
      fc.constantFrom(...DEVICES.map(asDeviceId)),
    )
    const compare = (a: [number, number, string], b: [number, number, string]) =>
      a[0] - b[0] || a[1] - b[1] || (a[2] < b[2] ? -1 : a[2] > b[2] ? 1 : 0)
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const [x, y] = [makeStamp(...a), makeStamp(...b)]
        expect(Math.sign(compare(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0)
        expect([stampMs(x), stampDevice(x)]).toEqual([a[0], a[2]])
      }),
      cases(2000),
    )
    expect(DEVICES.every((device) => DEVICE_ID.test(device))).toBe(true)
  })
})
