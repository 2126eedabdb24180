// Settling a dispute as a person would, on the real app: two people with one number, seen with both sides, handed over.
import { expect, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'

let running: Running
test.beforeAll(async () => {
  running = await launch(newUserData())
  await new FirstStart(running.page).startEmpty('Ada', 'Australia')
  await running.page.evaluate(async () => {
    for (const firstName of ['Alexis', 'David'])
      await window.scv.invoke('people.create', { input: { firstName, cellPhone: { userInput: '0491 570 156' } } })
  })
})
test.afterAll(() => running.close())

test('a dispute is counted, shows both sides, is handed over, and is settled', async () => {
  const { page } = running
  const frame = new Frame(page)
  const entry = page.getByRole('navigation', { name: 'Screens' }).getByRole('button', { name: /^Reconcile/ })
  await expect(entry).toContainText('1')
  await frame.goTo('Reconcile')
  const item = page.getByRole('region', { name: 'The item' })
  await expect(item.getByRole('heading', { level: 2 })).toContainText('+61 491 570 156')
  const sides = item.getByRole('list', { name: 'What each side did' }).getByRole('listitem')
  await expect(sides).toHaveCount(2)
  await expect(sides.filter({ hasText: 'Alexis' })).toContainText('This counts now')
  await expect(sides.filter({ hasText: 'David' })).toContainText(/This gave way[\s\S]*Ada[\s\S]*this device/)

  await item.getByRole('radio', { name: 'It belongs to David' }).click()
  await expect(item).toContainText('is “David” from now on')
  await item.getByRole('textbox', { name: 'Reason' }).fill('he pays the bill')
  await item.getByRole('button', { name: 'Hand it over' }).click()
  await expect(page.getByText('It is the other person’s now.')).toBeVisible()
  await expect(page.getByText('Nothing to settle')).toBeVisible()
  await expect(frame.title('Reconcile')).toBeFocused()
  await expect(entry).not.toContainText('1')

  await page.getByRole('alert').getByRole('button', { name: 'Open' }).click()
  await expect(frame.title('David')).toBeVisible()
})
