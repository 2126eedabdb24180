// Kills a writing process at random moments and looks at what it left: nothing acknowledged is lost, no transaction is
// half there, the file opens and is sound. `SCV_KILLS=500` is the full run, `SCV_SEED` repeats one.

import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { openSqlite } from '../../../src-main/sqlite/database'
import { getRxStorageSQLite } from '../../../src-main/storage/index'
import { bundled } from '../../support/bundled'
import { triesOf } from '../../support/depth'
import { discard, start, temporaryFolder } from './children'
import { type Acknowledged, type Content, faults, type Ran } from './judge'
import { writeUnder } from './key'
import { COLLECTIONS, DATABASE, item, openItems, operation, random } from './model'
import { contentOf } from './read'

const KILLS = triesOf('SCV_KILLS', 24)
const SEED = Number(process.env['SCV_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
/** Kills on one folder before a new one is begun: later opens meet a file with a history, checks stay quick. */
const KILLS_A_FOLDER = 3
/** Every other folder is encrypted. */
const KEY = Buffer.alloc(32, 5)
/** Operation numbers a writer may use up; far more than it manages. */
const SPAN = 10_000

/** How many frames of the log a checkpoint had moved when the process died; see https://www.sqlite.org/walformat.html */
function framesMoved(folder: string): number {
  const index = join(folder, `${getRxStorageSQLite({ folder }).fileNameOf(DATABASE)}-shm`)
  return existsSync(index) && statSync(index).size > 100 ? readFileSync(index).readUInt32LE(96) : 0
}

/** Opens the folder as the next start of the product would, reads everything, closes, and lets SQLite check the file. */
async function inspect(folder: string): Promise<Content> {
  const storage = getRxStorageSQLite({ folder })
  const content = {} as Content
  for (const name of COLLECTIONS) {
    const items = await openItems(storage, name)
    content[name] = await contentOf(items)
    await items.close()
  }
  const database = openSqlite(join(folder, storage.fileNameOf(DATABASE)), { readOnly: true })
  expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }])
  database.close()
  return content
}

describe('the judge', () => {
  // Operation numbers by kind, for the seed of these tests.
  const numberOf = (kind: string) =>
    Array.from({ length: 100 }, (_, i) => i).find((i) => operation(1, i, 0).kind === kind) ?? 0
  const made = (number: number) =>
    Array.from({ length: operation(1, number, 0).size }, (_, i) => item(number, i, operation(1, number, 0).size))
  const judge = (content: Partial<Content>, done: number[] = [], noise: string[] = []) =>
    faults({ contacts: [], claims: [], noise: [], ...content }, { operations: new Set(done), noise: new Set(noise) }, [
      { seed: 1, first: 0, last: 100 },
    ])

  test('is content with a whole operation, and with one that was never acknowledged and is not there', () => {
    const whole = made(numberOf('transaction'))
    expect(judge({ contacts: whole, claims: whole }, [numberOf('transaction')])).toEqual([])
    expect(judge({})).toEqual([])
  })

  test('notices what is lost, halved, rolled back yet there, or changed in part', () => {
    const [transaction, rollback, change] = [numberOf('transaction'), numberOf('rollback'), numberOf('change')]
    const target = operation(1, change, 0).target
    const ofTarget = made(target)
    expect(judge({}, [transaction])).toContain(`lost: transaction ${transaction}`)
    expect(judge({}, [], ['x'])).toEqual(['lost: noise x'])
    expect(judge({ contacts: made(transaction) })).toEqual([`half a transaction: ${transaction}`])
    expect(judge({ contacts: made(transaction).slice(1), claims: made(transaction) }).join()).toContain('half a write')
    expect(judge({ contacts: made(rollback) }).join()).toContain('rolled back, yet there')
    expect(judge({ contacts: ofTarget }, [change]).join()).toContain(`lost: change ${change}`)
    const halfChanged = ofTarget.map((one, i) => ({ ...one, touched: i === 0 ? change : -1 }))
    expect(judge({ contacts: halfChanged }).join()).toContain('half a change')
    const halfRemoved = ofTarget.map((one) => ({ ...one, _deleted: true }))
    expect(judge({ contacts: halfRemoved, claims: ofTarget }).join()).toContain('half a removal')
  })
})

describe('killing a writer', () => {
  let writer = ''
  beforeAll(async () => {
    writer = await bundled('storage-writer')
  }, 60_000)

  test(`${KILLS} times at random moments loses nothing and halves nothing`, { timeout: KILLS * 10_000 }, async () => {
    console.log(`kill test: SCV_SEED=${SEED} SCV_KILLS=${KILLS}`)
    const next = random(SEED)
    let folder = temporaryFolder()
    let acknowledged: Acknowledged = { operations: new Set(), noise: new Set() }
    let ran: Ran[] = []
    const totals = { operations: 0, noise: 0, duringOpen: 0, uncertain: 0, moved: 0 }
    try {
      for (let round = 0; round < KILLS; round += 1) {
        if (round % KILLS_A_FOLDER === 0 && round > 0) {
          discard(folder)
          folder = temporaryFolder()
          writeUnder((round / KILLS_A_FOLDER) % 2 === 1 ? KEY : undefined)
          acknowledged = { operations: new Set(), noise: new Set() }
          ran = []
        }
        const seed = SEED + round // every other writer is a heavy one
        const first = (round % KILLS_A_FOLDER) * SPAN
        const child = start(writer, folder, String(seed), String(first))
        // One kill in eight falls into the start, where the file is opened and what the last one left is recovered.
        const early = next() < 0.125
        if (!early) await child.says('done')
        await new Promise((resolve) => setTimeout(resolve, next() * (early ? 250 : 300)))
        await child.kill()

        if (framesMoved(folder) > 0) totals.moved += 1
        const error = child.lines.find((line) => line.startsWith('error'))
        if (error !== undefined) throw new Error(`round ${round}: the writer failed: ${error}`)
        let last = first - 1
        for (const line of child.lines) {
          const [word, value = ''] = line.split(' ')
          if (word === 'noise') acknowledged.noise.add(value)
          if (word === 'done') {
            last = Number(value)
            acknowledged.operations.add(last)
          }
        }
        ran.push({ seed, first, last })
        totals.operations += Math.max(0, last - first + 1)
        totals.noise += child.lines.filter((line) => line.startsWith('noise')).length
        if (!child.lines.includes('open')) totals.duringOpen += 1

        const content = await inspect(folder)
        expect({ round, seed, faults: faults(content, acknowledged, ran) }).toEqual({ round, seed, faults: [] })
        if (content.contacts.some(({ op }) => op === last + 1)) totals.uncertain += 1
      }
    } finally {
      writeUnder(undefined)
      discard(folder)
    }
    console.log(
      `kill test: ${KILLS} kills, ${totals.operations} operations and ${totals.noise} single writes acknowledged and found; ` +
        `${totals.duringOpen} kills fell into the start, ${totals.uncertain} between commit and acknowledgement, ` +
        `${totals.moved} after part of the log had been moved into the file`,
    )
    expect(totals.operations).toBeGreaterThan(KILLS) // or the writers did nothing and the test saw nothing
  })
})
