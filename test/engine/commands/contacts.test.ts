// Contacts by hand: creating, changing, promoting, the bin and notes, on real databases.

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeStamp, stampMoment } from '../../../src-main/engine/documents/stamp'
import { asContactId, asDeviceId } from '../../../src-shared/model/ids'
import { ann, type Bench, DAY, openBench } from '../../support/engine'
import { helpers, newNumber, phone } from '../../support/people'

let bench: Bench
const { create, person, record, claimants, holder, wait, refused } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

describe('create', () => {
  test('every field of the reference comes back, and each identifier it mirrors is claimed', async () => {
    const number = newNumber()
    const input = {
      salutation: 'Dr',
      firstName: 'Ada',
      middleName: 'King',
      lastName: 'Lovelace',
      title: 'Countess',
      workPhone: phone(number),
      cellPhone: phone('0421 856 397'),
      homePhone: { userInput: '020 7946 0018', normalizationCountryCode: 'GB' },
      otherPhone: { userInput: 'ring twice', extension: 7, acceptsSMS: false },
      workEmail: ' Ada@Example.com ',
      personalEmail: 'ada@home.example',
      otherEmail: 'ada@other.example',
      address: { address1: '12 St James’s Square', city: 'London', countryCode: 'GB' },
      twitterId: { id: 't-1', screenName: 'ada' },
      lineId: { ids: [{ userId: 'line-1' }], displayName: 'Ada' },
      facebookId: { ids: [{ scopedId: 'fb-1' }, { scopedId: 'fb-2' }] },
      instagramId: { ids: [{ scopedId: 'ig-1' }], handle: 'ada.l' },
      whatsAppId: { phoneNumber: phone('+44 20 7946 0018'), displayName: 'Ada' },
      whatsappBsuid: 'US.abcDEF',
      appleOpaqueIds: [{ value: 'Apple-Opaque' }],
      externalIds: [{ externalSource: { id: 'crm', name: 'CRM' }, value: '42' }],
      externalOrganization: { id: 'o-1', name: 'Analytical Engines' },
      surveyOptOut: false,
      externalSystemUrl: 'https://example.com/ada',
      customFields: { shoe: 37, tags: ['a'], nested: { deep: true } },
    }
    const id = await create(input)
    const page = await person(id)
    expect(page).toMatchObject({
      id,
      type: 'Curated',
      status: 'active',
      displayName: 'Ada King Lovelace',
      createdBy: 'ann',
    })
    const { workPhone, cellPhone, homePhone, otherPhone, whatsAppId, workEmail, ...plain } = input
    expect(page.fields).toMatchObject(plain)
    expect(page.fields.workEmail).toBe('Ada@Example.com')
    expect(page.fields.workPhone).toMatchObject({ userInput: number, e164: number, countryCode: 'AU' })
    expect(page.fields.cellPhone).toEqual({
      userInput: '0421 856 397',
      display: '0421 856 397',
      e164: '+61421856397',
      countryCode: 'AU',
    })
    expect(page.fields.homePhone).toMatchObject({
      userInput: '020 7946 0018',
      e164: '+442079460018',
      countryCode: 'GB',
    })
    expect(page.fields.otherPhone).toEqual({
      userInput: 'ring twice',
      display: 'ring twice',
      extension: 7,
      acceptsSMS: false,
    })
    expect(page.identifiers.map(({ type, value, source }) => [type, value, source ?? '']).sort()).toEqual(
      [
        ['Phone', number, ''],
        ['Phone', '+61421856397', ''],
        ['Phone', '+442079460018', ''],
        ['Email', 'ada@example.com', ''],
        ['Email', 'ada@home.example', ''],
        ['Email', 'ada@other.example', ''],
        ['SocialTwitter', 't-1', ''],
        ['SocialLine', 'line-1', ''],
        ['SocialFacebook', 'fb-1', ''],
        ['SocialFacebook', 'fb-2', ''],
        ['SocialInstagram', 'ig-1', ''],
        ['SocialWhatsapp', '442079460018', ''],
        ['SocialWhatsappBsuid', 'US.abcDEF', ''],
        ['AppleOpaqueId', 'Apple-Opaque', ''],
        ['ExternalId', '42', 'crm'],
      ].sort(),
    )
    expect(page.identifiers.every(({ held, via, claimedBy }) => held && via === 'field' && claimedBy === 'ann')).toBe(
      true,
    )
    expect(page.mergeSet).toBeNull()
    expect(page.mergedFrom).toBeNull()
    expect(page.expiresAt).toBeNull()
  })

  test('the case of an opaque id counts, that of a mail address does not', async () => {
    await create({ firstName: 'Upper', lineId: { ids: [{ userId: 'CaSe' }] }, workEmail: 'CASE@example.com' })
    await create({ firstName: 'Lower', lineId: { ids: [{ userId: 'case' }] }, workEmail: 'case@EXAMPLE.com' })
    expect(claimants({ type: 'SocialLine', value: 'CaSe' })).toEqual(['Upper'])
    expect(claimants({ type: 'SocialLine', value: 'case' })).toEqual(['Lower'])
    expect(claimants({ type: 'Email', value: 'case@example.com' })).toEqual(['Upper', 'Lower'])
  })

  test('one value as record id of two systems is two identifiers', async () => {
    const of = (source: string) => [{ externalSource: { id: source }, value: 'same' }]
    await create({ firstName: 'One', externalIds: of('erp-1') })
    await create({ firstName: 'Two', externalIds: of('erp-2') })
    expect(claimants({ type: 'ExternalId', value: 'same', source: 'erp-1' })).toEqual(['One'])
    expect(claimants({ type: 'ExternalId', value: 'same', source: 'erp-2' })).toEqual(['Two'])
  })
})

