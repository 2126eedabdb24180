// Writing values to a contact: its registers, and the claims its fields stand for.
// Invariant: after a write the set claims exactly what it claimed before, less what its fields no longer hold, plus what
// they now hold; identifiers without a field (cookies, explicit claims) are left alone.
import type { ContactFields } from '@shared/model/contact'
import { normaliseEmail } from '@shared/model/email'
import type { Identifier } from '@shared/model/identifier'
import type { ContactId, IdentifierId, Stamp } from '@shared/model/ids'
import type { ClaimSource } from '@shared/model/views'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { Person } from '../derive/person'
import { sameJson } from '../documents/canonical-json'
import { type ContactDocument, registerOf, typeRank } from '../documents/contact'
import { fieldsOf, registerChanges } from '../documents/fields'
import { identifierId, newContactId } from '../documents/ids'
import type { JSONValue } from '../documents/json'
import { type Entry, joinRegisters, type Register, unseen } from '../documents/register'
import type { StoredChanges } from '../input'
import type { UnitOfWork } from '../unit-of-work'
import { claim, loadIdentifiers, release } from './claiming'
import { checkCustomFields } from './contact-schemas'

/** A new contact document with these values. Claims nothing: `claimFields` does. */
export function newContact(
  work: UnitOfWork,
  id: ContactId,
  type: ContactDocument['type']['value'],
  via: ContactDocument['created']['via'],
  changes: StoredChanges,
  stamp: Stamp = work.stamp,
): ContactDocument {
  const fields: Record<string, Register> = {}
  for (const [key, value] of registerChanges(changes, new Map()))
    if (value !== null) fields[key] = [{ v: value, t: stamp, b: work.by }]
  const { by } = work
  return { id, created: { at: stamp, by, via }, type: { value: type, at: stamp, by }, fields, lastActivity: 0 }
}

/**
 * A Curated contact that a person makes, and no other with it: the audit trail has it from the contact.
 * @throws ScvError `invalid_input` where its schema lets a custom field not in
 */
export async function newContactAlone(work: UnitOfWork, changes: StoredChanges): Promise<ContactDocument> {
  await checkCustomFields(work, new Map(), registerChanges(changes, new Map()))
  const contact = newContact(work, newContactId(work.stamp), 'Curated', 'person', changes)
  return { ...contact, created: { ...contact.created, alone: true } }
}

/**
 * Claims the identifiers that a contact's current fields hold.
 * @param identifiers these, by document id, where they were worked out before
 */
export async function claimFields(
  work: UnitOfWork,
  contact: ContactDocument,
  via: ClaimSource,
  stamp: Stamp = work.stamp,
  identifiers: ReadonlyMap<IdentifierId, Identifier> = identifiersIn(contact),
): Promise<void> {
  await loadIdentifiers(work, identifiers.keys())
  for (const [id, identifier] of identifiers) await claim(work, contact.id, identifier, via, { at: stamp, id })
}

function identifiersIn(contact: ContactDocument): Map<IdentifierId, Identifier> {
  const values = Object.entries(contact.fields).map(([key, register]) => [key, register[0]?.v ?? null] as const)
  return mirroredIdentifiers(fieldsOf(values))
}

/**
 * Writes changes to a person: onto the canonical contact, having seen every member's values.
 * @returns the keys that really changed
 */
export async function writeFields(
  work: UnitOfWork,
  person: Person,
  changes: StoredChanges,
  via: ClaimSource,
  stamp: Stamp = work.stamp,
): Promise<string[]> {
  const before = valuesOf(person)
  const wanted = registerChanges(changes, before)
  await checkCustomFields(work, before, wanted)
  return writeRegisters(work, person, wanted, via, { stamp })
}

const MAILS = ['workEmail', 'personalEmail', 'otherEmail'] as const

/** What older versions claimed for addresses that leave their fields: all that was typed, in lower case. */
function formerKeysLeft(before: ContactFields, after: ContactFields): IdentifierId[] {
  const keysOf = (fields: ContactFields) =>
    MAILS.flatMap((name) => {
      const former = fields[name]?.trim().normalize('NFC').toLowerCase()
      return former === undefined || former === normaliseEmail(former) ? [] : [former]
    })
  const kept = new Set(keysOf(after))
  return keysOf(before).flatMap((value) => (kept.has(value) ? [] : [identifierId({ type: 'Email', value })]))
}

const valuesOf = (person: Person) =>
  new Map([...person.values].map(([key, entry]) => [key, entry.v as JSONValue | null]))

/**
 * The same by register, e.g. one external id of several.
 * @param options `alsoSeen`: stamps of entries elsewhere that the writer had before them
 */
export async function writeRegisters(
  work: UnitOfWork,
  person: Person,
  wantedValues: ReadonlyMap<string, JSONValue | null>,
  via: ClaimSource,
  options: { stamp?: Stamp; alsoSeen?: readonly Stamp[] } = {},
): Promise<string[]> {
  const { stamp = work.stamp, alsoSeen = [] } = options
  const members = await work.load('contacts', person.members)
  const head = members.get(person.id)
  if (!head) return []
  const before = valuesOf(person)
  const changed = [...wantedValues].filter(([key, value]) => !sameJson(before.get(key) ?? null, value))
  if (changed.length === 0) return []

  const fields = new Map(Object.entries(head.fields))
  for (const [key, value] of changed) {
    const known = [...members.values()].reduce<Entry[]>(
      (all, member) => joinRegisters(all, registerOf(member, key)),
      [],
    )
    const seen = [...unseen(known).map((entry) => entry.t), ...alsoSeen]
    const entry: Entry = { v: value, t: stamp, b: work.by, ...(seen.length > 0 ? { p: seen } : {}) }
    fields.set(key, joinRegisters([entry], registerOf(head, key)))
  }
  const after = new Map([...before, ...changed])
  const held = mirroredIdentifiers(fieldsOf(before))
  const wanted = mirroredIdentifiers(fieldsOf(after))
  const left = formerKeysLeft(fieldsOf(before), fieldsOf(after))
  await loadIdentifiers(work, [...held.keys(), ...wanted.keys(), ...left])
  for (const id of left) await release(work, person.members, id)
  for (const id of held.keys()) if (!wanted.has(id)) await release(work, person.members, id)
  for (const [id, identifier] of wanted)
    if (!held.has(id)) await claim(work, head.id, identifier, via, { at: stamp, id })

  const gainsName = [...wanted.values()].some((identifier) => identifier.type !== 'Cookie')
  const type =
    gainsName && typeRank(head.type.value) < typeRank('Identified')
      ? { value: 'Identified' as const, at: stamp, by: work.by }
      : head.type
  work.put('contacts', { ...head, fields: Object.fromEntries(fields), type })
  return changed.map(([key]) => key)
}
