// People as lines of a CSV that spreadsheets open and our own import recognises column by column.
// Invariant: no cell is a formula to a spreadsheet, whatever was typed into a field.
import type { ContactFields, PhoneNumber } from '@shared/model/contact'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { customFieldText } from '@shared/model/custom-field-text'
import type { ExportedPerson } from '../engine/queries/exporting'
import { guarded } from '../files/csv'
import { hasColumn, typedColumns } from './typed-columns'

type Cell = (fields: ContactFields) => string | undefined

/** A number as any program reads it; what is no number stays as typed. */
const phone = (number: PhoneNumber | undefined): string | undefined =>
  number && `${number.e164 ?? number.userInput}${number.extension === undefined ? '' : ` ext. ${number.extension}`}`

const list = (values: readonly (string | undefined)[] | undefined): string | undefined =>
  values?.filter((value) => value !== undefined && value !== '').join('; ')

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Headers are ones that `import/headers.ts` knows, where it has a place for the value. */
const COLUMNS: readonly [header: string, cell: Cell][] = [
  ['Salutation', (f) => f.salutation],
  ['First name', (f) => f.firstName],
  ['Middle name', (f) => f.middleName],
  ['Last name', (f) => f.lastName],
  ['Job title', (f) => f.title],
  ['Organisation', (f) => f.externalOrganization?.name],
  ['Work phone', (f) => phone(f.workPhone)],
  ['Mobile phone', (f) => phone(f.cellPhone)],
  ['Home phone', (f) => phone(f.homePhone)],
  ['Other phone', (f) => phone(f.otherPhone)],
  ['Work e-mail', (f) => f.workEmail],
  ['Personal e-mail', (f) => f.personalEmail],
  ['Other e-mail', (f) => f.otherEmail],
  ['Street', (f) => f.address?.address1],
  ['Address line 2', (f) => f.address?.address2],
  ['City', (f) => f.address?.city],
  ['State', (f) => f.address?.state],
  ['Postal code', (f) => f.address?.postalCode],
  ['Country', (f) => f.address?.countryCode],
  ['WhatsApp number', (f) => phone(f.whatsAppId?.phoneNumber)],
  ['WhatsApp BSUID', (f) => f.whatsappBsuid],
  ['Twitter handle', (f) => f.twitterId?.screenName ?? f.twitterId?.id],
  ['Facebook id', (f) => list(f.facebookId?.ids.map(({ scopedId }) => scopedId))],
  ['Instagram id', (f) => f.instagramId?.handle ?? list(f.instagramId?.ids.map(({ scopedId }) => scopedId))],
  ['LINE user id', (f) => list(f.lineId?.ids.map(({ userId }) => userId))],
  ['Apple Messages id', (f) => list(f.appleOpaqueIds?.map(({ value }) => value))],
  ['No surveys', (f) => (f.surveyOptOut === undefined ? undefined : f.surveyOptOut ? 'yes' : 'no')],
  ['Tags', (f) => list(f.tags)],
  [
    'Ids in other systems',
    (f) =>
      list(f.externalIds?.map(({ externalSource, value }) => `${externalSource.name ?? externalSource.id}: ${value}`)),
  ],
  ['Link in another system', (f) => f.externalSystemUrl],
]

const DETAILS = 'Further details'
const OWN: readonly string[] = ['Last seen', 'Added', 'Changed', 'Id in Single Customer View']

/** A table of people: its header, and the cells of one person in the order of it. */
export interface PeopleTable {
  headers: readonly string[]
  cells(person: ExportedPerson): string[]
}

/** @param schemas those that the organisation types custom fields by: each field has a column */
export function peopleTable(schemas: readonly (readonly ContactSchemaVersion[])[]): PeopleTable {
  const builtIn = COLUMNS.map(([header]) => header)
  const typed = typedColumns(schemas, [...builtIn, DETAILS, ...OWN])
  const typedCells = ({ schema, customFields }: ContactFields) =>
    typed.map(({ schemaId, name }) => (schema?.id === schemaId ? customFieldText(customFields?.[name]) : ''))
  const details = (fields: ContactFields) =>
    list(
      Object.entries(fields.customFields ?? {}).flatMap(([name, value]) =>
        hasColumn(typed, fields, name) ? [] : `${name}: ${plain(value)}`,
      ),
    )
  return {
    headers: [...builtIn, ...typed.map(({ header }) => header), DETAILS, ...OWN],
    cells: ({ id, fields, createdAt, modifiedAt, lastSeen }) => [
      ...[...COLUMNS.map(([, cell]) => cell(fields) ?? ''), ...typedCells(fields), details(fields) ?? ''].map(guarded),
      lastSeen ?? '',
      createdAt,
      modifiedAt,
      id,
    ],
  }
}
