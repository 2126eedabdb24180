// Between a contact's values and its registers. Most fields are one register; external ids, custom fields and tags are one
// register each, so that two devices may add different ones apart.
// Invariant: fieldsOf(registersOf(x)) = x for every valid x without empty values.
import { CONTACT_FIELDS, type ContactChanges, type ContactFields, type ExternalId } from '@shared/model/contact'
import type { JSONValue } from './json'
import { current, type Register } from './register'

const EXTERNAL = 'externalIds/'
const CUSTOM = 'customFields/'
const TAGS = 'tags/'
const IN_MEMBERS: readonly string[] = ['externalIds', 'customFields', 'tags']
const WHOLE: ReadonlySet<string> = new Set(CONTACT_FIELDS.filter((field) => !IN_MEMBERS.includes(field)))

const externalKey = (id: ExternalId) => EXTERNAL + JSON.stringify([id.externalSource.id, id.value])

/** Tags that differ in case alone are one, so that two devices' tags meet. */
const tagKey = (tag: string) => TAGS + tag.normalize('NFKC').trim().toLowerCase()

/** That the person is in a segment: a register for each, beside the fields, which no agent types. */
const SEGMENT = 'segments/'
export const segmentKey = (segmentId: string): string => SEGMENT + segmentId
/** The segment that a register tells of; undefined: it is a field's. */
export const segmentOfKey = (key: string): string | undefined =>
  key.startsWith(SEGMENT) ? key.slice(SEGMENT.length) : undefined

/** Whether a value says nothing: such a value empties its register. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.values(value).every(isEmpty)
}

/** The fields a set of current values makes. */
export function fieldsOf(values: Iterable<readonly [string, JSONValue | null]>): ContactFields {
  const fields: Record<string, unknown> = {}
  const externalIds: JSONValue[] = []
  const customFields: Record<string, JSONValue> = Object.create(null)
  const tags: string[] = []
  for (const [key, value] of values) {
    if (value === null) continue
    if (WHOLE.has(key)) fields[key] = value
    else if (key.startsWith(EXTERNAL)) externalIds.push(value)
    else if (key.startsWith(CUSTOM)) customFields[key.slice(CUSTOM.length)] = value
    else if (key.startsWith(TAGS) && typeof value === 'string') tags.push(value)
  }
  if (externalIds.length > 0) fields['externalIds'] = externalIds
  if (Object.keys(customFields).length > 0) fields['customFields'] = { ...customFields }
  // In an order of their own, whichever device or record they come from.
  if (tags.length > 0) fields['tags'] = tags.sort((a, b) => (tagKey(a) < tagKey(b) ? -1 : 1))
  return fields as ContactFields
}

/** The current values of one document's registers. */
export function currentValues(registers: Record<string, Register>): [string, JSONValue | null][] {
  return Object.keys(registers)
    .sort()
    .map((key) => [key, current(registers[key])?.v ?? null])
}

/**
 * The register writes that changes mean, given the current values: key → value, null to empty. A collection that is
 * named is replaced whole: members it does not list are emptied.
 */
export function registerChanges(
  changes: ContactChanges | ContactFields,
  before: ReadonlyMap<string, JSONValue | null>,
): Map<string, JSONValue | null> {
  const wanted = new Map<string, JSONValue | null>()
  const replaceMembers = (prefix: string, members: Map<string, JSONValue>) => {
    for (const [key, value] of before)
      if (key.startsWith(prefix) && value !== null && !members.has(key)) wanted.set(key, null)
    for (const [key, value] of members) wanted.set(key, value)
  }
  for (const [field, value] of Object.entries(changes)) {
    if (value === undefined) continue
    if (field === 'externalIds')
      replaceMembers(EXTERNAL, new Map(((value ?? []) as ExternalId[]).map((id) => [externalKey(id), id as JSONValue])))
    else if (field === 'customFields')
      replaceMembers(
        CUSTOM,
        new Map(Object.entries((value ?? {}) as Record<string, JSONValue>).map(([key, v]) => [CUSTOM + key, v])),
      )
    else if (field === 'tags')
      replaceMembers(TAGS, new Map(((value ?? []) as string[]).map((tag) => [tagKey(tag), tag.trim()])))
    else wanted.set(field, isEmpty(value) ? null : (value as JSONValue))
  }
  return wanted
}

/** The field a register belongs to, for messages. */
export function fieldOfKey(key: string): string {
  return key.split('/', 1)[0] ?? key
}
