// A device in memory: the engine and its projections over the memory store, with a clock the test sets.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScratch } from '../../src-main/database/scratch'
import { createEngine, type Engine } from '../../src-main/engine'
import { createClock } from '../../src-main/engine/documents/stamp'
import type { DocumentStore } from '../../src-main/engine/ports'
import { openProjections, type Projections } from '../../src-main/projections'
import { asDeviceId } from '../../src-shared/model/ids'
import { createMemoryStore, type MemoryStore } from './memory-store'

/** What commands, comparisons and invariants need of a device, be it in memory or on real databases. */
export interface Device {
  engine: Engine
  views: Projections
  store: DocumentStore
  /** The file of the projections. */
  projections: string
  time: { now: number }
  restart(): Promise<void>
  close(): Promise<void>
}

export interface MemoryDevice extends Device {
  memory: MemoryStore
}

export const START = Date.parse('2026-06-01T09:00:00Z')

export async function openDevice(deviceId = 'testdevice'): Promise<MemoryDevice> {
  const folder = mkdtempSync(join(tmpdir(), 'scv-device-'))
  const projections = join(folder, 'projections.sqlite')
  const memory = createMemoryStore()
  const { store } = memory
  const time = { now: START }
  const open = async () => {
    const views = await openProjections(projections, memory.feed, (error) => {
      throw error
    })
    const floor = views.latestStamp()
    const clock = createClock({ deviceId: asDeviceId(deviceId), now: () => time.now, ...(floor ? { floor } : {}) })
    const settings = () => ({ defaultRegion: 'AU', retentionDays: 60 })
    return {
      views,
      engine: createEngine({ store, views, clock, settings, createScratch: () => createScratch(folder) }),
    }
  }
  const device: MemoryDevice = {
    ...(await open()),
    memory,
    store,
    projections,
    time,
    async restart() {
      await device.engine.idle()
      await device.views.close()
      Object.assign(device, await open())
    },
    async close() {
      await device.engine.idle()
      await device.views.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  return device
}
