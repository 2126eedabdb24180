// An agent's day with the phone: who calls is known in a few keys, nothing typed is lost meanwhile, a crowd of arrivals holds
// nothing up. Invariant: keys are counted as they are pressed; letters of a name count for none.
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Line, openLine } from './arrivals'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { LookupPage } from './pages/lookup'

let running: Running
let page: Page
let line: Line
let dock: Locator
let note: Locator
let pressed = 0

async function press(...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key)
  pressed += keys.length
}
const create = (input: object) =>
  page.evaluate(async (given) => {
    const answer = await window.scv.invoke('people.create', { input: given })
    if (!answer.ok) throw new Error(answer.error.message)
    return (answer.value as { id: string }).id
  }, input)
const phone = (userInput: string) => ({ cellPhone: { userInput } })

test.describe.configure({ mode: 'serial', timeout: 180_000 })
test.beforeAll(async () => {
  test.setTimeout(180_000)
  running = await launch(newUserData(), { args: ['--look-up=Helen Marsh', '--person=not-one'] })
  page = running.page
  dock = page.getByRole('region', { name: 'An interaction has arrived' })
  note = page.getByLabel('New note')
  await new FirstStart(page).startEmpty('Ada', 'Australia')
  line = await openLine(page)
})
test.afterAll(() => running.close())
test.beforeEach(() => {
  pressed = 0
})

test('what the application was started with is looked up, and nothing else of it', async () => {
  await expect(new LookupPage(page).field).toHaveValue('Helen Marsh')
  await create({ firstName: 'Helen', lastName: 'Marsh', ...phone('0491 570 156') })
  await page.getByRole('option', { name: 'Helen Marsh' }).first().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Helen Marsh' })).toBeVisible()
})

test('an unknown number calls while a note about another is typed: four keys, and the next call is known', async () => {
  await page.getByRole('tab', { name: /^Notes/ }).click()
  await note.fill('Wants a call ')
  await note.press('End')
  await line.arrives({ identifiers: [{ type: 'Phone', value: '0491 570 157' }] })
  await expect(dock).toContainText('Unknown number')
  await expect(dock.getByRole('button', { name: 'Right person' })).toHaveCount(0)
  await page.keyboard.type('back')
  await expect(note).toHaveValue('Wants a call back')

  await press('Control+i', 'Tab', 'Enter')
  const dialog = page.getByRole('dialog', { name: 'Keep this person' })
  await expect(dialog.getByLabel('First name')).toBeFocused()
  await page.keyboard.type('Cara')
  await press('Enter')
  await expect(page.getByText('Cara is kept as a contact.')).toBeVisible()
  expect(pressed).toBeLessThanOrEqual(4)
  await expect(note).toHaveValue('Wants a call back')

  await line.arrives({ identifiers: [{ type: 'Phone', value: '0491 570 157' }] })
  await expect(dock.getByRole('button', { name: 'Cara', exact: true })).toBeVisible()
  await new Frame(page).picture('day-known')
  await press('Control+i', 'Enter')
  await expect(page.getByText('Confirmed: this is Cara.')).toBeVisible()
})

test('two callers, one phone: two keys', async () => {
  for (const firstName of ['Tim', 'Zoe']) await create({ firstName, ...phone('0491 570 158') })
  await line.arrives({ identifiers: [{ type: 'Phone', value: '0491 570 158' }] })
  await expect(dock).toContainText('Who is it?')
  await press('Control+i', '2')
  await expect(page.getByText('Linked to Zoe.')).toBeVisible()
  expect(pressed).toBe(2)
})

test('two hundred arrive within a minute: what is typed goes on, and two keys clear them', async () => {
  await note.focus()
  const begun = Date.now()
  for (let ten = 0; ten < 20; ten++) {
    const calls = Array.from({ length: 10 }, (_, n) =>
      line.arrives({ identifiers: [{ type: 'Phone', value: `0412 000 ${String(ten * 10 + n).padStart(3, '0')}` }] }),
    )
    await Promise.all([...calls, page.keyboard.type('.')])
  }
  expect(Date.now() - begun).toBeLessThan(60_000)
  await expect(note).toBeFocused()
  await expect(note).toHaveValue(`Wants a call back${'.'.repeat(20)}`)
  await expect(dock).toContainText('more waiting')
  await press('Control+i', 'Shift+Escape')
  await expect(dock).toBeHidden()
  await expect(note).toBeFocused()
  expect(pressed).toBe(2)
})

