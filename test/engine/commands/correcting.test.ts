// What was written by mistake: notes changed, taken back and put back; whose an interaction is and what is noted on it.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asInteractionId, asNoteId, type InteractionId } from '../../../src-shared/model/ids'
import { ann, type Bench, openBench } from '../../support/engine'
import { helpers, newNumber, phone, without } from '../../support/people'

let bench: Bench
const { create, person, record, refused, wait } = helpers(() => bench)
beforeAll(async () => {
  bench = await openBench()
})
afterAll(() => bench.close())

describe('a note', () => {
  test('is changed, taken back and put back, and what it said before stays readable', async () => {
    const { contacts } = bench.engine
    const id = await create({ firstName: 'Noted' })
    const noteId = await contacts.addNote(ann, id, 'first')
    wait(1000)
    const bo = { ...ann, id: 'bo' }
    await contacts.editNote(bo, noteId, 'second')
    expect((await person(id)).notes).toMatchObject([
      { text: 'second', by: ann.id, editedBy: 'bo', earlier: [{ text: 'first', by: ann.id }] },
    ])

    await contacts.removeNote(bo, noteId)
    expect(await person(id)).toMatchObject({ notes: [], removedNotes: [{ text: 'second', removed: { by: 'bo' } }] })
    await refused(() => contacts.editNote(ann, noteId, 'third'), { code: 'not_found' })

    await contacts.restoreNote(ann, noteId)
    const restored = await person(id)
    expect(restored).toMatchObject({ notes: [{ text: 'second' }], removedNotes: [] })
    expect(restored.notes[0]).not.toHaveProperty('removed')
    const before = await bench.export()
    await contacts.restoreNote(ann, noteId) // stands already: nothing is written
    expect(await bench.export()).toBe(before)
    await refused(() => contacts.restoreNote(ann, asNoteId('no note')), { code: 'not_found' })
    await refused(() => contacts.restoreNote(without('externalContacts:contact:edit'), noteId), { code: 'forbidden' })
  })

  test('of an erased person is nowhere, not among those taken back either', async () => {
    const { contacts, erasure } = bench.engine
    const id = await create({ firstName: 'Gone' })
    const noteId = await contacts.addNote(ann, id, 'secret')
    await contacts.removeNote(ann, noteId)
    await erasure.erase(ann, id)
    expect(await person(id)).toMatchObject({ notes: [], removedNotes: [] })
    await refused(() => contacts.restoreNote(ann, noteId), { code: 'not_found' })
  })
})

describe('an interaction recorded by mistake', () => {
  const told = async (note?: string) => {
    const number = newNumber()
    const holder = await create({ firstName: 'Holder', cellPhone: phone(number) })
    const { interactionId } = await record([{ type: 'Phone', value: number }], note === undefined ? {} : { note })
    return { holder, interactionId }
  }
  const shown = (id: InteractionId) => bench.engine.queries.interaction(id)

  test('is another person’s, with another note and end; its facts stay, and all of it can be corrected again', async () => {
    const { interactionId, holder } = await told('wrong words')
    const facts = (await bench.database.store.get('interactions', [interactionId])).get(interactionId)?.facts
    const other = await create({ firstName: 'Other' })
    const { correct } = bench.engine.interactions
    await correct(ann, [{ interactionId, contactId: other, note: 'right words', wrapUp: 'Sold' }])
    expect(await shown(interactionId)).toMatchObject({ contactId: other, note: 'right words', wrapUp: 'Sold' })
    expect((await bench.database.store.get('interactions', [interactionId])).get(interactionId)?.facts).toEqual(facts)

    await correct(ann, [{ interactionId, note: '' }])
    const bare = await shown(interactionId)
    expect(bare).toMatchObject({ contactId: other, wrapUp: 'Sold' })
    expect(bare).not.toHaveProperty('note')
    await correct(ann, [{ interactionId, contactId: holder, note: 'wrong words', wrapUp: '' }])
    expect(await shown(interactionId)).toMatchObject({ contactId: holder, note: 'wrong words' })
  })

  test('can be several at once, all or none of them, and leave one entry in the audit trail', async () => {
    const [one, two] = [await told(), await told('kept')]
    const other = await create({ firstName: 'Another' })
    const both = [one.interactionId, two.interactionId].map((interactionId) => ({ interactionId, contactId: other }))
    const { correct } = bench.engine.interactions
    await refused(() => correct(ann, [...both, { interactionId: asInteractionId('none'), note: 'x' }]), {
      code: 'not_found',
    })
    await refused(() => correct(ann, [{ interactionId: one.interactionId, wrapUp: 'x'.repeat(1025) }]), {
      code: 'invalid_input',
      field: 'wrapUp',
    })
    await refused(() => correct(without('externalContacts:conversation:associate'), both), { code: 'forbidden' })

    await correct(ann, both)
    expect((await person(other)).interactions).toBe(2)
    expect(await shown(two.interactionId)).toMatchObject({ contactId: other, note: 'kept' })
    const [entry] = await bench.engine.queries.auditTrail({ contactIds: [other] }, 0, 1)
    expect(entry).toMatchObject({ action: 'link', details: { change: 'correct', interactions: 2 } })
  })

  test('stays corrected when its facts are told again', async () => {
    const number = newNumber()
    const again = { conversationId: 'told-twice', note: 'as told' }
    const { interactionId } = await record([{ type: 'Phone', value: number }], again)
    await bench.engine.interactions.correct(ann, [{ interactionId, note: 'corrected' }])
    await record([{ type: 'Phone', value: number }], again)
    expect(await shown(interactionId)).toMatchObject({ note: 'corrected' })
  })
})
