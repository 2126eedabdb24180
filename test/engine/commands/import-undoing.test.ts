// An import taken back as a whole: what it made and wrote is gone, what was done since is not.

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ImportDraft } from '../../../src-main/engine/import-port'
import type { ContactInput } from '../../../src-shared/model/contact'
import { asContactId } from '../../../src-shared/model/ids'
import type { ImportOptions, ImportUndo } from '../../../src-shared/model/import'
import { ann, type Bench, DAY, openBench } from '../../support/engine'
import { helpers, newNumber, phone, without } from '../../support/people'

let bench: Bench
const { create, person, record, holder, wait, refused } = helpers(() => bench)
beforeEach(async () => {
  bench = await openBench()
})
afterEach(() => bench.close())

interface Row {
  input: ContactInput
  note?: string
  identifiers?: ImportDraft['identifiers']
}

/** Imports rows in batches of two. @returns what to undo it by, and whose each row became */
async function importing(rows: readonly Row[], options: ImportOptions = { onMatch: 'overwrite' }) {
  const session = bench.engine.importer(ann).begin(options)
  const ids: string[] = []
  for (let from = 0; from < rows.length; from += 2)
    for (const verdict of await session.apply(
      rows.slice(from, from + 2).map((row, at) => ({ row: from + at + 1, ...row }) as ImportDraft),
    ))
      ids.push(verdict.contactId ?? '')
  const ended = await session.end({ fileName: 'people.csv', counts: { rows: rows.length }, cancelled: false })
  return { importId: ended?.importId ?? '', ids }
}
const undo = (importId: string, onProgress: (undo: ImportUndo) => void = () => {}) =>
  bench.engine.undoImport(ann)(importId, onProgress)
const status = async (id: string) => (await person(asContactId(id))).status

test('people it made go to the bin; people it wrote on have their former values, claims and notes again', async () => {
  const [old, fresh, second] = [newNumber(), newNumber(), newNumber()]
  const ada = await create({
    firstName: 'Ada',
    title: 'Dr',
    workEmail: 'ada@example.com',
    workPhone: phone(old),
    tags: ['VIP'],
  })
  const before = await person(ada)
  wait(1000)
  const { importId, ids } = await importing([
    {
      input: {
        firstName: 'Ada',
        title: 'Prof',
        workEmail: 'ada@example.com',
        workPhone: phone(fresh),
        tags: ['New'],
        customFields: { a: 1 },
      },
      identifiers: [{ type: 'Phone', value: second }],
      note: 'from the file',
    },
    { input: { firstName: 'Bob', workEmail: 'bob@example.com' } },
    { input: { firstName: 'No Identifier' } },
  ])
  expect(ids[0]).toBe(ada)
  expect((await person(ada)).fields).toMatchObject({ title: 'Prof', tags: ['New', 'VIP'] })
  expect([fresh, second].map((value) => holder({ type: 'Phone', value }))).toEqual([ada, ada])
  wait(1000)
  const progress: number[] = []
  const done = await undo(importId, (state) => progress.push(state.progress))
  expect(done).toMatchObject({ done: true, progress: 1, deleted: 2, restored: 1, keptTotal: 0, kept: [] })
  expect(progress).toEqual([0.5, 1])
  const after = await person(ada)
  expect(after.fields).toEqual(before.fields)
  expect(after.identifiers.map(({ value }) => value).sort()).toEqual(
    before.identifiers.map(({ value }) => value).sort(),
  )
  expect(after.notes).toEqual([])
  expect([fresh, second].map((value) => holder({ type: 'Phone', value }))).toEqual([undefined, undefined])
  expect(await Promise.all(ids.slice(1).map(status))).toEqual(['deleted', 'deleted'])
})