test('the history tells from what to what, any earlier state is looked at, and a value is put back', async () => {
  await page.keyboard.press('Control+Enter')
  await expect(page.getByText('Note added to Helen Marsh.')).toBeVisible()
  await page.getByRole('button', { name: /^Edit Last name/ }).click()
  await page.getByRole('textbox', { name: 'Last name' }).fill('Marshall')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'History', exact: true }).click()
  const changes = page.getByRole('region', { name: 'What was done' })
  await expect(changes).toContainText('Last name: Marsh → Marshall')
  await expect(changes).toContainText('Wants a call back')
  await changes
    .getByRole('button', { name: /^Look at this person as of/ })
    .last()
    .click()
  const then = page.getByRole('region', { name: 'Then and today' })
  await expect(then.getByRole('row', { name: /Last name/ })).toContainText('Marshall')
  await new Frame(page).picture('history')
  await then.getByRole('button', { name: 'Put back Last name: Marsh' }).click()
  await expect(then.getByRole('status')).toContainText('All details were as they are today')
  await expect(changes.getByText('Changed Last name.')).toHaveCount(2)
  await page.keyboard.press('Control+z')
  await expect(changes.getByText('Changed Last name.')).toHaveCount(3)
  await expect(then.getByRole('status')).toContainText('1 of 3 details differ')
  await page.getByRole('combobox', { name: 'What was done' }).click()
  await page.getByRole('option', { name: 'Details', exact: true }).click()
  await page.keyboard.press('Escape')
  await expect(changes).not.toContainText('Wants a call back')
  await expect(changes).toContainText('Last name: Marsh → Marshall')
})

test('a number is called and copied from its menu, by a right click too', async () => {
  await running.app.evaluate(({ shell }) => {
    shell.openExternal = async (address: string) => void Object.assign(globalThis, { opened: address })
  })
  await new LookupPage(page).finds('0491 570 156', 'Helen Marshall', 'is theirs')
  await page.keyboard.press('Enter')
  await page
    .getByRole('list', { name: 'Numbers and addresses' })
    .getByRole('listitem')
    .first()
    .click({ button: 'right' })
  await expect(page.getByRole('menuitem', { name: 'Copy' })).toBeVisible()
  await page.getByRole('menuitem', { name: 'Call', exact: true }).click()
  const opened = () => running.app.evaluate(() => (globalThis as unknown as { opened?: string }).opened)
  await expect.poll(opened).toBe('tel:+61491570156')
})

test('everything about one person is printed and saved for its owner alone; an erasure ends with its certificate', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'scv-subject-'))
  const saveTo = (path: string) =>
    running.app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = async () => ({ canceled: false, filePath })
    }, path)
  const saved = async (name: string, button: Locator) => {
    const path = join(folder, name)
    await saveTo(path)
    await button.click()
    await expect(page.getByText(`Saved as ${path}.`, { exact: false })).toBeVisible()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    return readFileSync(path)
  }
  const id = await create({ firstName: '<b>Ida</b>', lastName: 'Quill', workEmail: 'ida@example.org' })
  await page.evaluate((contactId) => window.scv.invoke('people.addNote', { contactId, text: 'Asks for her data' }), id)
  await new LookupPage(page).finds('ida@example.org', 'Quill', 'is theirs')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Everything about this person…' }).click()
  const dialog = page.getByRole('dialog')
  expect(
    (await saved('subject.pdf', dialog.getByRole('button', { name: 'Save as PDF…' }))).toString('latin1', 0, 5),
  ).toBe('%PDF-')
  const file = JSON.parse(
    (await saved('subject.json', dialog.getByRole('button', { name: 'Save as JSON…' }))).toString(),
  )
  expect(file).toMatchObject({
    person: { fields: { firstName: '<b>Ida</b>' } },
    notes: [{ text: 'Asks for her data' }],
  })
  expect(readdirSync(folder).sort()).toEqual(['subject.json', 'subject.pdf'])
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'More actions' }).click()
  await page.getByRole('menuitem', { name: 'Erase for good…' }).click()
  await expect(dialog.getByRole('button', { name: 'Save as PDF…' })).toBeVisible()
  await page.getByLabel('Type “<b>Ida</b> Quill” to confirm').fill('<b>Ida</b> Quill')
  await page.getByRole('button', { name: 'Erase for good' }).click()
  const notice = page.getByRole('alert').filter({ hasText: 'The person is erased: 1 record.' })
  const certificate = await saved('certificate.json', notice.getByRole('button', { name: 'Save as JSON…' }))
  expect(certificate.toString()).not.toMatch(/Ida|Quill|example/)
  await saved('certificate.pdf', notice.getByRole('button', { name: 'Save as PDF…' }))
  if (process.env['SCV_PICTURES'] === '1')
    for (const name of readdirSync(folder)) copyFileSync(join(folder, name), join('test-results', name))
  rmSync(folder, { recursive: true })
})

/** Goes there with Tab, as a hand without a mouse does. */
async function tabTo(target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let step = 0; step < 80 && !(await target.evaluate((one) => one === document.activeElement)); step++)
    await page.keyboard.press('Tab')
  await expect(target).toBeFocused()
}

