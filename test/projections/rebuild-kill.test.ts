// A process that is killed at any moment of a rebuild: the process that opens the folder again has all people at once, and the views
// that come of it are what following the documents gives. `SCV_KILLS=60` is the full run.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src-main/database'
import { openProjections } from '../../src-main/projections'
import { dump } from '../engine/model/invariants'
import { start } from '../storage/durability/children'
import { bundled } from '../support/bundled'
import { triesOf } from '../support/depth'

const KILLS = triesOf('SCV_KILLS', 12)
const PEOPLE = 1500
const place = mkdtempSync(join(tmpdir(), 'scv-rebuild-kill-'))
const folder = join(place, 'device')
let child = ''
beforeAll(async () => {
  child = await bundled('views-child')
}, 120_000)
afterAll(() => rmSync(place, { recursive: true, force: true }))

test('killed at any moment of a rebuild', { timeout: KILLS * 30_000 + 60_000 }, async () => {
  /** So many were there at the least when the last process died. */
  let known = 0
  const killedAt: string[] = []
  for (let kill = 0; kill < KILLS; kill += 1) {
    const device = start(child, folder, String(kill), kill === 0 ? String(PEOPLE) : '0')
    const opened = Number((await device.says('answers')).split(' ')[1])
    expect(opened).toBeGreaterThanOrEqual(known)
    // In turns: while documents are loaded, when the file is completed, and around the swap.
    const moment = ['at true 500', 'at true 1', 'at true end', 'made'][kill % 4] ?? 'made'
    await device.says(moment)
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 150))
    await device.kill()
    killedAt.push(device.lines.findLast((line) => line.startsWith('at')) ?? 'before')
    for (const line of device.lines) {
      expect(line).not.toMatch(/^failed|^at false/)
      if (!line.startsWith('made')) continue
      const [, count, isThere] = line.split(' ')
      expect(isThere).toBe('true')
      expect(Number(count)).toBeGreaterThan(Math.max(known, PEOPLE) - 1)
      known = Number(count)
    }
  }
  console.log(`killed ${killedAt.join(', ')}`)

  const database = await openDatabase(folder, { synchronous: 'OFF' })
  const fail = (error: unknown) => expect.unreachable(String(error))
  const views = await openProjections(join(folder, 'projections.sqlite'), database.feed, fail)
  const followed = await openProjections(join(place, 'followed.sqlite'), database.feed, fail)
  expect(await dump({ views })).toEqual(await dump({ views: followed }))
  await Promise.all([views.close(), followed.close()])
  await database.close()
})
