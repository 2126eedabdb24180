// A journey looked at closely: zoomed, moved, filtered, a session unfolded, and followed live.
import { expect, type Locator, type Page, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { LookupPage } from './pages/lookup'

const DAY = 86_400_000
let running: Running
let page: Page
let picture: Locator
let list: Locator
let count: Locator

/** Records an interaction of the one person there is. */
const record = (input: Record<string, unknown>): Promise<unknown> =>
  page.evaluate((given) => window.scv.invoke('interactions.record', given), {
    channel: 'voice',
    identifiers: [{ type: 'Phone', value: '0491 570 156' }],
    ...input,
  })
const ago = (days: number): string => new Date(Date.now() - days * DAY).toISOString()

test.describe.configure({ mode: 'serial' })
test.beforeAll(async () => {
  running = await launch(newUserData())
  page = running.page
  await new FirstStart(page).startEmpty('Ada', 'Australia')
  await page.evaluate(() =>
    window.scv.invoke('people.create', {
      input: { firstName: 'Alexis', lastName: 'Abara', workPhone: { userInput: '0491 570 156' } },
    }),
  )
  for (let day = 1; day <= 30; day++)
    await record({
      startedAt: ago(day * 10),
      channel: day % 3 === 0 ? 'email' : 'voice',
      direction: day % 2 === 0 ? 'outbound' : 'inbound',
      queue: day % 5 === 0 ? 'Billing' : 'Support',
      subject: `Question ${day}`,
    })
  const started = Date.now() - 5 * DAY
  await record({
    channel: 'web',
    startedAt: new Date(started).toISOString(),
    events: ['Home', 'Basket'].map((name, step) => ({ at: new Date(started + step * 60_000).toISOString(), name })),
  })
  picture = page.getByRole('group', { name: /interactions, .*, by channel/ })
  list = page.getByRole('region', { name: 'Interactions' })
  count = page.getByRole('status').filter({ hasText: /^\d+ (of|interactions)/ })
})
test.afterAll(() => running.close())

test('on a screen of its own it begins with all of it', async () => {
  const lookup = new LookupPage(page)
  await lookup.type('Alexis')
  await lookup.openFirst()
  await page.getByRole('button', { name: 'Enlarge the journey' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Journey of Alexis Abara' })).toBeFocused()
  await expect(count).toHaveText('31 interactions, newest first')
  await expect(picture).toHaveAccessibleName(/^31 interactions.*by channel: Call, E-mail, Website/)
})

test('keys zoom and move the picture, and the list goes along', async () => {
  await picture.focus()
  await page.keyboard.press('+')
  await page.keyboard.press('+')
  // Faster than anything can be drawn.
  for (let turn = 0; turn < 20; turn++) await page.keyboard.press(turn % 2 === 0 ? '-' : '+')
  await expect(count).toHaveText(/^(?:[5-9]|1\d) of 31, /)
  await page.keyboard.press('Home')
  await expect(list.getByRole('listitem').last()).toContainText('Question 30')
  await page.keyboard.press('0')
  await expect(count).toHaveText('31 interactions, newest first')
  await expect(picture).toBeFocused()
})

test('the wheel zooms where it points, and the strip below shows where one is', async () => {
  const box = await picture.boundingBox()
  await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) * 0.6, (box?.y ?? 0) + 20)
  for (let turn = 0; turn < 6; turn++) await page.mouse.wheel(0, -100)
  await expect(count).toHaveText(/^\d+ of 31, /)
  const before = await count.innerText()
  const strip = await page.locator('.scv-journey-overview').boundingBox()
  const selected = await page.locator('.scv-journey-overview .visx-brush-selection').boundingBox()
  const [x, y] = [(selected?.x ?? 0) + (selected?.width ?? 0) / 2, (strip?.y ?? 0) + (strip?.height ?? 0) / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await page.mouse.move(x - 60, y, { steps: 6 })
  await page.mouse.move(x - 120, y, { steps: 6 })
  await page.mouse.up()
  await expect(count).not.toHaveText(before)
  await expect(count).toHaveText(/^\d+ of 31, /)
  await page.getByRole('button', { name: 'Show all of it' }).click()
  await expect(count).toHaveText('31 interactions, newest first')
})

test('filters say how much each would leave, and hide nothing in silence', async () => {
  await page.getByRole('combobox', { name: 'Queue' }).click()
  await page.getByRole('option', { name: 'Billing (6)' }).click()
  await expect(count).toHaveText('6 of 31 interactions, newest first')
  await page.getByRole('combobox', { name: 'Direction' }).click()
  await page.getByRole('option', { name: /^Incoming/ }).click()
  await expect(count).toHaveText('3 of 31 interactions, newest first')
  await page.getByText('Website 1', { exact: true }).click()
  await expect(page.getByText('Nothing matches', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Show all', exact: true }).last().click()
  await expect(count).toHaveText('31 interactions, newest first')
})

test('a session unfolds into its steps', async () => {
  await page.getByRole('button', { name: 'Show the 2 steps of this session' }).click()
  const steps = page.getByLabel('Steps of the session')
  await expect(steps).toContainText('Home')
  await expect(steps).toContainText(/Basket.*after 1 min/s)
  await page.getByRole('button', { name: 'Hide the 2 steps of this session' }).click()
  await expect(steps).toBeHidden()
})

test('what is recorded elsewhere appears by itself', async () => {
  await record({ startedAt: new Date().toISOString(), channel: 'chat', subject: 'Just now' })
  await expect(count).toHaveText('32 interactions, newest first')
  await expect(list.getByRole('listitem').first()).toContainText('Just now')
  await expect(page.getByText('Chat 1', { exact: true })).toBeVisible()
})
