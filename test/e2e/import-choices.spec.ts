// What a person decides around an import, on the real app: how its letters are read, that it is taken back, from its outcome
// and from the audit trail; and a call from a withheld number, which is kept as it was sent.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { ImportPage } from './pages/import'
import { LookupPage } from './pages/lookup'
import { PersonPage } from './pages/person'

const files = mkdtempSync(join(tmpdir(), 'scv-e2e-files-'))
const path = join(files, 'people.csv')
let running: Running
let imports: ImportPage
let lookup: LookupPage

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  // Windows-1250; in Windows-1252 it reads Jiøí.
  writeFileSync(path, Buffer.from('First Name,Last Name,Email\nJi\xf8\xed,Nov\xe1k,jiri@example.org\n', 'latin1'))
  running = await launch(newUserData())
  imports = new ImportPage(running.page, running.app)
  lookup = new LookupPage(running.page)
  await new FirstStart(running.page).startEmpty('Ada', 'Czechia')
})
test.afterAll(async () => {
  await running.close()
  rmSync(files, { recursive: true, force: true })
})

async function bringIn(): Promise<void> {
  await imports.open()
  await imports.drop(path)
  await imports.recognised('people.csv', 'Table with its own headings')
  const encodings = running.page.getByRole('radiogroup', { name: 'Which line reads right?' })
  await encodings.getByRole('radio', { name: /Jiøí/ }).click()
  await expect(running.page.getByText(/ · Windows-1252 · /)).toBeVisible()
  await encodings.getByRole('radio', { name: 'Jiří Novák' }).first().click()
  await expect(running.page.getByText(/ · (Windows-1250|ISO 8859-2) · /)).toBeVisible()
  await imports.tryIt()
  await imports.outcome('1 person would be added')
  await imports.run()
  await imports.outcome('1 person was added')
  await lookup.finds('jiri@example.org', 'Jiří Novák', 'This is the person')
}

test('the encoding is chosen by how its words read; the import is undone from its outcome', async () => {
  const { page } = running
  await bringIn()
  await imports.frame.goTo('Import')
  await page.getByRole('button', { name: 'Undo this import…' }).click()
  await page.getByRole('button', { name: 'Undo the import' }).click()
  await expect(page.getByRole('status').filter({ hasText: 'Undone: 1 in the bin' })).toBeVisible()
  await new Frame(page).picture('34-import-undone')
  await lookup.findsNobody('jiri@example.org')
})

test('an import is undone from the audit trail', async () => {
  const { page } = running
  await bringIn()
  await lookup.frame.goTo('Settings')
  await page.getByRole('button', { name: 'Open the audit trail' }).click()
  const entry = page
    .getByRole('region', { name: 'Changes' })
    .getByRole('listitem')
    .filter({ hasText: 'Imported “people.csv”' })
  await entry.first().getByRole('button', { name: 'Undo this import…' }).click()
  await entry.first().getByRole('button', { name: 'Undo the import' }).click()
  await expect(entry.first()).toContainText('Undone: 1 in the bin')
  await lookup.findsNobody('jiri@example.org')
})

test('a number that cannot be read is recorded as it was sent, and shown', async () => {
  const { page } = running
  await lookup.type('') // what is looked up would be recorded
  await page.keyboard.press('Control+j')
  const dialog = page.getByRole('dialog', { name: 'Record an interaction' })
  await dialog.getByRole('combobox', { name: 'Phone number' }).fill('withheld 22')
  await expect(dialog.getByText('it is kept as typed, and nobody is found by it')).toBeVisible()
  await dialog.getByLabel('Subject').fill('Asked for the opening hours')
  await dialog.getByRole('button', { name: 'Record', exact: true }).click()
  await expect(dialog).toBeHidden()
  const row = new PersonPage(page).interactions.first()
  await expect(row).toContainText('withheld 22')
  await row.getByRole('button').first().click()
  await expect(page.getByText('Phone number as sent')).toBeVisible()
  await new Frame(page).picture('35-as-sent')
})
