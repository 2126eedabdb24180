// Explicit claims and releases: first claim wins, contenders follow (domain specification, section 2).

import { afterAll, beforeAll, expect, test } from 'vitest'
import { IDENTIFIER_TYPES, type IdentifierInput } from '../../../src-shared/model/identifier'
import { asContactId } from '../../../src-shared/model/ids'
import { ann, type Bench, openBench } from '../../support/engine'
import { helpers, newNumber, phone, without } from '../../support/people'

let bench: Bench
const { create, person, record, claimants, holder, wait, refused } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

/** One identifier of each type, as somebody may write it, and its key. */
const EACH: Record<(typeof IDENTIFIER_TYPES)[number], [Omit<IdentifierInput, 'type'>, string]> = {
  Phone: [{ value: ' 0421 000 111 ' }, '+61421000111'],
  Email: [{ value: ' Each@Example.COM ' }, 'each@example.com'],
  Cookie: [{ value: ' cookie-1 ' }, 'cookie-1'],
  ExternalId: [{ value: ' 4711 ', source: ' crm ' }, '4711'],
  SocialLine: [{ value: ' Line-1 ' }, 'Line-1'],
  SocialFacebook: [{ value: ' Fb-1 ' }, 'Fb-1'],
  SocialTwitter: [{ value: ' Tw-1 ' }, 'Tw-1'],
  SocialWhatsapp: [{ value: '+61 421 000 111' }, '61421000111'],
  SocialInstagram: [{ value: ' Ig-1 ' }, 'Ig-1'],
  SocialWhatsappBsuid: [{ value: ' DE.Ab1 ' }, 'DE.Ab1'],
  AppleOpaqueId: [{ value: ' Ap-1 ' }, 'Ap-1'],
}

test.each(IDENTIFIER_TYPES)('%s is claimed, found and given up', async (type) => {
  const [value, key] = EACH[type]
  const input = { type, ...value }
  const id = await create({ firstName: `Claims ${type}` })
  expect(await bench.engine.identifiers.claim(ann, id, input)).toMatchObject({ type, value: key })
  expect((await person(id)).identifiers).toMatchObject([
    { type, value: key, held: true, via: 'explicit', memberId: id, contenders: [] },
  ])
  expect((await bench.engine.queries.lookup(key, 5)).hits[0]).toMatchObject({ id, match: 'holder' })
  await bench.engine.identifiers.release(ann, id, input)
  expect((await person(id)).identifiers).toEqual([])
  expect(holder(input)).toBeUndefined()
  await refused(() => bench.engine.identifiers.release(ann, id, input), {
    code: 'identifier_not_held',
    field: 'identifier.value',
  })
})

test('a release that is taken back holds again since when it did, though it passed to another meanwhile', async () => {
  const value = newNumber()
  const input = { type: 'Phone', value } as const
  const first = await create({ firstName: 'First', workPhone: phone(value) })
  const since = (await person(first)).identifiers[0]?.claimedAt
  wait(1000)
  const second = await create({ firstName: 'Second', workPhone: phone(value) })
  wait(1000)
  await bench.engine.identifiers.release(ann, first, input)
  expect(holder(input)).toBe(second)
  await bench.engine.identifiers.unrelease(ann, first, input)
  expect(holder(input)).toBe(first)
  expect((await person(first)).identifiers).toMatchObject([{ held: true, claimedAt: since, via: 'field' }])
  await bench.engine.identifiers.unrelease(ann, first, input) // once more changes nothing
  expect(holder(input)).toBe(first)
  const never = await create({ firstName: 'Never' })
  await refused(() => bench.engine.identifiers.unrelease(ann, never, input), {
    code: 'identifier_not_held',
    field: 'identifier.value',
  })
})

test('what another holds is refused, and the holder named only to who may view contacts', async () => {
  const value = newNumber()
  const holderId = await create({ firstName: 'Held', workPhone: phone(value) })
  const id = await create({ firstName: 'Wants' })
  const claim = (actor = ann) => bench.engine.identifiers.claim(actor, id, { type: 'Phone', value })
  await refused(() => claim(), {
    code: 'identifier_held',
    field: 'identifier.value',
    details: { holder: { id: holderId, displayName: 'Held' } },
  })
  const blind = await claim(without('externalContacts:contact:view')).catch((error: unknown) => error)
  expect(blind).toMatchObject({ code: 'identifier_held', details: undefined })
  expect(JSON.stringify(blind)).not.toContain(holderId)
  expect(JSON.stringify(blind)).not.toContain('Held')
})

