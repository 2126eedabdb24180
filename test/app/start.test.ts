// A start that fails: whichever part cannot be opened, those opened before are closed again, and the folder is free.
// Each part is made to fail in turn, in place of its own opening; what is left open is read from the process itself.
import { existsSync, mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openApplication } from '../../src-main/app'

/** The part to fail, and those that were opened. */
const trial = vi.hoisted(() => ({ fails: undefined as string | undefined, opened: [] as string[] }))
const DEFECT = 'made to fail'

/** A module whose openers can be made to fail. */
const breakable = vi.hoisted(() => async (original: () => Promise<object>, ...names: string[]): Promise<object> => {
  const module = (await original()) as Record<string, (...args: unknown[]) => unknown>
  const openers = names.map((name) => [
    name,
    (...args: unknown[]) => {
      if (trial.fails === name) throw new Error('made to fail')
      trial.opened.push(name)
      return module[name]?.(...args)
    },
  ])
  return { ...module, ...Object.fromEntries(openers) }
})
vi.mock('../../src-main/database', (original) => breakable(original, 'openDatabase'))
vi.mock('../../src-main/device', (original) => breakable(original, 'openDevice'))
vi.mock('../../src-main/projections', (original) => breakable(original, 'openProjections'))
vi.mock('../../src-main/replication', (original) => breakable(original, 'openSyncFile', 'openReplication'))
vi.mock('../../src-main/engine', (original) => breakable(original, 'createEngine'))
vi.mock('../../src-main/export/jobs', (original) => breakable(original, 'createExportJobs'))
vi.mock('../../src-main/import', (original) => breakable(original, 'createImportJobs'))
vi.mock('../../src-main/api/service', (original) => breakable(original, 'createLocalApi'))
vi.mock('../../src-main/handlers', (original) => breakable(original, 'windowHandlers'))
vi.mock('../../src-main/application/scheduled-work', (original) => breakable(original, 'startScheduledWork'))

/** In the order in which they are opened. */
const PARTS = [
  'openDatabase',
  'openDevice',
  'openSyncFile',
  'openProjections',
  'createEngine',
  'openReplication',
  'createExportJobs',
  'createImportJobs',
  'createLocalApi',
  'windowHandlers',
  'startScheduledWork',
]

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'scv-start-')))
  trial.fails = undefined
  trial.opened = []
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Files of the folder that this process holds open; Linux tells. */
function heldOpen(): string[] {
  if (!existsSync('/proc/self/fd')) return []
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${fd}`)
      return path.startsWith(folder) ? [path] : []
    } catch {
      return [] // the descriptor of the listing itself
    }
  })
}

const open = () => openApplication({ dataDir: folder, version: 'test', onDefect: (error) => defects.push(error) })
const defects: unknown[] = []

describe('a start', () => {
  test('opens every part in order, and its end closes them all', async () => {
    const application = await open()
    expect(trial.opened).toEqual(PARTS)
    if (existsSync('/proc/self/fd')) expect(heldOpen()).not.toEqual([])
    await application.close()
    expect(heldOpen()).toEqual([])
  })

  test.each(PARTS)('that fails at %s closes what it had opened; the next one succeeds', async (part) => {
    const timers = process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length
    trial.fails = part
    await expect(open()).rejects.toThrow(DEFECT)
    expect(trial.opened).toEqual(PARTS.slice(0, PARTS.indexOf(part)))
    expect(heldOpen()).toEqual([])
    expect(process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length).toBeLessThanOrEqual(timers)
    trial.fails = undefined
    const application = await open()
    await application.engine.queries.counts()
    await application.close()
    expect(heldOpen()).toEqual([])
    expect(defects).toEqual([])
  })
})
