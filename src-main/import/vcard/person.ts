// From the properties of a card to what they say of a person (RFC 6350 section 6, RFC 2426 section 3).
// Invariant: a property with text that no field takes becomes a further detail; those that tell of the card, not of the
// person, are named once in the report.

import { isMissing } from '@shared/model/placeholder'
import { splitEmails, splitPhones } from '@shared/model/several'
import { guessTarget } from '../columns/headers'
import { emailSlotOf, phoneSlotOf, type TextTarget, targetOf } from '../columns/targets'
import { addDetail, isOneNumber, noValues, type PersonValues, type Sourced } from '../people/values'
import type { Card } from './cards'
import { detailNameOf, isTechnical, readableDate, readableNumber } from './details'
import { type Property, preferenceOf, splitValue, typesOf, unescapeText } from './properties'

/** Social services with a field of their own. */
const SERVICES: readonly [RegExp, TextTarget][] = [
  [/^(twitter|x)$/, 'twitterId'],
  [/^(facebook|messenger|fb)$/, 'facebookId'],
  [/^instagram$/, 'instagramId'],
  [/^line$/, 'lineId'],
  [/^whats-?app$/, 'whatsAppId'],
]
const HOSTS: readonly [RegExp, string][] = [
  [/^https?:\/\/(www\.|mobile\.)?(twitter|x)\.com\//i, 'twitter'],
  [/^https?:\/\/(www\.|m\.)?(facebook|fb)\.com\//i, 'facebook'],
  [/^https?:\/\/(www\.)?instagram\.com\//i, 'instagram'],
  [/^https?:\/\/(wa\.me|api\.whatsapp\.com)\//i, 'whatsapp'],
]
/** They are everywhere and say nothing of the place. */
const NO_LABEL = new Set(['voice', 'internet', 'pref', 'text', 'msg', 'x400', 'cell', 'work', 'home', 'fax'])

/** A card while it is read. */
interface Reading {
  values: PersonValues
  /** Apple's labels by their group: `item1.X-ABLabel:_$!<Mobile>!$_` labels `item1.TEL`. */
  labels: ReadonlyMap<string, string>
  region: string
}

function labelsOf(card: Card): Map<string, string> {
  const labels = new Map<string, string>()
  for (const { name, group, value } of card.properties)
    if (name === 'X-ABLABEL' && group !== undefined)
      labels.set(
        group,
        unescapeText(value)
          .replace(/^_\$!<|>!\$_$/g, '')
          .trim(),
      )
  return labels
}

const writtenLabel = (property: Property, { labels }: Reading): string =>
  property.group === undefined ? '' : (labels.get(property.group) ?? '')

/** What a property says of the place it belongs to, in its types or beside it. */
function placeOf(property: Property, reading: Reading): string {
  const types = typesOf(property).filter((type) => !['voice', 'internet', 'pref', 'text', 'msg', 'x400'].includes(type))
  return [...types, writtenLabel(property, reading)].join(' ')
}

function once(values: PersonValues, target: TextTarget, found: Sourced): void {
  const before = values.text[target]
  if (!before) values.text[target] = found
  else if (before.value !== found.value) addDetail(values, detailNameOf(found.column), found.value)
}

function name({ values }: Reading, property: Property): void {
  const parts = splitValue(property.value, ';').map((part) => part.trim())
  const [lastName, firstName, middleName, salutation, suffix, ...more] = parts
  const column = property.name
  // Some write the whole name where the last one belongs.
  if (lastName && /\s/.test(lastName) && parts.slice(1).every((part) => part === '')) {
    if (values.text.lastName) addDetail(values, 'Other name', lastName)
    else values.text.fullName ??= { value: lastName, column }
    return
  }
  if (lastName) once(values, 'lastName', { value: lastName, column })
  if (firstName) once(values, 'firstName', { value: firstName, column })
  if (middleName) once(values, 'middleName', { value: middleName, column })
  if (salutation) once(values, 'salutation', { value: salutation, column })
  if (suffix) addDetail(values, 'Name suffix', suffix)
  for (const one of more) if (one) addDetail(values, 'Other name', one)
}

function address({ values }: Reading, property: Property, label: string): void {
  const [box, extended, street, city, state, postalCode, country, ...more] = splitValue(property.value, ';').map(
    (part) => part.trim(),
  )
  const second = [extended, box].filter(Boolean).join(', ')
  const parts = { address1: street, address2: second, city, state, postalCode, countryCode: country }
  const column = property.name
  const whole = property.params.get('LABEL')?.join(', ').replace(/\\n/gi, '\n')
  const kind = label.trim() || typesOf(property).find((type) => ['home', 'work'].includes(type))
  values.addresses.push({
    parts: Object.fromEntries(
      Object.entries(parts).flatMap(([part, value]) => (value ? [[part, { value, column }] as const] : [])),
    ),
    ...(whole ? { whole: { value: whole, column } } : {}),
    ...(kind ? { label: kind } : {}),
  })
  for (const one of more) if (one) addDetail(values, 'Address as written', one)
}

/** IMPP (RFC 4770), SOCIALPROFILE (RFC 9554) and the older names programs gave it. */
function social({ values }: Reading, property: Property): void {
  const value = unescapeText(property.value).trim()
  const scheme = /^(?:x-)?([a-z]+):(?!\/\/)/i.exec(value)?.[1]
  const services = [
    ...(property.params.get('SERVICE-TYPE') ?? []),
    ...(property.params.get('X-SERVICE-TYPE') ?? []),
    ...typesOf(property),
    HOSTS.find(([host]) => host.test(value))?.[1] ?? '',
    scheme ?? '',
    property.name.replace(/^X-/, ''),
  ].map((service) => service.toLowerCase())
  const target = services.flatMap((service) => SERVICES.find(([pattern]) => pattern.test(service))?.[1] ?? [])[0]
  const user = property.params.get('X-USER')?.[0] ?? property.params.get('USERNAME')?.[0]
  const bare = /^https?:/i.test(value) ? value : value.replace(/^(x-)?[a-z]+:/i, '')
  if (!target) addDetail(values, detailNameOf(property.name), value)
  else if (target === 'whatsAppId')
    once(values, target, {
      value: bare.replace(/^https?:\/\/[^/]+\/(send\?phone=)?/i, '+').replace(/^\++/, '+'),
      column: property.name,
    })
  else once(values, target, { value: user ?? bare, column: property.name })
}

function phone(reading: Reading, property: Property): void {
  const { values, region } = reading
  const value = readableNumber(property.value)
  if (isMissing(value)) {
    values.omitted.push(`“${value.slice(0, 40)}” in ${property.name}`)
    return
  }
  const place = placeOf(property, reading)
  const slot = phoneSlotOf(place)
  for (const one of isOneNumber(value) ? [value] : splitPhones(value, region))
    values.phones.push({ value: one, column: property.name, slot })
  keepLabel(reading, property, value, slot)
}

function email(reading: Reading, property: Property, text: string): void {
  const { values } = reading
  if (isMissing(text)) {
    values.omitted.push(`“${text.slice(0, 40)}” in ${property.name}`)
    return
  }
  const slot = emailSlotOf(placeOf(property, reading))
  for (const value of splitEmails(text)) values.emails.push({ value, column: property.name, slot })
  keepLabel(reading, property, text, slot)
}

/** A label of the person's own is kept with its value. */
function keepLabel(reading: Reading, property: Property, value: string, slot: string | undefined): void {
  const own =
    writtenLabel(property, reading) ||
    typesOf(property)
      .find((type) => type.startsWith('x-'))
      ?.slice(2) ||
    ''
  if (own !== '' && !slot && !NO_LABEL.has(own.toLowerCase())) addDetail(reading.values, own, value)
}

function dated({ values }: Reading, property: Property, label: string, text: string): void {
  addDetail(
    values,
    label || detailNameOf(property.name),
    readableDate(text, property.params.get('X-APPLE-OMIT-YEAR')?.[0]),
  )
}

/** `vnd.android.cursor.item/nickname;Ravs;1;;…`: a kind, its value, and for kinds of one's own a label. */
function android({ values }: Reading, property: Property): void {
  const [kind = '', value = '', type = '', label = ''] = splitValue(property.value, ';').map((part) => part.trim())
  const bare = kind.replace(/^.*\//, '').replace(/_/g, ' ')
  const called = type === '0' && label !== '' ? label : `${bare[0]?.toUpperCase() ?? ''}${bare.slice(1)}`
  if (value !== '') addDetail(values, called, value)
}

/** Reads one card. @param region the one national phone numbers are read in */
export function readCard(card: Card, region: string): PersonValues {
  const values = noValues()
  const reading: Reading = { values, labels: labelsOf(card), region }
  for (const omitted of card.omitted) values.omitted.push(`property ${omitted}`)
  const ranked = card.properties
    .map((property, index) => ({ property, index, rank: preferenceOf(property) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
  for (const { property } of ranked) readProperty(reading, property)
  return values
}

function readProperty(reading: Reading, property: Property): void {
  const { values } = reading
  const column = property.name
  const text = unescapeText(property.value).trim()
  if (column === 'X-ABLABEL') return
  if (isTechnical(column)) {
    if (text !== '' && column !== 'VERSION') values.omitted.push(`property ${column}`)
    return
  }
  if (column === 'ADR' && (text.replace(/[;\s]/g, '') !== '' || property.params.has('LABEL'))) {
    address(reading, property, writtenLabel(property, reading))
    return
  }
  if (text === '' || (column === 'ADR' && text.replace(/[;\s]/g, '') === '')) return
  switch (column) {
    case 'N':
      name(reading, property)
      break
    case 'FN':
      // A card may have several names in several scripts; the first is the preferred one.
      if (!values.text.fullName || values.text.fullName.column === 'N') values.text.fullName = { value: text, column }
      else if (values.text.fullName.value !== text) addDetail(values, 'Display name', text)
      break
    case 'TEL':
      phone(reading, property)
      break
    case 'EMAIL':
      email(reading, property, text)
      break
    case 'LABEL':
      labelled(values, text)
      break
    case 'ORG': {
      const [company, ...units] = splitValue(property.value, ';').map((part) => part.trim())
      if (company) once(values, 'externalOrganization.name', { value: company, column })
      const unit = units.filter(Boolean).join(', ')
      if (unit) addDetail(values, 'Department', unit)
      break
    }
    case 'TITLE':
      once(values, 'title', { value: text, column })
      break
    case 'NOTE':
      values.notes.push(text)
      break
    case 'CATEGORIES':
      for (const tag of splitValue(property.value, ',')) if (tag.trim() !== '') values.tags.push(tag.trim())
      break
    case 'UID':
      values.externalIds.push({ source: { id: 'vcard', name: 'vCard' }, value: text, column })
      break
    case 'IMPP':
    case 'SOCIALPROFILE':
    case 'X-SOCIALPROFILE':
    case 'X-TWITTER':
    case 'X-FACEBOOK':
    case 'X-INSTAGRAM':
    case 'X-LINE':
    case 'X-WHATSAPP':
      social(reading, property)
      break
    case 'X-ANDROID-CUSTOM':
      android(reading, property)
      break
    case 'BDAY':
    case 'ANNIVERSARY':
    case 'X-ANNIVERSARY':
    case 'X-ABDATE':
      dated(reading, property, writtenLabel(property, reading), text)
      break
    case 'RELATED':
    case 'X-ABRELATEDNAMES': {
      const kind = typesOf(property).find((type) => type !== 'pref') ?? ''
      addDetail(
        values,
        writtenLabel(property, reading) || (kind ? `${kind[0]?.toUpperCase()}${kind.slice(1)}` : 'Related'),
        text,
      )
      break
    }
    default:
      if (readAsHeader(reading, property, text)) break
      addDetail(values, writtenLabel(property, reading) || detailNameOf(column), text)
  }
}

/** A name that is no property of any version, but what a table would call a field: `Cell phone`, `First name`. */
function readAsHeader(reading: Reading, property: Property, text: string): boolean {
  const meant = property.name.startsWith('X-') ? undefined : targetOf(guessTarget(property.name) ?? '')
  if (meant?.kind === 'phone') reading.values.phones.push({ value: text, column: property.name, slot: meant.slot })
  else if (meant?.kind === 'email') reading.values.emails.push({ value: text, column: property.name, slot: meant.slot })
  else if (meant?.kind === 'text' && ['firstName', 'lastName', 'middleName'].includes(meant.target))
    once(reading.values, meant.target, { value: text, column: property.name })
  else return false
  return true
}

/** The address once more in lines, as versions before 4.0 write it beside ADR. */
function labelled(values: PersonValues, text: string): void {
  const bare = values.addresses.find(({ whole }) => whole === undefined)
  if (bare) bare.whole = { value: text, column: 'LABEL' }
  else values.addresses.push({ parts: {}, whole: { value: text, column: 'LABEL' } })
}

/** Whether a card stands for a group, organisation or place (RFC 6350 section 6.1.4). */
export function isGroup(card: Card): boolean {
  return card.properties.some(
    ({ name: property, value }) => /^(X-ADDRESSBOOKSERVER-)?KIND$/.test(property) && /^group$/i.test(value.trim()),
  )
}