describe('createMany', () => {
  test('all in one commit; of two with one number the first holds it', async () => {
    const number = newNumber()
    const ids = await bench.engine.contacts.createMany(
      ann,
      ['First', 'Second'].map((firstName) => ({ input: { firstName, workPhone: phone(number) } })),
    )
    expect(ids).toHaveLength(2)
    expect(claimants({ type: 'Phone', value: number })).toEqual(['First', 'Second'])
  })

  test('a past stamp counts as the moment of creation and of the claim', async () => {
    const number = newNumber()
    await create({ firstName: 'Now', workPhone: phone(number) })
    const stamp = makeStamp(Date.parse('2024-01-01T00:00:00Z'), 0, asDeviceId('testdevice'))
    const [id = ''] = await bench.engine.contacts.createMany(ann, [
      { input: { firstName: 'Then', workPhone: phone(number) }, stamp },
    ])
    expect((await person(asContactId(id))).createdAt).toBe(stampMoment(stamp))
    expect(claimants({ type: 'Phone', value: number })).toEqual(['Then', 'Now'])
  })

  test('one that is refused refuses all', async () => {
    await refused(() => bench.engine.contacts.createMany(ann, [{ input: { firstName: 'Good' } }, { input: {} }]), {
      code: 'empty_contact',
    })
  })
})

