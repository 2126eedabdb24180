// Where a column of a table can go.
// Invariant: every target a mapping may name is listed here, with what to call it on screen.
import { EMAIL_FIELDS, type EmailField, PHONE_FIELDS, type PhoneField } from '@shared/model/contact'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { type TypedField, typedFieldOf } from './typed-fields'

/** Targets that take one text each. */
const TEXT_TARGETS = {
  fullName: 'Full name (split into first and last)',
  salutation: 'Salutation',
  firstName: 'First name',
  middleName: 'Middle name',
  lastName: 'Last name',
  title: 'Job title',
  'externalOrganization.name': 'Organisation',
  externalSystemUrl: 'Link to the other system',
  surveyOptOut: 'No surveys (yes or no)',
  twitterId: 'Twitter / X handle',
  facebookId: 'Facebook id',
  instagramId: 'Instagram handle',
  lineId: 'LINE user id',
  whatsAppId: 'WhatsApp number',
  whatsappBsuid: 'WhatsApp business-scoped id',
  appleOpaqueId: 'Apple Messages id',
  recordId: 'Record id in the other program',
} as const
export type TextTarget = keyof typeof TEXT_TARGETS

const PHONE_LABELS: Record<PhoneField, string> = {
  workPhone: 'Work phone',
  cellPhone: 'Mobile phone',
  homePhone: 'Home phone',
  otherPhone: 'Other phone',
}
const EMAIL_LABELS: Record<EmailField, string> = {
  workEmail: 'Work e-mail',
  personalEmail: 'Personal e-mail',
  otherEmail: 'Other e-mail',
}

export const ADDRESS_PARTS = ['address1', 'address2', 'city', 'state', 'postalCode', 'countryCode'] as const
export type AddressPart = (typeof ADDRESS_PARTS)[number]
const ADDRESS_LABELS: Record<AddressPart, string> = {
  address1: 'Street',
  address2: 'Street, second line',
  city: 'City',
  state: 'State',
  postalCode: 'Postal code',
  countryCode: 'Country',
}

/** What a target means to the reader of a row. */
export type Target =
  | { kind: 'skip' | 'label' | 'note' | 'tags' }
  /** Under the name of its column, unless it has one of its own. */
  | { kind: 'custom'; name?: string }
  /** A field by which the organisation types its custom ones. */
  | ({ kind: 'typed' } & TypedField)
  | { kind: 'text'; target: TextTarget }
  | { kind: 'phone'; slot?: PhoneField }
  | { kind: 'email'; slot?: EmailField }
  /** `rank` 0 is the address to take, the next ones those to take if there is no other. `whole`: all of it in one text. */
  | { kind: 'address'; part: AddressPart | 'whole'; rank: 0 | 1 | 2 }

const entries: [string, string, Target][] = [
  ['skip', 'Leave out', { kind: 'skip' }],
  ...Object.entries(TEXT_TARGETS).map(([target, label]): [string, string, Target] => [
    target,
    label,
    { kind: 'text', target: target as TextTarget },
  ]),
  ['phone', 'Phone (by its label, else the next free field)', { kind: 'phone' }],
  ...PHONE_FIELDS.map((slot): [string, string, Target] => [slot, PHONE_LABELS[slot], { kind: 'phone', slot }]),
  ['email', 'E-mail (by its label, else the next free field)', { kind: 'email' }],
  ...EMAIL_FIELDS.map((slot): [string, string, Target] => [slot, EMAIL_LABELS[slot], { kind: 'email', slot }]),
  ...ADDRESS_PARTS.map((part): [string, string, Target] => [
    `address.${part}`,
    ADDRESS_LABELS[part],
    { kind: 'address', part, rank: 0 },
  ]),
  ...ADDRESS_PARTS.map((part): [string, string, Target] => [
    `secondAddress.${part}`,
    `${ADDRESS_LABELS[part]} (second address)`,
    { kind: 'address', part, rank: 1 },
  ]),
  ...ADDRESS_PARTS.map((part): [string, string, Target] => [
    `otherAddress.${part}`,
    `${ADDRESS_LABELS[part]} (a further address)`,
    { kind: 'address', part, rank: 2 },
  ]),
  ['address.whole', 'Address in one text, where its parts are not given', { kind: 'address', part: 'whole', rank: 0 }],
  ['secondAddress.whole', 'Second address in one text', { kind: 'address', part: 'whole', rank: 1 }],
  ['tags', 'Tags', { kind: 'tags' }],
  ['label', 'Label of the column it stands beside', { kind: 'label' }],
  ['note', 'Note', { kind: 'note' }],
  ['custom', 'Custom field', { kind: 'custom' }],
]

const BY_NAME = new Map(entries.map(([name, , target]) => [name, target]))

/** All targets with what to call them, in the order to offer them. */
export const TARGETS: readonly { target: string; label: string }[] = entries.map(([target, label]) => ({
  target,
  label,
}))

/** What to call a contact field on screen; the name itself for fields no column can go to. */
export const labelOf = (field: string): string =>
  field.startsWith('customFields/') ? field.slice(13) : (TARGETS.find(({ target }) => target === field)?.label ?? field)

const NAMED = 'custom/'

/**
 * The meaning of a target's name, or undefined if there is none of that name.
 * @param schemas those that the organisation types its custom fields by
 */
export function targetOf(name: string, schemas: readonly ContactSchemaVersion[] = []): Target | undefined {
  const known = BY_NAME.get(name)
  if (known) return known
  if (name.startsWith(NAMED) && name.length > NAMED.length) return { kind: 'custom', name: name.slice(NAMED.length) }
  const typed = typedFieldOf(name, schemas)
  return typed && { kind: 'typed', ...typed }
}

const SLOTS: readonly [RegExp, 'work' | 'cell' | 'home' | 'other'][] = [
  [/fax|pager|telex|telecop/, 'other'],
  [/mobile|mobil|cell|handy|iphone|movil|portable|celular|mobiel|gsm|natel/, 'cell'],
  [
    /work|business|office|company|arbeit|geschaft|dienst|travail|bureau|trabajo|internet work|lavoro|ufficio|trabalho|comercial|werk|zakelijk/,
    'work',
  ],
  [/home|private|privat|personal|domicile|casa|maison|abitazione|residencial|thuis|particular/, 'home'],
  [/other|main|andere|autre|otro|altro|outro/, 'other'],
]
const PHONE_OF = { work: 'workPhone', cell: 'cellPhone', home: 'homePhone', other: 'otherPhone' } as const
const EMAIL_OF = { work: 'workEmail', cell: undefined, home: 'personalEmail', other: 'otherEmail' } as const

const slotOf = (label: string) => {
  const plain = label.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  return SLOTS.find(([pattern]) => pattern.test(plain))?.[1]
}

/** The phone field a label such as `* Home` or `WORK,FAX` asks for. */
export function phoneSlotOf(label: string): PhoneField | undefined {
  const slot = slotOf(label)
  return slot && PHONE_OF[slot]
}

/** The e-mail field a label asks for. */
export function emailSlotOf(label: string): EmailField | undefined {
  const slot = slotOf(label)
  return slot && EMAIL_OF[slot]
}
