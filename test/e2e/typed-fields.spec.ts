// Fields that the organisation types: filled in on a person's page and for a new contact, by their types, and kept as a draft.
import { expect, test } from '@playwright/test'
import { openLine } from './arrivals'
import { checkAccessibility } from './axe'
import { launch, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { LookupPage } from './pages/lookup'
import { PersonPage } from './pages/person'

test.describe.configure({ mode: 'serial' })

let running: Running
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
  const line = await openLine(page, ['externalContacts:settings:edit', 'externalContacts:contact:view'])
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
