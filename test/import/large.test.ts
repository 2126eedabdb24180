// Many rows, made on the fly: memory stays flat and the event loop is never held for long. The numbers are printed. A row of
// the file kept in memory would show in 15,000 of them; `npm run large:import` takes 100,000.

import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import type { ContactImporter, RowVerdict } from '../../src-main/engine/import-port'
import { openDesk } from './support/desk'

const ROWS = Number(process.env['IMPORT_ROWS'] ?? 15_000)
/** The product promises 100 ms for all that the main process does; reading and judging take a third of it at most. */
const BLOCK_MS = 33
/** Now and then garbage is collected on top of a slice. */
const BLOCKS_OVER = 3
/** Five times the rows must not need this much more memory. */
const GROWTH_MB = 1.5

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')
const heapMb = () => {
  collectGarbage()
  return process.memoryUsage().heapUsed / 2 ** 20
}

const cpuMs = () => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/**
 * Measures the longest time in which the event loop could do nothing else, by the clock and by what the thread worked:
 * beside other programs the clock also counts the time they had the processor.
 */
function watchLoop() {
  const longest = { wall: 0, worked: 0, over: 0 }
  let wall = performance.now()
  let worked = cpuMs()
  let on = true
  const turn = () => {
    const now = performance.now()
    const done = cpuMs()
    longest.wall = Math.max(longest.wall, now - wall)
    longest.worked = Math.max(longest.worked, done - worked)
    if (done - worked > BLOCK_MS) longest.over++
    wall = now
    worked = done
    if (on) setImmediate(turn)
  }
  setImmediate(turn)
  return {
    /** Takes out what the test itself blocked. */
    forgive() {
      wall = performance.now()
      worked = cpuMs()
    },
    stop() {
      on = false
      return { ...longest }
    },
  }
}

async function writeLarge(path: string, header: string, row: (n: number) => string, rows: number) {
  const out = createWriteStream(path)
  out.write(header)
  for (let n = 0; n < rows; n++) if (!out.write(row(n))) await once(out, 'drain')
  out.end()
  await once(out, 'finish')
}

const csvRow = (n: number) =>
  `Ann,Number${n},"Street ${n % 300}, ""rear""",Perth,0412${String(n).padStart(6, '0')},${n % 10 === 0 ? '12 34' : ''},ann.number${n}@example.org,"line one\nline two"\r\n`
const card = (n: number) =>
  `BEGIN:VCARD\r\nVERSION:3.0\r\nN:Number${n};Ann;;;\r\nTEL;TYPE=CELL:0412${String(n).padStart(6, '0')}\r\nTEL;TYPE=HOME:${n % 10 === 0 ? '12 34' : `03 9${String(n).padStart(7, '0')}`}\r\nEMAIL:ann.number${n}@example.org\r\nNOTE:a long note\\, that goes on\r\n  and on\r\nEND:VCARD\r\n`

test.each([
  ['CSV', 'people.csv', 'First Name,Last Name,Street,City,Mobile,Home phone,Email,Notes\r\n', csvRow],
  ['vCard', 'people.vcf', '', card],
])(
  `${ROWS} rows of %s`,
  async (_, name, header, row) => {
    let rows = 0
    let early = 0
    let loop: ReturnType<typeof watchLoop> | undefined
    // Takes rows and keeps nothing, so that all memory seen is the import's own.
    const importer: ContactImporter = {
      begin: () => ({
        plan: async () => [],
        apply: async (drafts) => {
          rows += drafts.length
          if (early === 0 && rows >= ROWS / 5) {
            early = heapMb()
            loop?.forgive()
          }
          return drafts.map(
            (draft): RowVerdict => ({
              row: draft.row,
              verdict: 'create',
              displayName: '',
              disputes: [],
              keptExisting: [],
              unfit: [],
            }),
          )
        },
        end: async () => undefined,
      }),
    }
    const desk = openDesk(importer)
    const path = join(desk.dir, name)
    await writeLarge(path, header, row, ROWS)
    loop = watchLoop()
    const started = performance.now()
    const file = await desk.jobs.open(path)
    const opened = performance.now()
    const done = await desk.go(file, 'run')
    const elapsed = performance.now() - opened
    const longest = loop.stop()
    const grown = heapMb() - early
    console.log(
      `${name}: ${(file.bytes / 1e6).toFixed(1)} MB, opened in ${Math.round(opened - started)} ms, ` +
        `read and judged at ${Math.round(ROWS / (elapsed / 1000)).toLocaleString('en')} rows/s, ` +
        `longest block ${longest.worked.toFixed(1)} ms of work (${longest.wall.toFixed(1)} ms by the clock), heap ${early.toFixed(1)} MB after a fifth, ${grown.toFixed(1)} MB more at the end, ` +
        `${done.reportLines} report lines`,
    )
    expect(done).toMatchObject({ phase: 'done', counts: { rows: ROWS, creates: ROWS, rejects: 0 } })
    expect(done.counts.warnings).toBeGreaterThanOrEqual(ROWS / 10)
    expect(rows).toBe(ROWS)
    expect(longest.over).toBeLessThanOrEqual(BLOCKS_OVER)
    expect(grown).toBeLessThan(GROWTH_MB)
  },
  120_000,
)
