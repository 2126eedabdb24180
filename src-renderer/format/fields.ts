// Every field of a contact as one line that a person can read and type, and the way back to a change for the engine.
// Invariant: reading a line and writing it back unchanged changes nothing, and a change names only the field it is for.
import type { Address, ContactChanges, ContactFields, EmailField, PhoneField } from '@shared/model/contact'
import { normaliseEmail } from '@shared/model/email'
import { parsePhone } from '@shared/model/phone'
import { regionName } from './locale'

export type LineKind = 'text' | 'phone' | 'email'
export type LineGroup = 'Name' | 'Phone' | 'E-mail' | 'Work' | 'Address' | 'Messengers' | 'Other'

export interface FieldLine {
  /** Unique, and the path of the value in the contact. */
  key: string
  label: string
  group: LineGroup
  kind: LineKind
  /** The register of the contact that the line belongs to. */
  field: keyof ContactFields
  /** An example or explanation for an empty input. */
  hint?: string
  /** The line as text; the empty string where there is nothing. */
  read(fields: ContactFields): string
  /** The change that makes the line `text`; empties it for the empty string. */
  write(fields: ContactFields, text: string): ContactChanges
  /** Which part of the address it is: written alone, since the others may be on their way. */
  part?: keyof Address
}

type TextField =
  | 'salutation'
  | 'firstName'
  | 'middleName'
  | 'lastName'
  | 'title'
  | EmailField
  | 'whatsappBsuid'
  | 'externalSystemUrl'

const plain = (field: TextField, label: string, group: LineGroup, more: Partial<FieldLine> = {}): FieldLine => ({
  key: field,
  label,
  group,
  kind: 'text',
  field,
  read: (fields) => fields[field] ?? '',
  write: (_fields, text) => ({ [field]: text === '' ? null : text }),
  ...more,
})

const email = (field: EmailField, label: string): FieldLine =>
  plain(field, label, 'E-mail', { kind: 'email', hint: 'name@example.org' })

const phone = (field: PhoneField, label: string): FieldLine => ({
  key: field,
  label,
  group: 'Phone',
  kind: 'phone',
  field,
  hint: 'With or without country code',
  read: (fields) => fields[field]?.userInput ?? '',
  write: (_fields, text) => ({ [field]: text === '' ? null : { userInput: text } }),
})

const address = (part: keyof Address, label: string): FieldLine => ({
  key: `address.${part}`,
  label,
  group: 'Address',
  kind: 'text',
  field: 'address',
  part,
  read: (fields) => fields.address?.[part] ?? '',
  write: (fields, text) => {
    const { [part]: _former, ...rest } = fields.address ?? {}
    const next = text === '' ? rest : { ...rest, [part]: text }
    return { address: Object.keys(next).length === 0 ? null : next }
  },
})

const listed = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** An external id is shown as `source: value`; text without a source belongs to the source `default`. */
const externalIdOf = (text: string): NonNullable<ContactFields['externalIds']>[number] => {
  const at = text.indexOf(':')
  const source = at > 0 ? text.slice(0, at).trim() : 'default'
  return { externalSource: { id: source }, value: (at > 0 ? text.slice(at + 1) : text).trim() }
}

