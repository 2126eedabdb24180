// Importing people: which row is who, what it adds, and writing rows in batches.
// Invariant: `plan` and `apply` decide with one code; a row goes in whole or not at all, a batch likewise.

import { ScvError } from '@shared/errors'
import { type ContactField, type ContactFields, displayNameOf, EMAIL_FIELDS, PHONE_FIELDS } from '@shared/model/contact'
import type { Identifier } from '@shared/model/identifier'
import type { ImportOptions } from '@shared/model/import'
import { EXTERNAL_IDS_MAX } from '@shared/model/limits'
import { mirroredIdentifiers } from '../derive/mirrored'
import { sameJson } from '../documents/canonical-json'
import { fieldsOf, isEmpty, registerChanges } from '../documents/fields'
import { newId } from '../documents/ids'
import type { JSONValue } from '../documents/json'
import { current } from '../documents/register'
import type { ContactImporter, ImportDraft, ImportSession, RowVerdict } from '../import-port'
import { readChanges, type StoredChanges } from '../input'
import { type Actor, requirePermission } from '../permissions'
import type { Scratch } from '../ports'
import type { Runtime } from '../runtime'
import type { Work } from '../work'
import { audit } from './audit'
import { claimFields, newContact, writeFields } from './fields'
import { personIn } from './person-in-work'

export const IMPORT_BATCH_MAX = 500

/** What earlier rows of the same import did that the views do not show (yet). */
interface Overlay {
  get(key: string): string | undefined
  set(key: string, value: string): void
}

interface Claimant {
  contactId: string
  name: string
  curated: boolean
}

