// A device on real databases in a folder that outlives it: RxDB on SQLite, and the projections' file.
import { join } from 'node:path'
import type { Device } from './device'
import { openBench } from './engine'

/** @param now wall clock, ms since the epoch */
export async function openRealDevice(folder: string, now: number): Promise<Device> {
  const bench = await openBench({ folder, now: new Date(now).toISOString() })
  return {
    get engine() {
      return bench.engine
    },
    get views() {
      return bench.views
    },
    get store() {
      return bench.database.store
    },
    projections: join(folder, 'projections.sqlite'),
    time: bench.time,
    restart: () => bench.restart(),
    close: () => bench.close(),
  }
}
