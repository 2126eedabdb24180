// axe's rules for WCAG 2.2 AA on a screen as it is, in both colour schemes, with a picture of each. axe is put into the
// page once and runs there: its usual companion for Playwright reads half a megabyte of script anew at each look.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { expect, type Page } from '@playwright/test'
import type { RunOptions } from 'axe-core'
import { checkDistinct } from './distinct'
import { Frame } from './pages/frame'

const SCRIPT = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const ALL: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
}
/** In the dark only colours can differ. */
const COLOURS: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }

/**
 * Says what is wrong where.
 * @param name of the pictures: each gets the scheme behind it
 * @param part all that is looked at, as a CSS selector
 */
export async function checkAccessibility(page: Page, name: string, part = 'html'): Promise<void> {
  const passing = () =>
    page.evaluate(() => document.getAnimations().filter((one) => one instanceof CSSTransition).length)
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await expect.poll(passing).toBe(0) // what began before may end, as a dialog that opens
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
    // A colour on its way to another is not what axe shall look at, nor what people get who ask for less motion.
    expect(await passing(), `${name}, ${colorScheme}: what passes gradually`).toBe(0)
    await new Frame(page).picture(`${name}-${colorScheme}`)
    if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(SCRIPT)
    const options = colorScheme === 'light' ? ALL : COLOURS
    const { violations, passes } = await page.evaluate(
      ({ part, options }) => axe.run(part, { ...options, resultTypes: ['violations'] }),
      { part, options },
    )
    const found = violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ target }) => target.join(' ')) }))
    expect.soft(found, `${name}, ${colorScheme}`).toEqual([])
    expect(passes.map(({ id }) => id)).toContain('color-contrast')
    if (colorScheme === 'light') await checkDistinct(page, name, part)
  }
}

declare const axe: typeof import('axe-core')
