// A device and its organisation’s server, as a person meets them: what goes wrong while connecting, the first exchange,
// pausing, a server that is away, signing out and in. On the real app, with the stand-in server, provisioned as any other.
import { expect, test } from '@playwright/test'
import { type SyncServer, startSyncServer } from '../../src-main/sync-server/server'
import { launch, newUserData, type Running } from './launch'
import { openOrganisation } from './organisation'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { LookupPage } from './pages/lookup'
import { type Account, SyncPage } from './pages/sync'

test.describe.configure({ timeout: 120_000 })

let server: SyncServer
let anna: Account
let bo: Account
test.beforeAll(async () => {
  test.setTimeout(180_000) // a server, an organisation and two users, on a machine that does other things, too
  const organisation = await openOrganisation('supervisor')
  server = organisation.server
  anna = organisation.account
  bo = await organisation.join('bo', 'agent')
})
test.afterAll(() => server.close())

let running: Running
let sync: SyncPage
test.afterEach(() => running.close())

/** Through the question that a system without a keychain leads to. */
async function connectPlain(account: Account): Promise<void> {
  const { page } = running
  await sync.connect(account)
  const insist = page.getByRole('checkbox', { name: 'Keep the password as plain text' })
  await insist.click()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
}

test('a device with data connects: every refusal stands where it belongs, and then its people are on the server', async () => {
  running = await launch(newUserData())
  const { page } = running
  sync = new SyncPage(page)
  await new FirstStart(page).startEmpty('Ada', 'Australia')
  await page.evaluate(() => window.scv.invoke('people.create', { input: { firstName: 'Grace', lastName: 'Hopper' } }))
  await expect(sync.badge).toContainText('On this device only')
  await sync.open()
  await page.getByRole('button', { name: 'Connect to a server' }).click()
  await expect(page.getByRole('textbox', { name: 'Server address' })).toBeFocused()

  await sync.connect({ ...anna, url: 'sync.example.org' })
  await expect(page.getByText('It begins with https:// or http://.')).toBeVisible()
  await sync.connect({ ...anna, url: 'http://127.0.0.1:1' })
  await expect(page.getByRole('alert')).toContainText('The server cannot be reached')
  await expect(page.getByRole('textbox', { name: 'Server address' })).toBeFocused()
  await sync.connect({ ...anna, password: 'wrong' })
  await expect(page.getByRole('alert')).toContainText('The server did not let you in')
  await expect(page.getByRole('textbox', { name: 'Password' })).toBeFocused()
  await sync.connect({ ...anna, org: 'nobody' })
  await expect(page.getByRole('alert')).toContainText('This server cannot be used')
  await expect(page.getByRole('textbox', { name: 'Organisation' })).toBeFocused()

  await connectPlain(anna)
  await expect(page.getByRole('heading', { level: 1, name: 'Sync' })).toBeVisible()
  await sync.becomes('Up to date')
  const account = page.getByRole('region', { name: 'Who and where' })
  await expect(account).toContainText('Supervisor: imports, deletes and restores people as well')
  await expect(account).toContainText('In a file on this device, as plain text')
  await expect(
    page
      .getByRole('row', { name: /^People/ })
      .getByRole('cell')
      .nth(1),
  ).toHaveText('0')
})

