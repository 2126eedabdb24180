// Importing people: what each row is to become, and writing rows in batches.
// Invariant: `plan` and `apply` decide with one code; a row goes in whole or not at all, a batch likewise, with an entry of
// which people it wrote to and when, so that the whole import can be taken back.

import { ScvError } from '@shared/errors'
import { type ContactFields, displayNameOf } from '@shared/model/contact'
import type { Identifier } from '@shared/model/identifier'
import { asContactId, type ContactId, type IdentifierId, type Stamp } from '@shared/model/ids'
import type { ImportOptions } from '@shared/model/import'
import { tryNormalise } from '@shared/model/normalise'
import { mirroredIdentifiers } from '../derive/mirrored'
import { canonicalJson } from '../documents/canonical-json'
import { fieldsOf, isEmpty, registerChanges } from '../documents/fields'
import { identifierId, importedRow, importPartId, newContactId, newImportId, newNoteId } from '../documents/ids'
import { current } from '../documents/register'
import type { ContactImporter, ImportDraft, ImportSession, RowVerdict } from '../import-port'
import { readChanges, type StoredChanges } from '../input'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Scratch } from '../ports'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { claim, loadIdentifiers } from './claiming'
import { claimFields, newContact, writeFields } from './fields'
import { combine } from './import-combining'
import { importMatching, type Overlay } from './import-matching'
import { personIn } from './person-in-work'

const IMPORT_BATCH_MAX = 500

/** A row read, before it is decided which person it means. */
interface Prepared {
  draft: ImportDraft
  given: StoredChanges
  fields: ContactFields
  /** Identifiers of its fields, by document id. */
  mirrored: ReadonlyMap<IdentifierId, Identifier>
  /** Those without a field. */
  extra: ReadonlyMap<IdentifierId, Identifier>
  /** What stands for a row that names no identifier; rows that do are asked for it where nothing else knows them. */
  rowKey?: { id: IdentifierId; identifier: Identifier }
  /** The person that an agent took the row for. */
  means?: ContactId
  error?: NonNullable<RowVerdict['error']>
}

interface Decision {
  verdict: RowVerdict
  /** What to write on the matched contact or on a new one. */
  changes: StoredChanges
  /** Identifiers to claim without a field. */
  claims: Map<IdentifierId, Identifier>
}

function checkSize(drafts: readonly ImportDraft[]): void {
  if (drafts.length > IMPORT_BATCH_MAX)
    throw new ScvError('too_many', `At most ${IMPORT_BATCH_MAX} rows at a time.`, { field: 'drafts' })
}

/** What stands for a row, of those that say the same the one in a place. */
function rowKeyOf(given: StoredChanges, place: number): { id: IdentifierId; identifier: Identifier } {
  const identifier = importedRow(canonicalJson(given), place)
  return { id: identifierId(identifier), identifier }
}

