// A person's page: who they are, what recognises them, what they have done.
import { expect, type Locator, type Page } from '@playwright/test'
import { Frame } from './frame'

export class PersonPage {
  readonly frame: Frame
  constructor(readonly page: Page) {
    this.frame = new Frame(page)
  }

  async isShown(name: string | RegExp): Promise<void> {
    await expect(this.frame.title(name)).toBeVisible()
  }

  /** One identifier with its kind, where it comes from and whom it points to since when. */
  identifier(display: string): Locator {
    return this.page.getByRole('region', { name: 'Recognised by' }).getByRole('listitem').filter({ hasText: display })
  }

  /** Interactions, newest first. */
  get interactions(): Locator {
    return this.page.getByRole('region', { name: 'Interactions' }).getByRole('listitem')
  }
}
