// Going through likely doubles by keyboard alone, on the real app: why, not now and back, never, merge, and all at once.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect as expectSoon, test } from '@playwright/test'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { ImportPage } from './pages/import'

/** What is decided goes through the matcher's thread, which a loaded machine lets wait. */
const expect = expectSoon.configure({ timeout: 30_000 })

let running: Running
test.beforeAll(async () => {
  running = await launch(newUserData())
  await new FirstStart(running.page).startEmpty('Ada', 'Australia')
  await running.page.evaluate(async () => {
    const names = ['Amber', 'Bruno', 'Celia', 'Dario', 'Edith', 'Fabio', 'Greta', 'Hanno', 'Irena', 'Jonas']
    const strangers = names.flatMap((firstName, at) =>
      ['Albrecht', 'Castellan'].map((start) => ({ firstName, lastName: `${start}${names[(at * 3 + 1) % 10]}` })),
    )
    const doubles = [
      ['Maximilian', 'Oberholzer', 'Oberholtzer'],
      ['Philippa', 'Wetherington', 'Wetheringten'],
      ['Esperanza', 'Villalobos', 'Vilalobos'],
    ].flatMap(([firstName = '', lastName, misspelt]) => {
      const personalEmail = `${firstName.slice(0, 4).toLowerCase()}77@web.example`
      const customFields = { Birthday: '1971-04-02' }
      return [
        { firstName, lastName, personalEmail, customFields },
        { firstName, lastName: misspelt, otherEmail: personalEmail, customFields },
      ]
    })
    await Promise.all([...strangers, ...doubles].map((input) => window.scv.invoke('people.create', { input })))
  })
})
test.afterAll(() => running.close())

test('a hundred would go quickly: not now, never, merge, and the rest at once, each taken back by one key', async () => {
  test.slow()
  const { page } = running
  const frame = new Frame(page)
  const { keyboard } = page
  await keyboard.press('Control+5')
  await expect(frame.title('Duplicates')).toBeVisible()
  const list = page.getByRole('listbox', { name: /^Likely the same people/ })
  const options = list.getByRole('option')
  await expect(options).toHaveCount(3)
  await expect(frame.entry('Duplicates')).toContainText('3')

  for (let at = 0; at < 30 && !(await list.evaluate((box) => box === document.activeElement)); at++)
    await keyboard.press('Tab')
  await expect(list).toBeFocused()
  const why = page.getByRole('region', { name: 'Why' })
  await expect(why.getByRole('list', { name: 'Why' })).toContainText(/Last name[\s\S]*the same but for a typing error/)
  await expect(why.getByRole('list', { name: 'Why' })).toContainText('Could be family or colleagues')

  const name = (await options.first().textContent()) ?? ''
  await keyboard.press('l')
  await expect(options).toHaveCount(2)
  await expect(options.first()).not.toHaveText(name)
  await keyboard.press('Control+z')
  await expect(options).toHaveCount(3)

  // What was put aside stays in reach: who is in it, by which user, and back by one key.
  await keyboard.press('l')
  await expect(options).toHaveCount(2)
  await page.getByText('Put aside 1', { exact: true }).click()
  const aside = page.getByRole('listbox', { name: 'Put aside, the latest first' })
  await expect(aside.getByRole('option')).toHaveText([name])
  await expect(why).toContainText(/Ada put this aside on .*20\d\d/)
  await expect(why.getByRole('button', { name: 'Not now' })).toHaveCount(0)
  await frame.picture('45-put-aside')
  await aside.focus()
  await keyboard.press('b')
  await expect(options).toHaveCount(3)
  await keyboard.press('Control+z')
  await expect(options).toHaveCount(2)
  await page.getByText('Put aside 1', { exact: true }).click()
  await why.getByRole('button', { name: 'Put back' }).click()
  await expect(options).toHaveCount(3)
  await expect(page.getByRole('radio', { name: /^Put aside/ })).toHaveCount(0)
  await list.focus()

  await keyboard.press('n')
  await expect(options).toHaveCount(2)
  await keyboard.press('ArrowDown')
  await expect(options.nth(1)).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('m')
  await expect(frame.title('Merge people')).toBeVisible()
  await keyboard.press('Alt+ArrowLeft')
  await expect(options).toHaveCount(2)

  await page.getByRole('button', { name: 'Merge all very likely…' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('checkbox')).toHaveCount(2)
  await dialog.getByRole('checkbox').last().press('Space')
  await dialog.getByRole('button', { name: 'Merge 1' }).press('Enter')
  await expect(options).toHaveCount(1)
  await expect(dialog).toHaveCount(0)
  await keyboard.press('Control+z')
  await expect(options).toHaveCount(2)
})

test('who is being typed in is known already: it is said before a second record of them is made', async () => {
  test.slow()
  const { page } = running
  await page.keyboard.press('Control+n')
  await page.getByRole('textbox', { name: 'First name' }).fill('Maximilian')
  await page.getByRole('textbox', { name: 'Last name' }).fill('Oberholzer')
  await page.getByRole('textbox', { name: 'Work e-mail' }).fill('maxi77@web.example')
  const likely = page.getByRole('status', { name: 'Likely the same person' })
  await expect(likely).toContainText('May be Maximilian')
  await likely.getByRole('button', { name: 'Open' }).first().click()
  await expect(new Frame(page).title(/Maximilian/)).toBeVisible()
})

test('a person of a file who is likely here is taken for them in the dry run; a stranger in the queue is likely somebody', async () => {
  test.slow()
  const { page, app } = running
  const folder = mkdtempSync(join(tmpdir(), 'scv-e2e-files-'))
  const path = join(folder, 'people.csv')
  writeFileSync(
    path,
    'First Name,Last Name,Email,Birthday\nEsperanza,Vilallobos,espe77@web.example,1971-04-02\nQuirin,Unheard,q@web.example,1988-05-06\n',
  )
  const imports = new ImportPage(page, app)
  await imports.open()
  await imports.drop(path)
  await imports.tryIt()
  await imports.outcome('2 people would be added')
  const here = page.getByRole('region', { name: 'New people who may be here already' })
  await expect(here).toContainText('Esperanza Vilallobos may be Esperanza Vil')
  await new Frame(page).picture('43-import-here-already')
  await here
    .getByRole('button', { name: /^Use Esperanza Vil.* for row 1$/ })
    .first()
    .click()
  await imports.outcome('1 person would be added, 1 updated')
  await imports.run()
  await imports.outcome('1 person was added, 1 updated')
  rmSync(folder, { recursive: true, force: true })

  await page.evaluate(async () => {
    const answer = (await window.scv.invoke('interactions.record', {
      channel: 'email',
      startedAt: new Date().toISOString(),
      identifiers: [{ type: 'Email', value: 'unheard@other.example' }],
    })) as unknown as { value: { contact: { id: string } } }
    const changes = { firstName: 'Quirin', lastName: 'Unheard', customFields: { Birthday: '1988-05-06' } }
    await window.scv.invoke('people.update', { contactId: answer.value.contact.id, changes })
  })
  await new Frame(page).goTo('Autogenerated')
  const row = page.getByRole('region', { name: 'Autogenerated people' }).getByRole('listitem').first()
  await expect(row).toContainText(/May be Quirin Unheard: (very )?likely the same person/)
  await new Frame(page).picture('44-queue-likely')
  await row.getByRole('button', { name: 'Compare Quirin Unheard with Quirin Unheard' }).click()
  await expect(new Frame(page).title('Merge people')).toBeVisible()
})
