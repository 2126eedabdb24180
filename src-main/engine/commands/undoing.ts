// What undoing a merge gives back: edits, notes, claims, type and activity of the time in between go to the former contacts.
// Invariant: without edits in between, every former person claims exactly what it claimed before the merge.

import { ScvError } from '@shared/errors'
import { asNoteId, type ContactId, type IdentifierId, type MergeId, type Stamp } from '@shared/model/ids'
import { mirroredIdentifiers } from '../derive/mirrored'
import { currentEntries, type Person } from '../derive/person'
import { deriveSet, isStanding, type MergeLink, type MergeSet } from '../derive/sets'
import { activityAt, type ContactDocument, joinTypes, registerOf, typeRank } from '../documents/contact'
import { fieldOfKey, fieldsOf, segmentOfKey } from '../documents/fields'
import { identifierId } from '../documents/ids'
import type { MergeDocument } from '../documents/merge'
import { noteContact } from '../documents/note'
import { carriedOver, current, type Entry, joinRegisters, write, writerOf } from '../documents/register'
import type { ClaimOfContact, Views } from '../ports'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { claim, release } from './claiming'
import { personOf } from './person-in-work'

/** An edit made on the result after the merge, or a note written on it; undo must be told which member gets it. */
export interface LaterEdit {
  key: string
  value: Entry['v']
  at: Stamp
  by: string
}

/** What was written on the result since the merge, newest first: one line per field. */
export function laterEdits(result: ContactDocument | undefined, merge: Pick<MergeDocument, 'at'>): LaterEdit[] {
  return Object.entries(result?.fields ?? {})
    .flatMap(([key, register]) => {
      const top = current(register)
      return top && top.t > merge.at ? [{ key, value: top.v, at: top.t, by: writerOf(top) }] : []
    })
    .sort((a, b) => (a.at < b.at ? 1 : -1))
}

const NOTE = 'notes/'

/** Notes written on the result since, latest first: each as an edit of its own, whose key names it. */
export async function laterNotes(
  views: Views,
  work: Pick<UnitOfWork, 'load'>,
  merge: Pick<MergeDocument, 'result'>,
): Promise<LaterEdit[]> {
  const notes = [...(await work.load('notes', views.noteIds([merge.result]))).values()]
  return notes.flatMap((note) => {
    const { id, created, text } = note
    if (note.erased || noteContact(note) !== merge.result) return []
    return [{ key: NOTE + id, value: current(text)?.v ?? null, at: created.at, by: created.by }]
  })
}

/** Everything that was written on the result since: in its fields, and as notes. */
async function writtenSince(views: Views, work: UnitOfWork, merge: MergeDocument): Promise<LaterEdit[]> {
  return [...laterEdits(await work.get('contacts', merge.result), merge), ...(await laterNotes(views, work, merge))]
}

/** Those of them that undoing the merge asks for: who gets an identifier that one of the inputs brought needs no asking. */
export function editsToPlace(views: Views, edits: readonly LaterEdit[], merge: Merged): LaterEdit[] {
  const broughtBy = whoBrought(views, merge)
  return edits.filter((edit) => segmentOfKey(edit.key) === undefined && broughtBy(edit) === undefined)
}

type Merged = Pick<MergeDocument, 'id' | 'result' | 'inputs'>

/** The one input whose records claim every identifier that an edit put into a field; undefined: none, or several do. */
function whoBrought(views: Views, merge: Merged): (edit: LaterEdit) => ContactId | undefined {
  let claimed: Map<ContactId, Set<IdentifierId>> | undefined
  return ({ key, value }) => {
    const ids = [...mirroredIdentifiers(fieldsOf([[key, value]])).keys()]
    if (ids.length === 0) return undefined
    claimed ??= new Map(
      merge.inputs.map((input) => [
        input,
        new Set(views.claimsBy(setWithout(views, merge, input).members).map(({ identifier }) => identifier.id)),
      ]),
    )
    const [only, ...others] = [...claimed].filter(([, own]) => ids.every((id) => own.has(id)))
    return others.length === 0 ? only?.[0] : undefined
  }
}

/** The latest standing merge that builds on this one: that has to be undone first. */
export function builtUpon(views: Views, { id, result }: Pick<MergeDocument, 'id' | 'result'>): MergeLink | undefined {
  return views.setOf(result)?.merges.find((one) => one.inputs.includes(result) || one.builtOn?.includes(id))
}

/** The set that an input would be the head or a member of, were its merge undone. */
export function setWithout(views: Views, merge: Pick<MergeDocument, 'id' | 'result'>, input: ContactId): MergeSet {
  const links = views.setOf(merge.result)?.merges.filter((link) => link.id !== merge.id) ?? []
  return deriveSet(input, (id) => links.filter((link) => link.result === id || link.inputs.includes(id)))
}