/** Runs a command of the palette by its name. */
async function run(command: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('textbox', { name: 'Command or person' })).toBeFocused()
  await page.keyboard.type(command)
  await page.keyboard.press('Enter')
}

async function lookUp(name: string): Promise<void> {
  await page.keyboard.press('Control+1')
  const { field } = new LookupPage(page)
  await expect(field).toBeFocused()
  await page.keyboard.press('Control+a')
  await page.keyboard.type(name)
  await expect(page.getByRole('option', { name }).first()).toBeVisible()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name })).toBeFocused()
}

test('a day by keyboard alone: looked up, recorded, noted, three calls, kept, merged, undone, reconciled', async () => {
  const { keyboard } = page
  await page.evaluate(() => {
    Object.assign(window, { pointed: 0 })
    const count = () => Object.assign(window, { pointed: (window as unknown as { pointed: number }).pointed + 1 })
    window.addEventListener('pointerdown', count, { capture: true })
  })
  await lookUp('Helen Marshall')
  await keyboard.press('Control+j')
  const record = page.getByRole('dialog', { name: 'Record an interaction' })
  await expect(record.getByRole('status').first()).toContainText('Helen Marshall')
  await keyboard.press('Enter')
  await expect(record).toBeHidden()
  await expect(page.getByRole('region', { name: 'Interactions' }).getByRole('listitem')).toHaveCount(1)
  await run('write a note')
  await expect(note).toBeFocused()
  await keyboard.type('Prefers mornings')
  await keyboard.press('Control+Enter')
  await expect(page.getByRole('list', { name: 'Notes', exact: true })).toContainText('Prefers mornings')

  // An unknown number, which turns out to be a second one of a person who is known.
  const second = { identifiers: [{ type: 'Phone', value: '0491 570 110' }] }
  await line.arrives(second)
  await expect(dock).toContainText('Unknown number')
  await keyboard.press('Control+i')
  await expect(dock.getByRole('button', { name: 'Choose someone…' })).toBeFocused()
  await keyboard.press('Enter')
  const picker = page.getByRole('dialog', { name: 'Whose is it?' })
  await expect(picker.getByRole('combobox')).toBeFocused()
  await keyboard.type('cara')
  await expect(picker.getByRole('option').first()).toContainText('Cara')
  await keyboard.press('Enter')
  await expect(page.getByText(/^Linked to Cara, and remembered/)).toBeVisible()
  await line.arrives(second)
  await expect(dock.getByRole('button', { name: 'Cara', exact: true })).toBeVisible()
  await keyboard.press('Control+i')
  await keyboard.press('Enter')
  await expect(page.getByText('Confirmed: this is Cara.')).toBeVisible()

  // One who is nobody yet becomes a contact.
  await line.arrives({ identifiers: [{ type: 'Phone', value: '0491 570 111' }] })
  await expect(dock).toContainText('Unknown number')
  for (const key of ['Control+i', 'Tab', 'Enter']) await keyboard.press(key)
  await expect(page.getByRole('dialog', { name: 'Keep this person' }).getByLabel('First name')).toBeFocused()
  await keyboard.type('Dora')
  await keyboard.press('Enter')
  await expect(page.getByText(/^Dora is kept as a contact/)).toBeVisible()

  await lookUp('Dora')
  await run('merge with')
  await expect(page.getByRole('dialog', { name: 'Merge with whom?' }).getByRole('combobox')).toBeFocused()
  await keyboard.type('cara')
  await expect(page.getByRole('option').first()).toContainText('Cara')
  await keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'Merge people' })).toBeFocused()
  await tabTo(page.getByRole('region', { name: 'The merged person' }).getByRole('button', { name: /^Merge/ }))
  await keyboard.press('Enter')
  await expect(page.getByText(/^2 people are one now/)).toBeVisible()
  await keyboard.press('Control+z')
  await expect(page.getByText(/^The merge is undone/)).toBeVisible()

  await keyboard.press('Control+4')
  await expect(page.getByRole('heading', { level: 1, name: 'Reconcile' })).toBeFocused()
  const title = page.getByRole('region', { name: 'The item' }).getByRole('heading', { level: 2 })
  await expect(title).toContainText('491 570 158')
  await tabTo(page.getByRole('radiogroup', { name: 'What is right?' }).getByRole('radio').first())
  for (let step = 0; step < 6 && !(await page.getByRole('radio', { name: 'They share it' }).isChecked()); step++)
    await keyboard.press('ArrowDown')
  await tabTo(page.getByRole('button', { name: 'Leave it shared' }))
  await keyboard.press('Enter')
  await expect(page.getByText(/^It is recorded that they share it/)).toBeVisible()
  await expect(title).toBeHidden()
  await keyboard.press('Control+z')
  await expect(title).toContainText('491 570 158')
  expect(await page.evaluate(() => (window as unknown as { pointed: number }).pointed)).toBe(0)
})
