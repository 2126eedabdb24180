// What a merge would do: the values of the new contact, where each comes from, and what loses its place.
// Invariant: pure, and the one code behind preview and merge; no value is dropped without being listed.

import {
  CONTACT_TYPES,
  type ContactField,
  type ContactFields,
  type ContactType,
  displayNameOf,
  EMAIL_FIELDS,
  PHONE_FIELDS,
} from '@shared/model/contact'
import { normaliseEmail } from '@shared/model/email'
import type { ContactId, Stamp } from '@shared/model/ids'
import { EXTERNAL_IDS_MAX } from '@shared/model/limits'
import { canonicalJson, sameJson } from '../documents/canonical-json'
import { fieldOfKey, fieldsOf } from '../documents/fields'
import type { JSONValue } from '../documents/json'
import type { Entry } from '../documents/register'
import { type SchemaVersions, unfitCustomFields } from './merged-custom-fields'
import type { Person } from './person'
import { NAME_KEYS, wholeName } from './whole-name'

interface PlannedValue {
  value: JSONValue | null
  /** The contact the value comes from; null: the merger gave it. */
  from: ContactId | null
  /** The slot it stood in there, when it moved to a free one of the same kind. */
  movedFrom?: string
  /** Whether a person chose it. */
  chosen: boolean
  /**
   * The entry itself, where the value is what the people have in common anyway, the latest of all: it is taken over with
   * its own stamp, so that an older value does not pass for newer than an edit made apart from the merge.
   */
  kept?: Entry
}

export interface MergePlan {
  type: ContactType
  /** Register key → what the new contact gets. */
  values: Map<string, PlannedValue>
  fields: ContactFields
  displayName: string
  /** Values that find no place on the new contact; they stay visible as history of the contact they come from. */
  losing: { key: string; value: JSONValue; from: ContactId }[]
}

const SLOTS: readonly (readonly ContactField[])[] = [PHONE_FIELDS, EMAIL_FIELDS]

/** What makes two values of a slot the same number or address. */
function sameness(key: string, value: JSONValue): string {
  if ((EMAIL_FIELDS as readonly string[]).includes(key) && typeof value === 'string')
    return normaliseEmail(value) ?? value
  if (
    (PHONE_FIELDS as readonly string[]).includes(key) &&
    value !== null &&
    typeof value === 'object' &&
    !Array.isArray(value)
  )
    return String(value['e164'] ?? value['userInput'])
  return canonicalJson(value)
}

/**
 * @param people the canonical contacts to be merged
 * @param choices field or register key → id of the person whose value wins; an empty value can be chosen too
 * @param given register key → value that stands whatever the people have there
 * @param schemas those by which the organisation types custom fields
 */
export function planMerge(
  people: readonly Person[],
  choices: ReadonlyMap<string, ContactId>,
  given: ReadonlyMap<string, JSONValue | null> = new Map(),
  schemas: SchemaVersions = new Map(),
): MergePlan {
  const keys = [...new Set([...people.flatMap((person) => [...person.values.keys()]), ...given.keys()])].sort()
  const values = new Map<string, PlannedValue>()
  const isNameChosen = NAME_KEYS.some((key) => choices.has(key) || given.has(key))
  const names = isNameChosen ? new Map<string, ContactId | null>() : wholeName(people)
  const isOfName = (person: Person, key: string): boolean => !names.has(key) || names.get(key) === person.id
  const losers: { key: string; value: JSONValue; from: ContactId; at: Stamp }[] = []
  for (const key of keys) {
    const candidates = people
      .flatMap((person) => {
        const entry = person.values.get(key)
        return entry ? [{ person, entry }] : []
      })
      .sort((a, b) => newestFirst(a.entry, b.entry))
    const own = given.get(key)
    const chosen = choices.get(key) ?? choices.get(fieldOfKey(key))
    const winner =
      own !== undefined
        ? undefined
        : chosen === undefined
          ? candidates.find(({ entry, person }) => entry.v !== null && isOfName(person, key))
          : candidates.find(({ person }) => person.id === chosen)
    if (own !== undefined) values.set(key, { value: own, from: null, chosen: true })
    else if (winner)
      values.set(key, {
        value: winner.entry.v,
        from: winner.person.id,
        chosen: chosen !== undefined,
        ...(chosen === undefined && isLatest(winner.entry, candidates) ? { kept: winner.entry } : {}),
      })
    else if (chosen !== undefined) values.set(key, { value: null, from: chosen, chosen: true })
    else if (names.get(key) === null && candidates[0])
      values.set(key, { value: null, from: candidates[0].person.id, chosen: false })
    for (const { person, entry } of candidates)
      if (entry.v !== null && person !== winner?.person)
        losers.push({ key, value: entry.v, from: person.id, at: entry.t })
  }
  const losing = [
    ...placeLosers(values, losers),
    ...dropExternalIds(values, people),
    ...dropUnfit(values, people, schemas),
  ]
  const fields = fieldsOf([...values].map(([key, planned]) => [key, planned.value]))
  const type = CONTACT_TYPES[Math.max(...people.map((person) => CONTACT_TYPES.indexOf(person.type)))] ?? 'Ephemeral'
  return { type, values, fields, displayName: displayNameOf(fields), losing }
}

