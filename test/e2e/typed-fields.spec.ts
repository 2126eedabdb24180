// Fields that the organisation types: filled in on a person's page and for a new contact, by their types, and kept as a draft.
import { expect, test } from '@playwright/test'
import { type Line, openLine } from './arrivals'
import { checkAccessibility } from './axe'
import { launch, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { LookupPage } from './pages/lookup'
import { PersonPage } from './pages/person'

test.describe.configure({ mode: 'serial' })

let running: Running
let line: Line
const property = (type: string, title: string, more: object = {}) => ({
  allOf: [{ $ref: `#/definitions/${type}` }],
  title,
  ...more,
})
const TIERS = { gold: { title: 'Gold member', _disabled: false }, silver: { title: 'Silver', _disabled: false } }

test.beforeAll(async () => {
  running = await launch()
  const { page } = running
  await new FirstStart(page).startEmpty('Mira Okafor', 'Australia')
  line = await openLine(page, [
    'externalContacts:settings:edit',
    'externalContacts:contact:view',
    'externalContacts:contact:edit',
  ])
  await line.sends('/api/v2/externalcontacts/contacts/schemas', {
    name: 'Membership',
    enabled: true,
    jsonSchema: {
      title: 'Membership',
      properties: {
        tier_enum: property('enum', 'Tier', { enum: ['gold', 'silver'], _enumProperties: TIERS }),
        visits_integer: property('integer', 'Visits', { minimum: 0 }),
        since_date: property('date', 'Member since'),
        consent_checkbox: property('checkbox', 'Consent'),
      },
    },
  })
  await page.evaluate(async () => {
    await window.scv.invoke('people.create', { input: { firstName: 'Ada', lastName: 'Typed' } })
  })
})
test.afterAll(() => running.close())

const fields = () => running.page.getByRole('group', { name: 'Custom fields' })

test('a person is given them, what does not fit is told, and the form is a draft until it is saved', async () => {
  const { page } = running
  const lookup = new LookupPage(page)
  await lookup.type('Ada Typed')
  await lookup.openFirst()
  const person = new PersonPage(page)
  await person.isShown('Ada Typed')
  await page.getByRole('button', { name: 'Fields of the organisation' }).click()
  await page.getByRole('menuitem', { name: 'Membership' }).click()
  const form = page.getByRole('form', { name: 'Membership' })
  await form.getByRole('combobox', { name: 'Tier' }).click()
  await page.getByRole('option', { name: 'Gold member' }).click()
  await form.getByLabel('Visits').fill('-1')
  await expect(form.getByText('It is at least 0.')).toBeVisible()
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled()
  await checkAccessibility(page, 'typed-fields')
  await form.getByLabel('Visits').fill('12')
  await form.getByLabel('Member since').fill('2026-06-01')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(fields()).toContainText('Gold member')
  await expect(fields()).toContainText('12')
  await expect(fields()).toContainText('2026-06-01')

  await page.getByRole('button', { name: 'Edit Membership' }).click()
  await form.getByLabel('Visits').fill('13')
  await lookup.type('Ada')
  await lookup.openFirst()
  await expect(form.getByLabel('Visits')).toHaveValue('13')
  await form.getByRole('button', { name: 'Cancel' }).click()
  await expect(fields()).toContainText('12')
})

test('a new contact is given them', async () => {
  const { page } = running
  await page.keyboard.press('Control+n')
  await page.getByLabel('First name').fill('Nina')
  await page.getByLabel('Last name').fill('Newcomer')
  const section = page.getByRole('region', { name: 'Fields of the organisation' })
  await section.getByRole('combobox', { name: 'Which fields' }).click()
  await page.getByRole('option', { name: 'Membership' }).click()
  await section.getByRole('combobox', { name: 'Consent' }).click()
  await page.getByRole('option', { name: 'Yes' }).click()
  await section.getByLabel('Visits').fill('3')
  await page.getByRole('button', { name: 'Add contact' }).click()
  await new PersonPage(page).isShown('Nina Newcomer')
  await expect(fields()).toContainText('Yes')
  await expect(fields()).toContainText('3')
})

test('an administrator defines a set of fields; what does not fit is told, and the form is a draft', async () => {
  const { page } = running
  const frame = new Frame(page)
  await frame.goTo('Settings')
  const part = page.getByRole('region', { name: 'Fields of the organisation' })
  await expect(part.getByRole('listitem', { name: 'Membership' })).toContainText(
    'Tier (choice) · Visits (whole number)',
  )
  await part.getByRole('button', { name: 'New set of fields' }).click()
  const dialog = page.getByRole('dialog', { name: 'New set of fields' })
  await dialog.getByLabel('Name of the set').fill('Contract')
  const first = dialog.getByRole('group', { name: 'Field 1' })
  await expect(dialog.getByRole('button', { name: 'Save' })).toBeDisabled()
  await first.getByLabel('Called').fill('Plan')
  const plan = dialog.getByRole('group', { name: 'Plan' })
  await plan.getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: 'Choice', exact: true }).click()
  await expect(plan.getByText('Type what can be chosen.')).toBeVisible()
  for (const choice of ['Basic', 'Pro']) {
    await plan.getByLabel('Can be chosen').fill(choice)
    await page.keyboard.press('Enter')
  }
  await dialog.getByRole('button', { name: 'Add a field' }).click()
  const second = dialog.getByRole('group', { name: 'Field 2' })
  await second.getByLabel('Called').fill('Seats')
  const seats = dialog.getByRole('group', { name: 'Seats' })
  await seats.getByRole('combobox', { name: 'Type' }).click()
  await page.getByRole('option', { name: 'Whole number' }).click()
  await seats.getByLabel('At least').fill('9')
  await seats.getByLabel('At most').fill('3')
  await expect(seats.getByText('The least is more than the most.')).toBeVisible()
  await checkAccessibility(page, 'fields-form', '[role=dialog]')
  // Closed and opened again it goes on where it was.
  await page.keyboard.press('Escape')
  await part.getByRole('button', { name: 'New set of fields (unfinished)' }).click()
  await seats.getByLabel('At most').fill('90')
  await dialog.getByRole('button', { name: 'Save' }).click()
  const contract = part.getByRole('listitem', { name: 'Contract' })
  await expect(contract).toContainText('Plan (choice) · Seats (whole number)')
  await checkAccessibility(page, 'fields-of-the-organisation', '[aria-label="Fields of the organisation"]')
})

