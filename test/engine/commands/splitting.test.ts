// Taking apart whom resolution stitched from two, and putting them together again.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asContactId, type ContactId } from '../../../src-shared/model/ids'
import { ann, type Bench, openBench } from '../../support/engine'
import { helpers, newNumber, phone, without } from '../../support/people'

const HOUR = 3_600_000
const DAY = 24 * HOUR

let bench: Bench
const { create, person, record, refused, claimants, wait } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

const preview = (contactId: ContactId) => bench.engine.splits.splitPreview(ann, { contactId, placed: [] })

/** A phone that went from Helen to Tim, who was written over her. */
async function handedOn() {
  const { contacts } = bench.engine
  const [number, hers, his] = [newNumber(), `helen${newNumber()}@example.com`, `tim${newNumber()}@example.com`]
  const id = await create({ firstName: 'Helen', lastName: 'Marsh', cellPhone: phone(number), workEmail: hers })
  wait(DAY)
  const first = await record([{ type: 'Phone', value: number }], { note: 'Helen asks about invoice 10111' })
  const hersNote = await contacts.addNote(ann, id, 'Helen prefers mornings')
  wait(40 * DAY)
  const second = await record(
    [
      { type: 'Phone', value: number },
      { type: 'Email', value: his },
    ],
    { note: 'Tim has a question about order 90909' },
  )
  await contacts.update(ann, id, { firstName: 'Tim', title: 'Dr' })
  const hisNote = await contacts.addNote(ann, id, 'Tim wants order 90909 sent')
  wait(DAY)
  const third = await record([{ type: 'Phone', value: number }], { note: 'again about order 90909' })
  wait(HOUR)
  return { id, number, hers, his, first, second, third, hersNote, hisNote }
}

const thing = async (contactId: ContactId, kind: string, holds: string) => {
  const { things } = await preview(contactId)
  const found = things.find(
    (one) => one.kind === kind && `${one.text} ${kind === 'value' ? JSON.stringify(one) : ''}`.includes(holds),
  )
  return found?.id ?? ''
}

