// The person's page: everything known of one merge set, read from settled views and the documents behind them.

import { ScvError } from '@shared/errors'
import { CONTACT_TYPES, displayNameOf } from '@shared/model/contact'
import { displayIdentifier } from '@shared/model/display'
import { isKnownToPeople } from '@shared/model/identifier'
import { asContactId, type ContactId, type NoteId } from '@shared/model/ids'
import type {
  Claimant,
  ClaimView,
  LostValue,
  MergeView,
  NeverMerge,
  NoteView,
  PersonRef,
  PersonView,
  RecordRef,
} from '@shared/model/views'
import { lostEntries, strandedEdits } from '../derive/person'
import { isStanding } from '../derive/sets'
import type { DecisionDocument } from '../documents/decision'
import { currentValues, fieldOfKey, fieldsOf } from '../documents/fields'
import type { MergeDocument } from '../documents/merge'
import type { NoteDocument } from '../documents/note'
import { current, writerOf } from '../documents/register'
import { stampDevice, stampMoment } from '../documents/stamp'
import { anyPerson, livingPerson } from '../people'
import type { ClaimRow, PersonRow } from '../ports'
import type { Runtime } from '../runtime'
import { sharedOnes } from './shared'

const DAY_MS = 86_400_000
export const moment = (ms: number): string => new Date(ms).toISOString()
export const momentOrNull = (ms: number): string | null => (ms > 0 ? moment(ms) : null)
export const personRef = ({ id, name, type }: PersonRow): PersonRef => ({ id, displayName: name, type })

/** When an auto-created person ages out; null for those that never do. */
export function expiryOf(row: PersonRow, retentionDays: number): string | null {
  if (row.type === 'Curated' || row.merged || row.status !== 'active') return null
  return moment(row.renewed + retentionDays * DAY_MS)
}

