// From an interaction to a contact (domain specification, section 4), and how interactions stay tied.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IdentifierInput } from '../../../src-shared/model/identifier'
import { asContactId } from '../../../src-shared/model/ids'
import { ann, type Bench, openBench } from '../../support/engine'
import { helpers, newNumber, phone } from '../../support/people'

let bench: Bench
const { create, person, record, interaction, claimants, holder, wait, refused } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

describe('who it is', () => {
  /** In the order in which they must be tried. */
  const ordered: IdentifierInput[] = [
    { type: 'ExternalId', value: 'order-1', source: 'crm' },
    { type: 'SocialLine', value: 'order-line' },
    { type: 'Phone', value: '+61421999001' },
    { type: 'Email', value: 'order@example.com' },
    { type: 'Cookie', value: 'order-cookie' },
  ]

  test('external id, then channel id, phone, email, cookie, whatever order they are told in', async () => {
    const owners: string[] = []
    for (const [i, identifier] of ordered.entries()) {
      const id = await create({ firstName: `Owner${i}` })
      await bench.engine.identifiers.claim(ann, id, identifier)
      owners.push(id)
    }
    for (let first = 0; first < ordered.length; first += 1) {
      const told = ordered.slice(first).reverse()
      const { contactId, created, resolved } = await record(told)
      expect(contactId).toBe(owners[first])
      expect(created).toBe(false)
      expect(resolved?.elsewhere.map((one) => one.claim.person.id)).toEqual(owners.slice(first + 1))
    }
    // Nothing moved.
    for (const [i, identifier] of ordered.entries()) expect(claimants(identifier)).toEqual([`Owner${i}`])
  })

  test('all channel ids come before the phone', async () => {
    const number = newNumber()
    await create({ firstName: 'ByPhone', workPhone: phone(number) })
    for (const type of [
      'SocialFacebook',
      'SocialTwitter',
      'SocialInstagram',
      'SocialWhatsappBsuid',
      'AppleOpaqueId',
    ] as const) {
      const id = await create({ firstName: `By ${type}` })
      await bench.engine.identifiers.claim(ann, id, { type, value: `channel-${type}` })
      const { contactId } = await record([
        { type: 'Phone', value: number },
        { type, value: `channel-${type}` },
      ])
      expect(contactId).toBe(id)
    }
  })

  test('unclaimed identifiers are claimed for the person found; those of others stay and are told', async () => {
    const [mine, other] = [newNumber(), newNumber()]
    const id = await create({ firstName: 'Found', workPhone: phone(mine) })
    const otherId = await create({ firstName: 'Else', workPhone: phone(other) })
    const { contactId, resolved } = await record([
      { type: 'Phone', value: mine },
      { type: 'Phone', value: other },
      { type: 'Email', value: 'fresh@example.com' },
    ])
    expect(contactId).toBe(id)
    expect(holder({ type: 'Email', value: 'fresh@example.com' })).toBe(id)
    expect(claimants({ type: 'Phone', value: other })).toEqual(['Else'])
    expect(resolved?.elsewhere).toMatchObject([{ identifier: { value: other }, claim: { person: { id: otherId } } }])
    expect((await person(id)).identifiers.find((one) => one.type === 'Email')?.via).toBe('interaction')
  })

  test('nobody known: Identified with any name-like identifier, Ephemeral with none or a cookie', async () => {
    const type = async (identifiers: IdentifierInput[]) => (await person((await record(identifiers)).contactId)).type
    expect(await type([])).toBe('Ephemeral')
    expect(await type([{ type: 'Cookie', value: 'nobody-1' }])).toBe('Ephemeral')
    expect(await type([{ type: 'Phone', value: newNumber() }])).toBe('Identified')
    expect(
      await type([
        { type: 'Cookie', value: 'nobody-2' },
        { type: 'SocialLine', value: 'nobody-line' },
      ]),
    ).toBe('Identified')
  })

  test('an Ephemeral contact that gains an identifier with personal data becomes Identified, by any way', async () => {
    const { contactId } = await record([{ type: 'Cookie', value: 'gains' }])
    const again = await record([
      { type: 'Cookie', value: 'gains' },
      { type: 'Cookie', value: 'gains-more' },
    ])
    expect(again).toMatchObject({ contactId, created: false })
    expect((await person(contactId)).type).toBe('Ephemeral')
    await record([
      { type: 'Cookie', value: 'gains' },
      { type: 'Email', value: 'gains@example.com' },
    ])
    expect(await person(contactId)).toMatchObject({ type: 'Identified', interactions: 3 })
  })

  test('of one identifier told twice in two notations there is one', async () => {
    const number = newNumber()
    const { interactionId } = await record([
      { type: 'Phone', value: number },
      { type: 'Phone', value: `0${number.slice(3)}` },
    ])
    expect((await bench.engine.queries.interaction(interactionId)).identifiers).toMatchObject([{ value: number }])
  })

  test('looking up and resolving create nothing, and say why', async () => {
    const number = newNumber()
    const id = await create({ firstName: 'Why', workPhone: phone(number) })
    const before = await bench.export()
    expect(
      bench.engine.queries.resolution([
        { type: 'Phone', value: number },
        { type: 'Cookie', value: 'why' },
      ]),
    ).toMatchObject({
      contact: { id, displayName: 'Why' },
      reason: {
        decidedBy: { type: 'Phone', value: number, claimedBy: 'ann' },
        claimed: [{ type: 'Cookie', value: 'why' }],
        heldByOthers: [],
      },
    })
    expect(bench.engine.queries.resolution([{ type: 'Email', value: 'who@example.com' }])).toMatchObject({
      contact: null,
      newType: 'Identified',
      reason: { decidedBy: null },
    })
    expect(bench.engine.queries.resolution([{ type: 'Cookie', value: 'who' }])).toMatchObject({ newType: 'Ephemeral' })
    await bench.engine.queries.lookup('who@example.com', 10)
    expect(await bench.export()).toBe(before)
  })
})

