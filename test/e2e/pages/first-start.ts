// The first start: the choices a newcomer has.
import { expect, type Page } from '@playwright/test'
import { choose } from './frame'

export class FirstStart {
  constructor(readonly page: Page) {}

  async isShown(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Welcome to Single Customer View' })).toBeVisible()
  }

  /** @param country as the list shows it */
  async startEmpty(name: string, country: string): Promise<void> {
    await this.isShown()
    await this.page.getByRole('button', { name: 'Start empty' }).click()
    await this.page.getByLabel('Your name').fill(name)
    await choose(this.page, this.page.getByRole('combobox', { name: 'Country' }), country)
    await this.page.getByRole('button', { name: 'Start', exact: true }).click()
    await expect(this.page.getByRole('heading', { level: 1, name: 'Look up' })).toBeVisible()
  }

  /** Returns when everything is in and the first screen is up. */
  async loadSample(): Promise<void> {
    await this.isShown()
    await this.page.getByRole('button', { name: 'Explore' }).click()
    await this.page.getByLabel('Your name').fill('Ada')
    await this.page.getByRole('button', { name: 'Load the sample data' }).click()
    await expect(this.page.getByRole('heading', { level: 1, name: 'Look up' })).toBeVisible({ timeout: 120_000 })
  }
}
