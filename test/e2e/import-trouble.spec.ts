// Imports that do not go well, on the real app: cancelled midway, the file gone midway. What is in is in whole, the rest
// is in the report, and the app goes on working.
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { writePeopleFile } from '../bench/import/people-file'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { ImportPage } from './pages/import'
import { LookupPage } from './pages/lookup'

const ROWS = 6_000
const files = mkdtempSync(join(tmpdir(), 'scv-e2e-files-'))
let running: Running
let imports: ImportPage

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  running = await launch(newUserData())
  imports = new ImportPage(running.page, running.app)
  await new FirstStart(running.page).startEmpty('Ada', 'Australia')
})
test.afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

/** What the frame says at its foot: how many people there are. */
async function contacts(): Promise<number> {
  const text = await running.page.getByRole('button', { name: /^Sync:/ }).innerText()
  return Number(/([\d,]+) contacts?/.exec(text)?.[1]?.replaceAll(',', ''))
}

test('a large import is cancelled midway: what is in is in whole, and the same file goes on from there', async () => {
  const path = join(files, 'large.csv')
  const people = writePeopleFile(path, ROWS)
  await imports.open()
  await imports.drop(path)
  await imports.recognised('large.csv', 'Table with its own headings')
  await imports.tryIt()
  await imports.outcome('6,000 people would be added')
  expect(await imports.count('Someone else’s number')).toBe(ROWS / 50)
  await imports.run()
  const cancel = running.page.getByRole('button', { name: 'Cancel' })
  await expect(cancel).toBeVisible()
  await expect.poll(() => imports.count('Added')).toBeGreaterThan(500)
  await new Frame(running.page).picture('30-importing')
  await cancel.click()
  await imports.outcome('The other rows were not touched.')
  const added = await imports.count('Added')
  expect(added).toBeLessThan(ROWS)
  await expect.poll(contacts).toBe(added)
  await new Frame(running.page).picture('31-cancelled')

  // The last one that is in is in with everything; the row after it is not there.
  const lookup = new LookupPage(running.page)
  const last = people[Math.floor((added - 1) / 100)]
  const absent = people[Math.ceil((added + 1) / 100)]
  if (!last || !absent) throw new Error('cancelled too late to tell')
  await lookup.finds(last.mail, last.name, 'This is the person')
  await lookup.finds(last.phone, last.name, 'This is the person')
  await lookup.type(absent.phone)
  await expect(running.page.getByText(`Nobody matches “${absent.phone}”`)).toBeVisible()
})

test('a file that vanishes midway stops the import with a sentence, and a report that says where', async () => {
  const path = join(files, 'vanishing.csv')
  writePeopleFile(path, ROWS, 12)
  const before = await contacts()
  await imports.open()
  await imports.drop(path)
  await imports.recognised('vanishing.csv', 'Table with its own headings')
  await imports.tryIt()
  await imports.outcome('6,000 people would be added')
  await imports.run()
  await expect.poll(() => imports.count('Added')).toBeGreaterThan(200)
  // An open file that is merely unlinked can still be read; one that another program empties cannot.
  truncateSync(path, 4096)
  await expect(running.page.getByRole('alert')).toContainText('“vanishing.csv” changed while it was read.')
  const added = await imports.count('Added')
  await expect.poll(contacts).toBe(before + added)
  await new Frame(running.page).picture('32-vanished')
  const report = await imports.report()
  expect(report.length).toBeGreaterThan(0)

  rmSync(path)
  await running.page.getByRole('button', { name: 'Back to the columns' }).click()
  await imports.tryIt()
  await expect(running.page.getByRole('alert')).toContainText('“vanishing.csv”')
  await expect(running.page.getByText('Your contacts are as they were.')).toBeVisible()
})

test('what is no table is refused when it is dropped', async () => {
  const picture = join(files, 'photo.csv')
  writeFileSync(picture, Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'))
  await imports.open()
  await imports.drop(picture)
  await expect(running.page.getByRole('alert')).toBeVisible()
  await new Frame(running.page).picture('33-not-a-table')
})
