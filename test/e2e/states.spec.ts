// States that no server can be brought into within a test: how each looks and reads, what is offered, where the focus
// goes. The main process is made to give the answers (pretend.ts); what leads to them is tested elsewhere, on real servers.

import { expect, type Page, test } from '@playwright/test'
import type { ReconcileItem } from '@shared/contract/reconcile'
import type { SyncStatus } from '@shared/contract/sync'
import { asItemId } from '../../src-shared/model/ids'
import { checkAccessibility } from './axe'
import { launch, newUserData, type Running } from './launch'
import { FirstStart } from './pages/first-start'
import { Frame } from './pages/frame'
import { SyncPage } from './pages/sync'
import { callsTo, pretend } from './pretend'
import { COUNTS, connected, ITEMS, NOTHING_OPEN } from './states'

test.describe.configure({ timeout: 120_000 }) // axe reads every element of a screen

let running: Running
let sync: SyncPage
test.beforeAll(async () => {
  running = await launch(newUserData())
  await new FirstStart(running.page).startEmpty('Ada', 'Australia')
  sync = new SyncPage(running.page)
  await pretend(running, { 'sync.status': connected(), ...NOTHING_OPEN })
  await expect(sync.badge).toBeVisible()
})
test.afterAll(() => running.close())

/** Of what differs from other screens. `part` is all that is looked at. */
const accessible = (page: Page, name: string, part = 'main') => checkAccessibility(page, `states-${name}`, part)

const OFFERED: [Partial<SyncStatus> & Pick<SyncStatus, 'state'>, string, string[]][] = [
  [{ state: 'connecting' }, 'Connecting…', ['Pause']],
  [{ state: 'syncing', firstSync: { done: 400, total: 1000 } }, 'Changes are travelling', ['Pause']],
  [{ state: 'live' }, 'Everything is up to date', ['Pause']],
  [{ state: 'paused' }, 'Sync is paused', ['Resume']],
  [{ state: 'offline' }, 'The server cannot be reached', ['Try now', 'Pause']],
  [{ state: 'signed-out' }, 'You are signed out', ['Sign in again']],
  [
    { state: 'no-database' },
    'The server does not know your organisation',
    ['Try now', 'Connect to another organisation'],
  ],
  [{ state: 'not-allowed' }, 'You have no role in this organisation', ['Try now']],
  [{ state: 'update-needed' }, 'This application is too old for your organisation’s data', []],
  [{ state: 'untrusted' }, 'The server’s certificate is not trusted', ['Try now', 'Connect again with a certificate']],
  [
    { state: 'failed', message: 'The server answered 502.' },
    'The server does not answer as it should',
    ['Try now', 'Pause'],
  ],
]

test('every state of sync says what it is and offers what can be done about it', async () => {
  const { page } = running
  await sync.open()
  for (const [more, title, offered] of OFFERED) {
    await pretend(running, { 'sync.status': connected(more) })
    await expect(sync.state.getByRole('heading')).toHaveText(title)
    await expect(sync.state.getByRole('button')).toHaveText(offered)
    if (more.message) await expect(sync.state).toContainText(more.message)
  }
  await accessible(page, 'sync-failed')
  await pretend(running, { 'sync.status': connected({ state: 'syncing', firstSync: { done: 400, total: 1000 } }) })
  await expect(sync.badge).toContainText('First sync: 40 %')
  await expect(page.getByRole('progressbar', { name: 'First sync' })).toHaveAttribute('aria-valuenow', '40')
})

