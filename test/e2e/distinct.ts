// Choices that stand together and read the same: a person who hears or reads them cannot choose.
// Invariant: what is compared is what a screen reader says, as axe works it out; axe is in the page already.
import { expect, type Page } from '@playwright/test'

/** What holds choices, and what a choice is in it. */
const TOGETHER: readonly (readonly [string, string])[] = [
  ['[role="radiogroup"]', 'input[type="radio"], [role="radio"]'],
  ['[role="menu"]', '[role="menuitem"]'],
  ['[role="listbox"]', '[role="option"]'],
  ['[role="tablist"]', '[role="tab"]'],
  ['[role="dialog"]', 'button, [role="button"]'],
  ['select', 'option'],
  ['nav', 'button'],
]

/** Says which choices of one place read the same. @param part all that is looked at, as a CSS selector */
export async function checkDistinct(page: Page, name: string, part: string): Promise<void> {
  const alike = await page.evaluate(
    ({ part, together }) => {
      axe.setup(document.documentElement)
      try {
        const found: string[] = []
        for (const [holder, choice] of together)
          for (const place of document.querySelectorAll(`:is(${part}) ${holder}, ${holder}:is(${part})`)) {
            const shown = [...place.querySelectorAll(choice)].filter((one) => one.checkVisibility())
            const names = (place instanceof HTMLSelectElement ? [...place.options] : shown).map((one) =>
              one instanceof HTMLOptionElement ? one.text.trim() : axe.commons.text.accessibleText(one).trim(),
            )
            for (const [at, text] of names.entries())
              if (text !== '' && names.indexOf(text) < at) found.push(`${holder} has “${text}” twice`)
          }
        return found
      } finally {
        axe.teardown()
      }
    },
    { part, together: TOGETHER },
  )
  expect.soft(alike, `${name}: choices that read the same`).toEqual([])
}

declare const axe: typeof import('axe-core')
