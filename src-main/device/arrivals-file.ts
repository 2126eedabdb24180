// Which interactions arrived at this device, and what was decided about each, over restarts.
// Invariant: nothing of a person is in it, only ids of interactions: what is erased is gone with them. A file that cannot be
// read begins anew, since all of it stands in the journeys, too.
import { readFileSync } from 'node:fs'
import { decidedSchema } from '@shared/contract/local-api'
import { interactionIdSchema } from '@shared/model/ids'
import { ARRIVALS_MAX } from '@shared/model/limits'
import { z } from 'zod'
import { replaceJson } from './json-file'

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
    return fileSchema.parse(JSON.parse(readFileSync(path, 'utf8'))).arrivals
  } catch {
    return []
  }
}

export function openArrivals(path: string) {
  const arrivals = read(path)
  return {
    /** Newest first. */
    all: (): readonly Arrived[] => arrivals,
    save(next: readonly Arrived[]): void {
      replaceJson(path, { version: 1, arrivals: next.slice(0, ARRIVALS_MAX) }, 0o600)
    },
  }
}
