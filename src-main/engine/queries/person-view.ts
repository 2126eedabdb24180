// The person's page: everything known of one merge set, read from settled views and the documents behind them.

import type { ContactId } from '@shared/model/ids'
import type { ClaimView, LostValue, LostValuePage, MergeView, PersonRef, PersonView } from '@shared/model/views'
import { type LostEntry, lostEntries } from '../derive/person'
import { fieldOfKey } from '../documents/fields'
import { writerOf } from '../documents/register'
import { stampMoment } from '../documents/stamp'
import { anyPerson, livingPerson } from '../people'
import type { Runtime } from '../runtime'
import { claimViews } from './claim-views'
import { expiryOf, linesIn, momentOrNull, personRef } from './lines'
import { mergeView, neverMergeOf, splitsOf, strandedIn } from './merge-views'
import { noteView } from './notes'
import { sharedOnes } from './shared'

/** Lost values that stand on a person's page: a long life has thousands. */
const LOST_SHOWN = 50

const lostValue = ({ key, entry, contactId, overwrittenUnseen }: LostEntry): LostValue => ({
  field: fieldOfKey(key),
  key,
  value: entry.v,
  at: stampMoment(entry.t),
  by: writerOf(entry),
  contactId,
  stamp: entry.t,
  overwrittenUnseen,
})

export function personQueries({ store, views, settings }: Runtime) {
  const lines = linesIn(views)
  const { refOf, recordRef, identifiersOf, knownClaims } = lines

  return {
    refOf,
    recordRef,
    identifiersOf,

    /** The person an id stands for in one line, in whatever state; nothing where there is none. */
    personOf(contactId: ContactId): PersonRef | undefined {
      const row = views.personRow(contactId)
      return row && personRef(row)
    },

    /** Whether nothing of the person behind an id is kept any more. */
    isErased: (contactId: ContactId): boolean => views.person(contactId)?.status === 'erased',

    /** How many interactions the person behind an id has. */
    interactionsOf: (contactId: ContactId): number =>
      views.interactionCount(views.setOf(contactId)?.members ?? [contactId]),

    /** The ids of every record that tells of a person, also of merges since undone. */
    recordIds: (contactId: ContactId): ContactId[] => views.recordsOf(anyPerson(views, contactId).members),

    /** What points to the person an id stands for. @throws ScvError `not_found`, `deleted`, `erased`, `expired` */
    held(contactId: ContactId): ClaimView[] {
      const person = livingPerson(views, contactId)
      return claimViews(views, lines, person.members, person.id).filter(({ held }) => held)
    },

    /** The merges of a person's set, standing or undone, newest first. @throws ScvError `not_found` */
    async merges(contactId: ContactId): Promise<MergeView[]> {
      const merges = await store.get('merges', views.mergesOf(anyPerson(views, contactId).members))
      return [...merges.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).map((merge) => mergeView(lines, merge))
    },

    /** Values that a person once had or that lost against another, newest first. @throws ScvError `not_found` */
    async lostValues(contactId: ContactId, offset: number, limit: number): Promise<LostValuePage> {
      const { members } = anyPerson(views, contactId)
      const merges = await store.get('merges', views.mergesOf(members))
      const documents = members.flatMap((id) => views.contact(id) ?? [])
      const stranded = strandedIn(views, merges.values(), members)
      const lost = lostEntries(documents, views.setOf(contactId)?.merges ?? [], stranded)
      return { total: lost.length, items: lost.slice(offset, offset + limit).map(lostValue) }
    },

    /** A person by any id of the set, in whatever state. @throws ScvError `not_found` */
    async person(contactId: ContactId): Promise<PersonView> {
      const person = anyPerson(views, contactId)
      const row = views.personRow(person.id)
      const members = person.members
      const documents = members.flatMap((id) => views.contact(id) ?? [])
      const set = views.setOf(person.id)
      const merged = (set?.merges.length ?? 0) > 0
      const claims = knownClaims(members)
      const wanted = claims.filter(({ identifier }) => views.claimsOn(identifier.id, 2).length > 1)
      const [notes, merges, decisions, shared] = await Promise.all([
        store.get('notes', views.noteIds(members, true)),
        store.get('merges', views.mergesOf(members)),
        store.get('decisions', views.decisionsOn(members)),
        sharedOnes(
          store,
          views,
          wanted.map(({ identifier }) => identifier.id),
        ),
      ])
      const written = [...notes.values()].flatMap((note) => (note.erased ? [] : [noteView(note)]))
      const lost = lostEntries(documents, set?.merges ?? [], strandedIn(views, merges.values(), members))
      const entries = [...person.values].filter(([, entry]) => entry.v !== null)
      return {
        id: person.id,
        type: person.type,
        status: person.status,
        displayName: person.displayName,
        fields: person.fields,
        fieldInfo: Object.fromEntries(
          entries.map(([key, entry]) => [fieldOfKey(key), { at: stampMoment(entry.t), by: writerOf(entry) }]),
        ),
        lostValues: lost.slice(0, LOST_SHOWN).map(lostValue),
        lostTotal: lost.length,
        identifiers: claimViews(views, lines, members, person.id, shared),
        notes: written.filter(({ removed }) => !removed).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
        removedNotes: written
          .filter(({ removed }) => removed)
          .sort((a, b) => ((a.removed?.at ?? '') < (b.removed?.at ?? '') ? 1 : -1)),
        merges: [...merges.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).map((merge) => mergeView(lines, merge)),
        neverMerge: neverMergeOf(views, decisions.values(), members),
        splits: splitsOf(views, decisions.values(), members),
        mergeSet: merged ? members : null,
        mergedFrom: merged ? (set?.merges.find((merge) => merge.result === person.id)?.inputs ?? null) : null,
        createdAt: stampMoment(person.createdAt),
        createdBy: person.createdBy,
        modifiedAt: stampMoment(person.modifiedAt),
        lastSeen: momentOrNull(person.lastActivity),
        expiresAt: row ? expiryOf(row, settings().retentionDays) : null,
        interactions: views.interactionCount(members),
      }
    },
  }
}
