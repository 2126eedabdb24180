// Exports recognised by their headers: Google Contacts, Outlook, Salesforce, HubSpot, the reference's own template.
// Invariant: order, case and further columns do not matter; each format is known by headers that no other one has.
import type { ImportFormat } from '@shared/model/import'
import { guessTarget, levelHeader } from './headers'
import { targetOf } from './targets'

interface Format {
  format: Exclude<ImportFormat, 'vcard' | 'custom'>
  /** Whether a set of levelled headers is this program's. */
  matches: (has: (header: string | RegExp) => boolean) => boolean
  /** Target of a levelled header where it differs from what the name alone says. */
  target: (header: string) => string | undefined
}

const GOOGLE: Record<string, string> = {
  name: 'fullName', // of the export before 2024
  'name prefix': 'salutation',
  'organization name': 'externalOrganization.name',
  'organization 1 name': 'externalOrganization.name',
  'organization title': 'title',
  'organization 1 title': 'title',
  'organization department': 'custom',
  'organization 1 department': 'custom',
  notes: 'note',
}
const GOOGLE_ADDRESS: Record<string, string> = {
  street: 'address1',
  city: 'city',
  'po box': 'address2',
  'extended address': 'address2',
  region: 'state',
  'postal code': 'postalCode',
  country: 'countryCode',
}

/** Google numbers what there can be several of: `Phone 2 - Value`, before 2024 with `Type` for `Label`. */
function googleTarget(header: string): string | undefined {
  const numbered = /^(e mail|phone|address|website|im|relation|event|custom field) (\d+) (.+)$/.exec(header)
  if (!numbered) return GOOGLE[header]
  const [, thing, number, part = ''] = numbered
  const label = part === 'label' || part === 'type'
  if (thing === 'e mail') return label ? 'label' : part === 'value' ? 'email' : 'skip'
  if (thing === 'phone') return label ? 'label' : part === 'value' ? 'phone' : 'skip'
  if (thing === 'address' && GOOGLE_ADDRESS[part] !== undefined) {
    if (number === '1') return `address.${GOOGLE_ADDRESS[part]}`
    return number === '2' ? `secondAddress.${GOOGLE_ADDRESS[part]}` : 'custom'
  }
  return part === 'value' ? 'custom' : 'skip'
}

const OUTLOOK: Record<string, string> = {
  title: 'salutation',
  'job title': 'title',
  company: 'externalOrganization.name',
  'e mail address': 'workEmail',
  'primary phone': 'phone',
  'business phone 2': 'workPhone',
  'home phone 2': 'homePhone',
  'company main phone': 'workPhone',
  'car phone': 'cellPhone',
  'other fax': 'otherPhone',
}
const OUTLOOK_ADDRESS: Record<string, string> = {
  street: 'address1',
  'street 2': 'address2',
  'street 3': 'address2',
  'po box': 'address2',
  city: 'city',
  state: 'state',
  'postal code': 'postalCode',
  country: 'countryCode',
  'country region': 'countryCode',
}
function outlookTarget(header: string): string | undefined {
  const address = /^(business|home|other) (.+)$/.exec(header)
  const part = address && OUTLOOK_ADDRESS[address[2] ?? '']
  if (!address || !part) return OUTLOOK[header]
  return address[1] === 'business' ? `address.${part}` : address[1] === 'home' ? `secondAddress.${part}` : 'custom'
}

const SALESFORCE: Record<string, string> = {
  'contact id': 'recordId',
  id: 'recordId',
  'account id': 'skip',
  phone: 'workPhone',
  'business phone': 'workPhone',
  email: 'workEmail',
  'assistant phone': 'skip',
}
const SALESFORCE_ADDRESS: Record<string, string> = {
  street: 'address1',
  city: 'city',
  state: 'state',
  'state province': 'state',
  'postal code': 'postalCode',
  'zip postal code': 'postalCode',
  country: 'countryCode',
}
function salesforceTarget(header: string): string | undefined {
  const address = /^(mailing|other) (?:address )?(.+)$/.exec(header)
  const part = address && SALESFORCE_ADDRESS[address[2] ?? '']
  if (!address || !part) return SALESFORCE[header]
  return address[1] === 'mailing' ? `address.${part}` : `secondAddress.${part}`
}

const HUBSPOT: Record<string, string> = {
  'record id': 'recordId',
  'record id contact': 'recordId',
  email: 'workEmail',
  'phone number': 'workPhone',
  'mobile phone number': 'cellPhone',
  'primary company': 'externalOrganization.name',
  'primary associated company': 'externalOrganization.name',
  'associated company': 'externalOrganization.name',
  'state region': 'address.state',
  'contact owner': 'skip',
  'lead status': 'skip',
  'create date': 'skip',
}

const FORMATS: readonly Format[] = [
  {
    // The template puts “Contact” before what a field is called.
    format: 'template',
    matches: (has) => has('contact first name') || has('contact last name'),
    target: (header) =>
      header === 'contact id' ? 'recordId' : guessTarget(header.replace(/^(?:external )?contact (?=.)/, '')),
  },
  {
    format: 'google',
    matches: (has) =>
      has(/^(e mail|phone|address) 1 (label|type|value)$/) || (has('given name') && has('group membership')),
    target: googleTarget,
  },
  {
    format: 'hubspot',
    matches: (has) =>
      has(/^record id( contact)?$/) &&
      (has('contact owner') || has('lead status') || has('lifecycle stage') || has('create date') || has(/company/)),
    target: (header) => HUBSPOT[header],
  },
  {
    format: 'outlook',
    matches: (has) =>
      has(/^e mail (address|display name)$/) &&
      has(/^(business phone|home phone|mobile phone|e mail 2 address|business street|job title)$/),
    target: outlookTarget,
  },
  {
    format: 'salesforce',
    matches: (has) =>
      ((has('contact id') || has('id')) && (has(/^mailing /) || has(/^account (name|id)$/))) ||
      (has('account name') && has(/^mailing /)),
    target: salesforceTarget,
  },
]

/** Targets that many columns may share; of any other the first column gets it and the rest are left to the person. */
const SHARED = /^(skip|label|note|custom|phone|email|.+Phone|.+Email|(second)?[aA]ddress\.address2)$/

/** Which program wrote a table, and where each of its columns goes. */
export function recognise(headers: readonly string[]): { format: ImportFormat; targets: string[] } {
  const levelled = headers.map(levelHeader)
  const has = (wanted: string | RegExp) =>
    levelled.some((header) => (typeof wanted === 'string' ? header === wanted : wanted.test(header)))
  const found = FORMATS.find((format) => format.matches(has))
  const taken = new Set<string>()
  const targets = levelled.map((header) => {
    const target = found?.target(header) ?? guessTarget(header) ?? 'skip'
    if (targetOf(target) === undefined) throw new Error(`No target is called ${target}`)
    if (taken.has(target) && !SHARED.test(target)) return 'skip'
    taken.add(target)
    return target
  })
  // Beside a first name, “Name” is the last name (German “Name; Vorname”).
  if (taken.has('firstName') && !taken.has('lastName')) {
    const full = targets.indexOf('fullName')
    if (full >= 0) targets[full] = 'lastName'
  }
  return { format: found?.format ?? 'custom', targets }
}

/** Whether a header is one that some program writes or that names a field. */
export function isKnownHeader(header: string): boolean {
  return recognise([header]).targets[0] !== 'skip'
}