interface Decision {
  verdict: RowVerdict
  /** What to write on the matched contact or on a new one. */
  changes: StoredChanges
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()

export function importCommands(runtime: Runtime, createScratch: () => Scratch, actor: Actor): ContactImporter {
  const { views, settings, execute, clock } = runtime

  /** Ids of the people who claim an identifier, the holder first, as earlier rows have left them. */
  function claimantIds(overlay: Overlay, identifierId: string): string[] {
    const changed = overlay.get(`claimants ${identifierId}`)
    if (changed !== undefined) return JSON.parse(changed) as string[]
    return [...new Set(views.claimsOn(identifierId).map((claim) => claim.person.id))]
  }

  /** The same with names. Whoever an earlier row wrote to is Curated by now. */
  function claimantsOf(overlay: Overlay, identifierId: string): Claimant[] {
    return claimantIds(overlay, identifierId).map((contactId) => {
      const written = overlay.get(`name ${contactId}`)
      const row = written === undefined ? views.personRow(contactId) : undefined
      return { contactId, name: written ?? row?.name ?? '', curated: written !== undefined || row?.type === 'Curated' }
    })
  }

  function fieldsOfPerson(overlay: Overlay, contactId: string): ContactFields {
    const changed = overlay.get(`fields ${contactId}`)
    return changed === undefined ? (views.person(contactId)?.fields ?? {}) : (JSON.parse(changed) as ContactFields)
  }

  /** The person a row means: the holder of its record id, else a curated one of the same name that claims its address or number. */
  function matchOf(overlay: Overlay, identifiers: ReadonlyMap<string, Identifier>, name: string): Claimant | undefined {
    for (const [id, { type }] of identifiers) {
      const [holder] = type === 'ExternalId' ? claimantsOf(overlay, id) : []
      if (holder) return holder
    }
    for (const id of identifiers.keys())
      for (const claimant of claimantsOf(overlay, id))
        if (claimant.curated && fold(claimant.name) === fold(name)) return claimant
    return undefined
  }

  function decide(overlay: Overlay, draft: ImportDraft, options: ImportOptions): Decision {
    const verdict: RowVerdict = { row: draft.row, verdict: 'reject', displayName: '', disputes: [], keptExisting: [] }
    let given: StoredChanges
    try {
      given = readChanges(draft.input, options.region ?? settings().defaultRegion)
    } catch (error) {
      if (!(error instanceof ScvError)) throw error
      const { code, message, field } = error
      return { verdict: { ...verdict, error: { code, message, ...(field ? { field } : {}) } }, changes: {} }
    }
    if (Object.values(given).every(isEmpty)) {
      const error = { code: 'empty_contact', message: 'The row says nothing about anyone.' }
      return { verdict: { ...verdict, error }, changes: {} }
    }
    const values = fieldsOf(registerChanges(given, new Map()))
    const identifiers = mirroredIdentifiers(values)
    const name = displayNameOf(values)
    const match = matchOf(overlay, identifiers, name)
    const contactId = match?.contactId
    const { changes, kept } =
      contactId === undefined
        ? { changes: given, kept: [] }
        : combine(fieldsOfPerson(overlay, contactId), given, options.onMatch)
    const owner = contactId ?? `row ${draft.row}`
    for (const [id, identifier] of identifiers) {
      const [holder] = claimantsOf(overlay, id)
      if (holder && holder.contactId !== owner)
        verdict.disputes.push({ identifier, holderId: holder.contactId, holderName: holder.name })
    }
    // A contact made by itself that a file names becomes a curated one: people come from imports, too.
    const changed = Object.keys(changes).length > 0 || (match?.curated === false && options.onMatch !== 'skip')
    verdict.verdict = contactId === undefined ? 'create' : changed ? 'update' : 'unchanged'
    verdict.displayName = name
    verdict.keptExisting = kept
    if (contactId !== undefined) verdict.contactId = contactId
    return { verdict, changes }
  }

  /** Lets later rows see what this one does. */
  function remember(overlay: Overlay, contactId: string, before: ContactFields, changes: StoredChanges): void {
    const old = new Map(registerChanges(before, new Map()))
    const fields = fieldsOf(new Map([...old, ...registerChanges(changes, old)]))
    overlay.set(`fields ${contactId}`, JSON.stringify(fields))
    overlay.set(`name ${contactId}`, displayNameOf(fields))
    const held = mirroredIdentifiers(before)
    const wanted = mirroredIdentifiers(fields)
    const others = (id: string) => claimantIds(overlay, id).filter((one) => one !== contactId)
    for (const id of held.keys()) if (!wanted.has(id)) overlay.set(`claimants ${id}`, JSON.stringify(others(id)))
    for (const id of wanted.keys())
      if (!held.has(id) && !claimantIds(overlay, id).includes(contactId))
        overlay.set(`claimants ${id}`, JSON.stringify([...others(id), contactId]))
  }

  function checkSize(drafts: readonly ImportDraft[]): void {
    if (drafts.length > IMPORT_BATCH_MAX)
      throw new ScvError('too_many', `At most ${IMPORT_BATCH_MAX} rows at a time.`, { field: 'drafts' })
  }

  return {
    begin(options): ImportSession {
      requirePermission(actor, 'externalContacts:import:add')
      let scratch: Scratch | undefined
      let applied = false
      return {
        async plan(drafts) {
          checkSize(drafts)
          await views.settle('later')
          scratch ??= createScratch()
          const overlay = scratch
          return drafts.map((draft) => {
            const { verdict, changes } = decide(overlay, draft, options)
            const contactId = verdict.contactId ?? `row ${draft.row}`
            if (verdict.verdict === 'create' || verdict.verdict === 'update')
              remember(overlay, contactId, verdict.contactId ? fieldsOfPerson(overlay, contactId) : {}, changes)
            return verdict
          })
        },

        async apply(drafts) {
          checkSize(drafts)
          applied = true
          return execute(
            actor,
            async (work) => {
              const overlay = new Map<string, string>()
              const verdicts: RowVerdict[] = []
              for (const draft of drafts) verdicts.push(await applyRow(work, overlay, draft, options))
              return verdicts
            },
            'later',
          )
        },

        async end({ counts, cancelled }) {
          scratch?.close()
          scratch = undefined
          if (!applied) return // a dry run leaves no trail
          await execute(actor, async (work) => audit(work, 'import', [], { details: { ...counts, cancelled } }))
        },
      }
    },
  }

  async function applyRow(
    work: Work,
    overlay: Overlay,
    draft: ImportDraft,
    options: ImportOptions,
  ): Promise<RowVerdict> {
    const { verdict, changes } = decide(overlay, draft, options)
    if (verdict.verdict === 'reject') return verdict
    const stamp = clock.tick() // one a row, so that of two rows with one number the first holds it
    const before = verdict.contactId === undefined ? {} : fieldsOfPerson(overlay, verdict.contactId)
    if (verdict.verdict === 'create') {
      const contact = newContact(work, newId(stamp), 'Curated', 'import', changes, stamp)
      work.put('contacts', contact)
      await claimFields(work, contact, 'import', stamp)
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
    if (verdict.verdict !== 'unchanged') remember(overlay, contactId, before, changes)
    if (draft.note) await addNote(work, contactId, draft.note, stamp)
    return verdict
  }

  /** A remark goes in once, however often the file is imported. */
  async function addNote(work: Work, contactId: string, text: string, stamp: string): Promise<void> {
    const known = await work.load('notes', views.noteIds(views.setOf(contactId)?.members ?? [contactId]))
    if ([...known.values()].some((note) => current(note.text)?.v === text)) return
    const { by } = work
    work.put('notes', {
      id: newId(work.stamp),
      contactId,
      created: { at: stamp, by },
      text: [{ v: text, t: stamp, b: by }],
    })
  }
}

/**
 * What a row changes on the person it matches. `fill`: a value goes into its field if that is empty, a number or address
 * else into a free field of its kind; the rest is told. `overwrite`: the row wins. `skip`: nothing changes.
 */
function combine(
  person: ContactFields,
  row: StoredChanges,
  onMatch: ImportOptions['onMatch'],
): { changes: StoredChanges; kept: { field: string; value: string }[] } {
  const changes: Record<string, unknown> = {}
  const kept: { field: string; value: string }[] = []
  const known = mirroredIdentifiers(person)
  for (const [field, value] of Object.entries(row)) {
    if (isEmpty(value)) continue
    const mine = person[field as ContactField]
    if (field === 'externalIds' || field === 'customFields') {
      const before = new Map(registerChanges({ [field]: mine ?? null }, new Map()))
      const added = [...registerChanges({ [field]: value }, new Map())].filter(
        ([key, v]) => !sameJson(before.get(key), v),
      )
      const all = new Map<string, JSONValue | null>(before)
      for (const [key, v] of onMatch === 'skip' ? [] : added)
        if (field === 'customFields' || all.has(key) || all.size < EXTERNAL_IDS_MAX) all.set(key, v)
        else kept.push({ field, value: textOf(v) })
      if ([...all].some(([key, v]) => !sameJson(before.get(key), v))) changes[field] = fieldsOf(all)[field]
      continue
    }
    if (sameJson(mine, value)) continue
    const identifiers = [...mirroredIdentifiers({ [field]: value }).keys()]
    if (identifiers.length > 0 && identifiers.every((id) => known.has(id))) continue // here already, maybe in another field
    if (onMatch === 'overwrite') changes[field] = value
    else {
      const kinds: readonly (readonly string[])[] = [PHONE_FIELDS, EMAIL_FIELDS]
      const slots = kinds.find((kind) => kind.includes(field)) ?? [field]
      const free = [field, ...slots].find(
        (slot) =>
          isEmpty(person[slot as ContactField]) &&
          changes[slot] === undefined &&
          (slot === field || isEmpty(row[slot as ContactField])),
      )
      if (onMatch === 'fill' && free !== undefined) changes[free] = value
      else kept.push({ field, value: textOf(value) })
    }
  }
  return { changes: changes as StoredChanges, kept }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value !== null && typeof value === 'object' && 'userInput' in value) return String(value.userInput)
  if (value !== null && typeof value === 'object' && 'value' in value) return String(value.value)
  return JSON.stringify(value)
}
