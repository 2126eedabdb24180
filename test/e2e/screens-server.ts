// Reference pictures of what a server brings with it: connecting, sync in its states, what is to be reconciled, tokens.
// The main process gives the answers (pretend.ts), so that every state is there without a server.
import { expect } from '@playwright/test'
import { SyncPage } from './pages/sync'
import { pretend } from './pretend'
import type { Shot } from './shot'
import { COUNTS, connected, ITEMS, NOTHING_OPEN } from './states'

const TOKENS = [
  {
    id: 't1',
    name: 'Phone system',
    permissions: ['externalContacts:contact:view' as const, 'externalContacts:conversation:associate' as const],
    createdAt: '2026-02-04T12:00:00.000Z',
    lastUsedAt: new Date().toISOString(),
  },
]

export const SERVER_SHOTS: readonly Shot[] = [
  {
    name: 'sync-off',
    async open({ page }) {
      await new SyncPage(page).open()
    },
  },
  {
    name: 'connect',
    async open({ page, frame }) {
      await page.getByRole('button', { name: 'Connect to a server' }).click()
      await expect(frame.title('Connect to a server')).toBeVisible()
      await page.getByRole('button', { name: 'The server has a certificate of its own' }).click()
    },
  },
  {
    name: 'sync',
    async open({ page, app }) {
      await pretend({ app, page }, { 'sync.status': connected(), ...NOTHING_OPEN })
      await new SyncPage(page).open()
    },
  },
  {
    name: 'sync-first',
    async open({ page, app }) {
      const first = connected({ state: 'syncing', firstSync: { done: 41_200, total: 130_000 } })
      await pretend({ app, page }, { 'sync.status': first })
    },
  },
  {
    name: 'sync-offline',
    async open({ page, app }) {
      const nextAttempt = new Date(Date.now() + 5 * 60_000).toISOString()
      await pretend({ app, page }, { 'sync.status': connected({ state: 'offline', nextAttempt }) })
    },
  },
  {
    name: 'sign-in-unsent',
    async open({ page, app }) {
      const refusal = {
        code: 'unsynced_work',
        message: 'Changes were not sent.',
        details: { count: 3, user: 'ann' },
      } as const
      await pretend(
        { app, page },
        { 'sync.status': connected({ state: 'signed-out' }), 'sync.signIn': { error: refusal } },
      )
      await page.getByRole('button', { name: 'Sign in as another user' }).click()
      await page.getByRole('textbox', { name: 'User name' }).fill('bo')
      await page.getByRole('textbox', { name: 'Password' }).fill('a secret')
      await page.keyboard.press('Enter')
      await expect(page.getByRole('dialog').getByRole('alert')).toBeVisible()
    },
  },
  {
    name: 'reconcile-empty',
    async open({ page, app, frame }) {
      await page.keyboard.press('Escape')
      await pretend({ app, page }, { 'sync.status': connected() })
      await frame.goTo('Reconcile')
    },
  },
  {
    name: 'reconcile',
    async open({ page, app }) {
      await pretend(
        { app, page },
        { 'reconcile.items': { total: ITEMS.length, items: ITEMS }, 'reconcile.count': COUNTS },
      )
      await page.getByRole('radio', { name: 'They are one person' }).click()
    },
  },
  {
    name: 'reconcile-refused',
    async open({ page }) {
      await page.getByRole('option', { name: /This needs the role supervisor/ }).click()
      await page.getByRole('region', { name: 'The record' }).getByText('fields').click()
    },
  },
  {
    name: 'settings-api',
    async open({ page, app, frame }) {
      const status = { enabled: true, address: 'http://127.0.0.1:7070', port: 7070, tokens: TOKENS }
      await pretend({ app, page }, { 'api.status': status })
      await frame.goTo('Settings')
      await page
        .getByRole('navigation', { name: 'Parts of the settings' })
        .getByRole('button', { name: 'Local API' })
        .click()
    },
  },
  {
    name: 'new-token',
    async open({ page }) {
      await page.getByRole('button', { name: 'New token' }).click()
      await page.getByRole('textbox', { name: 'Program' }).fill('Customer system')
      await page.getByRole('radio', { name: 'Customer system' }).click()
    },
  },
]
