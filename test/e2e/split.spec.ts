// A person whom a handed-on phone made of two, taken apart and made one again, as an agent does it on the real app.
import { expect, type Locator, test } from '@playwright/test'
import { checkAccessibility } from './axe'
import { launch, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { LookupPage } from './pages/lookup'
import { PersonPage } from './pages/person'

test.describe.configure({ mode: 'serial' })

let running: Running
let person: PersonPage
const PHONE = '+61412345678'

/** Calls the main process as the page does: for what a test needs to be there, not for what it shows. */
async function call(name: string, input: unknown): Promise<Record<string, unknown>> {
  const answer = await running.page.evaluate(([call, value]) => window.scv.invoke(call as string, value), [name, input])
  if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`)
  return answer.value as Record<string, unknown>
}

const told = (conversationId: string, day: number, note: string, ...mails: string[]) =>
  call('interactions.record', {
    conversationId,
    channel: 'voice',
    direction: 'inbound',
    startedAt: `2026-03-${String(day).padStart(2, '0')}T10:30:00.000Z`,
    identifiers: [{ type: 'Phone', value: PHONE }, ...mails.map((value) => ({ type: 'Email', value }))],
    note,
  })

test.beforeAll(async () => {
  running = await launch()
  person = new PersonPage(running.page)
  await new FirstStart(running.page).startEmpty('Mira Okafor', 'Australia')
  const { id } = await call('people.create', {
    input: { firstName: 'Helen', lastName: 'Marsh', cellPhone: { userInput: PHONE }, workEmail: 'helen@example.org' },
  })
  await told('one', 2, 'Helen asks when invoice 10111 is due')
  await told('two', 3, 'invoice 10111 is paid')
  await call('people.update', { contactId: id, changes: { firstName: 'Tim', lastName: 'Fuller', title: 'Dr' } })
  await call('people.addNote', { contactId: id, text: 'Tim wants order 90909 sent to work' })
  await told('three', 20, 'Tim asks about order 90909', 'tim@example.net')
  await told('four', 21, 'order 90909 again')
})
test.afterAll(() => running.close())

const list = (): Locator => running.page.getByRole('listbox', { name: 'What is known of this person' })
const row = (text: string | RegExp): Locator => list().getByRole('option', { name: text })

async function takeApart(): Promise<void> {
  await running.page.getByRole('button', { name: 'More actions' }).click()
  await running.page.getByRole('menuitem', { name: 'These are two people…', exact: true }).click()
  await expect(new Frame(running.page).title('Two people in Tim Fuller')).toBeVisible()
}

test('one thing of the other person is enough, what is wrong is moved by a key, and it is a draft until it is done', async () => {
  const { page } = running
  const lookup = new LookupPage(page)
  await lookup.type('Tim Fuller')
  await lookup.openFirst()
  await person.isShown('Tim Fuller')
  await takeApart()
  await expect(page.getByRole('button', { name: 'Make two people' })).toBeDisabled()
  await row(/^First name: Tim/).click()
  for (const his of [
    /^Last name: Fuller/,
    /^Call: Tim asks about order/,
    /^Call: order 90909 again/,
    /^Note: Tim wants/,
  ])
    await expect(row(his)).toHaveAccessibleName(/goes to/)
  for (const hers of [/^First name, before: Helen/, /^Work e-mail: helen@example.org/, /^Call: invoice 10111 is paid/])
    await expect(row(hers)).toHaveAccessibleName(/stays with Helen/)
  await checkAccessibility(page, 'split')

  // By keys: to both, and back.
  await list().focus()
  await page.keyboard.press('Home')
  await page.keyboard.press('b')
  await expect(list().getByRole('option').first()).toHaveAccessibleName(/both have it/)
  await page.keyboard.press('ArrowRight')
  await expect(list().getByRole('option').first()).toHaveAccessibleName(/goes to/)

  // Left and come back to, it stands as it was.
  await page.keyboard.press('Alt+ArrowLeft')
  await person.isShown('Tim Fuller')
  await takeApart()
  await expect(row(/^First name: Tim/)).toHaveAccessibleName(/goes to Tim Fuller/)
})

test('made two people, each has their own page, and Undo makes them one', async () => {
  const { page } = running
  await page.getByRole('button', { name: 'Make two people' }).click()
  await person.isShown('Tim Fuller')
  await expect(person.interactions).toHaveCount(2)
  const apart = page.getByRole('region', { name: 'Taken apart' })
  await expect(apart).toContainText('Helen Marsh')
  await apart.getByRole('button', { name: 'Helen Marsh', exact: true }).click()
  await person.isShown('Helen Marsh')
  await expect(person.interactions).toHaveCount(2)
  await expect(person.identifier('helen@example.org')).toBeVisible()

  await page.getByRole('alert').getByRole('button', { name: 'Undo' }).click()
  await person.isShown('Tim Fuller')
  await expect(person.interactions).toHaveCount(4)
  await expect(page.getByRole('region', { name: 'Merges' })).toContainText('Helen Marsh')
})

test('later, from the page: it tells what was edited since', async () => {
  const { page } = running
  await takeApart()
  await row(/^First name: Tim/).click()
  await page.getByLabel('Reason').fill('the phone was handed on')
  await page.getByRole('button', { name: 'Make two people' }).click()
  const apart = page.getByRole('region', { name: 'Taken apart' })
  await expect(apart).toBeVisible()
  const { contact } = await call('interactions.resolve', {
    identifiers: [{ type: 'Email', value: 'tim@example.net' }],
  })
  const { id } = contact as { id: string }
  await call('people.update', { contactId: id, changes: { title: 'Prof' } })
  await apart.getByRole('button', { name: /one again/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Make them one person again?' })
  await checkAccessibility(page, 'rejoin', '[role="dialog"]')
  await expect(dialog.getByRole('group', { name: 'Edited since' })).toContainText('Prof')
  await dialog.getByRole('button', { name: 'One person again' }).click()
  await expect(apart).toBeHidden()
  await person.isShown('Tim Fuller')
  await expect(page.getByText(/^Prof ·/)).toBeVisible()
})

test('undoing a merge asks whose the note is that was written since', async () => {
  const { page } = running
  const [ann, boris] = await Promise.all(
    ['Ann', 'Boris'].map(async (firstName) => (await call('people.create', { input: { firstName } }))['id']),
  )
  const { contactId } = await call('merges.merge', { contactIds: [ann, boris], choices: { firstName: ann } })
  await call('people.addNote', { contactId, text: 'Prefers mail' })
  await page.keyboard.press('Control+1')
  const lookup = new LookupPage(page)
  await lookup.type('Ann')
  await lookup.openFirst()
  await person.isShown('Ann')
  await page.getByRole('region', { name: 'Merges' }).getByRole('button', { name: /^Undo/ }).click()
  const dialog = page.getByRole('dialog', { name: 'Undo this merge?' })
  await expect(dialog).toContainText('One note was written since. Whose is it?')
  await expect(dialog).toContainText('Prefers mail')
  await expect(dialog.getByRole('button', { name: 'Undo the merge' })).toBeDisabled()
  await dialog.getByRole('combobox', { name: /Who gets the note/ }).selectOption('Boris')
  await dialog.getByRole('button', { name: 'Undo the merge' }).click()
  await expect(dialog).toBeHidden()
  await page.keyboard.press('Control+1')
  await lookup.type('Boris')
  await lookup.openFirst()
  await person.isShown('Boris')
  await page.getByRole('tab', { name: /Notes/ }).click()
  await expect(page.getByText('Prefers mail')).toBeVisible()
})