describe('recording', () => {
  test('the same conversation and communication twice is once; another communication is another', async () => {
    const input = interaction([{ type: 'Phone', value: newNumber() }], {
      conversationId: 'conv-1',
      communicationId: 'comm-1',
      subject: 'first',
    })
    const first = await bench.engine.interactions.record(ann, input)
    const before = await bench.export()
    const again = await bench.engine.interactions.record(ann, { ...input, subject: 'second' })
    expect(again).toMatchObject({ interactionId: first.interactionId, contactId: first.contactId, created: false })
    expect(await bench.export()).toBe(before)
    const other = await bench.engine.interactions.record(ann, { ...input, communicationId: 'comm-2' })
    expect(other).toMatchObject({ contactId: first.contactId, created: false })
    expect(other.interactionId).not.toBe(first.interactionId)
  })

  test('every fact comes back; moments in UTC', async () => {
    const number = newNumber()
    const { interactionId, contactId } = await record([{ type: 'Phone', value: number }], {
      conversationId: 'facts',
      channel: 'web',
      direction: 'outbound',
      startedAt: '2026-05-01T12:00:00+02:00',
      endedAt: '2026-05-01T10:05:00.5Z',
      queue: 'care',
      agent: 'bob',
      wrapUp: 'solved',
      subject: 'Invoice',
      note: 'paid',
      events: [{ at: '2026-05-01T10:00:01Z', name: 'page', detail: '/cart' }],
    })
    expect(await bench.engine.queries.interaction(interactionId)).toEqual({
      id: interactionId,
      conversationId: 'facts',
      contactId,
      channel: 'web',
      direction: 'outbound',
      startedAt: '2026-05-01T10:00:00.000Z',
      endedAt: '2026-05-01T10:05:00.500Z',
      identifiers: [{ type: 'Phone', value: number, display: expect.stringContaining('+61 421') }],
      queue: 'care',
      agent: 'bob',
      wrapUp: 'solved',
      subject: 'Invoice',
      note: 'paid',
      events: [{ at: '2026-05-01T10:00:01Z', name: 'page', detail: '/cart' }],
      recordedBy: 'ann',
    })
  })

  test('many at once resolve as one after the other would, also those that depend on each other', async () => {
    const [one, two] = [newNumber(), newNumber()]
    const inputs = [
      interaction([{ type: 'Cookie', value: 'many' }]),
      interaction([
        { type: 'Cookie', value: 'many' },
        { type: 'Phone', value: one },
      ]),
      interaction([{ type: 'Phone', value: one }]),
      interaction([{ type: 'Phone', value: two }]),
      interaction([{ type: 'Phone', value: two }], { conversationId: 'many-twice' }),
      interaction([{ type: 'Phone', value: two }], { conversationId: 'many-twice' }),
      interaction([]),
    ]
    const done = await bench.engine.interactions.recordMany(
      ann,
      inputs.map((input) => ({ input })),
    )
    const [first, second, third, fourth, fifth, sixth, last] = done.map((each) => each.contactId)
    expect([second, third]).toEqual([first, first])
    expect([fifth, sixth]).toEqual([fourth, fourth])
    expect(new Set([first, fourth, last]).size).toBe(3)
    expect(done.map(({ created }) => created)).toEqual([true, false, false, true, false, false, true])
    expect((await person(asContactId(first ?? ''))).type).toBe('Identified')
    expect((await person(asContactId(fourth ?? ''))).interactions).toBe(2)
  })

  test('one bad input among many refuses all of them', async () => {
    await refused(
      () =>
        bench.engine.interactions.recordMany(ann, [
          { input: interaction([{ type: 'Phone', value: newNumber() }]) },
          { input: interaction([], { startedAt: 'yesterday' }) },
        ]),
      { code: 'invalid_input', field: 'startedAt' },
    )
  })
})

