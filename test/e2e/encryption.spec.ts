// The data of a device whose system has no keychain: a passphrase comes first, each start asks for it, and plain text is said.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, type Locator, type Page, test } from '@playwright/test'
import { launch, newUserData } from './launch'
import { FirstStart } from './pages/first-start'

const PASSPHRASE = 'correct horse battery'
const OTHER = 'another one by now'
/** A passphrase is made to take its time, and much more on a busy machine. */
const PATIENCE = { timeout: 60_000 }

const isPlain = (userData: string) =>
  readFileSync(join(userData, 'data', 'documents', 'scv.sqlite')).toString('latin1', 0, 15) === 'SQLite format 3'

/** Types a new passphrase twice. */
async function setPassphrase(within: Page | Locator, passphrase: string, action: string): Promise<void> {
  await within.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await within.getByLabel('Once more').fill('something else')
  await within.getByRole('button', { name: action }).click()
  await expect(within.getByText('It is not the same.')).toBeVisible()
  await within.getByLabel('Once more').fill(passphrase)
  await within.getByRole('button', { name: action }).click()
}

/** Writes the recovery key down and types it back. @returns it */
async function keepRecoveryKey(within: Page | Locator): Promise<string> {
  const shown = within.getByText(/^(\w{4}-){7}\w{4}$/)
  await expect(shown).toBeVisible(PATIENCE)
  const recoveryKey = await shown.innerText()
  await expect(within.getByRole('button', { name: 'Done' })).toBeDisabled()
  await within.getByLabel('Type it as you wrote it down').fill(recoveryKey.toLowerCase().replaceAll('-', ' '))
  await within.getByRole('button', { name: 'Done' }).click()
  return recoveryKey
}

async function open(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
  await page.getByRole('button', { name: 'Open', exact: true }).click()
}

const isOpen = (page: Page) => expect(page.getByRole('heading', { level: 1, name: 'Look up' })).toBeVisible(PATIENCE)
const notEncrypted = (page: Page) => page.getByRole('button', { name: 'Not encrypted' })

test('a new device asks for a passphrase first; it or the recovery key opens the data, and both can be changed', async () => {
  test.setTimeout(240_000)
  const userData = newUserData()
  const left = await launch(userData, { plainText: false })
  await expect(left.page.getByRole('heading', { level: 1, name: 'Set a passphrase' })).toBeVisible()
  await left.close()
  expect(existsSync(join(userData, 'data', 'documents'))).toBe(false)

  const first = await launch(userData, { plainText: false })
  await expect(first.page.getByRole('heading', { level: 1, name: 'Set a passphrase' })).toBeVisible()
  await setPassphrase(first.page, PASSPHRASE, 'Encrypt and go on')
  await keepRecoveryKey(first.page)
  await new FirstStart(first.page).startEmpty('Ada', 'Germany')
  await expect(notEncrypted(first.page)).toHaveCount(0)
  await first.close()
  expect(isPlain(userData)).toBe(false)

  const keyed = await launch(userData, { plainText: false })
  await open(keyed.page, 'not this one, surely')
  await expect(keyed.page.getByRole('alert')).toContainText('That does not open the data', PATIENCE)
  await open(keyed.page, PASSPHRASE)
  await isOpen(keyed.page)
  await keyed.page.getByRole('button', { name: 'Settings' }).click()
  const section = keyed.page.getByRole('region', { name: 'Encryption' })
  await expect(section).toContainText('The data on this device is encrypted.')
  await section.getByRole('button', { name: 'Change the passphrase' }).click()
  await setPassphrase(keyed.page.getByRole('dialog', { name: 'Passphrase' }), OTHER, 'Set the passphrase')
  await expect(keyed.page.getByText('The passphrase is set.')).toBeVisible(PATIENCE)
  await section.getByRole('button', { name: 'Make another recovery key' }).click()
  const recovery = keyed.page.getByRole('dialog', { name: 'Recovery key' })
  await recovery.getByRole('button', { name: 'Make a recovery key' }).click()
  const recoveryKey = await keepRecoveryKey(recovery)
  await keyed.close()

  const recovered = await launch(userData, { plainText: false })
  await open(recovered.page, PASSPHRASE)
  await expect(recovered.page.getByRole('alert')).toContainText('That does not open the data', PATIENCE)
  await recovered.page.getByRole('button', { name: 'Recovery key instead' }).click()
  await recovered.page.getByLabel('Recovery key').fill(recoveryKey)
  await recovered.page.getByRole('button', { name: 'Open', exact: true }).click()
  await isOpen(recovered.page)
  await recovered.close()
})

test('data kept as plain text is said in the frame, and is encrypted from the start after a passphrase was set', async () => {
  test.setTimeout(240_000)
  const userData = newUserData()
  const plain = await launch(userData)
  await new FirstStart(plain.page).startEmpty('Ada', 'Germany')
  await notEncrypted(plain.page).click()
  const dialog = plain.page.getByRole('dialog')
  await setPassphrase(dialog, PASSPHRASE, 'Encrypt')
  await keepRecoveryKey(dialog)
  await expect(dialog.getByRole('button', { name: 'Start again now' })).toBeVisible(PATIENCE)
  await plain.close()
  expect(isPlain(userData)).toBe(true)

  const keyed = await launch(userData)
  await open(keyed.page, PASSPHRASE)
  await isOpen(keyed.page)
  expect(isPlain(userData)).toBe(false)
  await expect(notEncrypted(keyed.page)).toHaveCount(0)
  await keyed.close()
})