describe('a person of two', () => {
  test('is taken apart by one name: all that is the other person’s follows, and history stays', async () => {
    const { id, number, hers, his, first, second, third, hersNote, hisNote } = await handedOn()
    const placed = [{ id: await thing(id, 'value', '"Tim"'), side: 'moves' as const }]
    const seen = await bench.engine.splits.splitPreview(ann, { contactId: id, placed })
    expect(seen.result).toMatchObject({ stays: { displayName: 'Helen Marsh' }, moves: { displayName: 'Tim' } })

    const { newContactId } = await bench.engine.splits.split(ann, { contactId: id, placed, follow: true })
    const [helen, tim] = [await person(id), await person(newContactId)]
    expect(helen).toMatchObject({ id, displayName: 'Helen Marsh', interactions: 1 })
    expect(helen.fields).not.toHaveProperty('title')
    expect(helen.fields).toMatchObject({ workEmail: hers })
    expect(helen.notes.map((note) => note.id)).toEqual([hersNote])
    expect(tim).toMatchObject({ type: 'Curated', displayName: 'Tim', interactions: 2, fields: { title: 'Dr' } })
    expect(tim.notes).toMatchObject([{ id: hisNote, contactId: newContactId, by: 'ann' }])
    expect(tim.fieldInfo['firstName']?.by).toBe('ann')
    expect(claimants({ type: 'Phone', value: number })).toEqual(['Tim'])
    expect(claimants({ type: 'Email', value: his })).toEqual(['Tim'])
    const { interaction } = bench.engine.queries
    expect((await interaction(first.interactionId)).contactId).toBe(id)
    for (const { interactionId } of [second, third])
      expect((await interaction(interactionId)).contactId).toBe(newContactId)
    // What was hers once stands as history, and the two are never suggested as one.
    expect(helen.lostValues).toContainEqual(expect.objectContaining({ field: 'firstName', value: 'Tim' }))
    expect(helen.neverMerge).toMatchObject([{ other: { id: newContactId } }])
    expect((await bench.engine.queries.auditTrail({ contactIds: [id] }, 0, 1))[0]).toMatchObject({
      action: 'link',
      details: { change: 'split', interactions: 2, notes: 1 },
    })
    expect((await record([{ type: 'Phone', value: number }])).contactId).toBe(newContactId)
  })

  test('is one again when that is taken back, with what each had before and what came since', async () => {
    const { id, number } = await handedOn()
    const before = await person(id)
    const placed = [{ id: await thing(id, 'value', '"Tim"'), side: 'moves' as const }]
    const { newContactId } = await bench.engine.splits.split(ann, { contactId: id, placed, follow: true })
    wait(HOUR)
    await record([{ type: 'Phone', value: number }])
    await bench.engine.contacts.update(ann, newContactId, { homePhone: phone(newNumber()), title: 'Prof' })
    await bench.engine.contacts.update(ann, id, { salutation: 'Ms' })
    await bench.engine.contacts.addNote(ann, newContactId, 'since')

    const told = await bench.engine.splits.rejoinPreview(ann, newContactId)
    const edits = Object.fromEntries(told.edits.map(({ key, contactId, taken }) => [key, { contactId, taken }]))
    expect(edits).toEqual({
      homePhone: { contactId: newContactId, taken: true },
      title: { contactId: newContactId, taken: true },
      salutation: { contactId: id, taken: true },
    })
    const joined = await bench.engine.splits.rejoin(ann, newContactId, {}, 'they are one')
    const after = await person(id)
    expect(after).toMatchObject({ id: joined, displayName: before.displayName, interactions: before.interactions + 1 })
    expect(after.fields).toMatchObject({ ...before.fields, title: 'Prof', salutation: 'Ms' })
    const known = (view: typeof before) => view.identifiers.map(({ value }) => value).sort()
    expect(known(after)).toEqual([...known(before), after.fields.homePhone?.e164].sort())
    expect(after.notes).toHaveLength(3)
    expect(after.neverMerge).toEqual([])
    expect((await person(newContactId)).id).toBe(joined)
    await refused(() => bench.engine.splits.rejoin(ann, newContactId), { code: 'merge_same_person' })

    // It is a merge, and so can be taken back as well.
    const [merge] = after.merges
    if (!merge) throw new Error('no merge')
    await bench.engine.merges.undo(ann, merge.id)
    expect(await person(id)).toMatchObject({ id, displayName: 'Helen Marsh' })
    expect(await person(newContactId)).toMatchObject({ id: newContactId, displayName: 'Tim' })
  })

  test('shares a number that both have, without a dispute', async () => {
    const number = newNumber()
    const id = await create({ firstName: 'Maud', homePhone: phone(number) })
    const { interactionId } = await record([{ type: 'Phone', value: number }])
    const { things } = await preview(id)
    const placed = things.map(({ id: one, kind }) => ({
      id: one,
      side:
        kind === 'identifier' ? ('both' as const) : kind === 'interaction' ? ('moves' as const) : ('stays' as const),
    }))
    const { newContactId } = await bench.engine.splits.split(ann, {
      contactId: id,
      placed,
      contact: { firstName: 'Nils' },
    })
    expect(claimants({ type: 'Phone', value: number })).toEqual(['Maud', 'Nils'])
    expect((await person(newContactId)).identifiers).toMatchObject([{ shared: true }])
    expect((await bench.engine.queries.interaction(interactionId)).contactId).toBe(newContactId)
    expect(bench.engine.queries.reconcileRows('dispute', 0, 50).items).not.toContainEqual(
      expect.objectContaining({ subject: expect.stringContaining(number) }),
    )
  })

  test('that merges made keeps its records: an ancestor’s value moves, and the ancestor stays one', async () => {
    const one = await create({ firstName: 'Rosa', workEmail: `rosa${newNumber()}@example.com` })
    const other = await create({ firstName: 'Rosa', personalEmail: `ivo${newNumber()}@example.com` })
    const { contactId } = await bench.engine.merges.merge(ann, { contactIds: [one, other] })
    const moving = await thing(contactId, 'value', 'personalEmail')
    const { newContactId } = await bench.engine.splits.split(ann, {
      contactId: other,
      placed: [{ id: moving, side: 'moves' }],
      contact: { firstName: 'Ivo' },
    })
    expect((await person(one)).fields).not.toHaveProperty('personalEmail')
    expect((await person(other)).id).toBe(contactId)
    expect(await person(newContactId)).toMatchObject({
      displayName: 'Ivo',
      identifiers: [{ type: 'Email', held: true }],
    })
  })

  test('is not taken apart by nothing, by everything, by what is another’s, or by one who may not', async () => {
    const id = await create({ firstName: 'Alone' })
    const { splits } = bench.engine
    const all = (await preview(id)).things.map((one) => ({ id: one.id, side: 'moves' as const }))
    await refused(() => splits.split(ann, { contactId: id, placed: [] }), { code: 'invalid_input', field: 'placed' })
    await refused(() => splits.split(ann, { contactId: id, placed: all }), { code: 'invalid_input', field: 'placed' })
    await refused(() => splits.split(ann, { contactId: id, placed: [{ id: 'note:none', side: 'moves' }] }), {
      code: 'not_found',
      field: 'placed.0',
    })
    await refused(() => splits.split(ann, { contactId: asContactId('none'), placed: all }), { code: 'not_found' })
    await refused(() => splits.split(without('externalContacts:contact:add'), { contactId: id, placed: all }), {
      code: 'forbidden',
    })
    await refused(() => splits.rejoin(ann, id), { code: 'not_found' })
  })
})
