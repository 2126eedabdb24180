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
     * @returns those it could not be put into, since they are not there, or not in use
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `erased`, `expired`, `invalid_input` when nothing is left to be done
     */
    async assign(
      actor: Actor,
      contactId: ContactId,
      { into, outOf }: { into: readonly string[]; outOf: readonly string[] },
    ): Promise<string[]> {
      requirePermission(actor, 'externalContacts:contact:edit')
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        const segments = new Map(
          latestSettings(await settingsIn(work, SEGMENTS), 'segment', segmentSchema).map((one) => [one.id, one]),
        )
        const now = stampMs(work.stamp)
        const moment = (ms: number) => new Date(ms).toISOString()
        const wanted = new Map<string, JSONValue | null>(outOf.map((id) => [segmentKey(id), null]))
        const unknown: string[] = []
        for (const id of into) {
          const segment = segments.get(id)
          if (segment?.isActive)
            wanted.set(segmentKey(id), { at: moment(now), until: moment(now + segment.days * DAY_MS) })
          else unknown.push(id)
        }
        if (wanted.size === 0 && unknown.length > 0)
          throw new ScvError('invalid_input', 'There is no such segment, or it is not in use.', { field: 'segments' })
        const changed = await writeRegisters(work, person, wanted, 'field')
        if (changed.length > 0) audit(work, 'update', [person.id], { details: { fields: changed.length } })
        return unknown
      })
    },
  }
}
