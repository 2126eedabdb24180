// The badge in the frame, the Sync screen and the form that connects a device.
import { expect, type Locator, type Page } from '@playwright/test'

export interface Account {
  url: string
  org: string
  user: string
  password: string
}

export class SyncPage {
  constructor(readonly page: Page) {}

  get badge(): Locator {
    return this.page.getByRole('button', { name: /^Sync:/ })
  }

  get state(): Locator {
    return this.page.getByRole('region', { name: 'State' })
  }

  async open(): Promise<void> {
    await this.badge.click()
    await expect(this.page.getByRole('heading', { level: 1, name: 'Sync' })).toBeFocused()
  }

  /** Fills in the form that is open, and sends it. */
  async connect({ url, org, user, password }: Account): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Server address' }).fill(url)
    await this.page.getByRole('textbox', { name: 'Organisation' }).fill(org)
    await this.page.getByRole('textbox', { name: 'User name' }).fill(user)
    await this.page.getByRole('textbox', { name: 'Password' }).fill(password)
    await this.page.getByRole('button', { name: 'Connect', exact: true }).click()
  }

  /** The badge says so, sooner or later. */
  async becomes(label: string): Promise<void> {
    await expect(this.badge).toContainText(label, { timeout: 30_000 })
  }
}
