// The pictures of the README, taken from the real app with the sample data, so that they can be taken again.
import { resolve } from 'node:path'
import { expect } from '@playwright/test'
import { launch } from './launch'
import { ImportPage } from './pages/import'
import { LookupPage } from './pages/lookup'
import { PersonPage } from './pages/person'
import { test } from './sample-data'

const IMAGES = resolve(import.meta.dirname, '../../build/images')

test('pictures', async ({ sampleFolder }) => {
  const running = await launch(sampleFolder())
  const { page, app } = running
  const shoot = async (name: string): Promise<void> => {
    await page.mouse.move(640, 795)
    await page.screenshot({ path: resolve(IMAGES, `${name}.png`), animations: 'disabled' })
  }
  try {
    await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 800))
    await page.emulateMedia({ colorScheme: 'light' })
    const lookup = new LookupPage(page)

    // A person with a journey over many channels: the richest of those seen lately.
    const richest = await page.evaluate(async () => {
      let best = { name: '', score: 0 }
      for (const letter of ['a', 'e', 'm', 's', 'j', 'l']) {
        const { hits } = await new Promise<{ hits: { id: string; displayName: string }[] }>((done) => {
          const stop = window.scv.subscribe('people.lookup', { text: letter, limit: 40 }, (signal) => {
            if (signal.type !== 'next') return
            setTimeout(() => stop())
            done(signal.value as never)
          })
        })
        for (const { id, displayName } of hits) {
          const journey = await new Promise<{ total: number; byChannel: Record<string, number> }>((done) => {
            const stop = window.scv.subscribe(
              'people.journey',
              { contactId: id, filter: {}, offset: 0, limit: 1 },
              (signal) => {
                if (signal.type !== 'next') return
                setTimeout(() => stop())
                done(signal.value as never)
              },
            )
          })
          const score = Object.keys(journey.byChannel).length * 10 + Math.min(journey.total, 40)
          if (score > best.score) best = { name: displayName, score }
        }
      }
      return best
    })
    await lookup.type(richest.name)
    await expect(lookup.hits.first()).toContainText(richest.name)
    await lookup.openFirst()
    await expect(new PersonPage(page).interactions.first()).toBeVisible()
    await page.waitForTimeout(500)
    await shoot('person')
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.waitForTimeout(300)
    await shoot('person-dark')
    await page.emulateMedia({ colorScheme: 'light' })

    await lookup.type(richest.name.split(' ').at(-1)?.slice(0, 4) ?? '')
    await expect(lookup.hits.first()).toBeVisible()
    await page.waitForTimeout(300)
    await shoot('lookup')

    const imports = new ImportPage(page, app)
    await imports.open()
    await imports.drop(resolve(import.meta.dirname, '../fixtures/import/hubspot-semicolon.csv'))
    await imports.recognised('hubspot-semicolon.csv', 'HubSpot export')
    await imports.tryIt()
    await imports.outcome('would be added')
    await page.waitForTimeout(300)
    await shoot('import')
  } finally {
    await running.close()
  }
})
