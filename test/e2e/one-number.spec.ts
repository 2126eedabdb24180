// Two people, one number: both are offered with what tells them apart, and what is recorded is whose one says it is.
import { expect, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { PersonPage } from './pages/person'
import { RecordDialog } from './pages/record'

let running: Running

test.describe.configure({ mode: 'serial', timeout: 120_000 })
test.beforeAll(async () => {
  test.setTimeout(180_000)
  running = await launch(newUserData())
  await new FirstStart(running.page).startEmpty('Ada', 'Australia')
  for (const first of ['Helen', 'Tim']) {
    await running.page.keyboard.press('Control+n')
    await running.page.getByLabel('First name').fill(first)
    await running.page.getByLabel('Mobile phone').fill('0412 345 701')
    await running.page.getByRole('button', { name: 'Add contact' }).click()
    await new PersonPage(running.page).isShown(first)
  }
})
test.afterAll(() => running.close())

test('from Tim’s page a call by the shared number is Tim’s, and from the frame one key says whose it is', async () => {
  const { page } = running
  const record = new RecordDialog(page)
  const told = { channel: 'Call', field: 'Phone number', identifier: '0412 345 701', subject: 'Kettle' }
  await record.fill(told, /Recorded for Tim, whose page this is/)
  await record.submit()
  await new PersonPage(page).isShown('Tim')
  await expect(new PersonPage(page).interactions).toHaveCount(1)

  await new Frame(page).goTo('Look up')
  await record.fill(told, /This is Helen — \+61 412 345 701, theirs since/)
  const choices = record.dialog.getByRole('radiogroup', { name: 'Who is it?' })
  await expect(choices.getByRole('radio')).toHaveCount(3)
  await record.dialog.getByRole('button', { name: /^They share/ }).click()
  await expect(record.dialog.getByRole('status').first()).toContainText('2 people share this. Who is it?')
  await new Frame(page).picture('one-number')
  await choices.getByRole('radio').first().focus()
  await page.keyboard.press('2')
  await expect(choices.getByRole('radio', { name: /Tim/ })).toHaveAttribute('aria-checked', 'true')
  await record.submit()
  await expect(new PersonPage(page).interactions).toHaveCount(2)
  await expect(new PersonPage(page).identifier('412 345 701')).toContainText('Shared with Helen')
  await expect(page.getByRole('region', { name: 'Disputes' })).toHaveCount(0)
  await new Frame(page).picture('shared-number')
})

test('a number nobody has is remembered for the person on whose page it is recorded', async () => {
  const { page } = running
  const record = new RecordDialog(page)
  const told = { channel: 'Call', field: 'Phone number', identifier: '0412 345 702', subject: 'From work' }
  await record.fill(told, /Recorded for Tim/)
  await expect(record.dialog.getByRole('checkbox', { name: /^Remember/ })).toBeChecked()
  await record.submit()
  await expect(new PersonPage(page).identifier('412 345 702')).toBeVisible()
})
