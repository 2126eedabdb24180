// From the properties of a card to what they say of a person (RFC 6350 section 6, RFC 2426 section 3).
// Invariant: a property with text that no field takes becomes a further detail or a remark; only technical ones are dropped.
import { noValues, type PersonValues, type Sourced } from './person'
import { emailSlotOf, phoneSlotOf, type TextTarget } from './targets'
import type { Card } from './vcard'
import { type Property, preferenceOf, splitValue, typesOf, unescapeText } from './vcard-lines'

/** About the card or the program that wrote it, not about the person. */
const TECHNICAL = new Set(
  `AGENT BEGIN CALADRURI CALURI CAPURI CLASS CLIENTPIDMAP END FBURL GEO KEY LABEL LOGO MAILER PHOTO PRODID PROFILE REV
   SORT-STRING SOUND SOURCE TZ VERSION X-ABADR X-ABLABEL X-ABSHOWAS X-ABUID X-MS-CARDPICTURE X-MS-OL-DESIGN XML
   CATEGORIES X-IMAGEHASH X-IMAGETYPE X-SHARED-PHOTO-DISPLAY-PREF KIND X-ADDRESSBOOKSERVER-KIND`.split(/\s+/),
)

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

/** `tel:+61-3-8369-6679;ext=12` as people write it (RFC 3966). */
function readableNumber(value: string): string {
  const text = unescapeText(value).trim()
  if (!/^tel:/i.test(text)) return text
  const [number = '', ...params] = text.slice(4).split(';')
  const extension = params.find((param) => /^ext=/i.test(param))?.slice(4)
  return extension ? `${number} ext. ${extension}` : number
}

/** Apple writes its own labels beside a property of the same group: `item1.X-ABLabel:_$!<Mobile>!$_`. */
function labelOf(property: Property, card: Card): string {
  const label = card.properties.find((other) => other.name === 'X-ABLABEL' && other.group === property.group)
  const written = property.group !== undefined && label ? unescapeText(label.value).replace(/^_\$!<|>!\$_$/g, '') : ''
  // VOICE, INTERNET and PREF are everywhere and say nothing of the place.
  const types = typesOf(property).filter((type) => !['voice', 'internet', 'pref', 'text', 'msg', 'x400'].includes(type))
  return [...types, written].join(' ')
}

function once(values: PersonValues, target: TextTarget, found: Sourced): void {
  const before = values.text[target]
  if (!before) values.text[target] = found
  else if (before.value !== found.value)
    values.problems.push({
      code: 'no_free_field',
      message: `“${found.value}” was left out: another ${found.column} of the card fills the same field.`,
      ...found,
    })
}

function detail(values: PersonValues, name: string, value: string): void {
  const before = values.custom[name]
  values.custom[name] = before === undefined || before === value ? value : `${before}, ${value}`
}

function name(values: PersonValues, property: Property): void {
  const parts = splitValue(property.value, ';').map((part) => part.trim())
  const [lastName, firstName, middleName, salutation, suffix] = parts
  const column = property.name
  if (lastName) once(values, 'lastName', { value: lastName, column })
  if (firstName) once(values, 'firstName', { value: firstName, column })
  if (middleName) once(values, 'middleName', { value: middleName, column })
  if (salutation) once(values, 'salutation', { value: salutation, column })
  if (suffix) detail(values, 'Name suffix', suffix)
}

function address(values: PersonValues, property: Property): void {
  const [box, extended, street, city, state, postalCode, country] = splitValue(property.value, ';').map((part) =>
    part.trim(),
  )
  const second = [extended, box].filter(Boolean).join(', ')
  const parts = { address1: street, address2: second, city, state, postalCode, countryCode: country }
  const column = property.name
  values.addresses.push(
    Object.fromEntries(
      Object.entries(parts).flatMap(([part, value]) => (value ? [[part, { value, column }] as const] : [])),
    ),
  )
}

/** IMPP (RFC 4770), SOCIALPROFILE (RFC 9554) and the older names programs gave it. */
function social(values: PersonValues, property: Property): void {
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
  if (!target) detail(values, property.name, value)
  else if (target === 'whatsAppId')
    once(values, target, {
      value: bare.replace(/^https?:\/\/[^/]+\/(send\?phone=)?/i, '+').replace(/^\++/, '+'),
      column: property.name,
    })
  else once(values, target, { value: user ?? bare, column: property.name })
}

/** Reads one card; a problem instead for a card that is no person. */
export function readCard(card: Card): PersonValues {
  const values = noValues()
  const ranked = card.properties
    .map((property, index) => ({ property, index, rank: preferenceOf(property) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
  for (const { property } of ranked) {
    const column = property.name
    const text = unescapeText(property.value).trim()
    if (text === '' || TECHNICAL.has(column)) continue
    switch (column) {
      case 'N':
        name(values, property)
        break
      case 'FN':
        // A card may have several names in several scripts; the first is the preferred one.
        if (!values.text.fullName) values.text.fullName = { value: text, column }
        break
      case 'TEL':
        values.phones.push({
          value: readableNumber(property.value),
          column,
          slot: phoneSlotOf(labelOf(property, card)),
        })
        break
      case 'EMAIL':
        values.emails.push({ value: text.replace(/^mailto:/i, ''), column, slot: emailSlotOf(labelOf(property, card)) })
        break
      case 'ADR':
        address(values, property)
        break
      case 'ORG': {
        const [company, ...units] = splitValue(property.value, ';').map((part) => part.trim())
        if (company) once(values, 'externalOrganization.name', { value: company, column })
        const unit = units.filter(Boolean).join(', ')
        if (unit) detail(values, 'Department', unit)
        break
      }
      case 'TITLE':
        once(values, 'title', { value: text, column })
        break
      case 'NOTE':
        values.notes.push(text)
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
        social(values, property)
        break
      default:
        detail(values, column, text)
    }
  }
  return values
}

/** Whether a card stands for a group, organisation or place (RFC 6350 section 6.1.4). */
export function isGroup(card: Card): boolean {
  return card.properties.some(
    ({ name: property, value }) => /^(X-ADDRESSBOOKSERVER-)?KIND$/.test(property) && /^group$/i.test(value.trim()),
  )
}
