// Exports recognised by their headers: Google Contacts, Outlook, Salesforce, HubSpot, Zoho, LinkedIn, Thunderbird, the
// reference's own template.
// Invariant: order, case and further columns do not matter; each format is known by headers that no other one has.
import type { ImportFormat } from '@shared/model/import'
import { guessTarget, levelHeader } from './headers'
import { tableOf } from './lookup'
import { targetOf } from './targets'

interface Format {
  format: Exclude<ImportFormat, 'vcard' | 'custom'>
  /** Whether a set of levelled headers is this program's. */
  matches: (has: (header: string | RegExp) => boolean) => boolean
  /** Target of a levelled header where it differs from what the name alone says. */
  target: (header: string) => string | undefined
}

const GOOGLE = tableOf({
  name: 'fullName', // of the export before 2024
  'name prefix': 'salutation',
  'organization name': 'externalOrganization.name',
  'organization 1 name': 'externalOrganization.name',
  'organization title': 'title',
  'organization 1 title': 'title',
  notes: 'note',
  labels: 'tags',
  'group membership': 'tags',
})
const GOOGLE_ADDRESS = tableOf({
  street: 'address1',
  city: 'city',
  'po box': 'address2',
  'extended address': 'address2',
  region: 'state',
  'postal code': 'postalCode',
  country: 'countryCode',
})

/** Google numbers what there can be several of: `Phone 2 - Value`, before 2024 with `Type` for `Label`. */
function googleTarget(header: string): string | undefined {
  const numbered =
    /^(e mail|phone|address|website|im|relation|event|custom field|organization|external id|calendar link|jot|hobby|language) (\d+) (.+)$/.exec(
      header,
    )
  if (!numbered) return GOOGLE[header]
  const [, thing, number, part = ''] = numbered
  const label = part === 'label' || part === 'type'
  if (thing === 'organization') return GOOGLE[header]
  if (label) return thing === 'address' ? 'skip' : 'label'
  if (thing === 'e mail') return part === 'value' ? 'email' : 'custom'
  if (thing === 'phone') return part === 'value' ? 'phone' : 'custom'
  if (thing === 'address' && GOOGLE_ADDRESS[part] !== undefined) {
    if (number === '1') return `address.${GOOGLE_ADDRESS[part]}`
    return `${number === '2' ? 'secondAddress' : 'otherAddress'}.${GOOGLE_ADDRESS[part]}`
  }
  // The same address once more, in lines: needed only where its parts are not given.
  if (thing === 'address' && part === 'formatted') return number === '1' ? 'address.whole' : 'secondAddress.whole'
  return 'custom'
}

const OUTLOOK = tableOf({
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
})
const OUTLOOK_ADDRESS = tableOf({
  street: 'address1',
  'street 2': 'address2',
  'street 3': 'address2',
  'po box': 'address2',
  city: 'city',
  state: 'state',
  'postal code': 'postalCode',
  country: 'countryCode',
  'country region': 'countryCode',
})
/** What Outlook writes of every contact and tells nothing of the person: the kind of an address, its caption, flags. */
const OUTLOOK_SELF =
  /^(?:e mail|email)(?: \d)? ?(?:type|typ|display name|angezeigter name|weergegeven naam)$|^(?:type|tipo|nom|nome|nombre|nom complet|nombre de pantalla)\b.*\b(?:messagerie|correo|posta|email|e mail)\b.*$|^(?:initials|initialen|initiales|iniciales|iniziali|iniciais|initialen|priority|prioritat|priorite|prioridad|priorita|prioridade|prioriteit|private|privat|prive|privado|privato|particulier|sensitivity|vertraulichkeit|diffusion|confidencialidad|riservatezza|confidencialidade|gevoeligheid|gender|geschlecht|sexe|sexo|sesso|geslacht|internet free busy|internet frei gebucht|directory server|verzeichnisserver)$/
const OUTLOOK_CENTRAL =
  /^(?:e mail(?: 2)? adresse|weitere vornamen|telefon geschaftlich|strasse geschaftlich|adresse de messagerie(?: 2)?|deuxieme prenom|rue bureau|telephone bureau|direccion de correo electronico|calle del trabajo|telefono del trabajo|segundo nombre|indirizzo posta elettronica(?: 2)?|via uff|fax uff|endereco de e ?mail(?: 2)?|rua do endereco comercial|telefone comercial|telefone celular|telemovel|telefone emprego|rua emprego|e mailadres(?: 2)?|werkadres straat|telefoon op werk|middelste naam)$/
function outlookTarget(header: string): string | undefined {
  if (OUTLOOK_SELF.test(header)) return 'skip'
  const address = /^(business|home|other) (.+)$/.exec(header)
  const part = address && OUTLOOK_ADDRESS[address[2] ?? '']
  if (!address || !part) return OUTLOOK[header]
  return `${address[1] === 'business' ? 'address' : address[1] === 'home' ? 'secondAddress' : 'otherAddress'}.${part}`
}

const SALESFORCE = tableOf({
  'contact id': 'recordId',
  id: 'recordId',
  phone: 'workPhone',
  'business phone': 'workPhone',
  email: 'workEmail',
  'assistant phone': 'custom',
  'home phone': 'homePhone',
  'other phone': 'otherPhone',
  'contact full name': 'fullName',
})
const SALESFORCE_ADDRESS = tableOf({
  street: 'address1',
  city: 'city',
  state: 'state',
  'state province': 'state',
  'postal code': 'postalCode',
  'zip postal code': 'postalCode',
  country: 'countryCode',
})
function salesforceTarget(header: string): string | undefined {
  const address = /^(mailing|other) (?:address )?(.+)$/.exec(header)
  const part = address && SALESFORCE_ADDRESS[address[2] ?? '']
  if (!address || !part) return SALESFORCE[header]
  return address[1] === 'mailing' ? `address.${part}` : `secondAddress.${part}`
}

