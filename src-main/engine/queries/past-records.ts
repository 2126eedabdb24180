// Gathering what a person's past is derived from: their records, those they were ever joined with, and what hangs on them.
// Invariant: nothing is left out that a merge, its undoing or a split took elsewhere since.
import { isKnownToPeople } from '@shared/model/identifier'
import { asContactId, type ContactId } from '@shared/model/ids'
import type { PastRecords } from '../derive/moments'
import type { ContactDocument } from '../documents/contact'
import type { MergeDocument } from '../documents/merge'
import type { NoteDocument } from '../documents/note'
import { anyPerson } from '../people'
import type { DocumentStore, Views } from '../ports'

/** Records that are looked at: many times as many as a person can be made of. */
const RECORDS_MAX = 1_000

/** All that tells of a person, now or before. @throws ScvError `not_found` */
export async function pastRecordsOf(
  { store, views }: { store: DocumentStore; views: Views },
  contactId: ContactId,
  withNotes: boolean,
): Promise<PastRecords> {
  const { members } = anyPerson(views, contactId)
  const { records, merges } = await everJoined(store, views, members)
  const contacts = records.flatMap((id) => views.contact(id) ?? [])
  const taken = await takenOut(store, views, records)
  const byId = new Map(contacts.map((contact) => [contact.id, contact]))
  const mergesBy = new Map<ContactId, MergeDocument[]>()
  for (const merge of merges)
    for (const id of new Set([merge.result, ...merge.inputs])) mergesBy.set(id, [...(mergesBy.get(id) ?? []), merge])
  const claims = views.claimsBy(records, true).filter(({ identifier }) => isKnownToPeople(identifier))
  return {
    members,
    contacts,
    merges,
    claims,
    forgotten: taken
      .flatMap(({ created, erased }) => (erased ? [created.at] : []))
      .sort()
      .at(-1),
    notes: withNotes ? await notesOn(store, views, [...records, ...taken.map(({ id }) => id)]) : [],
    contact: (id) => byId.get(id),
    mergesOf: (id) => mergesBy.get(id) ?? [],
    wasIdentified: (id, until) =>
      claims.some((one) => one.contactId === id && one.since <= until && one.identifier.type !== 'Cookie'),
  }
}

/** These records, all that merges ever joined them with, and the merges, standing or undone. */
async function everJoined(store: DocumentStore, views: Views, members: readonly ContactId[]) {
  const records = new Set(members)
  const merges = new Map<string, MergeDocument>()
  for (let unread = [...members]; unread.length > 0 && records.size < RECORDS_MAX; ) {
    const found = [...(await store.get('merges', views.mergesOf(unread))).values()]
    unread = []
    for (const merge of found) {
      merges.set(merge.id, merge)
      for (const id of [merge.result, ...merge.inputs])
        if (!records.has(id)) {
          records.add(id)
          unread.push(id)
        }
    }
  }
  return { records: [...records], merges: [...merges.values()] }
}

/** Contacts that were taken out of some records. */
async function takenOut(store: DocumentStore, views: Views, records: readonly ContactId[]): Promise<ContactDocument[]> {
  const decisions = await store.get('decisions', views.decisionsOn(records))
  const apart = [...decisions.values()].flatMap(({ kind, subjects }) => (kind === 'cannot-link' ? subjects : []))
  return [...new Set(apart)].flatMap((subject) => {
    const contact = views.contact(asContactId(subject))
    return contact?.created.from !== undefined && records.includes(contact.created.from) ? [contact] : []
  })
}

async function notesOn(store: DocumentStore, views: Views, records: readonly ContactId[]): Promise<NoteDocument[]> {
  const ids = views.noteIds([...new Set(records)], true)
  return [...(await store.get('notes', ids)).values()]
}
