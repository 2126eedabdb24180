// The words of a person that lists sort by, show as a second line, and search looks in.
import { type ContactFields, EMAIL_FIELDS, PHONE_FIELDS } from '@shared/model/contact'
import { derivePerson, type Person } from '../../engine/derive/person'
import type { ContactDocument } from '../../engine/documents/contact'
import type { SearchEntry } from '../search'

/** Lower case without accents, so that lists sort as people expect; SQLite compares the result byte by byte. */
export function sortKey(text: string | undefined): string {
  return (text ?? '').normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().slice(0, 64)
}

/** A second line that tells people of one name apart: organisation and city, else an address or number. */
export function detailOf({ fields, displayName }: Person): string {
  const parts = [fields.title, fields.externalOrganization?.name, fields.address?.city].filter(
    (part) => part !== undefined && part !== displayName,
  )
  if (parts.length > 0) return parts.join(' · ')
  const values = [...EMAIL_FIELDS.map((field) => fields[field]), ...PHONE_FIELDS.map((field) => fields[field]?.display)]
  return values.find((value) => value && value !== displayName) ?? ''
}

/** What search knows of a person. Names of ancestors are aliases: people are found by what they were once called. */
export function searchEntryOf(person: Person, members: readonly ContactDocument[]): SearchEntry {
  const { fields } = person
  const former = members.slice(1).map((member) => derivePerson([member], [], false).displayName)
  const names = {
    ...(fields.firstName ? { first: fields.firstName } : {}),
    ...(fields.middleName ? { middle: fields.middleName } : {}),
    ...(fields.lastName ? { last: fields.lastName } : {}),
    ...(fields.externalOrganization?.name ? { organisation: fields.externalOrganization.name } : {}),
  }
  const phones = [...PHONE_FIELDS.map((field) => fields[field]), fields.whatsAppId?.phoneNumber]
  return {
    personId: person.id,
    names,
    aliases: unique([...former, ...namesBeside(fields.customFields)]).filter((name) => name !== person.displayName),
    also: unique([fields.salutation, fields.title, fields.address?.city, ...(fields.tags ?? [])]),
    mails: unique(EMAIL_FIELDS.map((field) => fields[field])),
    numbers: unique(phones.map((phone) => phone && (phone.e164 ?? phone.userInput.replace(/\D/g, '')))),
    others: unique([
      ...(fields.tags ?? []),
      ...(fields.externalIds ?? []).map((id) => id.value),
      fields.twitterId?.screenName,
      fields.twitterId?.id,
      fields.instagramId?.handle,
      ...(fields.instagramId?.ids ?? []).map((id) => id.scopedId),
      ...(fields.facebookId?.ids ?? []).map((id) => id.scopedId),
      ...(fields.lineId?.ids ?? []).map((id) => id.userId),
      ...(fields.appleOpaqueIds ?? []).map((id) => id.value),
      fields.whatsappBsuid,
      ...typedTexts(fields),
    ]),
    lastActive: person.lastActivity,
  }
}

/** Of a field that an organisation types: a text to be found by, and no essay. */
const FOUND_BY_MAX = 128

/** What stands in custom fields that have a schema. */
function typedTexts({ schema, customFields }: ContactFields): string[] {
  if (!schema) return []
  return Object.values(customFields ?? {})
    .flat()
    .flatMap((value) => (typeof value === 'string' || typeof value === 'number' ? [String(value)] : []))
    .filter((text) => text.length <= FOUND_BY_MAX)
}

const NICKNAME =
  /^(?:x-)?(?:nick[ -]?names?|known as|spitzname|rufname|surnom|apodo|apelido|soprannome|bijnaam|あだ名|ニックネーム|昵称|별명)$/i
const PHONETIC = /phonetic|yomi|furigana|ふりがな|フリガナ|よみ|拼音|pinyin/i

/** Names that stand in details: nicknames, and how a name is read, whose parts belong together. */
function namesBeside(details: Record<string, unknown> | undefined): string[] {
  const texts = Object.entries(details ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value] as const] : [],
  )
  const valuesOf = (names: RegExp) => texts.flatMap(([name, value]) => (names.test(name.trim()) ? value : []))
  return [...valuesOf(NICKNAME), valuesOf(PHONETIC).join(' ')]
}

function unique(values: readonly (string | undefined)[]): string[] {
  const found = new Set<string>()
  for (const value of values) if (value) found.add(value)
  return [...found]
}
