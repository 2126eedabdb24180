// A field of a contact and its value in words, by the key that previews, later edits and earlier values carry.
// Invariant: no key of the engine reaches the screen: what has no line of its own is named after what it holds.
import type { ContactChanges, ContactFields, PhoneNumber } from '@shared/model/contact'
import { CONTACT_FIELDS } from '@shared/model/contact'
import type { RecordRef } from '@shared/model/views'
import { FIELD_LINES } from './fields'
import { regionName } from './locale'
import { personName } from './words'

const EXTERNAL = 'externalIds/'
const CUSTOM = 'customFields/'
const TAG = 'tags/'

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const fieldOf = (key: string): string => key.split('/', 1)[0] ?? key

/** A name, else what the person is known by. */
export const nameOf = (person: RecordRef & { identifiers: readonly string[] }): string =>
  person.displayName.trim() === '' ? (person.identifiers[0] ?? personName(person)) : personName(person)

/** The system that an id of another system belongs to, from a key such as `externalIds/["crm","42"]`. */
function systemOf(key: string): string {
  const parts: unknown = JSON.parse(key.slice(EXTERNAL.length))
  return Array.isArray(parts) && typeof parts[0] === 'string' ? parts[0] : ''
}

/** What a field is called, e.g. `cellPhone` → `Mobile phone`. */
export function fieldLabel(key: string): string {
  if (key.startsWith(CUSTOM)) return key.slice(CUSTOM.length)
  if (key.startsWith(EXTERNAL)) return `Id in ${systemOf(key)}`
  if (key.startsWith(TAG)) return 'Tag'
  if (key === 'name') return 'Name'
  if (key === 'address') return 'Address'
  if (key === 'surveyOptOut') return 'Wants no surveys'
  if (key === 'customFields') return 'Custom field'
  if (key === 'schema') return 'Set of fields'
  return FIELD_LINES.find((line) => line.field === key)?.label ?? key
}

const isPhone = (value: unknown): value is PhoneNumber => isObject(value) && typeof value['display'] === 'string'

/** A value of a field as a person reads it; the empty string where there is none. */
export function valueText(key: string, value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (isPhone(value)) return value.display
  if (key.startsWith(CUSTOM)) return JSON.stringify(value)
  if (!isObject(value) && !Array.isArray(value)) return String(value)
  const field = fieldOf(key)
  const fields = { [field]: key.startsWith(EXTERNAL) ? [value] : value } as ContactFields
  if (key.startsWith(EXTERNAL)) return fields.externalIds?.[0]?.value ?? ''
  if (field === 'whatsAppId') return fields.whatsAppId?.phoneNumber.display ?? ''
  const parts = FIELD_LINES.filter((line) => line.field === field).map((line) => {
    const text = line.read(fields)
    return line.key === 'address.countryCode' && /^[A-Z]{2}$/.test(text) ? regionName(text) : text
  })
  return parts.filter((part) => part !== '').join(', ') || JSON.stringify(value)
}

/** Sorts keys as the details of a person are sorted; custom fields come last, by name. */
export function byField(a: string, b: string): number {
  const place = (key: string): number => {
    const at = FIELD_LINES.findIndex((line) => line.field === fieldOf(key))
    return at < 0 ? FIELD_LINES.length : at
  }
  return place(a) - place(b) || a.localeCompare(b)
}

/** The change that gives a person a value back; undefined for what is no field that can be written. */
export function puttingBack(key: string, value: unknown, fields: ContactFields): ContactChanges | undefined {
  if (key.startsWith(CUSTOM)) {
    return { customFields: { ...fields.customFields, [key.slice(CUSTOM.length)]: value } } as ContactChanges
  }
  if (key.startsWith(EXTERNAL)) return { externalIds: [...(fields.externalIds ?? []), value] } as ContactChanges
  if (key.startsWith(TAG)) return { tags: [...(fields.tags ?? []), value] } as ContactChanges
  return CONTACT_FIELDS.some((field) => field === key) ? ({ [key]: value } as ContactChanges) : undefined
}

/** The change that gives a person back what `changes` takes the place of. */
export const formerly = (fields: ContactFields, changes: ContactChanges): ContactChanges =>
  Object.fromEntries(
    Object.keys(changes).map((field) => [field, fields[field as keyof ContactFields] ?? null]),
  ) as ContactChanges
