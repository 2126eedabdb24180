// Loading the sample through the engine's own commands, so that it is what real use would have left behind.
import { asDeviceId } from '@shared/model/ids'
import type { Engine } from '../engine'
import { makeStamp } from '../engine/documents/stamp'
import type { Actor } from '../engine/permissions'
import { makeSample } from './people'
import { tellStories } from './stories'

/** Records per commit; the progress moves with each. */
const BATCH = 250
/** Who the sample says made it. */
const DEVICE = asDeviceId('sampledata')

/**
 * @param nowMs the moment the sample year ends
 * @param onProgress told 0 to 1
 * @throws ScvError `storage_full`, `storage_failed`; what was loaded before stays
 */
export async function loadSample(
  engine: Engine,
  actor: Actor,
  nowMs: number,
  onProgress: (progress: number) => void,
): Promise<{ contacts: number; interactions: number }> {
  const { people, interactions } = await makeSample(nowMs)
  const total = people.length + interactions.length
  const stamps = new Map<number, number>()
  const stampOf = (ms: number) => {
    const counter = stamps.get(ms) ?? 0
    stamps.set(ms, counter + 1)
    return makeStamp(ms, counter, DEVICE)
  }
  for (let i = 0; i < people.length; i += BATCH) {
    const batch = people.slice(i, i + BATCH)
    await engine.contacts.createMany(
      actor,
      batch.map(({ input, createdMs }) => ({ input, stamp: stampOf(createdMs) })),
    )
    onProgress((i + batch.length) / total)
  }
  for (let i = 0; i < interactions.length; i += BATCH) {
    const batch = interactions.slice(i, i + BATCH)
    await engine.interactions.recordMany(
      actor,
      batch.map(({ input, atMs }) => ({ input, stamp: stampOf(atMs) })),
    )
    onProgress((people.length + i + batch.length) / total)
  }
  const stories = await tellStories(engine, actor, nowMs, stampOf)
  return {
    contacts: people.length + stories.contacts,
    interactions: interactions.length + stories.interactions,
  }
}