test('what was worked on since stays, and is told', async () => {
  const number = newNumber()
  const rows = ['Edited', 'Called', 'Merged', 'Noted', 'Left'].map((firstName) => ({
    input: { firstName, workEmail: `${firstName.toLowerCase()}@example.com` },
  }))
  const { importId, ids } = await importing(rows)
  const [edited = '', called = '', merged = '', noted = '', left = ''] = ids
  wait(1000)
  await bench.engine.contacts.update(ann, asContactId(edited), { title: 'Dr' })
  await record([{ type: 'Email', value: 'called@example.com' }])
  const other = await create({ firstName: 'Other', workPhone: phone(number) })
  await bench.engine.merges.merge(ann, { contactIds: [asContactId(merged), other] })
  await bench.engine.contacts.addNote(ann, asContactId(noted), 'hello')
  const done = await undo(importId)
  expect(done).toMatchObject({ deleted: 1, restored: 0, keptTotal: 4 })
  expect(new Set(done.kept.map(({ why }) => why))).toEqual(new Set(['worked_on']))
  expect(await Promise.all([edited, called, noted].map(status))).toEqual(['active', 'active', 'active'])
  expect(await status(left)).toBe('deleted')
})

test('a value that was changed since stays; a contact that the import made curated stays one, and that is told', async () => {
  const ada = await create({ firstName: 'Ada', title: 'Dr', salutation: 'Ms', workEmail: 'ada@example.com' })
  const { contactId } = await record([{ type: 'Email', value: 'auto@example.com' }])
  wait(1000)
  const { importId } = await importing([
    { input: { firstName: 'Ada', title: 'Prof', salutation: 'Lady', workEmail: 'ada@example.com' } },
    { input: { workEmail: 'auto@example.com', externalIds: [{ externalSource: { id: 'crm' }, value: '1' }] } },
  ])
  wait(1000)
  await bench.engine.contacts.update(ann, ada, { title: 'Dean' })
  const done = await undo(importId)
  expect((await person(ada)).fields).toMatchObject({ title: 'Dean', salutation: 'Ms' })
  const curated = await person(contactId)
  if (curated.type === 'Curated') expect(done.kept).toContainEqual(expect.objectContaining({ why: 'stays_curated' }))
  expect(curated.fields.externalIds).toBeUndefined()
})

describe('when', () => {
  test('interrupted, it goes on where it stopped; undone, it answers the same again', async () => {
    const rows = Array.from({ length: 6 }, (_, n) => ({
      input: { firstName: `P${n}`, workEmail: `p${n}@example.com` },
    }))
    const { importId, ids } = await importing(rows)
    let slices = 0
    const stopping = undo(importId, () => {
      slices += 1
      if (slices === 2) throw new Error('the process died')
    })
    await expect(stopping).rejects.toThrow('the process died')
    expect((await Promise.all(ids.map(status))).filter((one) => one === 'deleted')).toHaveLength(4)
    await bench.restart()
    expect(await undo(importId)).toMatchObject({ done: true, deleted: 2 })
    expect(new Set(await Promise.all(ids.map(status)))).toEqual(new Set(['deleted']))
    expect(await undo(importId)).toMatchObject({ done: true, deleted: 2 })
  })

  test('for 30 days; not by those who may not; not what there is not', async () => {
    const { importId } = await importing([{ input: { firstName: 'Old', workEmail: 'old@example.com' } }])
    for (const missing of [
      'externalContacts:import:add',
      'externalContacts:contact:delete',
      'externalContacts:contact:edit',
    ] as const)
      await refused(() => bench.engine.undoImport(without(missing))(importId, () => {}), { code: 'forbidden' })
    await refused(() => undo('0190aaaa-0000-7000-8000-000000000000'), { code: 'not_found' })
    wait(31 * DAY)
    await refused(() => undo(importId), { code: 'import_too_old' })
  })

  test('the trail has the import once, with its file, and its undoing; a person’s trail has it, too', async () => {
    const { importId, ids } = await importing(['A', 'B', 'C'].map((firstName) => ({ input: { firstName } })))
    wait(1000)
    await undo(importId)
    expect(await bench.engine.queries.auditTrail({}, 0, 10)).toMatchObject([
      { action: 'import', details: { undone: true, deleted: 3 } },
      { action: 'import', details: { fileName: 'people.csv', importId } },
    ])
    expect(await bench.engine.queries.auditTrail({ contactIds: [asContactId(ids[0] ?? '')] }, 0, 10)).toMatchObject([
      { action: 'import', details: { importId, part: 0 } },
    ])
  })
})
