// Which segments people are in. Invariant: one that is over, or that is taken back, is told of no more.
import type { ContactId } from '@shared/model/ids'
import { type SegmentAssignment, segmentSchema } from '@shared/model/segment'
import type { ShownSegment } from '@shared/model/views'
import { z } from 'zod'
import { latestSettings, SEGMENTS } from '../derive/versioned-settings'
import { segmentOfKey } from '../documents/fields'
import { current } from '../documents/register'
import { livingPerson } from '../people'
import type { Runtime } from '../runtime'
import { storedSettings } from '../stored-settings'

const assignedSchema = z.object({ at: z.string(), until: z.string() })

export function segmentQueries({ store, views }: Runtime) {
  /**
   * The assignments of a record, or of all records of its person, the latest first; of one segment the latest.
   * @param now ms
   * @throws ScvError `not_found`, `deleted`, `erased`, `expired`
   */
  function segmentsOf(contactId: ContactId, wanted: { wholeSet: boolean; now: number }): SegmentAssignment[] {
    const person = livingPerson(views, contactId)
    const found = new Map<string, SegmentAssignment>()
    for (const id of wanted.wholeSet ? person.members : [contactId])
      for (const [key, register] of Object.entries(views.contact(id)?.fields ?? {})) {
        const segmentId = segmentOfKey(key)
        if (segmentId === undefined || (current(register)?.v ?? null) === null) continue
        // What was written on one record is so of all: the person's value counts.
        const said = assignedSchema.safeParse(person.values.get(key)?.v)
        if (!said.success || Date.parse(said.data.until) <= wanted.now) continue
        const { at: assignedAt, until } = said.data
        if (!found.has(segmentId)) found.set(segmentId, { segmentId, contactId: id, assignedAt, until })
      }
    return [...found.values()].sort((a, b) => (a.assignedAt < b.assignedAt ? 1 : -1))
  }

  return {
    segmentsOf,

    /**
     * The segments of a person that agents are shown, the latest first: those in use that are meant to be seen.
     * @param now ms
     * @returns none for one who is not there any more
     */
    async shownSegments(contactId: ContactId, now: number): Promise<ShownSegment[]> {
      if (views.person(contactId)?.status !== 'active') return []
      const assigned = segmentsOf(contactId, { wholeSet: true, now })
      if (assigned.length === 0) return []
      const all = latestSettings(await storedSettings(store, SEGMENTS), 'segment', segmentSchema)
      return assigned.flatMap(({ segmentId, until }) => {
        const segment = all.find(({ id }) => id === segmentId)
        if (!segment?.isActive || !segment.isShown) return []
        const { name, color, description = '' } = segment
        return [{ segmentId, name, color, description, until }]
      })
    },
  }
}
