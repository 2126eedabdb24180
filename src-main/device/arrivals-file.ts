// Which interactions arrived at this device, and what was decided about each, over restarts.
// Invariant: nothing of a person is in it, only ids of interactions: what is erased is gone with them. A file that cannot be
// read begins anew, since all of it stands in the journeys, too.
import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import { decidedSchema } from '@shared/contract/local-api'
import { interactionIdSchema } from '@shared/model/ids'
import { ARRIVALS_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { openText, sealText } from '../files/sealed-text'
import { writeWhole } from '../files/whole-file'

/** Between two writes, which many arrivals share. */
const PAUSE_MS = 100

const arrivedSchema = z.object({
  interactionId: interactionIdSchema,
  created: z.boolean(),
  arrivedAt: z.string(),
  decided: decidedSchema.nullable(),
})
export type Arrived = z.infer<typeof arrivedSchema>

const fileSchema = z.object({ version: z.literal(1), arrivals: z.array(arrivedSchema) })

function read(path: string): Arrived[] {
  try {
    return fileSchema.parse(JSON.parse(openText(readFileSync(path, 'utf8')))).arrivals
  } catch {
    return []
  }
}

/**
 * What records an interaction does not wait for this file: it is written beside the work, a write at a time, the latest state
 * last. A crash costs what arrived in the last moment its place in the list, and nothing of its journey.
 * @param onDefect told what keeps it from being written
 */
export function openArrivals(path: string, onDefect: (error: unknown) => void) {
  const arrivals = read(path)
  let waiting: readonly Arrived[] | undefined
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    for (let next = waiting; next; next = waiting) {
      waiting = undefined
      const text = sealText(JSON.stringify({ version: 1, arrivals: next.slice(0, ARRIVALS_MAX) }, null, 2))
      await writeWhole(path, (append) => append(text)).catch(onDefect)
      await wait(PAUSE_MS)
    }
    writing = undefined
  }

  return {
    /** Newest first. */
    all: (): readonly Arrived[] => arrivals,
    save(next: readonly Arrived[]): void {
      waiting = next
      writing ??= write()
    },
    /** Ends once the latest state is on the disk. */
    close: async (): Promise<void> => writing,
  }
}
