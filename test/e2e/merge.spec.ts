// Merging people and taking it back, the bin, erasure and the audit trail, as a person works them on the real app.

import { expect, type Locator, test } from '@playwright/test'
import { checkAccessibility } from './axe'
import { launch, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { LookupPage } from './pages/lookup'
import { PersonPage } from './pages/person'

test.describe.configure({ mode: 'serial' })

let running: Running
let frame: Frame
let lookup: LookupPage
let person: PersonPage
/** Contact ids by first name. */
const ids: Record<string, string> = {}

/** Calls the main process as the page does: for what a test needs to be there, not for what it shows. */
async function call(name: string, input: unknown): Promise<Record<string, unknown>> {
  const answer = await running.page.evaluate(([call, value]) => window.scv.invoke(call as string, value), [name, input])
  if (!answer.ok) throw new Error(`${name}: ${answer.error.message}`)
  return answer.value as Record<string, unknown>
}

test.beforeAll(async () => {
  running = await launch()
  frame = new Frame(running.page)
  lookup = new LookupPage(running.page)
  person = new PersonPage(running.page)
  await new FirstStart(running.page).startEmpty('Mira Okafor', 'Australia')
  const people = [
    { firstName: 'Ann', lastName: 'Lee', cellPhone: { userInput: '0412 345 678' }, workEmail: 'ann@example.org' },
    {
      firstName: 'Annabel',
      lastName: 'Lee',
      cellPhone: { userInput: '0412 345 678' },
      workPhone: { userInput: '08 9200 1111' },
      personalEmail: 'annabel@example.net',
    },
    { firstName: 'Boris', lastName: 'Marsh', workEmail: 'boris@example.org' },
  ]
  for (const input of people) ids[input.firstName] = String((await call('people.create', { input }))['id'])
  for (const value of ['ann@example.org', 'annabel@example.net'])
    await call('interactions.record', {
      conversationId: `mail of ${value}`,
      channel: 'email',
      direction: 'inbound',
      startedAt: '2026-03-04T10:30:00.000Z',
      identifiers: [{ type: 'Email', value }],
    })
})
test.afterAll(() => running.close())

async function open(text: string, title: string): Promise<void> {
  await lookup.type(text)
  await expect(lookup.hits.first()).toContainText(title)
  await lookup.openFirst()
  await person.isShown(title)
}

async function menu(item: string): Promise<void> {
  await running.page.getByRole('button', { name: 'More actions' }).click()
  await running.page.getByRole('menuitem', { name: item, exact: true }).click()
}

/** Chooses a person in the picker, by keyboard alone. */
async function pick(text: string, name: string): Promise<void> {
  const dialog = running.page.getByRole('dialog')
  await dialog.getByRole('combobox').fill(text)
  await expect(dialog.getByRole('option').first()).toContainText(name)
  await running.page.keyboard.press('Enter')
}

async function command(label: string): Promise<void> {
  await running.page.keyboard.press('Control+k')
  const palette = running.page.getByRole('dialog', { name: 'Commands and people' })
  await palette.getByLabel('Command or person').fill(label)
  await palette.getByRole('button', { name: label }).first().click()
}

const merges = (): Locator => running.page.getByRole('region', { name: 'Merges' })
const notice = (text: string | RegExp): Locator => running.page.getByRole('alert').filter({ hasText: text })

test('people who do not look like one are told apart before anything happens, with why', async () => {
  const { page } = running
  await open('Ann Lee', 'Ann Lee')
  await menu('Merge with…')
  await pick('boris', 'Boris Marsh')
  const warning = page.getByRole('alert', { name: 'They do not look like one person' })
  await expect(warning).toContainText('Different first name: Ann and Boris')
  await expect(warning).toContainText('Different e-mail address: ann@example.org and boris@example.org')
  await expect(page.getByRole('button', { name: 'Merge 2 people all the same' })).toBeVisible()
  // A name is one choice: there is no way to Ann Marsh.
  await expect(page.getByRole('radio', { name: /^(First|Last) name/ })).toHaveCount(0)
  await page.getByRole('radio', { name: 'Name: Ann Lee, Ann Lee' }).check()
  const result = page.getByRole('region', { name: 'The merged person' })
  await expect(result.getByRole('heading')).toHaveText('Ann Lee')
  await page.getByRole('button', { name: 'Cancel' }).click()
})

test('two people are merged as the preview says, and the notification takes it back', async () => {
  const { page } = running
  await open('Ann Lee', 'Ann Lee')
  await expect(person.identifier('+61 412 345 678')).toContainText('Annabel Lee would be next')
  await menu('Merge with…')
  await pick('annabel', 'Annabel Lee')
  await expect(frame.title('Merge people')).toBeVisible()

  const result = page.getByRole('region', { name: 'The merged person' })
  await expect(result.getByRole('heading')).toHaveText('Annabel Lee') // the later value, until one chooses
  const first = page.getByRole('radio', { name: 'Name: Ann Lee, Ann Lee' })
  await expect(first).not.toBeChecked()
  await page.getByRole('radio', { name: 'Name: Annabel Lee, Annabel Lee' }).focus()
  await page.keyboard.press('ArrowLeft')
  await expect(first).toBeChecked()
  await expect(result.getByRole('heading')).toHaveText('Ann Lee')
  // Said as among the likely doubles: how certain it is follows from what the matcher knew when it learnt.
  const alike = page.getByRole('alert').or(page.getByRole('status')).filter({ hasText: 'Same phone number' })
  await expect(alike).toContainText(/(Possible|Likely|Very likely) · \d|\d% alike/)
  await expect(alike).toContainText('Same phone number: +61 412 345 678')
  const touches = result.getByRole('list', { name: 'What comes together' })
  for (const claim of [
    '3 records in one person, the new one among them',
    'Recognised by 4 numbers and addresses',
    '2 interactions in one journey',
    'Settles 1 dispute',
    '1 value is kept among the earlier ones, for want of a place:First name: Annabel',
  ])
    await expect(touches).toContainText(claim)

  await checkAccessibility(page, 'merge')

  await result.getByLabel('Reason').fill('Same number, same voice')
  await result.getByRole('button', { name: 'Merge 2 people' }).click()
  await person.isShown('Ann Lee')
  await expect(merges().getByRole('heading')).toHaveText('Made of 3 records')
  await expect(merges()).toContainText('by Mira Okafor')
  await expect(merges()).toContainText('“Same number, same voice”')
  await expect(page.getByRole('list', { name: 'Numbers and addresses' }).getByRole('listitem')).toHaveCount(4)
  await expect(person.identifier('+61 412 345 678')).not.toContainText('would be next')
  await expect(person.interactions).toHaveCount(2)
  const earlier = page.getByRole('region', { name: 'Earlier values' })
  await expect(earlier.getByRole('listitem')).toHaveCount(1)
  await expect(earlier.getByRole('listitem')).toContainText('First name: Annabel')

  await notice('2 people are one now').getByRole('button', { name: 'Undo' }).click()
  await expect(notice('The merge is undone')).toBeVisible()
  await open('ann@example.org', 'Ann Lee')
  await expect(person.identifier('+61 412 345 678')).toContainText('Annabel Lee would be next')
  await expect(person.interactions).toHaveCount(1)
  await open('annabel@example.net', 'Annabel Lee')
  await expect(person.interactions).toHaveCount(1)
  await expect(page.getByRole('list', { name: 'Numbers and addresses' }).getByRole('listitem')).toHaveCount(3)
})

test('what was edited since a merge goes to the person one says, and an earlier value can be put back', async () => {
  const { page } = running
  await call('merges.merge', { contactIds: [ids['Ann'], ids['Annabel']] })
  await open('Annabel Lee', 'Annabel Lee')
  await page.getByRole('button', { name: 'Put back First name: Ann', exact: true }).click()
  await person.isShown('Ann Lee')
  await expect(page.getByRole('region', { name: 'Earlier values' })).toContainText('First name: Annabel')

  await merges()
    .getByRole('button', { name: /^Undo the merge of/ })
    .click()
  const dialog = page.getByRole('dialog', { name: 'Undo this merge?' })
  const undo = dialog.getByRole('button', { name: 'Undo the merge' })
  await expect(dialog).toContainText('First name: Ann')
  await expect(undo).toBeDisabled()
  await dialog.getByLabel('Who gets First name').selectOption({ label: 'Annabel Lee' })
  await undo.click()
  await expect(dialog).toBeHidden()
  await open('annabel@example.net', 'Ann Lee')
  await expect(merges().getByRole('heading')).toHaveText('Merges of the past')
  await expect(merges()).toContainText('Undone')
})

test('a pair that must never be merged is refused, until that is withdrawn', async () => {
  const { page } = running
  await open('boris@example.org', 'Boris Marsh')
  await menu('Never merge with…')
  await pick('ann@example.org', 'Ann Lee')
  await page.getByRole('dialog').getByLabel('Reason').fill('Neighbours')
  await page.getByRole('button', { name: 'Never merge them' }).click()
  await menu('Merge with…')
  await pick('ann@example.org', 'Ann Lee')
  const refusal = page.getByRole('main').getByRole('alert')
  await expect(refusal).toContainText('Boris Marsh and Ann Lee were marked as two different people')
  await refusal.getByRole('button', { name: 'Withdraw and go on' }).click()
  await expect(page.getByRole('button', { name: 'Merge 2 people' })).toBeEnabled()
  await page.keyboard.press('Escape')
  await person.isShown('Boris Marsh')
})

test('a deleted person waits in the bin and comes back', async () => {
  const { page } = running
  await open('boris@example.org', 'Boris Marsh')
  await menu('Delete this person…')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await expect(page.getByRole('dialog')).toBeHidden()
  await lookup.findsNobody('boris@example.org')
  await command('Go to Bin')
  await expect(frame.title('Bin')).toBeVisible()
  const row = page.getByRole('region', { name: 'People in the bin' }).getByRole('listitem')
  await expect(row).toContainText('Boris Marsh')
  await expect(row).toContainText(/Gone for good in (29|30) days/)
  await row.getByRole('button', { name: 'Restore Boris Marsh' }).click()
  await expect(page.getByText('The bin is empty')).toBeVisible()
  await lookup.finds('boris@example.org', 'Boris Marsh', 'is theirs')
})

test('erasing asks for the name and leaves nothing; the audit trail tells of it all', async () => {
  const { page } = running
  await open('boris@example.org', 'Boris Marsh')
  await menu('Erase for good…')
  const erase = page.getByRole('button', { name: 'Erase for good' })
  await expect(erase).toBeDisabled()
  await page.getByLabel('Type “Boris Marsh” to confirm').fill('Boris Marsh')
  await erase.click()
  await expect(frame.title('Look up')).toBeVisible()
  await lookup.findsNobody('boris@example.org')
  await lookup.findsNobody('Boris')

  await command('Go to Audit trail')
  const trail = page.getByRole('region', { name: 'Changes' })
  for (const line of [
    'Erased a person at their request: 1 record',
    'from the bin',
    'in the bin',
    'must never be merged',
    'Undid the merge of',
    '“Same number, same voice”',
  ])
    await expect(trail.getByText(line).first()).toBeVisible()
  await expect(trail).not.toContainText('Boris')
  await expect(trail).not.toContainText('Neighbours')

  await open('ann@example.org', 'Ann Lee')
  await menu('History')
  await page.getByRole('button', { name: 'Audit trail' }).click()
  await expect(page.getByText('Everything that was done to Ann Lee.')).toBeVisible()
  await expect(trail.getByText('Erased a person')).toHaveCount(0)
  await expect(trail.getByText('Added').first()).toBeVisible()
})