test('another user is warned of what was not sent, and may go on', async () => {
  const { page } = running
  await pretend(running, {
    'sync.status': connected({ state: 'signed-out' }),
    'sync.signIn': {
      error: { code: 'unsynced_work', message: 'Changes were not sent.', details: { count: 3, user: 'ann' } },
    },
  })
  await page.getByRole('button', { name: 'Sign in as somebody else' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('textbox', { name: 'User name' })).toBeFocused()
  await page.keyboard.type('bo')
  await expect(dialog.getByRole('status')).toContainText('3 changes of anna have not been sent yet')
  await page.keyboard.press('Tab')
  await page.keyboard.type('secret')
  await page.keyboard.press('Enter')
  await expect(dialog.getByRole('alert')).toContainText('3 changes of anna were not sent yet')
  await pretend(running, { 'sync.signIn': { value: {} } })
  await dialog.getByRole('button', { name: 'Go on and leave them here' }).click()
  await expect(dialog).toBeHidden()
  expect(await callsTo(running.app, 'sync.signIn')).toEqual([
    { user: 'bo', password: 'secret', insistOnPlain: false, leaveUnsent: false },
    { user: 'bo', password: 'secret', insistOnPlain: false, leaveUnsent: true },
  ])
})

test('items are read, filtered and decided by keyboard alone, and the focus is never lost', async () => {
  const { page } = running
  const { keyboard } = page
  await pretend(running, {
    'sync.status': connected(),
    'reconcile.items': { total: ITEMS.length, items: ITEMS },
    'reconcile.count': COUNTS,
    'reconcile.decide': { value: {} },
  })
  await expect(page.getByRole('button', { name: /^Reconcile/ })).toContainText(`${ITEMS.length}`)
  await keyboard.press('Control+4')
  await expect(page.getByRole('heading', { level: 1, name: 'Reconcile' })).toBeFocused()
  await accessible(page, 'reconcile')
  const list = page.getByRole('listbox', { name: 'To reconcile, newest first' })
  await list.focus()
  const title = page.getByRole('region', { name: 'The item' }).getByRole('heading', { level: 2 })
  await expect(title).toHaveText('Phone number: +1 803 123 0000')
  await keyboard.press('ArrowDown')
  await expect(title).toHaveText('Mobile phone: +61 491 570 157')
  await keyboard.press('Enter')
  await expect(title).toBeFocused()
  // Past the people of both sides, into the decisions.
  for (let step = 0; step < 3; step++) await keyboard.press('Tab')
  await keyboard.press('Space')
  const decide = page.getByRole('button', { name: 'Bring it back' })
  await expect(page.getByRole('radio', { name: 'The other value is right' })).toBeChecked()
  expect(await callsTo(running.app, 'reconcile.decide')).toEqual([])
  await keyboard.press('Tab')
  await keyboard.type('as Ann told me')
  await keyboard.press('Tab')
  await expect(decide).toBeFocused()
  await keyboard.press('Enter')
  await expect(list).toBeFocused()
  await expect(title).toHaveText('Chris Old')
  expect(await callsTo(running.app, 'reconcile.decide')).toEqual([
    { id: 'overwritten', decision: 'restore-value', reason: 'as Ann told me' },
  ])
})

test('giving something up is asked once more; what another agent settled is told kindly', async () => {
  const { page } = running
  await page.getByRole('option', { name: /This needs the role supervisor/ }).click()
  const record = page.getByRole('region', { name: 'The record' })
  await record.getByText('fields').click()
  await expect(record.getByText('firstName: Chris')).toBeVisible()
  await accessible(page, 'reconcile-refused', 'section[aria-label="The record"]')
  await page.getByRole('radio', { name: 'Give it up' }).click()
  await page.getByRole('button', { name: 'Give it up for good' }).click()
  const dialog = page.getByRole('dialog', { name: 'Give it up for good?' })
  await expect(dialog.locator(':focus')).toBeVisible() // until it is there, Escape goes back to the screen before
  await page.keyboard.press('Escape')
  await expect(dialog).toBeHidden()
  await pretend(running, { 'reconcile.decide': { error: { code: 'not_found', message: 'It is settled.' } } })
  await page.getByRole('button', { name: 'Give it up for good' }).click()
  await dialog.getByRole('button', { name: 'Give it up' }).click()
  await expect(page.getByText('This was settled meanwhile')).toBeVisible()
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(page.getByText('This was settled meanwhile')).toBeHidden()
})

test('an item that is looked at stays when another arrives above it', async () => {
  const { page } = running
  const title = page.getByRole('region', { name: 'The item' }).getByRole('heading', { level: 2 })
  await page.getByRole('option', { name: /Chris Old/ }).click()
  const newer: ReconcileItem = { ...(ITEMS[0] as ReconcileItem), id: asItemId('newer'), subject: '+61 491 570 110' }
  await pretend(running, { 'reconcile.items': { total: ITEMS.length + 1, items: [newer, ...ITEMS] } })
  await expect(page.getByRole('option').first()).toContainText('+61 491 570 110')
  await expect(title).toHaveText('Chris Old')
  await expect(page.getByRole('option', { name: /Chris Old/ })).toHaveAttribute('aria-selected', 'true')
})

test('an export shows how far it is and can be stopped; the local API says why it does not run', async () => {
  const { page } = running
  await pretend(running, {
    'export.state': { kind: 'people', done: 1200, total: 4800 },
    'api.status': {
      enabled: true,
      address: null,
      port: 7070,
      message: 'Another program uses port 7070.',
      tokens: [
        {
          id: 't1',
          name: 'Phone system',
          permissions: ['externalContacts:contact:view', 'externalContacts:conversation:associate'],
          createdAt: '2026-02-04T12:00:00.000Z',
          lastUsedAt: null,
        },
      ],
    },
    'api.createToken': { value: { id: 't2', secret: 'a-secret-that-is-told-once' } },
  })
  await new Frame(page).goTo('Settings')
  await expect(page.getByRole('textbox', { name: 'Your name' })).toHaveValue('anna')
  await expect(page.getByRole('textbox', { name: 'Your name' })).not.toBeEditable()
  await expect(page.getByRole('progressbar', { name: 'Contacts as CSV' })).toHaveAttribute('aria-valuenow', '25')
  await page.getByRole('button', { name: 'Stop' }).click()
  expect(await callsTo(running.app, 'export.cancel')).toHaveLength(1)
  const api = page.getByRole('region', { name: 'Local API' })
  await expect(api.getByRole('alert')).toContainText('Another program uses port 7070.')
  await expect(api.getByRole('row', { name: /Phone system/ })).toContainText('Phone system or chat')
  await accessible(page, 'settings-api', 'section[aria-label="Local API"]')

  await api.getByRole('button', { name: 'New token' }).click()
  const dialog = page.getByRole('dialog')
  await expect(dialog.getByRole('textbox', { name: 'Program' })).toBeFocused()
  await page.keyboard.type('CRM')
  await dialog.getByRole('radio', { name: 'Customer system' }).click()
  await dialog.getByRole('button', { name: /^In detail/ }).click()
  await dialog.getByRole('checkbox', { name: 'Merge people and undo merges' }).click()
  await expect(dialog.getByRole('radio', { name: 'As chosen below' })).toBeChecked()
  await accessible(page, 'new-token', '[role="dialog"]')
  await dialog.getByRole('button', { name: 'Make the token' }).click()
  await expect(dialog).toContainText('a-secret-that-is-told-once')
  await dialog.getByRole('button', { name: 'Copy the token' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied the token' })).toBeVisible()
  expect(await running.app.evaluate(({ clipboard }) => clipboard.readText())).toBe('a-secret-that-is-told-once')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await expect(dialog).toBeHidden()
  const [{ permissions }] = (await callsTo(running.app, 'api.createToken')) as [{ permissions: string[] }]
  expect(permissions).not.toContain('externalContacts:identity:merge')
  expect(permissions).toContain('externalContacts:contact:edit')
})
