// Work is never lost: what an agent types on the real app outlives leaving the page, Escape, a click beside it, another
// person's page, a killed process and a restart; only sending or discarding it ends it.
// Invariant: each step goes on where the one before ended, as one agent's morning does.
import { expect, type Locator, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { LookupPage } from './pages/lookup'
import { PersonPage } from './pages/person'
import { RecordDialog } from './pages/record'

const userData = newUserData()
let running: Running
let frame: Frame
let lookup: LookupPage
let person: PersonPage
let record: RecordDialog

async function start(): Promise<void> {
  running = await launch(userData)
  const { page } = running
  frame = new Frame(page)
  lookup = new LookupPage(page)
  person = new PersonPage(page)
  record = new RecordDialog(page)
}

/** Ends the process as a crash does, once it has had the moment that keeping takes, and starts anew. */
async function crash(): Promise<void> {
  await running.page.waitForTimeout(600) // what was typed less than a quarter of a second ago may be lost, by design
  const ended = new Promise((resolve) => running.app.process().once('exit', resolve))
  running.app.process().kill('SIGKILL')
  await ended
  await start()
}

async function open(name: string): Promise<void> {
  await running.page.keyboard.press('Control+1')
  await lookup.field.fill(name)
  await running.page.getByRole('option', { name }).first().click()
  await person.isShown(name)
}

const draftsEntry = (): Locator =>
  running.page
    .getByRole('navigation', { name: 'Screens' })
    .locator('xpath=..')
    .getByRole('button', { name: /^Drafts/ })

test.describe.configure({ mode: 'serial', timeout: 180_000 })
test.beforeAll(async () => {
  test.setTimeout(180_000) // a first start, on a machine that does other things, too
  await start()
  await new FirstStart(running.page).startEmpty('Ada', 'Australia')
})
test.afterAll(() => running.close())

test('a contact half filled in is there after Escape, another page and a crash', async () => {
  const { keyboard } = running.page
  await keyboard.press('Control+n')
  await running.page.getByLabel('First name').fill('Helen')
  await running.page.getByLabel('Last name').fill('Marsh')
  await frame.goTo('Settings')
  await crash()
  await expect(draftsEntry()).toBeVisible()
  await running.page.keyboard.press('Control+n')
  await expect(running.page.getByLabel('First name')).toHaveValue('Helen')
  await running.page.getByLabel('Mobile').fill('0412 345 678')
  await running.page.getByRole('button', { name: 'Add contact' }).click()
  await person.isShown('Helen Marsh')
  await expect(draftsEntry()).toBeHidden()
  await running.page.keyboard.press('Control+n')
  await expect(running.page.getByLabel('First name')).toHaveValue('')
  await running.page.getByLabel('First name').fill('Tim')
  await running.page.getByRole('button', { name: 'Add contact' }).click()
  await person.isShown('Tim')
})

test('a note outlives a change of tab, another person and a restart, and is found in the list', async () => {
  await open('Helen Marsh')
  await running.page.getByRole('tab', { name: /^Notes/ }).click()
  await running.page.getByLabel('New note').fill('Prefers to be called\nafter five')
  await running.page.getByRole('tab', { name: /^Journey/ }).click()
  await expect(running.page.getByRole('tab', { name: 'Notes (unfinished)' })).toBeVisible()
  await open('Tim')
  await running.page.getByRole('tab', { name: /^Notes/ }).click()
  await expect(running.page.getByLabel('New note')).toHaveValue('')
  await running.page.waitForTimeout(400)
  await running.close()
  await start()
  await draftsEntry().click()
  await expect(running.page.getByRole('listitem')).toHaveCount(1)
  await expect(running.page.getByRole('listitem')).toContainText('Note on Helen Marsh')
  await expect(running.page.getByRole('listitem')).toContainText('after five')
  await frame.picture('drafts-list')
  await running.page.getByRole('button', { name: 'Go on: Note on Helen Marsh' }).click()
  await expect(running.page.getByLabel('New note')).toHaveValue('Prefers to be called\nafter five')
  await running.page.getByRole('button', { name: 'Add note' }).click()
  await expect(running.page.getByRole('list', { name: 'Notes' })).toContainText('after five')
  await expect(draftsEntry()).toBeHidden()
})

test('a field left with Tab is saved; one left with Escape, or that cannot be saved, is kept', async () => {
  const { page } = running
  await page.getByRole('button', { name: /^Edit Last name/ }).click()
  await page.getByLabel('Last name', { exact: true }).fill('Marsh-Lee')
  await page.keyboard.press('Tab')
  await person.isShown('Helen Marsh-Lee')
  await page.getByRole('button', { name: /^Edit First name/ }).click()
  await page.getByLabel('First name', { exact: true }).fill('Helena')
  await page.keyboard.press('Escape')
  await expect(page.getByLabel('First name', { exact: true })).toHaveValue('Helena')
  await expect(page.getByText('Not saved')).toBeVisible()
  await frame.picture('drafts-field')
  await crash()
  await open('Helen Marsh-Lee')
  await expect(running.page.getByLabel('First name', { exact: true })).toHaveValue('Helena')
  await running.page.getByRole('button', { name: 'Discard what was typed in First name' }).click()
  await expect(running.page.getByRole('button', { name: 'Edit First name: Helen' })).toBeVisible()
  await running.page.getByRole('button', { name: 'Undo' }).click()
  await running.page.getByLabel('First name', { exact: true }).click()
  await running.page.keyboard.press('Enter')
  await person.isShown('Helena Marsh-Lee')
})

test('a new address of five fields by Tab alone: all of it is saved, and the key takes back part by part', async () => {
  const { page } = running
  const { keyboard } = page
  await page.getByRole('combobox', { name: 'Add a field' }).focus()
  await keyboard.type('whole address')
  await keyboard.press('Enter')
  await expect(page.getByLabel('Street', { exact: true })).toBeFocused()
  // As fast as it goes: each is left before the one before it is saved.
  for (const text of ['1 High Street', '', 'Melbourne', 'Victoria', '3000', 'AU']) {
    await keyboard.insertText(text)
    await keyboard.press('Tab')
  }
  const shown = (line: string) => page.getByRole('button', { name: `Edit ${line}`, exact: true })
  for (const line of ['Street: 1 High Street', 'City: Melbourne', 'State or region: Victoria', 'Postcode: 3000'])
    await expect(shown(line)).toBeVisible()
  await expect(shown('Country: Australia')).toBeVisible()
  await expect(page.getByLabel('Street, second line')).toBeHidden()
  await page.getByRole('heading', { level: 1 }).focus()
  await keyboard.press('Control+z')
  await expect(shown('Country: Australia')).toBeHidden()
  await keyboard.press('Control+z')
  await expect(shown('Postcode: 3000')).toBeHidden()
  await expect(shown('Street: 1 High Street')).toBeVisible()
})

test('a call being written down outlives Escape, a click beside the form and another page', async () => {
  const { page } = running
  await page.keyboard.press('Control+j')
  await record.dialog.getByLabel('Subject').fill('Refund')
  await record.dialog.getByLabel('Note').fill('Wants it on the old card')
  await page.keyboard.press('Escape')
  await expect(record.dialog).toBeHidden()
  await expect(page.getByText('Begun and not finished: Call with Helena Marsh-Lee, to be recorded')).toBeVisible()
  await frame.picture('drafts-person')
  await page.getByRole('button', { name: 'Go on', exact: true }).click()
  await expect(record.dialog.getByLabel('Note')).toHaveValue('Wants it on the old card')
  await page.mouse.click(5, 5)
  await expect(record.dialog).toBeHidden()
  await crash()
  await draftsEntry().click()
  await running.page.getByRole('button', { name: /^Go on: Call with Helena/ }).click()
  await expect(record.dialog.getByLabel('Subject')).toHaveValue('Refund')
  await expect(record.dialog.getByLabel('Note')).toHaveValue('Wants it on the old card')
  await record.submit()
  await expect(draftsEntry()).toBeHidden()
})

test('choices and the reason of a merge, and reasons in dialogs, are there again', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete this person…' }).click()
  await page.getByRole('dialog').getByLabel('Reason').fill('asked us to')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete this person…' }).click()
  await expect(page.getByRole('dialog').getByLabel('Reason')).toHaveValue('asked us to')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await expect(draftsEntry()).toBeHidden()
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Merge with…', exact: true }).click()
  await page.getByRole('dialog').getByRole('combobox').fill('Tim')
  await page.getByRole('dialog').getByRole('option', { name: 'Tim' }).first().click()
  await page.getByRole('radio', { name: 'Name: Tim, Tim' }).click()
  await page.getByRole('textbox', { name: 'Reason' }).fill('one household')
  await frame.goTo('Settings')
  await crash()
  await draftsEntry().click()
  await expect(running.page.getByRole('listitem')).toContainText('one household')
  await running.page.getByRole('button', { name: /^Go on: Merge of/ }).click()
  await expect(running.page.getByRole('textbox', { name: 'Reason' })).toHaveValue('one household')
  await expect(running.page.getByRole('radio', { name: 'Name: Tim, Tim' })).toBeChecked()
  await running.page.getByRole('button', { name: 'Merge 2 people' }).click()
  await person.isShown('Tim') // a name is one choice: what he has no part of stays out
  await expect(draftsEntry()).toBeHidden()
})