const HUBSPOT = tableOf({
  'record id': 'recordId',
  'record id contact': 'recordId',
  email: 'workEmail',
  'phone number': 'workPhone',
  'mobile phone number': 'cellPhone',
  'primary company': 'externalOrganization.name',
  'primary associated company': 'externalOrganization.name',
  'associated company': 'externalOrganization.name',
  'state region': 'address.state',
  'company name': 'externalOrganization.name',
  'street address': 'address.address1',
  'mobile phone': 'cellPhone',
  'work email': 'workEmail',
  'job title': 'title',
})

const ZOHO = tableOf({
  'record id': 'recordId',
  'contact id': 'recordId',
  'account name': 'externalOrganization.name',
  'vendor name': 'custom',
  email: 'workEmail',
  phone: 'workPhone',
  mobile: 'cellPhone',
  'home phone': 'homePhone',
  'other phone': 'otherPhone',
  'secondary email': 'otherEmail',
  tag: 'tags',
})
const zohoTarget = (header: string): string | undefined =>
  ZOHO[header] ?? salesforceTarget(header.replace(/ zip$/, ' postal code'))

const THUNDERBIRD = tableOf({
  'primary email': 'workEmail',
  'secondary email': 'personalEmail',
  'display name': 'fullName',
  'screen name': 'custom',
  'home address': 'secondAddress.address1',
  'home address 2': 'secondAddress.address2',
  'work address': 'address.address1',
  'work address 2': 'address.address2',
})

/** Columns of our own export that say what the product knows by itself, or what other columns say already. */
const OWN = new Set([
  'ids in other systems',
  'further details',
  'last seen',
  'added',
  'changed',
  'id in single customer view',
])

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
    format: 'linkedin',
    matches: (has) => has('connected on') && has('first name'),
    target: (header) => (header === 'email address' ? 'workEmail' : undefined),
  },
  {
    format: 'zoho',
    matches: (has) =>
      has(/^(record|contact) id$/) &&
      has(/^mailing /) &&
      (has('record id') || has(/^(contact owner id|account name id|email opt out|tag|lead source)$/)) &&
      (has('contact owner') || has('account name') || has('tag')),
    target: zohoTarget,
  },
  {
    format: 'thunderbird',
    matches: (has) => has('primary email') && has('display name'),
    target: (header) => THUNDERBIRD[header],
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
      (has(/^e mail (address|display name)$/) &&
        has(/^(business phone|home phone|mobile phone|e mail 2 address|business street|job title)$/)) ||
      has(OUTLOOK_CENTRAL),
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

/** Targets that many columns may share; of any other the first column gets it and the rest become further details. */
const SHARED = /^(skip|label|note|custom|tags|phone|email|.+Phone|.+Email|(second|other)?[aA]ddress\.(address2|whole))$/

/** Words that are a first name beside a last name, and a whole name alone. */
const WHOLE_ALONE = /^(nome|nombre|imie|name|名|имя)$/
const LAST_ALONE = /^(nom|naam|姓)$/

/**
 * Which program wrote a table, and where each of its columns goes. A column that no field is known for becomes a
 * further detail under its own name, so that nothing vanishes.
 */
export function recognise(headers: readonly string[]): { format: ImportFormat; targets: string[] } {
  const levelled = headers.map(levelHeader)
  const known = new Set(levelled)
  const has = (wanted: string | RegExp) =>
    typeof wanted === 'string' ? known.has(wanted) : levelled.some((header) => wanted.test(header))
  const found = FORMATS.find((format) => format.matches(has))
  const own = known.has('id in single customer view')
  const taken = new Set<string>()
  const targets = levelled.map((header) => {
    const target =
      (own && OWN.has(header) ? 'skip' : undefined) ??
      found?.target(header) ??
      guessTarget(header) ??
      (/^report (row|kind|code|column|value|message)$/.test(header) ? 'skip' : 'custom')
    if (targetOf(target) === undefined) throw new Error(`No target is called ${target}`)
    if (taken.has(target) && !SHARED.test(target)) return 'custom'
    taken.add(target)
    return target
  })
  // Beside a first name, “Name” is the last name (German “Name; Vorname”); alone, “Nome” and “Nom” are whole names.
  if (taken.has('firstName') && !taken.has('lastName')) {
    const full = targets.indexOf('fullName')
    const first = targets.indexOf('firstName')
    if (full >= 0) targets[full] = 'lastName'
    else if (WHOLE_ALONE.test(levelled[first] ?? '')) targets[first] = 'fullName'
  } else if (taken.has('lastName') && !taken.has('firstName') && !taken.has('fullName')) {
    const last = targets.indexOf('lastName')
    if (LAST_ALONE.test(levelled[last] ?? '')) targets[last] = 'fullName'
  }
  return { format: found?.format ?? 'custom', targets }
}

const KNOWN = new Map<string, boolean>()
const KNOWN_MAX = 10_000

/** Whether a header is one that some program writes or that names a field. */
export function isKnownHeader(header: string): boolean {
  if (header.length > 64) return false
  const before = KNOWN.get(header)
  if (before !== undefined) return before
  const levelled = levelHeader(header)
  const known = guessTarget(levelled) !== undefined || FORMATS.some(({ target }) => target(levelled) !== undefined)
  if (KNOWN.size >= KNOWN_MAX) KNOWN.clear()
  KNOWN.set(header, known)
  return known
}