/**
 * Takes a merge back in a command's work.
 * @param assignments for each of `editsToPlace`: the input that gets the edit
 * @returns the ids of the contacts that live again
 * @throws ScvError `not_found`, `merge_not_standing`, `merge_not_latest`, `undo_needs_assignment`, `invalid_input`, `deleted`,
 *   `erased`
 */
export async function undoIn(
  views: Views,
  work: UnitOfWork,
  mergeId: MergeId,
  options: { assignments: Readonly<Record<string, ContactId>>; reason?: string | undefined; exactly?: boolean },
): Promise<ContactId[]> {
  const { assignments, reason, exactly = false } = options
  const merge = await undoable(views, work, mergeId)
  const written = await writtenSince(views, work, merge)
  if (exactly) checkAssignments(written, merge, assignments)
  const edits = assigned(views, written, merge, assignments)
  const open = edits.filter(({ member }) => member === undefined).map(({ key }) => key)
  if (open.length > 0)
    throw new ScvError('undo_needs_assignment', 'This person was edited since. Say who gets each edit and note.', {
      field: 'assignments',
      details: { fields: open },
    })
  await takeBack(views, work, merge, edits)
  audit(work, 'undo-merge', [merge.result, ...merge.inputs], { subjectId: mergeId, reason })
  return merge.inputs
}

/** What undoing a merge would give. */
export interface UndoPreview {
  /** The people that would live again, each with those records. */
  people: { person: Person; set: MergeSet }[]
  /** What was edited since, and who would get it; without a member the undo would be refused. */
  edits: (LaterEdit & { member: ContactId | undefined })[]
}

/** The same in work that is thrown away: edits without a named member are left out. @throws ScvError as `undoIn` */
export async function undoPreviewIn(
  views: Views,
  work: UnitOfWork,
  mergeId: MergeId,
  { assignments, exactly = false }: { assignments: Readonly<Record<string, ContactId>>; exactly?: boolean },
): Promise<UndoPreview> {
  const merge = await undoable(views, work, mergeId)
  const written = await writtenSince(views, work, merge)
  if (exactly) checkAssignments(written, merge, assignments)
  const edits = assigned(views, written, merge, assignments)
  await takeBack(views, work, merge, edits)
  const people = await Promise.all(
    merge.inputs.map(async (input) => {
      const set = setWithout(views, merge, input)
      const person = await personOf(work, set.members, set.merges)
      return person ? [{ person, set }] : []
    }),
  )
  return { people: people.flat(), edits }
}

/** @throws ScvError `invalid_input` for a field that was not edited since, or a contact that the merge did not join */
function checkAssignments(
  edits: readonly LaterEdit[],
  merge: MergeDocument,
  assignments: Readonly<Record<string, ContactId>>,
): void {
  const places = new Set(edits.flatMap(({ key }) => [key, fieldOfKey(key)]))
  for (const [key, contactId] of Object.entries(assignments)) {
    const fault = !places.has(key)
      ? 'Nothing of this name was edited since the merge'
      : merge.inputs.includes(contactId)
        ? undefined
        : 'This is none of the contacts that the merge joined'
    if (fault) throw new ScvError('invalid_input', `${fault}.`, { field: `assignments.${key}` })
  }
}

/** Each edit with the input that gets it. */
function assigned(
  views: Views,
  edits: readonly LaterEdit[],
  merge: MergeDocument,
  assignments: Readonly<Record<string, ContactId>>,
): UndoPreview['edits'] {
  const named = (key: string) => (Object.hasOwn(assignments, key) ? assignments[key] : undefined)
  const broughtBy = whoBrought(views, merge)
  return edits.flatMap((edit) => {
    // A segment that the merged person came into since is each one's: which of them was meant cannot be told, nor is it asked.
    if (segmentOfKey(edit.key) !== undefined) return merge.inputs.map((member) => ({ ...edit, member }))
    const member = named(edit.key) ?? named(fieldOfKey(edit.key)) ?? broughtBy(edit)
    return { ...edit, member: member !== undefined && merge.inputs.includes(member) ? member : undefined }
  })
}

async function takeBack(
  views: Views,
  work: UnitOfWork,
  merge: MergeDocument,
  edits: UndoPreview['edits'],
): Promise<void> {
  work.put('merges', { ...merge, undone: write(merge.undone, true, work.stamp, work.by) })
  const given = edits.flatMap(({ member, ...edit }) => (member === undefined ? [] : [{ ...edit, member }]))
  const isNote = ({ key }: LaterEdit) => key.startsWith(NOTE)
  await restoreInputs(
    views,
    work,
    merge,
    given.filter((edit) => !isNote(edit)),
  )
  for (const { key, member } of given.filter(isNote)) {
    const note = await work.get('notes', asNoteId(key.slice(NOTE.length)))
    if (note) work.put('notes', { ...note, link: write(note.link, member, work.stamp, work.by) })
  }
}