export function importCommands(runtime: Runtime, createScratch: () => Scratch, actor: Actor): ContactImporter {
  const mayView = actor.permissions.has('externalContacts:contact:view')
  const { views, settings, execute, clock } = runtime
  const { claimantIds, claimantOf, claimantsOf, fieldsOfPerson, matchOf } = importMatching(views)

  function prepare(draft: ImportDraft, options: ImportOptions, placeOf: (values: string) => number): Prepared {
    const nothing = { draft, given: {}, fields: {}, mirrored: new Map(), extra: new Map() }
    const region = options.region ?? settings().defaultRegion
    let given: StoredChanges
    let means: { means?: ContactId }
    try {
      given = readChanges(draft.input, region)
      means = draft.means === undefined ? {} : { means: livingPerson(views, draft.means, 'row').id }
    } catch (error) {
      if (!(error instanceof ScvError)) throw error
      const { code, message, field } = error
      return { ...nothing, error: { code, message, ...(field ? { field } : {}) } }
    }
    if (Object.values(given).every(isEmpty))
      return { ...nothing, error: { code: 'empty_contact', message: 'The row says nothing about anyone.' } }
    const fields = fieldsOf(registerChanges(given, new Map()))
    const mirrored = mirroredIdentifiers(fields)
    const extra = new Map<IdentifierId, Identifier>()
    for (const input of draft.identifiers ?? []) {
      const identifier = tryNormalise(input, region)
      const id = identifier && identifierId(identifier)
      if (id && !mirrored.has(id)) extra.set(id, identifier)
    }
    if (mirrored.size + extra.size > 0) return { draft, given, fields, mirrored, extra, ...means }
    return { draft, given, fields, mirrored, extra, ...means, rowKey: rowKeyOf(given, placeOf(canonicalJson(given))) }
  }

  function decide(overlay: Overlay, row: Prepared, options: ImportOptions): Decision {
    const { draft, given, fields, mirrored, extra, rowKey, means, error } = row
    const verdict: RowVerdict = { row: draft.row, verdict: 'reject', displayName: '', disputes: [], keptExisting: [] }
    if (error) return { verdict: { ...verdict, error }, changes: {}, claims: new Map() }
    const identifiers = new Map([...mirrored, ...extra])
    const match =
      means === undefined
        ? (matchOf(overlay, { identifiers, fields, ...(rowKey ? { rowKey: rowKey.id } : {}) }) ??
          (rowKey ? undefined : claimantsOf(overlay, rowKeyOf(given, 0).id)[0]))
        : claimantOf(overlay, means)
    const contactId = match?.contactId
    const claimed = (id: IdentifierId) => contactId !== undefined && claimantIds(overlay, id).includes(contactId)
    const { changes, spare, kept } =
      contactId === undefined
        ? { changes: given, spare: new Map<IdentifierId, Identifier>(), kept: [] }
        : combine(fieldsOfPerson(overlay, contactId), claimed, given, options.onMatch)
    const claims = new Map([...spare, ...extra].filter(([id]) => !claimed(id)))
    if (contactId !== undefined && options.onMatch === 'skip') claims.clear()
    else if (rowKey && contactId === undefined) claims.set(rowKey.id, rowKey.identifier)
    else if (means !== undefined) {
      // The same row again means the same person, without a word.
      const { id, identifier } = rowKey ?? rowKeyOf(given, 0)
      if (!claimed(id)) claims.set(id, identifier)
    }
    const owner = contactId ?? `row ${draft.row}`
    for (const [id, identifier] of identifiers) {
      const [holder] = claimantsOf(overlay, id)
      if (holder && holder.contactId !== owner)
        verdict.disputes.push({
          identifier,
          ...(mayView ? { holderId: holder.contactId, holderName: holder.name } : {}),
        })
    }
    // A contact made by itself that a file names becomes a curated one: people come from imports, too.
    const rises = match?.curated === false && options.onMatch !== 'skip'
    const changed = Object.keys(changes).length > 0 || claims.size > 0 || rises
    verdict.verdict = contactId === undefined ? 'create' : changed ? 'update' : 'unchanged'
    verdict.displayName = displayNameOf(fields)
    verdict.keptExisting = kept
    if (contactId !== undefined) verdict.contactId = contactId
    return { verdict, changes, claims }
  }

  /** Lets later rows see what this one does. */
  function remember(
    overlay: Overlay,
    contactId: ContactId,
    before: ContactFields,
    { changes, claims }: Decision,
  ): void {
    const old = new Map(registerChanges(before, new Map()))
    const fields = fieldsOf(new Map([...old, ...registerChanges(changes, old)]))
    overlay.set(`fields ${contactId}`, JSON.stringify(fields))
    overlay.set(`name ${contactId}`, displayNameOf(fields))
    const held = mirroredIdentifiers(before)
    const wanted = mirroredIdentifiers(fields)
    const others = (id: IdentifierId) => claimantIds(overlay, id).filter((one) => one !== contactId)
    for (const id of held.keys()) if (!wanted.has(id)) overlay.set(`claimants ${id}`, JSON.stringify(others(id)))
    for (const id of [...wanted.keys(), ...claims.keys()])
      if (!held.has(id) && !claimantIds(overlay, id).includes(contactId))
        overlay.set(`claimants ${id}`, JSON.stringify([...others(id), contactId]))
  }

  return {
    begin(options): ImportSession {
      requirePermission(actor, 'externalContacts:import:add')
      let scratch: Scratch | undefined
      let importId: string | undefined
      let parts = 0
      /** How many rows alike came before, so that two of a file stay two. */
      const placeOf = (values: string): number => {
        scratch ??= createScratch()
        const place = Number(scratch.get(`alike ${values}`) ?? 0)
        scratch.set(`alike ${values}`, String(place + 1))
        return place
      }
      return {
        async plan(drafts) {
          checkSize(drafts)
          await views.settle({ searchable: false })
          const rows = drafts.map((draft) => prepare(draft, options, placeOf))
          scratch ??= createScratch()
          const overlay = scratch
          return rows.map((row) => {
            const decision = decide(overlay, row, options)
            const { verdict } = decision
            const contactId = verdict.contactId ?? asContactId(`row ${verdict.row}`) // it stands for the contact that comes of it
            if (verdict.verdict === 'create' || verdict.verdict === 'update')
              remember(overlay, contactId, verdict.contactId ? fieldsOfPerson(overlay, contactId) : {}, decision)
            return verdict
          })
        },

        async apply(drafts) {
          checkSize(drafts)
          const rows = drafts.map((draft) => prepare(draft, options, placeOf))
          const verdicts = await execute(
            actor,
            async (work) => {
              const overlay = new Map<string, string>()
              const done: RowVerdict[] = []
              for (const row of rows) done.push(await applyRow(work, overlay, row, options))
              importId ??= newImportId(work.stamp)
              tellWhom(work, importId, parts, done)
              return done
            },
            { searchable: false },
          )
          parts += 1
          return verdicts
        },

        async end({ counts, cancelled, fileName }) {
          scratch?.close()
          scratch = undefined
          if (importId === undefined) return undefined // a dry run leaves no trail
          const id = importId
          const details = { ...counts, cancelled, fileName, importId: id, parts }
          await execute(actor, async (work) => audit(work, 'import', [], { subjectId: id, details }))
          return { importId: id }
        },
      }
    },
  }

  /** Leaves behind which people a batch wrote to, and which stamps are its own. */
  function tellWhom(work: UnitOfWork, importId: string, part: number, verdicts: readonly RowVerdict[]): void {
    const written = verdicts.flatMap(({ verdict, contactId }) =>
      contactId !== undefined && (verdict === 'create' || verdict === 'update' || verdict === 'unchanged')
        ? contactId
        : [],
    )
    const { by, stamp } = work
    work.put('audit', {
      id: importPartId(importId, part),
      at: stamp,
      by,
      action: 'import',
      contactIds: [...new Set(written)],
      subjectId: importId,
      details: { importId, part, last: clock.tick() },
    })
  }

  async function applyRow(
    work: UnitOfWork,
    overlay: Overlay,
    row: Prepared,
    options: ImportOptions,
  ): Promise<RowVerdict> {
    const decision = decide(overlay, row, options)
    const { verdict, changes, claims } = decision
    if (verdict.verdict === 'reject') return verdict
    const stamp = clock.tick() // one a row, so that of two rows with one number the first holds it
    const before = verdict.contactId === undefined ? {} : fieldsOfPerson(overlay, verdict.contactId)
    if (verdict.verdict === 'create') {
      const contact = newContact(work, newContactId(stamp), 'Curated', 'import', changes, stamp)
      work.put('contacts', contact)
      await claimFields(work, contact, 'import', stamp, row.mirrored)
      verdict.contactId = contact.id
    } else if (verdict.verdict === 'update') {
      const person = verdict.contactId === undefined ? undefined : await personIn(views, work, verdict.contactId)
      if (person) {
        await writeFields(work, person, changes, 'import', stamp)
        const head = person.type === 'Curated' ? undefined : await work.get('contacts', person.id)
        if (head) work.put('contacts', { ...head, type: { value: 'Curated', at: stamp, by: work.by } })
      }
    }
    const { contactId } = verdict
    if (contactId === undefined) return verdict
    await loadIdentifiers(work, claims.keys())
    for (const [id, identifier] of claims) await claim(work, contactId, identifier, 'import', { at: stamp, id })
    if (verdict.verdict !== 'unchanged') remember(overlay, contactId, before, decision)
    if (row.draft.note) await addNote(work, contactId, row.draft.note, stamp)
    return verdict
  }

  /** A remark goes in once, however often the file is imported. */
  async function addNote(work: UnitOfWork, contactId: ContactId, text: string, stamp: Stamp): Promise<void> {
    const known = await work.load('notes', views.noteIds(views.setOf(contactId)?.members ?? [contactId]))
    if ([...known.values()].some((note) => current(note.text)?.v === text)) return
    const { by } = work
    work.put('notes', {
      id: newNoteId(work.stamp),
      contactId,
      created: { at: stamp, by },
      text: [{ v: text, t: stamp, b: by }],
    })
  }
}