export const FIELD_LINES: readonly FieldLine[] = [
  plain('salutation', 'Salutation', 'Name'),
  plain('firstName', 'First name', 'Name'),
  plain('middleName', 'Middle name', 'Name'),
  plain('lastName', 'Last name', 'Name'),
  phone('cellPhone', 'Mobile phone'),
  phone('workPhone', 'Work phone'),
  phone('homePhone', 'Home phone'),
  phone('otherPhone', 'Other phone'),
  email('workEmail', 'Work e-mail'),
  email('personalEmail', 'Personal e-mail'),
  email('otherEmail', 'Other e-mail'),
  plain('title', 'Job title', 'Work'),
  {
    key: 'externalOrganization.name',
    label: 'Organisation',
    group: 'Work',
    kind: 'text',
    field: 'externalOrganization',
    read: (fields) => fields.externalOrganization?.name ?? '',
    write: (fields, text) => ({
      externalOrganization: text === '' ? null : { ...fields.externalOrganization, name: text },
    }),
  },
  address('address1', 'Street'),
  address('address2', 'Street, second line'),
  address('city', 'City'),
  address('state', 'State or region'),
  address('postalCode', 'Postcode'),
  address('countryCode', 'Country'),
  {
    key: 'whatsAppId.phoneNumber',
    label: 'WhatsApp number',
    group: 'Messengers',
    kind: 'phone',
    field: 'whatsAppId',
    hint: 'With or without country code',
    read: (fields) => fields.whatsAppId?.phoneNumber.userInput ?? '',
    write: (fields, text) => ({
      whatsAppId: text === '' ? null : { ...fields.whatsAppId, phoneNumber: { userInput: text } },
    }),
  },
  plain('whatsappBsuid', 'WhatsApp business id', 'Messengers'),
  {
    key: 'twitterId.screenName',
    label: 'X (Twitter) handle',
    group: 'Messengers',
    kind: 'text',
    field: 'twitterId',
    read: (fields) => fields.twitterId?.screenName ?? fields.twitterId?.id ?? '',
    write: (fields, text) => {
      if (text === '') return { twitterId: null }
      // The account's id belonged to the former handle; a new handle is another account until something says otherwise.
      const { id: _id, screenName: _name, ...rest } = fields.twitterId ?? {}
      return { twitterId: { ...rest, screenName: text } }
    },
  },
  {
    key: 'instagramId.ids',
    label: 'Instagram id',
    group: 'Messengers',
    kind: 'text',
    field: 'instagramId',
    hint: 'Several with commas',
    read: (fields) => fields.instagramId?.ids.map((id) => id.scopedId).join(', ') ?? '',
    write: (fields, text) => ({
      instagramId: text === '' ? null : { ...fields.instagramId, ids: listed(text).map((scopedId) => ({ scopedId })) },
    }),
  },
  {
    key: 'facebookId.ids',
    label: 'Facebook id',
    group: 'Messengers',
    kind: 'text',
    field: 'facebookId',
    hint: 'Several with commas',
    read: (fields) => fields.facebookId?.ids.map((id) => id.scopedId).join(', ') ?? '',
    write: (fields, text) => ({
      facebookId: text === '' ? null : { ...fields.facebookId, ids: listed(text).map((scopedId) => ({ scopedId })) },
    }),
  },
  {
    key: 'lineId.ids',
    label: 'LINE id',
    group: 'Messengers',
    kind: 'text',
    field: 'lineId',
    hint: 'Several with commas',
    read: (fields) => fields.lineId?.ids.map((id) => id.userId).join(', ') ?? '',
    write: (fields, text) => ({
      lineId: text === '' ? null : { ...fields.lineId, ids: listed(text).map((userId) => ({ userId })) },
    }),
  },
  {
    key: 'appleOpaqueIds',
    label: 'Apple Messages id',
    group: 'Messengers',
    kind: 'text',
    field: 'appleOpaqueIds',
    hint: 'Several with commas',
    read: (fields) => fields.appleOpaqueIds?.map((id) => id.value).join(', ') ?? '',
    write: (_fields, text) => ({ appleOpaqueIds: text === '' ? null : listed(text).map((value) => ({ value })) }),
  },
  {
    key: 'tags',
    label: 'Tags',
    group: 'Other',
    kind: 'text',
    field: 'tags',
    hint: 'Several with commas',
    read: (fields) => fields.tags?.join(', ') ?? '',
    write: (_fields, text) => ({ tags: text === '' ? null : listed(text) }),
  },
  {
    key: 'externalIds',
    label: 'Ids in other systems',
    group: 'Other',
    kind: 'text',
    field: 'externalIds',
    hint: 'system: id, several with commas',
    read: (fields) => fields.externalIds?.map((id) => `${id.externalSource.id}: ${id.value}`).join(', ') ?? '',
    write: (fields, text) => ({
      externalIds:
        text === ''
          ? null
          : listed(text).map((part) => {
              const typed = externalIdOf(part)
              // A system's name is not part of the line; it stays with the id it belongs to.
              const former = fields.externalIds?.find((id) => id.externalSource.id === typed.externalSource.id)
              return former ? { ...typed, externalSource: former.externalSource } : typed
            }),
    }),
  },
  plain('externalSystemUrl', 'Page in another system', 'Other', { hint: 'https://…' }),
]

export const LINE_GROUPS: readonly LineGroup[] = ['Name', 'Phone', 'E-mail', 'Work', 'Address', 'Messengers', 'Other']

/** The line of a field, by its key. Throws for a key that no line has: that is a defect of the caller. */
export function fieldLine(key: string): FieldLine {
  const line = FIELD_LINES.find((candidate) => candidate.key === key)
  if (!line) throw new Error(`no field line ${key}`)
  return line
}

/** How a value reads while it is typed. An `error` cannot be saved; a `warning` can, with the consequence it names. */
export interface Remark {
  tone: 'error' | 'warning' | 'info'
  text: string
}

/** What to say about a value as it is typed; undefined while there is nothing to say. */
export function remarkOn(kind: LineKind, typed: string, region: string): Remark | undefined {
  const text = typed.trim()
  if (text === '') return undefined
  if (kind === 'email') {
    return normaliseEmail(text) === undefined
      ? { tone: 'error', text: 'Not an e-mail address yet, e.g. name@example.org' }
      : undefined
  }
  if (kind === 'phone') {
    const parsed = parsePhone(text, region)
    if (!parsed) {
      return {
        tone: 'warning',
        text: `Not a valid number in ${regionName(region)}. It is kept as typed, but a call from it will not find this person.`,
      }
    }
    const place = parsed.countryCode === '' ? '' : ` (${regionName(parsed.countryCode)})`
    return { tone: 'info', text: `${parsed.international}${place}` }
  }
  return undefined
}