/** The merge, if it can be taken back. */
async function undoable(views: Views, work: UnitOfWork, mergeId: MergeId): Promise<MergeDocument> {
  const merge = await work.get('merges', mergeId)
  if (!merge) throw new ScvError('not_found', 'There is no merge with this id.', { field: 'mergeId' })
  if (!isStanding(merge)) throw new ScvError('merge_not_standing', 'This merge was undone already.')
  const status = views.person(merge.result)?.status
  if (status === 'erased') throw new ScvError('erased', 'This person was erased on request.')
  if (status === 'deleted') throw new ScvError('deleted', 'This contact is in the bin. Restore it first.')
  const later = builtUpon(views, merge)
  if (later)
    throw new ScvError('merge_not_latest', 'A later merge builds on this one. Undo that one first.', {
      details: { mergeId: later.id },
    })
  return merge
}

const mirroredIn = (documents: Iterable<ContactDocument>) =>
  mirroredIdentifiers(fieldsOf([...currentEntries([...documents])].map(([key, entry]) => [key, entry.v] as const)))

/**
 * Lets the inputs of a merge live again. An edit given to a member counts as an edit of that member: it claims and
 * releases by difference, and what stood in between stays as history. An identifier that edits took from the set comes
 * back to the member that has it in a field; one that was given up on purpose does not. What the result claimed since goes, with
 * its date, to the member that has it in a field, else to the first input.
 */
async function restoreInputs(
  views: Views,
  work: UnitOfWork,
  merge: MergeDocument,
  edits: readonly (LaterEdit & { member: ContactId })[],
): Promise<void> {
  const result = await work.get('contacts', merge.result)
  const gained = new Map(views.claimsBy([merge.result]).map((one) => [one.identifier.id, one]))
  const taken = takenSince(views, merge, result)
  const placed = new Set<string>()
  const rising = new Set<ContactId>()
  const claimants: { input: ContactId; identifierId: IdentifierId; since: Stamp }[] = []
  for (const input of merge.inputs) {
    const former = setWithout(views, merge, input)
    const documents = await work.load('contacts', former.members)
    const document = documents.get(input)
    if (!document) continue // its document has not arrived on this device yet
    const had = mirroredIn(documents.values())
    const mine = edits.filter(({ member }) => member === input)
    // A person promoted since stays promoted: which of the inputs was meant cannot be told.
    const { value } = result && result.type.at > merge.at ? joinTypes(document.type, result.type) : document.type
    const type = value === document.type.value ? document.type : { value, at: work.stamp, by: work.by }
    const restored = { ...document, fields: withEdits(document, result, merge, mine, work), type }
    documents.set(input, restored)
    if (mine.length > 0 || type !== document.type) work.put('contacts', restored)

    const claimed = new Map<IdentifierId, Stamp>() // the earliest where several members claim one
    for (const { identifier, since } of views.claimsBy(former.members))
      if (!claimed.has(identifier.id)) claimed.set(identifier.id, since)
    const wanted = mirroredIn(documents.values())
    for (const id of had.keys())
      if (!wanted.has(id)) {
        await release(work, former.members, id)
        claimed.delete(id)
      }
    for (const [id, identifier] of wanted) {
      const carried = gained.get(id)
      if (carried) placed.add(id)
      if (claimed.has(id) || !(carried || taken.has(id) || !had.has(id))) continue
      await claim(work, input, identifier, 'field', carried ? { since: carried.since } : {})
      claimed.set(id, carried?.since ?? work.stamp)
      rising.add(input)
    }
    for (const [id, since] of claimed) claimants.push({ input, identifierId: id, since })
  }
  for (const claimant of await placeTheRest(work, merge, gained, placed)) {
    claimants.push(claimant)
    if (gained.get(claimant.identifierId)?.identifier.type !== 'Cookie') rising.add(claimant.input)
  }
  await raise(work, rising)
  await renew(views, work, merge, claimants)
}

/** A contact that gains an identifier that tells of a person is Ephemeral no longer (domain specification, section 4). */
async function raise(work: UnitOfWork, contactIds: Iterable<ContactId>): Promise<void> {
  for (const contact of (await work.load('contacts', [...contactIds])).values())
    if (typeRank(contact.type.value) < typeRank('Identified'))
      work.put('contacts', { ...contact, type: { value: 'Identified', at: work.stamp, by: work.by } })
}

