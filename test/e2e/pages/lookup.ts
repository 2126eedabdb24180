// The look-up screen: one field, and the people it finds.
import { expect, type Locator, type Page } from '@playwright/test'
import { Frame } from './frame'

export class LookupPage {
  readonly frame: Frame
  constructor(readonly page: Page) {
    this.frame = new Frame(page)
  }

  get field(): Locator {
    return this.page.getByRole('combobox', { name: 'Phone number, e-mail, name, handle or id' })
  }

  get hits(): Locator {
    return this.page.getByRole('listbox', { name: 'People found' }).getByRole('option')
  }

  async type(text: string): Promise<void> {
    await this.frame.goTo('Look up')
    await this.field.fill(text)
  }

  /** Looks somebody up and expects them first. */
  async finds(text: string, name: string, why: string | RegExp): Promise<void> {
    await this.type(text)
    await expect(this.hits.first(), `looking up “${text}”`).toContainText(name)
    await expect(this.hits.first(), `looking up “${text}”`).toContainText(why)
  }

  async findsNobody(text: string): Promise<void> {
    await this.type(text)
    await expect(this.page.getByText(`Nobody matches “${text}”`)).toBeVisible()
  }

  async openFirst(): Promise<void> {
    await this.hits.first().click()
  }
}
