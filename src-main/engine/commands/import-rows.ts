// What a row of an import is to become: read, and decided upon before anything is written.
// Invariant: a decision sees what earlier rows of the same import do, and depends on nothing else that is not in the views.

import { ScvError } from '@shared/errors'
import { type ContactFields, displayNameOf } from '@shared/model/contact'
import type { Identifier } from '@shared/model/identifier'
import type { ContactId, IdentifierId } from '@shared/model/ids'
import type { ImportOptions } from '@shared/model/import'
import { tryNormalise } from '@shared/model/normalise'
import { mirroredIdentifiers } from '../derive/mirrored'
import { canonicalJson } from '../documents/canonical-json'
import { fieldsOf, isEmpty, registerChanges } from '../documents/fields'
import { identifierId, importedRow } from '../documents/ids'
import { wellFormed } from '../documents/well-formed'
import type { ImportDraft, RowVerdict } from '../import-port'
import { readChanges, type StoredChanges } from '../input'
import { livingPerson } from '../people'
import type { Views } from '../ports'
import type { ContactSchemas } from './contact-schemas'
import { combine } from './import-combining'
import { fitting, noteOf, refusalFor } from './import-fitting'
import { importMatching, type Overlay } from './import-matching'

/** A row read, before it is decided which person it means. */
export interface Prepared {
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

export interface Decision {
  verdict: RowVerdict
  /** What to write on the matched contact or on a new one. */
  changes: StoredChanges
  /** Identifiers to claim without a field. */
  claims: Map<IdentifierId, Identifier>
  /** What is written beside the fields; empty: nothing. */
  note: string
}

/** What stands for a row, of those that say the same the one in a place. */
function rowKeyOf(given: StoredChanges, place: number): { id: IdentifierId; identifier: Identifier } {
  const identifier = importedRow(canonicalJson(given), place)
  return { id: identifierId(identifier), identifier }
}

/**
 * @param region where its national numbers are read
 * @param placeOf how many rows with these values came before
 */
export function prepare(
  views: Views,
  read: ImportDraft,
  region: string,
  placeOf: (values: string) => number,
): Prepared {
  const draft = wellFormed(read) // what was too long may be cut within a character; the reader of the file tells of the cut
  const nothing = { draft, given: {}, fields: {}, mirrored: new Map(), extra: new Map() }
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

const undecided = ({ row }: ImportDraft): RowVerdict => ({
  ...{ row, verdict: 'reject', displayName: '' },
  ...{ disputes: [], keptExisting: [], unfit: [] },
})

/** @param mayView whether the importer may hear who holds what a row names */
export function rowDecisions(views: Views, mayView: boolean) {
  const { claimantIds, claimantOf, claimantsOf, fieldsOfPerson, matchOf } = importMatching(views)

  function decide(overlay: Overlay, row: Prepared, options: ImportOptions, schemas: ContactSchemas): Decision {
    const { draft, given, fields, mirrored, extra, rowKey, means, error } = row
    const verdict = undecided(draft)
    if (error) return { verdict: { ...verdict, error }, changes: {}, claims: new Map(), note: '' }
    const identifiers = new Map([...mirrored, ...extra])
    const match =
      means === undefined
        ? (matchOf(overlay, {
            ...{ identifiers, fields },
            ...(rowKey ? { rowKey: rowKey.id } : {}),
            ...(options.matchedBy ? { matchedBy: options.matchedBy } : {}),
          }) ?? (rowKey ? undefined : claimantsOf(overlay, rowKeyOf(given, 0).id)[0]))
        : claimantOf(overlay, means)
    const contactId = match?.contactId
    const refusal = contactId === undefined ? refusalFor(schemas, {}, given) : undefined
    if (refusal) return { verdict: { ...verdict, error: refusal }, changes: {}, claims: new Map(), note: '' }
    const person = contactId === undefined ? {} : fieldsOfPerson(overlay, contactId)
    const claimed = (id: IdentifierId) => contactId !== undefined && claimantIds(overlay, id).includes(contactId)
    const combined =
      contactId === undefined
        ? { changes: given, spare: new Map<IdentifierId, Identifier>(), kept: [] }
        : combine(person, claimed, given, options.onMatch)
    const { spare, kept } = combined
    const { changes, unfit } = fitting(schemas, person, combined.changes)
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
    verdict.unfit = unfit
    if (contactId !== undefined) verdict.contactId = contactId
    return { verdict, changes, claims, note: noteOf(draft.note, unfit) }
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

  return { decide, remember, fieldsOfPerson }
}
