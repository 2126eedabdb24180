// An interaction arrives over the local API while an agent is at work: the person pops up, takes no key away, and what the
// agent says about it stands.
import { expect, type Locator, type Page, test } from '@playwright/test'
import { type Line, openLine } from './arrivals'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { LookupPage } from './pages/lookup'

let running: Running
let line: Line
let page: Page
let popUp: Locator

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  running = await launch(newUserData())
  page = running.page
  await new FirstStart(page).startEmpty('Ada', 'Australia')
  for (const input of [
    { firstName: 'Alexis', lastName: 'Abara', workPhone: { userInput: '0491 570 156' } },
    { firstName: 'David', lastName: 'Abara', personalEmail: 'david@example.org' },
  ])
    await page.evaluate((given) => window.scv.invoke('people.create', { input: given }), input)
  line = await openLine(page)
  popUp = page.getByRole('region', { name: 'An interaction has arrived' })
})
test.afterAll(() => running.close())

test('it pops the person up with the reason, and leaves the keys where they are', async () => {
  const lookup = new LookupPage(page)
  await lookup.field.focus()
  await page.keyboard.type('dav')
  await line.arrives({
    identifiers: [
      { type: 'Phone', value: '0491 570 156' },
      { type: 'Email', value: 'david@example.org' },
    ],
    subject: 'Where is my order',
  })
  await expect(popUp).toContainText('Incoming call, +61 491 570 156')
  await expect(popUp).toContainText('Alexis Abara')
  await expect(popUp).toContainText(/\+61 491 570 156 is theirs since .*, by Ada\./)
  await expect(popUp).toContainText('david@example.org is David Abara’s: the two may be one person.')
  await expect(lookup.field).toBeFocused()
  await page.keyboard.type('id')
  await expect(lookup.field).toHaveValue('david')
  await expect(new Frame(page).entry('Incoming')).toContainText('1')
  await new Frame(page).picture('dock')
})

test('by its shortcut one gets there, and by Escape back to where one was', async () => {
  await page.keyboard.press('Control+i')
  await expect(popUp.getByRole('button', { name: 'Right person' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(popUp).toBeHidden()
  const lookup = new LookupPage(page)
  await expect(lookup.field).toBeFocused()
  await expect(lookup.field).toHaveValue('david')
})

test('a person who comes or changes elsewhere meanwhile shows among the results, without a key', async () => {
  const lookup = new LookupPage(page)
  const elsewhere = (name: string, input: unknown) =>
    page.evaluate(([call, given]) => window.scv.invoke(call, given), [name, input] as const)
  const made = await elsewhere('people.create', { input: { firstName: 'Davida', lastName: 'Obi' } })
  await expect(lookup.hits.filter({ hasText: 'Davida Obi' })).toBeVisible()
  const contactId = (made as { value: { id: string } }).value.id
  await elsewhere('people.update', { contactId, changes: { lastName: 'Okafor' } })
  await expect(lookup.hits.filter({ hasText: 'Davida Okafor' })).toBeVisible()
  await elsewhere('people.delete', { contactId })
  await expect(lookup.hits.filter({ hasText: 'Davida' })).toHaveCount(0)
  await expect(lookup.field).toBeFocused()
  await expect(lookup.field).toHaveValue('david')
})

test('what was put aside waits under Incoming, where it is confirmed', async () => {
  const frame = new Frame(page)
  await frame.goTo('Incoming')
  await page.getByRole('button', { name: 'Right person' }).click()
  await expect(page.getByText('Confirmed: this is Alexis Abara.')).toBeVisible()
  await expect(page.getByText('Everything is decided')).toBeVisible()
  await expect(frame.entry('Incoming')).not.toContainText('1')
})

test('it is linked to someone else, and back', async () => {
  await new Frame(page).goTo('Look up')
  await line.arrives({ identifiers: [{ type: 'Phone', value: '0491 570 156' }] })
  await popUp.getByRole('button', { name: 'Someone else…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Whose is it?' })
  await dialog.getByRole('combobox').fill('david')
  await expect(dialog.getByRole('option')).toHaveText(/David Abara/)
  await page.keyboard.press('Enter')
  await expect(page.getByText('Linked to David Abara.')).toBeVisible()
  await page.getByRole('button', { name: 'Undo' }).last().click()
  await expect(popUp).toContainText('Alexis Abara')
})

test('it is unlinked: no person’s', async () => {
  await popUp.getByRole('button', { name: 'More about this interaction' }).click()
  await page.getByRole('menuitem', { name: 'Unlink: it is not theirs' }).click()
  await expect(page.getByText('Unlinked. It belongs to nobody now.')).toBeVisible()
  // Nothing takes its place while the pointer is there.
  await page.mouse.move(800, 400)
  await expect(popUp).toBeHidden()
})

test('an unknown caller is added to the contacts', async () => {
  await line.arrives({ identifiers: [{ type: 'Phone', value: '0491 570 157' }] })
  await expect(popUp).toContainText('Nobody here has this number yet.')
  await popUp.getByRole('button', { name: 'Add to contacts…' }).click()
  const dialog = page.getByRole('dialog', { name: 'Keep this person' })
  await dialog.getByLabel('First name').fill('Cara')
  await dialog.getByRole('button', { name: 'Keep' }).click()
  await expect(page.getByText('Cara is kept as a contact.')).toBeVisible()
  await new LookupPage(page).finds('cara', 'Cara', 'By name')
})
