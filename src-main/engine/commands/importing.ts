// Importing people: rows are tried, or written in batches.
// Invariant: `plan` and `apply` decide with one code; a row goes in whole or not at all, a batch likewise, with an entry of
// which people it wrote to and when, so that the whole import can be taken back.

import { ScvError } from '@shared/errors'
import { asContactId, type ContactId, type Stamp } from '@shared/model/ids'
import type { ImportOptions } from '@shared/model/import'
import { NOTE_MAX } from '@shared/model/limits'
import { contactSchemasIn } from '../derive/contact-schemas'
import { CONTACT_SCHEMAS } from '../derive/versioned-settings'
import { importPartId, newContactId, newImportId, newNoteId } from '../documents/ids'
import { current } from '../documents/register'
import type { ContactImporter, ImportDraft, ImportSession, RowVerdict } from '../import-port'
import { type Actor, requirePermission } from '../permissions'
import type { Scratch } from '../ports'
import type { Runtime } from '../runtime'
import { storedSettings } from '../stored-settings'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { claim, loadIdentifiers } from './claiming'
import { type ContactSchemas, contactSchemasOf } from './contact-schemas'
import { claimFields, newContact, writeFields } from './fields'
import type { Overlay } from './import-matching'
import { type Prepared, prepare, rowDecisions } from './import-rows'
import { personIn } from './person-in-work'

const IMPORT_BATCH_MAX = 500

function checkSize(drafts: readonly ImportDraft[]): void {
  if (drafts.length > IMPORT_BATCH_MAX)
    throw new ScvError('too_many', `At most ${IMPORT_BATCH_MAX} rows at a time.`, { field: 'drafts' })
}

export function importCommands(runtime: Runtime, createScratch: () => Scratch, actor: Actor): ContactImporter {
  const { store, views, settings, execute, clock } = runtime
  const { decide, remember, fieldsOfPerson } = rowDecisions(
    views,
    actor.permissions.has('externalContacts:contact:view'),
  )

  return {
    begin(options): ImportSession {
      requirePermission(actor, 'externalContacts:import:add')
      const region = options.region ?? settings().defaultRegion
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
          const rows = drafts.map((draft) => prepare(views, draft, region, placeOf))
          scratch ??= createScratch()
          const overlay = scratch
          const schemas = contactSchemasIn(await storedSettings(store, CONTACT_SCHEMAS))
          return rows.map((row) => {
            const decision = decide(overlay, row, options, schemas)
            const { verdict } = decision
            const contactId = verdict.contactId ?? asContactId(`row ${verdict.row}`) // it stands for the contact that comes of it
            if (verdict.verdict === 'create' || verdict.verdict === 'update')
              remember(overlay, contactId, verdict.contactId ? fieldsOfPerson(overlay, contactId) : {}, decision)
            return verdict
          })
        },

        async apply(drafts) {
          checkSize(drafts)
          const rows = drafts.map((draft) => prepare(views, draft, region, placeOf))
          const verdicts = await execute(
            actor,
            async (work) => {
              const overlay = new Map<string, string>()
              const schemas = await contactSchemasOf(work)
              const done: RowVerdict[] = []
              for (const row of rows) done.push(await applyRow(work, overlay, row, { options, schemas }))
              importId ??= newImportId(work.stamp)
              notePeople(work, importId, parts, done)
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
  function notePeople(work: UnitOfWork, importId: string, part: number, verdicts: readonly RowVerdict[]): void {
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
    { options, schemas }: { options: ImportOptions; schemas: ContactSchemas },
  ): Promise<RowVerdict> {
    const decision = decide(overlay, row, options, schemas)
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
    if (decision.note !== '') await addNote(work, contactId, decision.note.slice(0, NOTE_MAX).toWellFormed(), stamp)
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
