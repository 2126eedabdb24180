// A data folder with the sample organisation, loaded once for all tests of a run (by the test of the first minute, which
// comes first) and copied for each that wants it; without that test each worker loads its own.
// With SCV_SAMPLE=FOLDER it is loaded there once for all runs, which spares the wait while one works on a test.
import { cpSync, existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test as base } from '@playwright/test'
import { launch, newUserData } from './launch'
import { FirstStart } from './pages/first-start'

const LOADED = resolve('test-results/sample')

/** Keeps the data of a user who has just loaded the sample, and whose app has ended, for the tests that follow. */
export function keepSample(userData: string): void {
  cpSync(join(userData, 'data'), join(LOADED, 'data'), { recursive: true })
}

interface WorkerFixtures {
  /** Makes a folder of its own for a test file. */
  sampleFolder: () => string
}

/** Playwright's `test` with the sample at hand. */
export const test = base.extend<object, WorkerFixtures>({
  sampleFolder: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const kept = process.env['SCV_SAMPLE']
      const source = kept ?? (existsSync(join(LOADED, 'data')) ? LOADED : newUserData())
      if (!existsSync(join(source, 'data'))) {
        const running = await launch(source)
        await new FirstStart(running.page).loadSample()
        await running.close()
      }
      await use(() => {
        const folder = newUserData()
        cpSync(join(source, 'data'), join(folder, 'data'), { recursive: true })
        return folder
      })
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})
