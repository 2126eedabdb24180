// An engine on real databases in a throw-away folder, with a clock the test sets.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '../../src-main/database'
import { createScratch } from '../../src-main/database/scratch'
import { createEngine } from '../../src-main/engine'
import { createClock } from '../../src-main/engine/documents/stamp'
import { owner } from '../../src-main/engine/permissions'
import { openProjections } from '../../src-main/projections'
import { asDeviceId } from '../../src-shared/model/ids'

export const ann = owner('ann')
export const DAY = 86_400_000

export interface Bench {
  folder: string
  engine: ReturnType<typeof createEngine>
  database: Awaited<ReturnType<typeof openDatabase>>
  views: Awaited<ReturnType<typeof openProjections>>
  /** Wall clock of the device, in ms. */
  time: { now: number }
  /** Closes and opens again on the same folder, as a restart does. */
  restart(): Promise<void>
  /** The whole content, one text. */
  export(): Promise<string>
  close(): Promise<void>
}

/** @param options `durable`: with the disk flushed at each commit, as the product does; most tests need no such thing */
export async function openBench(
  options: { deviceId?: string; now?: string; folder?: string; durable?: boolean } = {},
): Promise<Bench> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'scv-test-'))
  const time = { now: Date.parse(options.now ?? '2026-06-01T09:00:00Z') }
  const open = async () => {
    const database = await openDatabase(folder, options.durable ? {} : { synchronous: 'OFF' })
    const views = await openProjections(join(folder, 'projections.sqlite'), database.feed, (error) => {
      throw error
    })
    const floor = views.latestStamp()
    const clock = createClock({
      deviceId: asDeviceId(options.deviceId ?? 'testdevice'),
      now: () => time.now,
      ...(floor ? { floor } : {}),
    })
    const engine = createEngine({
      store: database.store,
      views,
      clock,
      settings: () => ({ defaultRegion: 'AU', retentionDays: 60 }),
      createScratch: () => createScratch(folder),
    })
    return { database, views, engine }
  }
  const shut = async (bench: Pick<Bench, 'engine' | 'views' | 'database'>) => {
    await bench.engine.idle()
    await bench.views.close()
    await bench.database.close()
  }
  const bench: Bench = {
    folder,
    time,
    ...(await open()),
    async restart() {
      await shut(bench)
      Object.assign(bench, await open())
    },
    async export() {
      const lines: string[] = []
      for await (const line of bench.engine.queries.exportLines()) lines.push(line)
      return lines.join('\n')
    },
    async close() {
      await shut(bench)
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return bench
}