test('the last step is taken back by its key: an edit, a deletion', async () => {
  const { page } = running
  await open('Tim')
  await page.getByRole('button', { name: /^Edit First name/ }).click()
  await page.getByLabel('First name', { exact: true }).fill('Helen')
  await page.keyboard.press('Tab')
  await person.isShown('Helen')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Delete this person…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByText('This person is in the bin')).toBeVisible()
  await expect(page.getByRole('dialog')).toBeHidden()
  await frame.picture('undo-notice')
  await page.keyboard.press('Control+z')
  await expect(page.getByText('This person is in the bin')).toBeHidden()
  await page.keyboard.press('Control+z')
  await person.isShown('Tim')
})

test('settings, a token, a server and what is looked up are there again after leaving and a restart', async () => {
  const { page } = running
  await frame.goTo('Settings')
  const device = () => running.page.getByRole('region', { name: 'You and this device' })
  await device().getByLabel('Your name').fill('Ada Lee')
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByRole('dialog').getByLabel('Program').fill('Switchboard')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'New token (unfinished)' })).toBeVisible()
  await page.getByRole('button', { name: 'Connect to a server' }).click()
  await page.getByLabel('Server address').fill('https://sync.example.org')
  await page.getByRole('textbox', { name: 'Password' }).fill('not to be kept')
  await page.keyboard.press('Control+1')
  await lookup.field.fill('hel')
  await page.waitForTimeout(2_000) // what is looked up is kept at leisure
  await crash()
  await expect(lookup.field).toHaveValue('hel')
  await draftsEntry().click()
  await expect(running.page.getByRole('listitem')).toHaveCount(3)
  await frame.picture('drafts-settings')
  await running.page.getByRole('button', { name: 'Go on: Connecting to a server' }).click()
  await expect(running.page.getByLabel('Server address')).toHaveValue('https://sync.example.org')
  await expect(running.page.getByRole('textbox', { name: 'Password' })).toHaveValue('')
  await running.page.getByRole('button', { name: 'Cancel' }).click()
  await frame.goTo('Settings')
  await running.page.getByRole('button', { name: 'New token (unfinished)' }).click()
  await expect(running.page.getByRole('dialog').getByLabel('Program')).toHaveValue('Switchboard')
  await running.page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
  await device().getByRole('button', { name: 'Save' }).click()
  await expect(running.page.getByText('Settings saved.')).toBeVisible()
  await expect(draftsEntry()).toBeHidden()
  await running.page.getByRole('heading', { level: 1 }).focus()
  await running.page.keyboard.press('Control+z')
  await expect(device().getByLabel('Your name')).toHaveValue('Ada')
})
