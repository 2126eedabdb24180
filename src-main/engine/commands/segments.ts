// Putting people into segments, and taking them out.
// Invariant: an assignment is a register of the person's contact, beside the fields: it syncs, follows merges and goes with an
// erasure as they do, and is no value that an agent typed.
import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import { segmentSchema } from '@shared/model/segment'
import { latestSettings, SEGMENTS } from '../derive/versioned-settings'
import { segmentKey } from '../documents/fields'
import type { JSONValue } from '../documents/json'
import { stampMs } from '../documents/stamp'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import { audit } from './audit'
import { writeRegisters } from './fields'
import { settingsIn } from './versioned-settings'

const DAY_MS = 86_400_000

export function segmentAssignmentCommands({ views, execute }: Runtime) {
  return {
    /**
     * Puts the person that a contact id stands for into segments, or on for as long again, and takes them out of others.
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `erased`, `expired`, `invalid_input` for a segment that is not there,
     * or not in use
     */
    async assign(
      actor: Actor,
      contactId: ContactId,
      { into, outOf }: { into: readonly string[]; outOf: readonly string[] },
    ): Promise<void> {
      requirePermission(actor, 'externalContacts:contact:edit')
      await execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const segments = new Map(
          latestSettings(await settingsIn(work, SEGMENTS), 'segment', segmentSchema).map((one) => [one.id, one]),
        )
        const now = stampMs(work.stamp)
        const moment = (ms: number) => new Date(ms).toISOString()
        const wanted = new Map<string, JSONValue | null>(outOf.map((id) => [segmentKey(id), null]))
        for (const id of into) {
          const segment = segments.get(id)
          if (!segment?.isActive)
            throw new ScvError('invalid_input', 'There is no such segment, or it is not in use.', { field: 'segments' })
          wanted.set(segmentKey(id), { at: moment(now), until: moment(now + segment.days * DAY_MS) })
        }
        const changed = await writeRegisters(work, person, wanted, 'field')
        if (changed.length > 0) audit(work, 'update', [person.id], { details: { fields: changed.length } })
      })
    },
  }
}