describe('after a merge', () => {
  test('the contact id on an interaction is never rewritten; new ones get the canonical id', async () => {
    const [x, y] = [newNumber(), newNumber()]
    const a = await create({ firstName: 'Stay', workPhone: phone(x) })
    const b = await create({ firstName: 'Put', workPhone: phone(y) })
    const before = await record([{ type: 'Phone', value: x }])
    wait(1000)
    const { contactId } = await bench.engine.merges.merge(ann, { contactIds: [a, b] })
    const after = await record([{ type: 'Phone', value: x }])
    expect(after.contactId).toBe(contactId)
    expect((await bench.engine.queries.interaction(before.interactionId)).contactId).toBe(a)
    for (const id of [a, b, contactId]) {
      const page = await bench.engine.queries.journey(id, {}, 0, 10)
      expect(page.items.map((item) => item.contactId)).toEqual([contactId, a])
    }
  })
})

describe('linking', () => {
  test('uses exactly the id given, ancestor or not, and can be taken back', async () => {
    const { interactionId, contactId: stranger } = await record([])
    const [a, b] = [await create({ firstName: 'Link' }), await create({ firstName: 'Linked' })]
    const { contactId } = await bench.engine.merges.merge(ann, { contactIds: [a, b] })
    await bench.engine.interactions.link(ann, interactionId, a)
    expect((await bench.engine.queries.interaction(interactionId)).contactId).toBe(a)
    expect((await person(contactId)).interactions).toBe(1)
    expect((await person(stranger)).interactions).toBe(0)
    await bench.engine.interactions.link(ann, interactionId, null)
    expect((await bench.engine.queries.interaction(interactionId)).contactId).toBeNull()
    expect((await person(contactId)).interactions).toBe(0)
    const trail = await bench.engine.queries.auditTrail({ contactIds: [a] }, 0, 10)
    expect(trail.filter(({ action }) => action === 'link')).toHaveLength(2)
  })

  test('is refused for the erased and for what an undone merge had made', async () => {
    const { interactionId } = await record([])
    const [a, b, c] = [
      await create({ firstName: 'L1' }),
      await create({ firstName: 'L2' }),
      await create({ firstName: 'L3' }),
    ]
    const { contactId, mergeId } = await bench.engine.merges.merge(ann, { contactIds: [a, b] })
    await bench.engine.merges.undo(ann, mergeId)
    await bench.engine.erasure.erase(ann, c)
    await refused(() => bench.engine.interactions.link(ann, interactionId, contactId), {
      code: 'not_found',
      field: 'contactId',
    })
    await refused(() => bench.engine.interactions.link(ann, interactionId, c), { code: 'erased', field: 'contactId' })
  })
})

describe('the journey', () => {
  test('filters, counts and pages over the whole set', async () => {
    const number = newNumber()
    const id = await create({ firstName: 'Journey', workPhone: phone(number) })
    const at = (n: number) => new Date(Date.parse('2026-03-01T00:00:00Z') + n * 60_000).toISOString()
    await bench.engine.interactions.recordMany(
      ann,
      Array.from({ length: 12 }, (_, n) => ({
        input: interaction([{ type: 'Phone', value: number }], {
          conversationId: `journey-${n}`,
          startedAt: at(n),
          channel: n % 3 === 0 ? ('chat' as const) : ('voice' as const),
          direction: n % 2 === 0 ? ('inbound' as const) : ('outbound' as const),
          queue: n < 6 ? 'sales' : 'care',
          agent: 'bob',
        }),
      })),
    )
    const journey = (filter: Parameters<Bench['engine']['queries']['journey']>[1], offset = 0, limit = 100) =>
      bench.engine.queries.journey(id, filter, offset, limit)
    const whole = await journey({})
    expect(whole).toMatchObject({ total: 12, byChannel: { chat: 4, voice: 8 } })
    expect(whole.items.map((item) => item.startedAt)).toEqual(Array.from({ length: 12 }, (_, n) => at(11 - n)))
    const pages = [await journey({}, 0, 5), await journey({}, 5, 5), await journey({}, 10, 5)]
    expect(pages.flatMap((page) => page.items)).toEqual(whole.items)
    expect((await journey({ channels: ['chat'] })).total).toBe(4)
    expect((await journey({ direction: 'outbound' })).total).toBe(6)
    expect((await journey({ queue: 'sales' })).total).toBe(6)
    expect((await journey({ agent: 'nobody' })).total).toBe(0)
    expect((await journey({ from: at(3), to: at(6) })).items.map((item) => item.startedAt)).toEqual([
      at(5),
      at(4),
      at(3),
    ])
  })
})
