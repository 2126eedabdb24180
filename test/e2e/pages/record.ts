// The form that records an interaction by hand.
import { expect, type Locator, type Page } from '@playwright/test'
import { choose } from './frame'

export interface WrittenDown {
  channel: string
  /** What the field for the identifier is called, which depends on the channel. */
  field: string
  identifier: string
  /** Of channels that people reach us by in several ways. */
  kind?: string
  subject: string
  note?: string
  /** As the form takes it, in local time, e.g. `2026-03-04T10:30`; absent: now. */
  at?: string
}

export class RecordDialog {
  constructor(readonly page: Page) {}

  get dialog(): Locator {
    return this.page.getByRole('dialog', { name: 'Record an interaction' })
  }

  /** Fills the form in and waits until it says whom this belongs to. */
  async fill({ channel, field, identifier, kind, subject, note, at }: WrittenDown, belongsTo: RegExp): Promise<void> {
    const { dialog, page } = this
    if (!(await dialog.isVisible())) await page.keyboard.press('Control+j')
    await expect(dialog).toBeVisible()
    const channels = dialog.getByRole('combobox', { name: 'Channel' })
    await channels.click()
    await page.getByRole('option', { name: channel, exact: true }).click()
    if (kind) await choose(page, dialog.getByRole('combobox', { name: 'Kind of number or address' }), kind)
    await dialog.getByRole('combobox', { name: field }).fill(identifier)
    await expect(dialog.getByRole('status')).toContainText(belongsTo)
    if (at) await dialog.getByLabel('When').fill(at)
    await dialog.getByLabel('Subject').fill(subject)
    if (note) await dialog.getByLabel('Note').fill(note)
  }

  async submit(): Promise<void> {
    await this.dialog.getByRole('button', { name: 'Record', exact: true }).click()
    await expect(this.dialog).toBeHidden()
  }
}
