// Taking an import back as a whole: people it made go to the bin, values it wrote on others give way to the former ones.
// Invariant: nothing that was done since is undone with it: what was worked on stays and is told. A slice is one command,
// whole or not at all; calling it again goes on where it stopped, since what is taken back is no longer the import's.
import { ScvError } from '@shared/errors'
import { type ContactId, NO_STAMP, type NoteId, type Stamp } from '@shared/model/ids'
import type { ImportUndo } from '@shared/model/import'
import { IMPORT_UNDO_DAYS } from '@shared/model/limits'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { Person } from '../derive/person'
import type { AuditDocument } from '../documents/audit'
import { type ContactDocument, registerOf } from '../documents/contact'
import { fieldsOf } from '../documents/fields'
import { importPartId } from '../documents/ids'
import type { JSONValue } from '../documents/json'
import { current, type Entry, joinRegisters, write } from '../documents/register'
import { isStamp, stampDevice, stampMs } from '../documents/stamp'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { binIn } from './bin'
import { release } from './claiming'
import { writeRegisters } from './fields'

/** How long an import can be undone: as long as what it brings into the bin can be restored. */
const IMPORT_UNDO_MS = IMPORT_UNDO_DAYS * 86_400_000
/** Entries read at once when looking for the parts of an import. */
const PARTS_READ = 64
/** People told by name in the answer; the others are counted. */
const KEPT_LISTED = 500

interface Part {
  contactIds: readonly ContactId[]
  first: Stamp
  last: Stamp
}

/** Tells which stamps an import's writes bear. */
function ownStamps(parts: readonly Part[]): (stamp: Stamp) => boolean {
  const device = stampDevice(parts[0]?.first ?? NO_STAMP)
  return (stamp) => {
    if (stampDevice(stamp) !== device) return false
    let low = 0
    let high = parts.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const part = parts[middle]
      if (!part || stamp < part.first) high = middle - 1
      else if (stamp > part.last) low = middle + 1
      else return true
    }
    return false
  }
}

async function partsOf({ store }: Runtime, importId: string): Promise<Part[]> {
  const parts: Part[] = []
  for (let from = 0; ; from += PARTS_READ) {
    const ids = Array.from({ length: PARTS_READ }, (_, index) => importPartId(importId, from + index))
    const found = await store.get('audit', ids)
    for (const id of ids) {
      const entry: AuditDocument | undefined = found.get(id)
      if (!entry) continue
      const last = entry.details?.['last']
      parts.push({ contactIds: entry.contactIds, first: entry.at, last: isStamp(last) ? last : entry.at })
    }
    if (found.size < PARTS_READ) return parts
  }
}

/** Takes an import back. @throws ScvError `not_found`, `import_too_old`, `forbidden` */
export async function undoImport(
  runtime: Runtime,
  actor: Actor,
  importId: string,
  onProgress: (undo: ImportUndo) => void,
): Promise<ImportUndo> {
  requirePermission(actor, 'externalContacts:import:add')
  requirePermission(actor, 'externalContacts:contact:edit')
  requirePermission(actor, 'externalContacts:contact:delete')
  const { store, clock, execute } = runtime
  const doneId = importPartId(importId, 'undone')
  const before = (await store.get('audit', [doneId])).get(doneId)
  const parts = await partsOf(runtime, importId)
  const [first] = parts
  if (!first)
    throw new ScvError('not_found', 'There is no import with this id, or it wrote nothing.', { field: 'importId' })
  const undo: ImportUndo = { importId, done: false, progress: 0, deleted: 0, restored: 0, keptTotal: 0, kept: [] }
  if (before) {
    const number = (name: string) => Number(before.details?.[name] ?? 0)
    return {
      ...undo,
      done: true,
      progress: 1,
      deleted: number('deleted'),
      restored: number('restored'),
      keptTotal: number('kept'),
    }
  }
  if (stampMs(first.first) < clock.now() - IMPORT_UNDO_MS)
    throw new ScvError('import_too_old', 'This import is older than 30 days; it cannot be undone as a whole any more.')
  const isOwn = ownStamps(parts)
  const seen = new Set<string>()
  for (const [index, part] of parts.entries()) {
    const contactIds = part.contactIds.filter((id) => !seen.has(id))
    for (const id of contactIds) seen.add(id)
    const slice = await execute(actor, (work) => undoSlice(runtime, work, contactIds, isOwn), { searchable: false })
    undo.deleted += slice.deleted
    undo.restored += slice.restored
    undo.keptTotal += slice.kept.length
    undo.kept.push(...slice.kept.slice(0, KEPT_LISTED - undo.kept.length))
    undo.progress = (index + 1) / parts.length
    onProgress({ ...undo })
  }
  await execute(actor, async (work) => {
    const { by, stamp } = work
    const details = { undone: true, importId, deleted: undo.deleted, restored: undo.restored, kept: undo.keptTotal }
    work.put('audit', { id: doneId, at: stamp, by, action: 'import', contactIds: [], subjectId: importId, details })
  })
  return { ...undo, done: true, progress: 1 }
}