describe('update and replace', () => {
  test('only what is named changes; identifiers follow their fields', async () => {
    const [old, next] = [newNumber(), newNumber()]
    const id = await create({ firstName: 'Kim', lastName: 'Lee', workPhone: phone(old), workEmail: 'kim@example.com' })
    expect(await bench.engine.contacts.update(ann, id, { workPhone: phone(next), lastName: null })).toBe(id)
    const { fields, lostValues } = await person(id)
    expect(fields).toMatchObject({ firstName: 'Kim', workEmail: 'kim@example.com', workPhone: { e164: next } })
    expect(fields.lastName).toBeUndefined()
    expect(holder({ type: 'Phone', value: old })).toBeUndefined()
    expect(holder({ type: 'Phone', value: next })).toBe(id)
    expect(lostValues.map(({ field }) => field).sort()).toEqual(['lastName', 'workPhone'])
  })

  test('a number that moves to another field stays claimed since it first was', async () => {
    const number = newNumber()
    const id = await create({ firstName: 'Mover', workPhone: phone(number) })
    const [before] = (await person(id)).identifiers
    wait(1000)
    await bench.engine.contacts.update(ann, id, { workPhone: null, homePhone: phone(number) })
    expect((await person(id)).identifiers).toEqual([before])
  })

  test('what another typed meanwhile is listed, and one update restores it', async () => {
    const id = await create({ firstName: 'Rob' })
    await bench.engine.contacts.update(ann, id, { firstName: 'Robert' })
    const [lost] = (await person(id)).lostValues
    expect(lost).toMatchObject({ field: 'firstName', value: 'Rob', by: 'ann', contactId: id, overwrittenUnseen: false })
    await bench.engine.contacts.update(ann, id, { firstName: String(lost?.value) })
    expect((await person(id)).fields.firstName).toBe('Rob')
  })

  test('nothing changes: nothing is written', async () => {
    const id = await create({ firstName: 'Same', customFields: { a: 1 }, externalIds: [] })
    const before = await bench.export()
    await bench.engine.contacts.update(ann, id, { firstName: ' Same ', customFields: { a: 1 }, lastName: null })
    await bench.engine.contacts.update(ann, id, {})
    expect(await bench.export()).toBe(before)
  })

  test('custom fields and external ids that are named are replaced whole', async () => {
    const source = { id: 'crm' }
    const id = await create({
      firstName: 'Cus',
      customFields: { a: 1, b: 2 },
      externalIds: [
        { externalSource: source, value: 'e1' },
        { externalSource: source, value: 'e2' },
      ],
    })
    await bench.engine.contacts.update(ann, id, {
      customFields: { b: 3 },
      externalIds: [{ externalSource: source, value: 'e2' }],
    })
    expect((await person(id)).fields).toMatchObject({ customFields: { b: 3 }, externalIds: [{ value: 'e2' }] })
    expect((await person(id)).fields.customFields).not.toHaveProperty('a')
    expect(holder({ type: 'ExternalId', source: 'crm', value: 'e1' })).toBeUndefined()
    expect(holder({ type: 'ExternalId', source: 'crm', value: 'e2' })).toBe(id)
  })

  test('replace empties what is not named, and releases it', async () => {
    const number = newNumber()
    const id = await create({ firstName: 'Put', title: 'Dr', workPhone: phone(number), address: { city: 'Ulm' } })
    await bench.engine.contacts.replace(ann, id, { firstName: 'Put', lastName: 'Whole' })
    expect((await person(id)).fields).toEqual({ firstName: 'Put', lastName: 'Whole' })
    expect(holder({ type: 'Phone', value: number })).toBeUndefined()
  })

  test('an Ephemeral contact that gains an address becomes Identified, and stays unseen', async () => {
    const { contactId } = await record([{ type: 'Cookie', value: 'gain-by-edit' }])
    expect((await person(contactId)).type).toBe('Ephemeral')
    await bench.engine.contacts.update(ann, contactId, { workEmail: 'gained@example.com' })
    expect((await person(contactId)).type).toBe('Identified')
    await bench.engine.contacts.update(ann, contactId, { firstName: 'Unseenable' })
    expect((await bench.engine.queries.lookup('Unseenable', 10)).hits).toEqual([])
  })
})

describe('promote', () => {
  test('keeps the id, and from then on the contact is listed and found', async () => {
    const number = newNumber()
    const { contactId } = await record([{ type: 'Phone', value: number }])
    expect(bench.engine.queries.autogenerated(0, 100).items.map(({ id }) => id)).toContain(contactId)
    const id = await bench.engine.contacts.promote(ann, contactId, { firstName: 'Promoted' })
    expect(id).toBe(contactId)
    expect(await person(id)).toMatchObject({ id, type: 'Curated', displayName: 'Promoted', expiresAt: null })
    expect(bench.engine.queries.autogenerated(0, 100).items.map((one) => one.id)).not.toContain(contactId)
    expect((await bench.engine.queries.lookup('promoted', 10)).hits.map((hit) => hit.id)).toEqual([contactId])
    await refused(() => bench.engine.contacts.promote(ann, contactId), { code: 'already_curated', field: 'contactId' })
  })

  test('puts what the contact is recognised by into free fields, and leaves what was typed', async () => {
    const [one, other] = [newNumber(), newNumber()].sort() as [string, string]
    const { contactId } = await record([
      { type: 'Phone', value: one },
      { type: 'Phone', value: other },
      { type: 'Email', value: `${one.slice(1)}promoted@example.org` },
      { type: 'SocialLine', value: `line ${one}` },
      { type: 'SocialTwitter', value: `tw ${one}` },
      { type: 'SocialWhatsapp', value: one.slice(1) },
      { type: 'AppleOpaqueId', value: `apple ${one}` },
      { type: 'ExternalId', value: one, source: 'crm' },
      { type: 'Cookie', value: `cookie ${one}` },
    ])
    const before = (await person(contactId)).identifiers
    await bench.engine.contacts.promote(ann, contactId, {
      firstName: 'Pro',
      workPhone: phone(other),
      twitterId: { id: 'own' },
    })
    const { fields, identifiers } = await person(contactId)
    expect(fields).toMatchObject({
      firstName: 'Pro',
      workPhone: { e164: other },
      cellPhone: { e164: one },
      workEmail: expect.stringContaining('promoted@example.org'),
      lineId: { ids: [{ userId: `line ${one}` }] },
      twitterId: { id: 'own' },
      whatsAppId: { phoneNumber: { e164: one } },
      appleOpaqueIds: [{ value: `apple ${one}` }],
      externalIds: [{ externalSource: { id: 'crm' }, value: one }],
    })
    expect(fields.homePhone).toBeUndefined()
    expect(identifiers).toHaveLength(before.length + 1)
    expect(identifiers.every(({ held }) => held)).toBe(true)
  })
})