test('a new device starts with the server: it finds who is there, pauses, outlasts a server that is away, signs out and in', async () => {
  running = await launch(newUserData())
  const { page } = running
  sync = new SyncPage(page)
  await new FirstStart(page).isShown()
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await connectPlain(anna)
  await sync.becomes('Up to date')
  const lookup = new LookupPage(page)
  await lookup.type('Hopper')
  await expect(lookup.hits.first()).toContainText('Grace Hopper')
  await expect(sync.badge).not.toContainText('First sync')

  await sync.open()
  await page.getByRole('button', { name: 'Pause' }).click()
  await sync.becomes('Paused')
  await page.evaluate(() => window.scv.invoke('people.create', { input: { firstName: 'Katherine' } }))
  await expect(sync.badge).toContainText('to send')
  await page.getByRole('button', { name: 'Resume' }).click()
  await sync.becomes('Up to date')
  await expect(sync.badge).not.toContainText('to send')

  await page.getByRole('button', { name: 'Sign out' }).click()
  const asked = page.getByRole('dialog', { name: 'Sign out?' })
  await asked.getByRole('button', { name: 'Sign out' }).click()
  await sync.becomes('Signed out')
  // It shows what it has, offers nothing that would change it, and refuses it to whatever asks all the same.
  await expect(page.getByRole('region', { name: 'Signed out' })).toContainText('To change anything'.toLowerCase())
  await expect(page.getByRole('button', { name: /^Record/ })).toHaveCount(0)
  await lookup.type('Hopper')
  await lookup.hits.first().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Grace Hopper' })).toBeVisible()
  await expect(page.getByRole('button', { name: /^Edit First name/ })).toHaveCount(0)
  await page.keyboard.press('Control+j')
  await expect(page.getByText('You are signed out. Sign in to do this.')).toBeVisible()
  await new Frame(page).picture('signed-out')
  const refused = page.evaluate(() => window.scv.invoke('people.create', { input: { firstName: 'Nobody' } }))
  expect(await refused).toMatchObject({ ok: false, error: { code: 'signed_out' } })
  await sync.open()
  await page.getByRole('button', { name: 'Sign in again' }).click()
  await page.getByRole('textbox', { name: 'Password' }).fill(anna.password)
  await page.keyboard.press('Enter')
  await page.getByRole('checkbox', { name: 'Keep the password as plain text' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign in', exact: true }).click()
  await sync.becomes('Up to date')

  // A lock before the window, over a text that is being typed and over a restart of the page.
  await lookup.type('Hopper')
  await lookup.hits.first().click()
  await page.getByRole('tab', { name: /^Notes/ }).click()
  await page.getByLabel('New note').fill('Half a sentence')
  await page.keyboard.press('Control+l')
  await expect(page.getByRole('heading', { level: 1, name: 'Locked' })).toBeVisible()
  await expect(page.getByText('Grace')).toHaveCount(0)
  await new Frame(page).picture('locked')
  await page.reload()
  await page.getByRole('textbox', { name: 'Password' }).fill('wrong')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('This is not your password.')
  await page.getByRole('textbox', { name: 'Password' }).fill(anna.password)
  await page.keyboard.press('Enter')
  await lookup.type('Hopper')
  await lookup.hits.first().click()
  await expect(page.getByLabel('New note')).toHaveValue('Half a sentence')

  // Another user takes over while work is unsent: it is said before, stays here, and what was begun is not theirs to see.
  await sync.open()
  await page.getByRole('button', { name: 'Pause' }).click()
  await sync.becomes('Paused')
  await page.evaluate(() => window.scv.invoke('people.create', { input: { firstName: 'Dorothy' } }))
  await expect(sync.badge).toContainText('to send')
  await page.getByRole('button', { name: 'You are anna' }).click()
  await page.getByRole('menuitem', { name: 'Sign in as another user…' }).click()
  const other = page.getByRole('dialog', { name: 'Sign in as another user' })
  await other.getByRole('textbox', { name: 'User name' }).fill(bo.user)
  await other.getByRole('textbox', { name: 'Password' }).fill(bo.password)
  await other.getByRole('checkbox', { name: /^Forget my password/ }).check()
  await other.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(other.getByRole('alert')).toContainText('of anna')
  await expect(other.getByRole('alert')).toContainText('not sent yet')
  await other.getByRole('button', { name: 'Go on and leave them here' }).click()
  await expect(page.getByRole('button', { name: 'You are bo' })).toBeVisible()
  await sync.becomes('Up to date')
  await lookup.type('Hopper')
  await lookup.hits.first().click()
  await page.getByRole('tab', { name: /^Notes/ }).click()
  await expect(page.getByLabel('New note')).toHaveValue('')
  // An agent deletes nobody: it is not offered.
  await page.getByRole('button', { name: 'More actions' }).click()
  await expect(page.getByRole('menuitem', { name: 'History', exact: true })).toBeVisible()
  await expect(page.getByRole('menuitem', { name: /^Delete|^Erase/ })).toHaveCount(0)
  await page.keyboard.press('Escape')
  await sync.open()

  const { port } = new URL(server.url)
  await server.close()
  await sync.becomes('Offline')
  await page.getByRole('button', { name: 'Try now' }).click()
  await expect(sync.state).toContainText('Go on working')
  // In memory, so what comes back on its port is another server that knows no user.
  server = await startSyncServer({ port: Number(port) })
  await page.getByRole('button', { name: 'Try now' }).click()
  await sync.becomes('Sign in again')
  await lookup.type('Hopper')
  await expect(lookup.hits.first()).toContainText('Grace Hopper')
})