test('claiming again what one holds changes neither the moment nor the order', async () => {
  const value = newNumber()
  const input = { type: 'Phone' as const, value }
  const id = await create({ firstName: 'Holds', workPhone: phone(value) })
  await create({ firstName: 'Contends', workPhone: phone(value) })
  const before = await person(id)
  const trail = await bench.engine.queries.auditTrail({ contactIds: [id] }, 0, 100)
  wait(1000)
  await bench.engine.identifiers.claim(ann, id, input)
  expect(await person(id)).toEqual(before)
  expect(await bench.engine.queries.auditTrail({ contactIds: [id] }, 0, 100)).toEqual(trail)
  expect(claimants(input)).toEqual(['Holds', 'Contends'])
})

test('typing into a field what one claims already changes nothing of the claim', async () => {
  const value = newNumber()
  const id = await create({ firstName: 'Typed' })
  await bench.engine.identifiers.claim(ann, id, { type: 'Phone', value })
  const identifiers = async () =>
    (await bench.export()).split('\n').filter((line) => line.includes('"kind":"identifiers"'))
  const before = await identifiers()
  wait(1000)
  await bench.engine.contacts.update(ann, id, { workPhone: phone(value) })
  expect(await identifiers()).toEqual(before)
  expect((await person(id)).identifiers).toMatchObject([{ via: 'explicit', held: true }])
})

test('succession goes by who claimed first, through release, field edit and bin', async () => {
  const value = newNumber()
  const input = { type: 'Phone' as const, value }
  const ids: string[] = []
  for (const firstName of ['A', 'B', 'C', 'D']) {
    ids.push(await create({ firstName, workPhone: phone(value) }))
    wait(10)
  }
  const [a = '', b = '', c = ''] = ids
  expect(claimants(input)).toEqual(['A', 'B', 'C', 'D'])
  expect((await person(asContactId(a))).identifiers).toMatchObject([
    { held: true, contenders: [{ displayName: 'B' }, { displayName: 'C' }, { displayName: 'D' }] },
  ])
  expect((await person(asContactId(c))).identifiers).toMatchObject([{ held: false, holder: { displayName: 'A' } }])
  await bench.engine.identifiers.release(ann, asContactId(a), input)
  expect(claimants(input)).toEqual(['B', 'C', 'D'])
  expect((await person(asContactId(a))).fields.workPhone).toMatchObject({ e164: value }) // the field keeps what was typed
  await bench.engine.contacts.update(ann, asContactId(b), { workPhone: null })
  expect(claimants(input)).toEqual(['C', 'D'])
  await bench.engine.contacts.remove(ann, asContactId(c))
  expect(claimants(input)).toEqual(['D'])
  await bench.engine.identifiers.release(ann, asContactId(ids[3] ?? ''), input)
  expect(claimants(input)).toEqual([])
  wait(10)
  await bench.engine.identifiers.claim(ann, asContactId(a), input)
  expect(claimants(input)).toEqual(['A'])
})

test('an ancestor’s id claims and releases for the person', async () => {
  const value = newNumber()
  const [a, b] = [await create({ firstName: 'Anc', workPhone: phone(value) }), await create({ firstName: 'Estor' })]
  const { contactId } = await bench.engine.merges.merge(ann, { contactIds: [a, b] })
  await bench.engine.identifiers.claim(ann, b, { type: 'Cookie', value: 'anc-cookie' })
  expect((await person(contactId)).identifiers.map((one) => [one.value, one.memberId]).sort()).toEqual(
    [
      [value, a],
      ['anc-cookie', contactId],
    ].sort(),
  )
  await bench.engine.identifiers.release(ann, b, { type: 'Phone', value })
  expect((await person(contactId)).identifiers.map((one) => one.value)).toEqual(['anc-cookie'])
})

test('an Ephemeral contact that claims more than a cookie becomes Identified', async () => {
  const { contactId } = await record([{ type: 'Cookie', value: 'eph-1' }])
  await bench.engine.identifiers.claim(ann, contactId, { type: 'Cookie', value: 'eph-2' })
  expect((await person(contactId)).type).toBe('Ephemeral')
  await bench.engine.identifiers.claim(ann, contactId, { type: 'Email', value: 'eph@example.com' })
  expect((await person(contactId)).type).toBe('Identified')
})

test('claims and releases leave an audit entry', async () => {
  const id = await create({ firstName: 'Audited' })
  await bench.engine.identifiers.claim(ann, id, { type: 'Cookie', value: 'aud' })
  await bench.engine.identifiers.release(ann, id, { type: 'Cookie', value: 'aud' })
  const trail = await bench.engine.queries.auditTrail({ contactIds: [id] }, 0, 10)
  expect(trail.map(({ action, by }) => [action, by])).toEqual([
    ['release', 'ann'],
    ['claim', 'ann'],
    ['create', 'ann'],
  ])
  expect(JSON.stringify(trail)).not.toContain('aud"') // ids only, no value
})