/** Whether an entry is the current one over all candidates without a choice. */
function isLatest(entry: Entry, candidates: readonly { entry: Entry }[]): boolean {
  return candidates.every(({ entry: other }) => other.t < entry.t || sameJson(other.v, entry.v))
}

function newestFirst(a: Entry, b: Entry): number {
  if (a.t !== b.t) return a.t < b.t ? 1 : -1
  return canonicalJson(a.v) < canonicalJson(b.v) ? 1 : -1
}

/** Custom fields that the schema of the new contact does not let in. */
function dropUnfit(
  values: Map<string, PlannedValue>,
  people: readonly Person[],
  schemas: SchemaVersions,
): MergePlan['losing'] {
  const now = new Map([...values].map(([key, { value }]) => [key, value]))
  return unfitCustomFields(now, schemas).flatMap((key) => {
    const { value, from } = values.get(key) ?? { value: null, from: null }
    const whose = from ?? people[0]?.id
    if (value === null || whose === undefined) return []
    values.set(key, { value: null, from: whose, chosen: false })
    return [{ key, value, from: whose }]
  })
}

/** What a contact cannot have of external ids: all but those chosen and the newest. They stay identifiers of the set. */
function dropExternalIds(values: Map<string, PlannedValue>, people: readonly Person[]): MergePlan['losing'] {
  const writtenAt = (key: string, from: ContactId | null) =>
    people.find(({ id }) => id === from)?.values.get(key)?.t ?? ''
  return [...values]
    .flatMap(([key, { value, from, chosen }]) =>
      fieldOfKey(key) === 'externalIds' && value !== null ? [{ key, value, from, chosen }] : [],
    )
    .sort((a, b) => {
      const [x, y] = [writtenAt(a.key, a.from), writtenAt(b.key, b.from)]
      return Number(b.chosen) - Number(a.chosen) || (x < y ? 1 : x > y ? -1 : a.key < b.key ? -1 : 1)
    })
    .slice(EXTERNAL_IDS_MAX)
    .flatMap(({ key, value, from, chosen }) => {
      values.set(key, { value: null, from, chosen })
      return from === null ? [] : [{ key, value, from }]
    })
}

/** Phones and addresses that lost a slot move to a free one of their kind, newest first. */
function placeLosers(
  values: Map<string, PlannedValue>,
  losers: { key: string; value: JSONValue; from: ContactId; at: Stamp }[],
): MergePlan['losing'] {
  const losing: MergePlan['losing'] = []
  for (const { key, value, from } of losers.sort((a, b) =>
    a.at < b.at ? 1 : a.at > b.at ? -1 : a.from < b.from ? -1 : 1,
  )) {
    const slots = SLOTS.find((kind) => (kind as readonly string[]).includes(key))
    const text = sameness(key, value)
    const standsIn = (slots ?? [key]).some((slot) => {
      const planned = values.get(slot)
      return planned !== undefined && planned.value !== null && sameness(slot, planned.value) === text
    })
    if (standsIn) continue
    const free = slots?.find((slot) => {
      const planned = values.get(slot)
      return planned === undefined || (planned.value === null && !planned.chosen)
    })
    if (free) values.set(free, { value, from, movedFrom: key, chosen: false })
    else losing.push({ key, value, from })
  }
  return losing
}
