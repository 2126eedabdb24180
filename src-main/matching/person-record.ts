// From a person to the record that the matcher compares. Invariant: pure; only what tells people apart goes in, no id of ours.
import { type ContactInput, EMAIL_FIELDS, PHONE_FIELDS } from '@shared/model/contact'
import type { Identifier } from '@shared/model/identifier'
import type { PersonRecord } from '../duplicates/record'

/** What a custom field with a date of birth is called in exports of other programs. */
const BIRTH = /birth|\bdob\b|geburt|naissance|nacimiento|nascimento|nascita|geboorte|födelse|født/i

/** A person, or what is typed of one. */
export interface Comparable {
  id: string
  fields: ContactInput
  identifiers: readonly Pick<Identifier, 'type' | 'value'>[]
}

/** The record of what is known of a person. */
export function recordOf({ id, fields, identifiers }: Comparable): PersonRecord {
  const custom = Object.entries(fields.customFields ?? {}).flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
  )
  const birthDate = custom.find(([name]) => BIRTH.test(name))?.[1]
  const others: [string, string | undefined][] = [
    ['middleName', fields.middleName],
    ['organisation', fields.externalOrganization?.name],
    ...custom.filter(([name]) => !BIRTH.test(name)).map(([name, value]): [string, string] => [`custom:${name}`, value]),
  ]
  const { address1, address2, city, state, postalCode } = fields.address ?? {}
  return {
    id,
    given: fields.firstName,
    family: fields.lastName,
    birthDate: birthDate === undefined ? undefined : isoDate(birthDate),
    emails: mailsOf(fields, identifiers),
    phones: phonesOf(fields, identifiers),
    ...streetOf(address1),
    street2: address2,
    town: city,
    postcode: postalCode,
    state,
    others: Object.fromEntries(others.filter((one): one is [string, string] => !!one[1])),
  }
}

function mailsOf(fields: ContactInput, identifiers: Comparable['identifiers']): string[] {
  const typed = EMAIL_FIELDS.flatMap((field) => fields[field] ?? [])
  const claimed = identifiers.flatMap(({ type, value }) => (type === 'Email' ? [value] : []))
  return [...new Set([...typed.map((mail) => mail.toLowerCase()), ...claimed])]
}

function phonesOf(fields: ContactInput, identifiers: Comparable['identifiers']): string[] {
  const typed = [...PHONE_FIELDS.map((field) => fields[field]), fields.whatsAppId?.phoneNumber].flatMap(
    (phone) => phone?.e164 ?? phone?.userInput ?? [],
  )
  const claimed = identifiers.flatMap(({ type, value }) =>
    type === 'Phone' ? [value] : type === 'SocialWhatsapp' ? [`+${value}`] : [],
  )
  return [...new Set([...typed, ...claimed])]
}

/** `12 Bay Road` and `Bay Road 12a`: the number apart from the street. */
function streetOf(line: string | undefined): Pick<PersonRecord, 'houseNumber' | 'street'> {
  const text = line?.trim() ?? ''
  const inFront = /^(\d+\s?[a-z]?)[\s,]+(\D.*)$/i.exec(text)
  if (inFront) return { houseNumber: inFront[1], street: inFront[2] }
  const behind = /^(.*\D)[\s,]+(\d+\s?[a-z]?)$/i.exec(text)
  return behind ? { houseNumber: behind[2], street: behind[1] } : { street: text }
}

/** `1980-02-29` of the ways in which it is unmistakable; else as it stands. */
function isoDate(text: string): string {
  const parts = /^\s*(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\s*$/.exec(text)
  return parts ? `${parts[3]}-${parts[2]?.padStart(2, '0')}-${parts[1]?.padStart(2, '0')}` : text
}

/** What a person has where a part of an explanation says something, as a reader takes it; empty where it names no field. */
export function textOf(person: Comparable, what: string): string {
  const { given, family, birthDate, emails, phones, houseNumber, street, street2, town, postcode, state, others } =
    recordOf(person)
  const texts: Readonly<Record<string, readonly (string | undefined)[]>> = {
    given: [given],
    family: [family],
    order: [given, family],
    names: [given, family],
    birthDate: [birthDate],
    place: [postcode, town],
    houseNumber: [houseNumber],
    street: [street],
    street2: [street2],
    state: [state],
  }
  if (what === 'email') return emails?.join(', ') ?? ''
  if (what === 'phone') return phones?.join(', ') ?? ''
  return (texts[what] ?? [others?.[what]]).filter(Boolean).join(' ')
}
