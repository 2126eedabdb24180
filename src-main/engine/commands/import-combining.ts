// What a row of an import changes on the person it means.
// Invariant: pure; every value of the row is there afterwards, or told as kept out.

import { type ContactField, type ContactFields, EMAIL_FIELDS, PHONE_FIELDS } from '@shared/model/contact'
import type { Identifier } from '@shared/model/identifier'
import type { IdentifierId } from '@shared/model/ids'
import type { ImportOptions } from '@shared/model/import'
import { EXTERNAL_IDS_MAX, TAGS_MAX } from '@shared/model/limits'
import { mirroredIdentifiers } from '../derive/mirrored'
import { sameJson } from '../documents/canonical-json'
import { fieldsOf, isEmpty, registerChanges } from '../documents/fields'
import type { JSONValue } from '../documents/json'
import type { StoredChanges } from '../input'

export interface Combined {
  changes: StoredChanges
  /** Identifiers that found no field: they are claimed without one, as after a merge. */
  spare: Map<IdentifierId, Identifier>
  kept: { field: string; value: string }[]
}

const IN_MEMBERS: readonly string[] = ['externalIds', 'customFields', 'tags']
const MOST: Readonly<Record<string, number>> = { externalIds: EXTERNAL_IDS_MAX, tags: TAGS_MAX }

/**
 * `fill`: a value goes into its field if that is empty, a number or address else into a free field of its kind; the rest
 * is told. `overwrite`: the row wins. `skip`: nothing changes.
 * @param claims ids of the identifiers the person claims, with or without a field
 */
export function combine(
  person: ContactFields,
  claims: (identifierId: IdentifierId) => boolean,
  row: StoredChanges,
  onMatch: ImportOptions['onMatch'],
): Combined {
  const changes: Record<string, unknown> = {}
  const spare = new Map<IdentifierId, Identifier>()
  const kept: Combined['kept'] = []
  const known = mirroredIdentifiers(person)
  for (const [field, value] of Object.entries(row)) {
    if (isEmpty(value)) continue
    const mine = person[field as ContactField]
    if (IN_MEMBERS.includes(field)) {
      const { all, left } = joined(field, mine ?? null, value, onMatch)
      kept.push(...left)
      if (all) changes[field] = all
      continue
    }
    if (sameJson(mine, value)) continue
    const identifiers = mirroredIdentifiers({ [field]: value })
    // Here already, maybe in another field, or in none.
    if (identifiers.size > 0 && [...identifiers.keys()].every((id) => known.has(id) || claims(id))) continue
    if (onMatch === 'overwrite') {
      changes[field] = value
      continue
    }
    const kinds: readonly (readonly string[])[] = [PHONE_FIELDS, EMAIL_FIELDS]
    const slots = kinds.find((kind) => kind.includes(field))
    const free = [field, ...(slots ?? [field])].find(
      (slot) =>
        isEmpty(person[slot as ContactField]) &&
        changes[slot] === undefined &&
        (slot === field || isEmpty(row[slot as ContactField])),
    )
    if (onMatch === 'fill' && free !== undefined) changes[free] = value
    else if (onMatch === 'fill' && slots && identifiers.size > 0)
      for (const [id, one] of identifiers) spare.set(id, one)
    else kept.push({ field, value: textOf(value) })
  }
  return { changes: changes as StoredChanges, spare, kept }
}

/** A field of many members: those of the row are added. */
function joined(field: string, mine: unknown, value: unknown, onMatch: ImportOptions['onMatch']) {
  const before = new Map(registerChanges({ [field]: mine }, new Map()))
  const all = new Map<string, JSONValue | null>(before)
  const left: Combined['kept'] = []
  for (const [key, v] of registerChanges({ [field]: value }, new Map())) {
    const there = before.get(key)
    if (sameJson(there, v) || (field === 'tags' && there !== undefined)) continue
    const room = all.has(key) || all.size < (MOST[field] ?? Number.POSITIVE_INFINITY)
    if (onMatch === 'skip' || !room || (there !== undefined && there !== null && onMatch === 'fill'))
      left.push({ field: field === 'customFields' ? key : field, value: textOf(v) })
    else all.set(key, v)
  }
  const changed = [...all].some(([key, v]) => !sameJson(before.get(key), v))
  return { all: changed ? Reflect.get(fieldsOf(all), field) : undefined, left }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value !== null && typeof value === 'object' && 'userInput' in value) return String(value.userInput)
  if (value !== null && typeof value === 'object' && 'value' in value) return String(value.value)
  return JSON.stringify(value)
}
