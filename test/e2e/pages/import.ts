// The import screen, step by step, as a person goes through it.
import { type ElectronApplication, expect, type Locator, type Page } from '@playwright/test'
import { choose, Frame } from './frame'

export class ImportPage {
  readonly frame: Frame
  constructor(
    readonly page: Page,
    readonly app: ElectronApplication,
  ) {
    this.frame = new Frame(page)
  }

  /** To the first step, whatever was there before. */
  async open(): Promise<void> {
    await this.frame.goTo('Import')
    const other = this.page.getByRole('button', { name: 'Another file' })
    if (await other.isVisible()) await other.click()
    await expect(this.page.getByText('Drop a CSV or vCard file here')).toBeVisible()
  }

  /** Drags a file from outside and lets it go over the window, as the system's file manager does. */
  async drop(path: string): Promise<void> {
    const box = await this.page.getByText('Drop a CSV or vCard file here').boundingBox()
    if (!box) throw new Error('there is nowhere to drop a file')
    const session = await this.app.context().newCDPSession(this.page)
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', {
        ...at,
        type,
        data: { items: [], files: [path], dragOperationsMask: 1 },
      })
    await session.detach()
  }

  /** Answers the system's dialog, which no test can reach, and presses the button that opens it. */
  async chooseInDialog(path: string): Promise<void> {
    await this.app.evaluate(({ dialog }, chosen) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
    }, path)
    await this.page.getByRole('button', { name: 'Choose a file' }).click()
  }

  /** Through the file field, which the browser fills. */
  async pick(path: string): Promise<void> {
    await this.page.getByLabel('File to import').setInputFiles(path)
  }

  /** The second step shows what the file is. */
  async recognised(fileName: string, format: string, ...facts: string[]): Promise<void> {
    await expect(this.page.getByRole('heading', { name: fileName })).toBeVisible()
    await expect(this.page.getByText(format, { exact: true })).toBeVisible()
    for (const fact of facts) await expect(this.page.getByText(fact)).toBeVisible()
  }

  async sendColumn(header: string, target: string): Promise<void> {
    await choose(this.page, this.page.getByRole('combobox', { name: `Where ${header} goes` }), target)
  }

  target(header: string): Locator {
    return this.page.getByRole('combobox', { name: `Where ${header} goes` })
  }

  async tryIt(): Promise<void> {
    await this.page.getByRole('button', { name: 'Try it, writing nothing' }).click()
  }

  async run(): Promise<void> {
    await this.page.getByRole('button', { name: /^Import [\d,]+ (person|people)$/ }).click()
  }

  /** What the dry run, or the import, says of itself in one sentence. */
  async outcome(sentence: string | RegExp, timeout = 30_000): Promise<void> {
    await expect(this.page.getByRole('status').filter({ hasText: sentence })).toBeVisible({ timeout })
  }

  /** The number in a tile such as `In part`. */
  async count(label: string): Promise<number> {
    const tile = this.page.getByText(label, { exact: true }).locator('..').locator('p').first()
    return Number((await tile.innerText()).replaceAll(',', ''))
  }

  /** Opens the report and gives its lines as they are read. */
  async report(): Promise<string[]> {
    await this.page.getByRole('tab', { name: 'Report' }).click()
    const lines = this.page.getByRole('region', { name: 'Report' }).getByRole('listitem')
    await expect(lines.first()).toContainText(/Row|File/)
    return (await lines.allInnerTexts()).map((line) => line.replaceAll(/\s+/g, ' '))
  }
}
