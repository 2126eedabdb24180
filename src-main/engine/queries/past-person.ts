// A person as of a moment, as it is asked for: their values, what they were known by, and the notes of then.
// Invariant: as of now it is the person's page of now.
import { displayIdentifier } from '@shared/model/display'
import type { PastPersonView, PersonAsOf } from '@shared/model/history'
import type { Identifier } from '@shared/model/identifier'
import type { ContactId, Stamp } from '@shared/model/ids'
import { endOfMs, noteAsOf, type PastPerson, peopleAsOf } from '../derive/as-of'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { PastRecords } from '../derive/moments'
import type { Person } from '../derive/person'
import { segmentOfKey } from '../documents/fields'
import { identifierId } from '../documents/ids'
import { current } from '../documents/register'
import { stampMoment } from '../documents/stamp'
import { anyPerson } from '../people'
import type { Runtime } from '../runtime'
import { linesIn, moment } from './lines'
import { pastRecordsOf } from './past-records'

/** All that can be said of one who was erased. */
const forgotten = ({ person: { id, type } }: PastPerson): PastPersonView => ({
  ...{ id, type, status: 'erased', displayName: '', fields: {}, values: {} },
  ...{ records: [], identifiers: [], notes: [], interactions: 0 },
})

/** Notes of then that are shown, the latest first. */
const NOTES_MAX = 50

/** Values that people write, each by its key. */
const valuesOf = ({ values }: Person): PastPersonView['values'] =>
  Object.fromEntries(
    [...values].flatMap(([key, { v }]) => (v === null || segmentOfKey(key) !== undefined ? [] : [[key, v] as const])),
  )

export function pastPersonQueries({ store, views }: Runtime) {
  const { recordRef } = linesIn(views)

  /** What recognised them: what their fields held, and what they claim by hand or by an interaction still. */
  function identifiersOf(past: PastRecords, { person, set }: PastPerson, until: Stamp): PastPersonView['identifiers'] {
    if (person.status !== 'active') return []
    const found = new Map<string, Identifier>(mirroredIdentifiers(person.fields))
    const standing = new Set(views.claimsBy(set.members).map((one) => `${one.contactId} ${one.identifier.id}`))
    for (const { identifier, contactId, since } of past.claims) {
      const id = identifierId(identifier)
      if (since <= until && set.members.includes(contactId) && standing.has(`${contactId} ${id}`))
        found.set(id, identifier)
    }
    return [...found.values()].map((identifier) => ({
      type: identifier.type,
      value: identifier.value,
      display: displayIdentifier(identifier),
    }))
  }

  function shown(past: PastRecords, then: PastPerson, untilMs: number): PastPersonView {
    const { person, set } = then
    const until = endOfMs(untilMs)
    // Who was one with a person erased since: what was shown of the two cannot be told any more.
    const wasWithForgotten = past.forgotten !== undefined && until < past.forgotten
    if (person.status === 'erased' || wasWithForgotten) return forgotten(then)
    const notes = past.notes.flatMap((note) => noteAsOf(note, set.members, until) ?? [])
    return {
      ...{ id: person.id, displayName: person.displayName, type: person.type, status: person.status },
      fields: person.fields,
      values: valuesOf(person),
      records: set.members.map(recordRef),
      identifiers: identifiersOf(past, then, until),
      notes: notes
        .sort((a, b) => (a.created.at < b.created.at ? 1 : -1))
        .slice(0, NOTES_MAX)
        .map(({ id, text, created }) => {
          const { v, t, b } = current(text) ?? { v: null, t: created.at, b: created.by }
          return { id, text: v ?? '', at: stampMoment(t), by: b }
        }),
      interactions: views.journey(set.members, { to: moment(untilMs + 1) }, 0, 1).total,
    }
  }

  return {
    /** The person, or the people merged since, that an id stands for, as they were at a moment. @throws ScvError `not_found` */
    async asOf(contactId: ContactId, atMs: number): Promise<PersonAsOf> {
      const past = await pastRecordsOf({ store, views }, contactId, true)
      const made = past.members.flatMap((id) => past.contact(id)?.created.at ?? []).sort()
      const people = peopleAsOf(past, past.members, endOfMs(atMs))
      const today = anyPerson(views, contactId)
      return {
        at: moment(atMs),
        people: people.map((then) => shown(past, then, atMs)),
        since: stampMoment(made[0] ?? endOfMs(atMs)),
        today: { displayName: today.displayName, values: valuesOf(today) },
        isErased: today.status === 'erased',
      }
    },
  }
}
