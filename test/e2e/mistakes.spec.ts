// What was done by mistake is put right where it was done: a note changed and taken back, a call that was someone else's.
import { expect, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { PersonPage } from './pages/person'
import { RecordDialog } from './pages/record'

let running: Running

test.describe.configure({ timeout: 120_000 })
test.beforeAll(async () => {
  test.setTimeout(180_000)
  running = await launch(newUserData())
  await new FirstStart(running.page).startEmpty('Ada', 'Australia')
})
test.afterAll(() => running.close())

async function create(first: string, number: string): Promise<void> {
  const { page } = running
  await page.keyboard.press('Control+n')
  await page.getByLabel('First name').fill(first)
  await page.getByLabel('Mobile phone').fill(number)
  await page.getByRole('button', { name: 'Add contact' }).click()
  await new PersonPage(page).isShown(first)
}

test('a note is changed and taken back, and each step is undone by key', async () => {
  const { page } = running
  await create('Helen', '0412 345 601')
  await page.getByRole('tab', { name: /^Notes/ }).click()
  await page.getByLabel('New note').fill('Likes tea')
  await page.getByRole('button', { name: 'Add note' }).click()
  const notes = page.getByRole('list', { name: 'Notes', exact: true })
  await expect(notes.getByText('Likes tea')).toBeVisible()

  await notes.getByRole('button', { name: /^Edit the note/ }).click()
  await page.getByRole('textbox', { name: 'The note' }).fill('Likes coffee')
  await page.getByRole('button', { name: 'Save the note' }).click()
  await expect(notes.getByText('Likes coffee')).toBeVisible()
  await notes.getByRole('button', { name: /said before/ }).click()
  await expect(notes.getByText('Likes tea')).toBeVisible()
  await new Frame(page).picture('note-changed')

  await notes.getByRole('button', { name: /^Take back the note/ }).click()
  await expect(page.getByText('No notes yet')).toBeVisible()
  await page.getByRole('button', { name: 'Taken back (1)' }).click()
  await expect(page.getByRole('list', { name: 'Notes taken back' }).getByText('Likes coffee')).toBeVisible()
  await new Frame(page).picture('note-taken-back')
  await page.keyboard.press('Control+z')
  await expect(notes.getByText('Likes coffee')).toBeVisible()
  await page.keyboard.press('Control+z')
  await expect(notes.locator('.scv-text').first()).toHaveText('Likes tea')
  await page.keyboard.press('Control+z')
  await expect(page.getByText('No notes yet')).toBeVisible()
})

test('a call that was someone else’s goes to them from the notice of its recording, and back by key', async () => {
  const { page } = running
  await create('Tim', '0412 345 602')
  await create('Zoe', '0412 345 603')
  const record = new RecordDialog(page)
  const told = { channel: 'Call', field: 'Phone number', identifier: '0412 345 603', subject: 'Broken kettle' }
  await record.fill({ ...told, note: 'Wants a new one' }, /Zoe/)
  await record.submit()
  const notice = page.getByText('Recorded for Zoe.').locator('xpath=..')
  await notice.getByRole('button', { name: 'Correct…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Correct what was recorded' })
  await dialog.getByLabel('Note').fill('Wants a repair')
  await dialog.getByRole('button', { name: 'Someone else…' }).click()
  await page.getByRole('dialog', { name: 'Whose is it?' }).getByRole('combobox').fill('Tim')
  await page.getByRole('option', { name: /Tim/ }).first().click()
  await expect(dialog.getByText('Will belong to Tim')).toBeVisible()
  await expect(dialog.getByLabel('Note')).toHaveValue('Wants a repair')
  await new Frame(page).picture('correct')
  await dialog.getByRole('button', { name: 'Correct', exact: true }).click()
  await expect(page.getByText('No interactions yet')).toBeVisible()
  await page.keyboard.press('Control+z')
  const { interactions } = new PersonPage(page)
  await expect(interactions).toHaveCount(1)
  await expect(interactions.first()).toContainText('Wants a new one')

  await page.getByRole('button', { name: 'Choose several' }).click()
  await page.getByRole('checkbox', { name: /^Choose: Call/ }).check()
  await page.getByRole('button', { name: 'Correct person, note or outcome…' }).click()
  await expect(dialog.getByLabel('Note')).toHaveValue('Wants a new one')
  await page.keyboard.press('Escape')
})
