// The words of items and effects. Invariant: plain English, names and values in quotes.

import { displayNameOf } from '@shared/model/contact'
import { displayIdentifier } from '@shared/model/display'
import type { ContactId } from '@shared/model/ids'
import { currentValues, fieldOfKey, fieldsOf } from '../documents/fields'
import type { Views } from '../ports'

/** Names listed one by one before the rest is counted. */
const NAMES_MAX = 4

export const quoted = (text: string): string => (text === '' ? 'a contact without a name' : `“${text}”`)

/** `a`, `a and b`, `a, b and c`, `a, b, c, d and 5 others`. */
export function listed(texts: readonly string[]): string {
  const left = texts.length - NAMES_MAX
  const listed = left > 1 ? [...texts.slice(0, NAMES_MAX), `${left} others`] : texts
  const last = listed.at(-1) ?? ''
  return listed.length < 2 ? last : `${listed.slice(0, -1).join(', ')} and ${last}`
}

export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`

/** The name of one record by itself, or what recognises it. */
export function recordName(views: Views, contactId: ContactId): string {
  const document = views.contact(contactId)
  const name = document ? displayNameOf(fieldsOf(currentValues(document.fields))) : ''
  const [claim] = name === '' ? views.claimsBy([contactId]) : []
  return quoted(claim ? displayIdentifier(claim.identifier) : name)
}

/** `workPhone` as “work phone”, a custom field by its own name. */
export function fieldName(key: string): string {
  const field = fieldOfKey(key)
  if (field === 'customFields') return key.slice(field.length + 1)
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

/** A value as a person reads it. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return value.map(valueText).filter(Boolean).join(', ')
  const members = value as Record<string, unknown>
  for (const telling of ['display', 'userInput', 'value', 'screenName', 'name'])
    if (typeof members[telling] === 'string' && members[telling] !== '') return members[telling]
  return Object.values(members).map(valueText).filter(Boolean).join(', ')
}