export function personQueries({ store, views, settings }: Runtime) {
  function refOf(contactId: ContactId): RecordRef {
    const row = views.personRow(contactId)
    const type = views.contact(contactId)?.type.value ?? CONTACT_TYPES[0]
    return { id: contactId, displayName: row?.name ?? '', type: row?.type ?? type }
  }

  /** One record as it is by itself, whatever person it has become part of. */
  function recordRef(contactId: ContactId): RecordRef {
    const document = views.contact(contactId)
    if (!document) return refOf(contactId)
    const name = displayNameOf(fieldsOf(currentValues(document.fields)))
    return { id: contactId, displayName: name || (identifiersOf([contactId])[0] ?? ''), type: document.type.value }
  }

  /** What recognises some records, as a person reads it, each once. */
  function identifiersOf(contactIds: readonly ContactId[]): string[] {
    return [...new Set(knownClaims(contactIds).map(({ identifier }) => displayIdentifier(identifier)))]
  }

  /** Claims that people know of: not those that stand for a row of an import. */
  const knownClaims = (contactIds: readonly ContactId[]) =>
    views.claimsBy(contactIds).filter(({ identifier }) => isKnownToPeople(identifier))

  function claimViews(members: readonly ContactId[], personId: string, shared?: ReadonlySet<string>): ClaimView[] {
    const seen = new Set<string>()
    return knownClaims(members).flatMap((own): ClaimView[] => {
      if (seen.has(own.identifier.id)) return [] // several records of one person claim it: the earliest counts
      seen.add(own.identifier.id)
      const claims = views.claimsOn(own.identifier.id)
      const [first] = claims
      const others = claims.filter((claim) => claim.person.id !== personId)
      const held = first === undefined || first.person.id === personId
      const { id: _id, ...identifier } = own.identifier
      return [
        {
          ...identifier,
          display: displayIdentifier(identifier),
          claimedAt: stampMoment(own.since),
          claimedBy: own.by,
          via: own.via,
          memberId: own.contactId,
          held,
          ...(held || !first ? {} : { holder: claimant(first) }),
          contenders: uniquePeople(held ? others : others.slice(1)),
          shared: shared?.has(own.identifier.id) === true,
        },
      ]
    })
  }

  const claimant = ({ person, since, by, via }: ClaimRow): Claimant => ({
    ...personRef(person),
    claimedAt: stampMoment(since),
    claimedBy: by,
    via,
  })

  /** Each person once, with the earliest of their claims. */
  function uniquePeople(claims: readonly ClaimRow[]): Claimant[] {
    const people = new Map<string, Claimant>()
    for (const claim of claims) if (!people.has(claim.person.id)) people.set(claim.person.id, claimant(claim))
    return [...people.values()]
  }

  /** The people these records must never be merged with, each person once, by the latest decision. */
  function neverMergeOf(decisions: Iterable<DecisionDocument>, members: readonly ContactId[]): NeverMerge[] {
    const pairs = new Map<string, NeverMerge>()
    for (const { kind, subjects, standing, reason } of decisions) {
      const decided = current(standing)
      const otherId = subjects.map(asContactId).find((id) => !members.includes(id))
      if (kind !== 'cannot-link' || decided?.v !== true || otherId === undefined) continue
      const other = views.personRow(otherId)
      const known = other && pairs.get(other.id)
      if (other?.status !== 'active' || (known && known.at > stampMoment(decided.t))) continue
      const why = current(reason)?.v
      pairs.set(other.id, {
        other: personRef(other),
        at: stampMoment(decided.t),
        by: decided.b,
        ...(why ? { reason: why } : {}),
      })
    }
    return [...pairs.values()].sort((a, b) => (a.at < b.at ? 1 : -1))
  }

  function noteView(note: NoteDocument): NoteView {
    const text = current(note.text)
    const removed = current(note.deleted)
    return {
      id: note.id,
      contactId: note.contactId,
      text: text?.v ?? '',
      createdAt: stampMoment(note.created.at),
      modifiedAt: stampMoment(text?.t ?? note.created.at),
      by: note.created.by,
      earlier: note.text.flatMap((entry) =>
        entry === text ? [] : [{ text: entry.v ?? '', at: stampMoment(entry.t), by: entry.b }],
      ),
      ...(text && text.b !== note.created.by ? { editedBy: text.b } : {}),
      ...(removed?.v === true ? { removed: { at: stampMoment(removed.t), by: removed.b } } : {}),
    }
  }

  /** Edits on results of undone merges of these members that reached none of the inputs. */
  function strandedIn(merges: Iterable<MergeDocument>, members: readonly ContactId[]) {
    return [...merges].flatMap((merge) => {
      const result = isStanding(merge) || members.includes(merge.result) ? undefined : views.contact(merge.result)
      const records = new Set(merge.inputs.flatMap((id) => views.setOf(id)?.members ?? []))
      const inputs = [...records].flatMap((id) => views.contact(id) ?? [])
      return result ? [strandedEdits(result, merge.at, inputs)] : []
    })
  }

  function mergeView(merge: MergeDocument): MergeView {
    const undone = current(merge.undone)
    const reason = current(merge.reason)?.v
    return {
      id: merge.id,
      inputs: merge.inputs.map(recordRef),
      resultId: merge.result,
      at: stampMoment(merge.at),
      by: merge.by,
      device: stampDevice(merge.at),
      ...(reason ? { reason } : {}),
      standing: isStanding(merge),
      ...(undone?.v === true ? { undoneAt: stampMoment(undone.t), undoneBy: undone.b } : {}),
    }
  }

  function living(contactId: ContactId): ContactId {
    livingPerson(views, contactId)
    return contactId
  }

  return {
    refOf,
    recordRef,
    identifiersOf,

    /** The person an id stands for in one line, in whatever state; nothing where there is none. */
    personOf(contactId: ContactId): PersonRef | undefined {
      const row = views.personRow(contactId)
      return row && personRef(row)
    },

    /** How many interactions the person behind an id has. */
    interactionsOf: (contactId: ContactId): number =>
      views.interactionCount(views.setOf(contactId)?.members ?? [contactId]),

    /** The ids of every record that tells of a person, also of merges since undone. */
    recordIds: (contactId: ContactId): ContactId[] => views.recordsOf(anyPerson(views, contactId).members),

    /** One note. @throws ScvError `not_found` */
    async note(id: NoteId): Promise<NoteView> {
      const note = (await store.get('notes', [id])).get(id)
      if (!note) throw new ScvError('not_found', 'There is no note with this id.', { field: 'noteId' })
      return noteView(note)
    },

    /** What points to the person an id stands for. @throws ScvError `not_found`, `deleted`, `erased`, `expired` */
    held(contactId: ContactId): ClaimView[] {
      const person = livingPerson(views, contactId)
      return claimViews(person.members, person.id).filter(({ held }) => held)
    },

    /**
     * Notes on one record, or with `wholeSet` on all of its person, latest first.
     * @throws ScvError `not_found`, `deleted`, `erased`, `expired`
     */
    async notes(contactId: ContactId, wholeSet: boolean): Promise<NoteView[]> {
      const ids = views.noteIds(wholeSet ? livingPerson(views, contactId).members : [living(contactId)])
      const documents = await store.get('notes', ids)
      return ids.flatMap((id) => documents.get(id) ?? []).map(noteView)
    },

    /** A note that stands on any record of a person. @throws ScvError as `notes` */
    async noteOn(contactId: ContactId, noteId: NoteId): Promise<NoteView> {
      const ids = views.noteIds(livingPerson(views, contactId).members)
      const note = ids.includes(noteId) ? (await store.get('notes', [noteId])).get(noteId) : undefined
      if (!note) throw new ScvError('not_found', 'There is no note with this id.', { field: 'noteId' })
      return noteView(note)
    },

    /** The merges of a person's set, standing or undone, newest first. @throws ScvError `not_found` */
    async merges(contactId: ContactId): Promise<MergeView[]> {
      const merges = await store.get('merges', views.mergesOf(anyPerson(views, contactId).members))
      return [...merges.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).map(mergeView)
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
      const wanted = claims.filter(({ identifier }) => views.claimsOn(identifier.id).length > 1)
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
        lostValues: lostEntries(documents, set?.merges ?? [], strandedIn(merges.values(), members)).map(
          ({ key, entry, contactId: from, overwrittenUnseen }): LostValue => ({
            field: fieldOfKey(key),
            key,
            value: entry.v,
            at: stampMoment(entry.t),
            by: writerOf(entry),
            contactId: from,
            stamp: entry.t,
            overwrittenUnseen,
          }),
        ),
        identifiers: claimViews(members, person.id, shared),
        notes: written.filter(({ removed }) => !removed).sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1)),
        removedNotes: written
          .filter(({ removed }) => removed)
          .sort((a, b) => ((a.removed?.at ?? '') < (b.removed?.at ?? '') ? 1 : -1)),
        merges: [...merges.values()].sort((a, b) => (a.at < b.at ? 1 : -1)).map(mergeView),
        neverMerge: neverMergeOf(decisions.values(), members),
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
