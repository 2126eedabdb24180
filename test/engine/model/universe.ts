// The small world that random commands play in: few identifiers and names, so that collisions are common.
import type { ContactChanges } from '@shared/model/contact'
import type { Identifier } from '@shared/model/identifier'

/** Each number in two notations; the first is the key. */
const PHONES = [
  ['+61421856397', '0421 856 397'],
  ['+61430000111', '(04) 3000 0111'],
  ['+61383696679', '03 8369 6679'],
  ['+18031230000', '+1 803-123-0000'],
  ['+442079460018', '0011 44 20 7946 0018'],
] as const
const EMAILS = [
  ['m1@example.com', 'M1@Example.com'],
  ['m2@example.com', ' m2@example.com'],
  ['m3@example.org', 'm3@EXAMPLE.org'],
] as const

export const PHONE_TEXTS = PHONES.flat()
export const EMAIL_TEXTS = [...EMAILS.flat().map((text) => text.trim()), 'm4@example.org']
export const FIRST_NAMES = ['Alexis', 'Bartholomew', 'Chandra', 'Dmitri']
export const LAST_NAMES = ['Evangelista', 'Fitzgerald', 'Gupta']
export const TITLES = ['Chief', 'Deputy', 'Intern']
export const TWITTER = ['tw1', 'tw2']
export const RECORDS = ['r1', 'r2', 'r3']
const COOKIES = ['c1', 'c2', 'c3']

export const PHONE_SLOTS = ['workPhone', 'cellPhone', 'homePhone', 'otherPhone']
export const EMAIL_SLOTS = ['workEmail', 'personalEmail', 'otherEmail']
/** The fields commands write; `record/…` stands for one external id. */
export const PLAIN = ['firstName', 'lastName', 'title', ...PHONE_SLOTS, ...EMAIL_SLOTS, 'twitterId'] as const

/** Every identifier there is, as commands name it. */
export const IDENTIFIERS: readonly Identifier[] = [
  ...PHONES.map(([value]): Identifier => ({ type: 'Phone', value })),
  ...EMAILS.map(([value]): Identifier => ({ type: 'Email', value })),
  { type: 'Email', value: 'm4@example.org' },
  ...TWITTER.map((value): Identifier => ({ type: 'SocialTwitter', value })),
  ...RECORDS.map((value): Identifier => ({ type: 'ExternalId', value, source: 'crm' })),
  ...COOKIES.map((value): Identifier => ({ type: 'Cookie', value })),
]

/** One text per identifier. */
export const keyOf = ({ type, value }: Identifier): string => `${type} ${value}`

/** What a person typed for a contact: field → text, null to empty. External ids stand in `records`. */
export interface Typed {
  fields: Partial<Record<(typeof PLAIN)[number], string | null>>
  records?: readonly string[]
}

/** The same for the engine. */
export function changesOf({ fields, records }: Typed): ContactChanges {
  const changes: Record<string, unknown> = {}
  for (const [field, text] of Object.entries(fields)) {
    if (text === null || text === undefined) changes[field] = null
    else if (PHONE_SLOTS.includes(field)) changes[field] = { userInput: text }
    else if (field === 'twitterId') changes[field] = { id: text }
    else changes[field] = text
  }
  if (records) changes['externalIds'] = records.map((value) => ({ externalSource: { id: 'crm' }, value }))
  return changes as ContactChanges
}

/** The key of what stands in a field, or nothing for fields that claim nothing. */
export function identifierIn(field: string, text: string): string | undefined {
  if (PHONE_SLOTS.includes(field)) {
    const phone = PHONES.find((notations) => (notations as readonly string[]).includes(text))
    return phone && keyOf({ type: 'Phone', value: phone[0] })
  }
  if (EMAIL_SLOTS.includes(field)) return keyOf({ type: 'Email', value: text.trim().toLowerCase() })
  if (field === 'twitterId') return keyOf({ type: 'SocialTwitter', value: text })
  if (field.startsWith('record/')) return keyOf({ type: 'ExternalId', value: text })
  return undefined
}

/** What an engine's value looks like as typed. */
function typedText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value !== null && typeof value === 'object') {
    if ('userInput' in value) return String(value.userInput)
    if ('id' in value) return String(value.id)
    if ('value' in value) return String(value.value)
  }
  return JSON.stringify(value)
}

/** An engine's fields as typed: field → text, external ids as `record/…`. */
export function typedFields(fields: object): Record<string, string> {
  const typed: Record<string, string> = {}
  for (const [field, value] of Object.entries(fields))
    if (field === 'externalIds') for (const id of value as { value: string }[]) typed[`record/${id.value}`] = id.value
    else typed[field] = typedText(value)
  return typed
}
