// New people of a file who are likely here already: said in the dry run, taken for them in the import, and taken back with it.
import type { ImportFile } from '@shared/model/import'
import { filter, firstValueFrom, timeout } from 'rxjs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findNewcomers } from '../../src-main/application/newcomers'
import { createMatching, type Matching } from '../../src-main/matching'
import { asContactId, type ContactId } from '../../src-shared/model/ids'
import { makeContactBook } from '../bench/duplicates/contact-book'
import { type MemoryDevice, openDevice } from '../support/device'
import { ann } from '../support/engine'
import { FILL, openDesk } from './support/desk'

let device: MemoryDevice
let matching: Matching
let helen: ContactId

beforeAll(async () => {
  device = await openDevice()
  const inputs = makeContactBook(60, 1, 0).map(({ record: { given, family, emails } }) => ({
    input: { firstName: given ?? null, lastName: family ?? null, personalEmail: emails?.[0] ?? null },
  }))
  await device.engine.contacts.createMany(ann, inputs)
  helen = await device.engine.contacts.create(ann, {
    firstName: 'Helena',
    lastName: 'Abernathy',
    cellPhone: { userInput: '0412 345 678' },
    address: { address1: '3 Bay Road', city: 'Perth' },
  })
  matching = createMatching(device.engine, {
    feed: device.memory.feed,
    onDefect(error) {
      throw error
    },
  })
})
afterAll(async () => {
  await matching.close()
  await device.close()
})

const FILE = `First Name,Last Name,Mobile,Street,City
Helena,Abernethy,0412 345 679,3 Bay Road,Perth
Zebulon,Quux,,,Hobart
`
const open = () => openDesk(device.engine.importer(ann), device.engine.undoImport(ann), findNewcomers(matching))
type Desk = ReturnType<typeof open>
const compared = ({ jobs }: Desk, { importId }: ImportFile) =>
  firstValueFrom(
    jobs.doubles$(importId).pipe(
      filter((found) => found.toCompare > 0 && found.compared === found.toCompare),
      timeout(10_000),
    ),
  )

test('a row that a dry run would add is said to be like a person; taken for them it adds nobody, and is undone with the import', async () => {
  const desk = open()
  const file = await desk.jobs.open(desk.write('people.csv', FILE))
  const planned = await desk.go(file, 'plan')
  expect(planned.counts).toMatchObject({ rows: 2, creates: 2 })
  const found = await compared(desk, file)
  expect(found).toMatchObject({ compared: 2, notCompared: 0 })
  expect(found.items.map(({ row, displayName, like }) => [row, displayName, like.map(({ id }) => id)])).toEqual([
    [1, 'Helena Abernethy', [helen]],
  ])
  expect(() => desk.jobs.choose(file.importId, 2, helen)).toThrow(expect.objectContaining({ code: 'not_found' }))
  expect(() => desk.jobs.choose(file.importId, 1, asContactId('stranger'))).toThrow(
    expect.objectContaining({ code: 'not_found' }),
  )
  desk.jobs.choose(file.importId, 1, helen)
  desk.jobs.choose(file.importId, 1, null)
  desk.jobs.choose(file.importId, 1, helen)
  const done = await desk.go(file, 'run')
  expect(done).toMatchObject({ phase: 'done', counts: { rows: 2, creates: 1, updates: 1 } })
  const person = await device.engine.queries.person(helen)
  expect(person?.fields).toMatchObject({ lastName: 'Abernathy', cellPhone: { e164: '+61412345678' } })
  expect(person?.identifiers.map(({ value }) => value).sort()).toEqual(['+61412345678', '+61412345679'])
  // The same file again means the same people without a word.
  const again = open()
  const second = await again.jobs.open(again.write('people.csv', FILE))
  expect((await again.go(second, 'plan')).counts).toMatchObject({ creates: 0 })
  await desk.jobs.undo(file.importId)
  const before = await device.engine.queries.person(helen)
  expect(before?.identifiers.map(({ value }) => value)).toEqual(['+61412345678'])
})

test('a row taken for a person who is in the bin by then is left out and told; a new try forgets what was chosen', async () => {
  const desk = open()
  const file = await desk.jobs.open(desk.write('people.csv', FILE))
  await desk.go(file, 'plan')
  await compared(desk, file)
  desk.jobs.choose(file.importId, 1, helen)
  await device.engine.contacts.remove(ann, helen)
  const done = await desk.go(file, 'run', { ...FILL, onMatch: 'skip' })
  expect(done.counts).toMatchObject({ rejects: 1 })
  expect((await desk.lines(file)).find(({ row }) => row === 1)).toMatchObject({ kind: 'rejected', code: 'deleted' })
  await desk.go(file, 'plan')
  expect((await desk.go(file, 'run')).counts).toMatchObject({ rejects: 0, creates: 1 })
})
