// Which person a row of an import means.
// Invariant: a row never means a person that agrees in nothing but a record id: ids are given twice, by other programs
// or by mistake, and a person that got another's values could not be told apart again.

import { type ContactFields, displayNameOf, EMAIL_FIELDS } from '@shared/model/contact'
import { readEmail } from '@shared/model/email'
import type { Identifier } from '@shared/model/identifier'
import { type ContactId, type IdentifierId, readContactIds } from '@shared/model/ids'
import type { ImportOptions } from '@shared/model/import'
import { mirroredIdentifiers } from '../derive/mirrored'
import { identifierId } from '../documents/ids'
import type { Views } from '../ports'
import { otherKeys } from '../resolution'

/** What earlier rows of the same import did that the views do not show (yet). */
export interface Overlay {
  get(key: string): string | undefined
  set(key: string, value: string): void
}

export interface Claimant {
  contactId: ContactId
  name: string
  curated: boolean
}

/** What is asked for. */
export interface Wanted {
  /** Its identifiers by document id, those without a field included. */
  identifiers: ReadonlyMap<IdentifierId, Identifier>
  fields: ContactFields
  /** Stands for a row without any identifier of its own. */
  rowKey?: IdentifierId
  /** By which of its numbers and addresses a person is found, in this order; absent: by all. */
  matchedBy?: ImportOptions['matchedBy']
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim()
const wordsOf = (name: string): readonly string[] => fold(name).match(/[\p{L}\p{N}]+/gu) ?? []
const ownName = ({ firstName, middleName, lastName }: ContactFields) =>
  [firstName, middleName, lastName].filter(Boolean).join(' ')
const mailsOf = (fields: ContactFields): string[] =>
  EMAIL_FIELDS.flatMap((field) => fields[field] || []).map((mail) => readEmail(mail)?.key ?? mail)
/** Father and son. */
const GENERATION = /^(jr|sr|junior|senior|ii|iii|iv)$/

const sameWords = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && [...a].sort().join(' ') === [...b].sort().join(' ')

/** Whether two full names are one, but for middle names that one of them leaves out or shortens. */
function alike(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  if (a.length === 0 || b.length === 0) return false
  if (sameWords(a, b)) return true
  if (a.length < 2 || b.length < 2 || a[0] !== b[0] || a.at(-1) !== b.at(-1)) return false
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  if ([...a, ...b].some((word) => GENERATION.test(word))) return false
  const rest = long.slice(1, -1)
  return short
    .slice(1, -1)
    .every((word) =>
      rest.some(
        (full) =>
          full === word || (word.length === 1 && full.startsWith(word)) || (full.length === 1 && word.startsWith(full)),
      ),
    )
}

/** Whether one of two names is a part of the other: enough beside a record id. */
function within(one: string, other: string): boolean {
  const [a, b] = [wordsOf(one), wordsOf(other)]
  const [short, long] = a.length < b.length ? [a, b] : [b, a]
  return short.length > 0 && short.every((word) => long.includes(word))
}

export function importMatching(views: Views) {
  /** Ids of the people who claim an identifier, the holder first, as earlier rows have left them. */
  function claimantIds(overlay: Overlay, identifierId: IdentifierId): ContactId[] {
    const changed = overlay.get(`claimants ${identifierId}`)
    if (changed !== undefined) return readContactIds(changed)
    return [...new Set(views.claimsOn(identifierId).map((claim) => claim.person.id))]
  }

  /** The same with names. A person that an earlier row wrote to is Curated by now. */
  function claimantsOf(overlay: Overlay, identifierId: IdentifierId): Claimant[] {
    return claimantIds(overlay, identifierId).map((contactId) => claimantOf(overlay, contactId))
  }

  function claimantOf(overlay: Overlay, contactId: ContactId): Claimant {
    const written = overlay.get(`name ${contactId}`)
    const row = written === undefined ? views.personRow(contactId) : undefined
    return { contactId, name: written ?? row?.name ?? '', curated: written !== undefined || row?.type === 'Curated' }
  }

  /** An identifier's id, then those of its other keys. */
  function idsOf(id: IdentifierId, identifier: Identifier): IdentifierId[] {
    return [id, ...otherKeys(views, identifier).map(identifierId)]
  }

  function fieldsOfPerson(overlay: Overlay, contactId: ContactId): ContactFields {
    const changed = overlay.get(`fields ${contactId}`)
    return changed === undefined ? (views.person(contactId)?.fields ?? {}) : (JSON.parse(changed) as ContactFields)
  }

  /** Whether a name or an identifier agrees with a person of the same record id, or nothing there is to compare does not. */
  function agrees(overlay: Overlay, { identifiers, fields }: Wanted, contactId: ContactId): boolean {
    const mine = ownName(fields)
    const known = fieldsOfPerson(overlay, contactId)
    const theirs = ownName(known)
    if (mine !== '' && theirs !== '' && (alike(mine, theirs) || within(mine, theirs))) return true
    const channels = [...identifiers].filter(([, { type }]) => type !== 'ExternalId')
    if (channels.some(([id, one]) => idsOf(id, one).some((each) => claimantIds(overlay, each).includes(contactId))))
      return true
    if (mine !== '' && theirs !== '') return false
    if (
      mine === '' &&
      theirs === '' &&
      displayNameOf(fields) !== '' &&
      fold(displayNameOf(fields)) === fold(displayNameOf(known))
    )
      return true
    return channels.length === 0 || [...mirroredIdentifiers(known).values()].every(({ type }) => type === 'ExternalId')
  }

  /**
   * Whether a person of the same name and number is another one nevertheless, as father and son on one landline: the program
   * knows the two by different ids, and they have no mail address in common: both have one, or both stand in this file.
   */
  function isAnother(overlay: Overlay, { fields }: Wanted, contactId: ContactId): boolean {
    const ofThisFile = overlay.get(`name ${contactId}`) !== undefined
    const known = fieldsOfPerson(overlay, contactId)
    const theirIds = new Map((known.externalIds ?? []).map(({ externalSource, value }) => [externalSource.id, value]))
    const differs = (fields.externalIds ?? []).some(({ externalSource, value }) => {
      const theirs = theirIds.get(externalSource.id)
      return theirs !== undefined && theirs !== value
    })
    const [mine, theirs] = [mailsOf(fields), mailsOf(known)]
    const haveMails = mine.length > 0 && theirs.length > 0
    return differs && (haveMails || ofThisFile) && !mine.some((mail) => theirs.includes(mail))
  }

  /**
   * The person a row means: one with its record id that agrees in something else, too; else a curated one of the same
   * name who claims its address or number; else the one that the same row made before.
   */
  function matchOf(overlay: Overlay, wanted: Wanted): Claimant | undefined {
    const { matchedBy = [] } = wanted
    const places: readonly string[] = matchedBy
    const byOrder = [...wanted.identifiers]
      .filter(([, { type }]) => places.length === 0 || places.includes(type))
      .sort(([, a], [, b]) => places.indexOf(a.type) - places.indexOf(b.type))
    const name = fold(displayNameOf(wanted.fields))
    const own = ownName(wanted.fields)
    for (const [id, { type }] of wanted.identifiers)
      if (type === 'ExternalId')
        for (const claimant of claimantsOf(overlay, id))
          if (agrees(overlay, wanted, claimant.contactId)) return claimant
    for (const [id, identifier] of byOrder) {
      const { type } = identifier
      if (type !== 'ExternalId')
        for (const claimant of idsOf(id, identifier).flatMap((each) => claimantsOf(overlay, each)))
          if (
            claimant.curated &&
            (type !== 'Phone' || !isAnother(overlay, wanted, claimant.contactId)) &&
            (fold(claimant.name) === name || (type === 'Email' && own !== '' && alike(claimant.name, own)))
          )
            return claimant
    }
    return wanted.rowKey === undefined ? undefined : claimantsOf(overlay, wanted.rowKey)[0]
  }

  return { claimantIds, claimantOf, claimantsOf, fieldsOfPerson, matchOf }
}