type Slice = Pick<ImportUndo, 'deleted' | 'restored' | 'kept'>

async function undoSlice(
  runtime: Runtime,
  work: UnitOfWork,
  contactIds: readonly ContactId[],
  isOwn: (stamp: Stamp) => boolean,
): Promise<Slice> {
  const { views } = runtime
  const slice: Slice = { deleted: 0, restored: 0, kept: [] }
  await work.load('contacts', contactIds)
  const done = new Set<string>()
  for (const contactId of contactIds) {
    const document = await work.get('contacts', contactId)
    const person = views.person(contactId)
    if (!document || !person || person.status !== 'active' || done.has(person.id)) continue
    done.add(person.id)
    const keep = (why: ImportUndo['kept'][number]['why']) =>
      slice.kept.push({ contactId: person.id, displayName: person.displayName, why })
    if (document.created.via === 'import' && isOwn(document.created.at)) {
      if (await workedOn(runtime, work, person, document, isOwn)) keep('worked_on')
      else {
        await binIn(views, work, contactId)
        slice.deleted += 1
      }
    } else if (await takeBack(runtime, work, person, isOwn, keep)) slice.restored += 1
  }
  return slice
}

/** Whether a user has done anything with a person since an import made them. */
async function workedOn(
  { views }: Runtime,
  work: UnitOfWork,
  person: Person,
  document: ContactDocument,
  isOwn: (stamp: Stamp) => boolean,
): Promise<boolean> {
  if (person.members.length > 1 || document.deleted || !isOwn(document.type.at)) return true
  if (Object.values(document.fields).some((register) => register.some(({ t }) => !isOwn(t)))) return true
  if (views.interactionCount([person.id]) > 0 || views.mergesOf([person.id]).length > 0) return true
  if (views.claimsBy([person.id]).some(({ since }) => !isOwn(since))) return true
  const notes = await work.load('notes', views.noteIds([person.id], true))
  return [...notes.values()].some((note) => [...note.text, ...(note.deleted ?? [])].some(({ t }) => !isOwn(t)))
}

/** Takes back what an import wrote on a person who was here before. @returns whether there was anything */
async function takeBack(
  { views }: Runtime,
  work: UnitOfWork,
  person: Person,
  isOwn: (stamp: Stamp) => boolean,
  keep: (why: ImportUndo['kept'][number]['why']) => void,
): Promise<boolean> {
  const members = [...(await work.load('contacts', person.members)).values()]
  const former = new Map<string, JSONValue | null>()
  for (const [key, entry] of person.values) {
    if (!isOwn(entry.t)) continue
    const all = members.reduce<Entry[]>((entries, member) => joinRegisters(entries, registerOf(member, key)), [])
    former.set(key, current(all.filter(({ t }) => !isOwn(t)))?.v ?? null)
  }
  const changed = await writeRegisters(work, person, former, 'import')
  // What the import claimed without a field. Claims of fields went with the fields.
  const values = new Map([...person.values].map(([key, { v }]) => [key, v] as const))
  for (const [key, value] of former) values.set(key, value)
  const wanted = mirroredIdentifiers(fieldsOf(values))
  let released = 0
  for (const { identifier, since, via } of views.claimsBy(person.members))
    if (
      via === 'import' &&
      isOwn(since) &&
      !wanted.has(identifier.id) &&
      (await release(work, person.members, identifier.id))
    )
      released += 1
  const notes = await removeNotes(views.noteIds(person.members), work, isOwn, keep)
  if (members.some(({ type, created }) => isOwn(type.at) && !isOwn(created.at))) keep('stays_curated')
  return changed.length + released + notes > 0
}

/** Remarks that came with the import go; one that was changed since stays. */
async function removeNotes(
  noteIds: readonly NoteId[],
  work: UnitOfWork,
  isOwn: (stamp: Stamp) => boolean,
  keep: (why: ImportUndo['kept'][number]['why']) => void,
): Promise<number> {
  let removed = 0
  for (const note of (await work.load('notes', noteIds)).values()) {
    if (!isOwn(note.created.at)) continue
    if (note.text.some(({ t }) => !isOwn(t))) keep('note_changed')
    else {
      work.put('notes', { ...note, deleted: write(note.deleted, true, work.stamp, work.by) })
      removed += 1
    }
  }
  return removed
}