describe('the bin', () => {
  test('a deleted person is found nowhere, and restored with everything', async () => {
    const number = newNumber()
    const id = await create({ firstName: 'Binned', lastName: 'Person', workPhone: phone(number) })
    await bench.engine.contacts.remove(ann, id, 'asked to')
    expect((await person(id)).status).toBe('deleted')
    expect((await bench.engine.queries.lookup('Binned', 10)).hits).toEqual([])
    expect((await bench.engine.queries.lookup(number, 10)).hits).toEqual([])
    expect(bench.engine.queries.recent(1000).map((one) => one.id)).not.toContain(id)
    const stranger = await record([{ type: 'Email', value: 'stranger@example.com' }])
    expect(stranger.contactId).not.toBe(id)
    await bench.engine.contacts.restore(ann, id)
    expect(await person(id)).toMatchObject({
      status: 'active',
      fields: { firstName: 'Binned' },
      identifiers: [{ held: true }],
    })
    expect((await bench.engine.queries.lookup(number, 10)).hits[0]).toMatchObject({ id, match: 'holder' })
  })

  test('what a call claimed meanwhile stays there; how the claim came about is kept', async () => {
    const id = await create({ firstName: 'Cookie', lastName: 'Monster' })
    await bench.engine.identifiers.claim(ann, id, { type: 'Cookie', value: 'bin-cookie' })
    await bench.engine.contacts.remove(ann, id)
    const { contactId } = await record([{ type: 'Cookie', value: 'bin-cookie' }], { channel: 'web' })
    expect(contactId).not.toBe(id)
    await bench.engine.contacts.restore(ann, id)
    expect(holder({ type: 'Cookie', value: 'bin-cookie' })).toBe(contactId)
    expect((await person(id)).identifiers).toMatchObject([{ held: false, via: 'explicit', holder: { id: contactId } }])
  })

  test('30 days, to the moment', async () => {
    const [inTime, late] = [await create({ firstName: 'InTime' }), await create({ firstName: 'Late' })]
    await bench.engine.contacts.remove(ann, late)
    wait(1)
    await bench.engine.contacts.remove(ann, inTime)
    wait(30 * DAY)
    await refused(() => bench.engine.contacts.restore(ann, late), { code: 'not_found' })
    await bench.engine.contacts.restore(ann, inTime)
    expect((await person(inTime)).status).toBe('active')
  })
})

describe('notes', () => {
  test('are written on the person and seen from any id of the set, newest first', async () => {
    const [a, b] = [
      await create({ firstName: 'Note', lastName: 'A' }),
      await create({ firstName: 'Note', lastName: 'B' }),
    ]
    const first = await bench.engine.contacts.addNote(ann, a, '  likes tea  ')
    wait(1000)
    const { contactId } = await bench.engine.merges.merge(ann, { contactIds: [a, b] })
    wait(1000)
    const second = await bench.engine.contacts.addNote(ann, b, 'and cake')
    for (const id of [a, b, contactId])
      expect((await person(id)).notes.map(({ id: noteId, text, contactId: on }) => [noteId, text, on])).toEqual([
        [second, 'and cake', contactId],
        [first, 'likes tea', a],
      ])
  })
})