test('an administrator changes a set of fields, takes it back, and has it again', async () => {
  const { page } = running
  const contract = page.getByRole('listitem', { name: 'Contract' })
  await contract.getByRole('button', { name: 'Change Contract' }).click()
  const change = page.getByRole('dialog', { name: 'Fields of Contract' })
  await expect(change.getByRole('group', { name: 'Plan' }).getByRole('combobox', { name: 'Type' })).toBeDisabled()
  await change.getByRole('group', { name: 'Seats' }).getByLabel('Must be filled in').check()
  await change.getByRole('button', { name: 'Save' }).click()
  await expect(contract).toContainText('Seats (whole number, required)')
  await expect(contract).toContainText('Version 2')
  await contract.getByRole('button', { name: 'Take Contract back' }).click()
  await expect(contract).toBeHidden()
  await page.getByRole('button', { name: 'Undo', exact: true }).click()
  await expect(contract).toContainText('Version 2')
})

test('what was defined is what a contact is filled in by', async () => {
  const { page } = running
  await page.keyboard.press('Control+n')
  await page.getByLabel('Last name').fill('Contracted')
  const section = page.getByRole('region', { name: 'Fields of the organisation' })
  await section.getByRole('combobox', { name: 'Which fields' }).click()
  await page.getByRole('option', { name: 'Contract' }).click()
  await section.getByRole('combobox', { name: 'Plan' }).click()
  await page.getByRole('option', { name: 'Pro' }).click()
  await section.getByLabel('Seats').fill('8')
  await expect(section.getByText('It is at least 9.')).toBeVisible()
  await section.getByLabel('Seats').fill('12')
  await page.getByRole('button', { name: 'Add contact' }).click()
  await new PersonPage(page).isShown('Contracted')
  await expect(fields()).toContainText('Pro')
})

test('the segments of a person that agents are meant to see stand over the journey', async () => {
  const { page } = running
  const contactId = await page.evaluate(async () => {
    const answer = await window.scv.invoke('people.create', { input: { firstName: 'Sage', lastName: 'Segmented' } })
    return answer.ok ? (answer.value as { id: string }).id : ''
  })
  const segment = (displayName: string, more: object) => ({ displayName, isActive: true, color: '#1A7F37', ...more })
  const ids: string[] = []
  for (const one of [
    segment('At risk', { shouldDisplayToAgent: true }),
    segment('For reports only', { shouldDisplayToAgent: false }),
  ])
    ids.push((await line.sends('/api/v2/journey/segments', one)).id)
  await line.sends(`/api/v2/externalcontacts/contacts/${contactId}/journey/segments`, {
    assign: { segments: ids.map((id) => ({ id })) },
  })
  const lookup = new LookupPage(page)
  await lookup.type('Sage Segmented')
  await lookup.openFirst()
  const segments = page.getByRole('list', { name: 'Segments' })
  await expect(segments).toContainText('At risk')
  await expect(segments).not.toContainText('For reports only')
  await checkAccessibility(page, 'segments')
})