/**
 * Identifiers that stood in the fields of the merged person at some time and stand in none any more: those of the result,
 * and those of other members that edits since the merge saw and replaced. A set that merges made apart hold together has
 * members which this merge did not join.
 */
function takenSince(views: Views, merge: MergeDocument, result: ContactDocument | undefined): Set<string> {
  const now = mirroredIdentifiers(views.person(merge.result)?.fields ?? {})
  const members = (views.setOf(merge.result)?.members ?? []).flatMap((id) => views.contact(id) ?? [])
  const keys = new Set(members.flatMap((member) => Object.keys(member.fields)))
  const ever = [...keys].flatMap((key) => {
    const entries = members.flatMap((member) => registerOf(member, key) ?? [])
    const replaced = new Set(entries.flatMap(({ t, p = [] }) => (t > merge.at ? p : [])))
    const stood = [...((result && registerOf(result, key)) ?? []), ...entries.filter(({ t }) => replaced.has(t))]
    return stood.flatMap(({ v }) => [...mirroredIdentifiers(fieldsOf([[key, v]])).keys()])
  })
  return new Set(ever.filter((id) => !now.has(id)))
}

/** A member's registers with the edits it is given on top, and all that was typed in between below them. */
function withEdits(
  document: ContactDocument,
  result: ContactDocument | undefined,
  merge: MergeDocument,
  edits: readonly LaterEdit[],
  work: UnitOfWork,
): ContactDocument['fields'] {
  const fields = new Map(Object.entries(document.fields))
  for (const { key, value } of edits) {
    const between = ((result && registerOf(result, key)) ?? []).filter((entry) => entry.t > merge.at)
    fields.set(key, write(joinRegisters(fields.get(key), carriedOver(between, work.by)), value, work.stamp, work.by))
  }
  return Object.fromEntries(fields)
}

/** Claims of the result that no input has a field for go to the first one. */
async function placeTheRest(
  work: UnitOfWork,
  merge: MergeDocument,
  gained: ReadonlyMap<IdentifierId, ClaimOfContact>,
  placed: ReadonlySet<string>,
) {
  const [first] = merge.inputs
  const claimants: { input: ContactId; identifierId: IdentifierId; since: Stamp }[] = []
  for (const [id, { identifier, since, via }] of gained) {
    if (first === undefined || placed.has(id)) continue
    await claim(work, first, identifier, via, { since })
    claimants.push({ input: first, identifierId: id, since })
  }
  return claimants
}

/** Interactions that go to a member renew it, or retention would take it for forgotten. */
async function renew(
  views: Views,
  work: UnitOfWork,
  merge: MergeDocument,
  claimants: readonly { input: ContactId; identifierId: IdentifierId; since: Stamp }[],
): Promise<void> {
  // Those that came by an earlier undone merge may be an ancestor's already.
  const rows = views.interactionsOf(views.setOf(merge.result)?.members ?? [])
  const interactions = await work.load(
    'interactions',
    rows.map((row) => row.id),
  )
  // A result that this merge was not built on was joined with it from apart: what came to it by an input goes along.
  const joined = new Set(
    views.setOf(merge.result)?.merges.flatMap((link) => (merge.builtOn?.includes(link.id) ? [] : [link.result])),
  )
  const staysWith = new Map(merge.inputs.map((input) => [input, new Set(setWithout(views, merge, input).members)]))
  const leaves = (contactId: ContactId | null, input: ContactId | undefined) =>
    contactId !== null && joined.has(contactId) && input !== undefined && !staysWith.get(input)?.has(contactId)
      ? input
      : contactId
  const earliestFirst = [...claimants].sort((a, b) => (a.since < b.since ? -1 : a.since > b.since ? 1 : 0))
  const latest = new Map<ContactId, number>()
  for (const { id, contactId, startedMs } of rows) {
    const came = interactions.get(id)?.facts.identifiers.map(identifierId) ?? []
    const claimant = came.flatMap((one) => earliestFirst.find((claimed) => claimed.identifierId === one) ?? [])[0]
    const goesTo =
      contactId === merge.result ? (claimant?.input ?? merge.inputs[0]) : leaves(contactId, claimant?.input)
    if (goesTo) latest.set(goesTo, Math.max(latest.get(goesTo) ?? 0, startedMs))
  }
  for (const contact of (await work.load('contacts', [...latest.keys()])).values()) {
    const lastActivity = Math.max(contact.lastActivity, activityAt(latest.get(contact.id) ?? 0, work.stamp))
    if (lastActivity > contact.lastActivity) work.put('contacts', { ...contact, lastActivity })
  }
}
