// From the cells of a row to what they say of a person, by the targets chosen for the columns.
// Invariant: a mapping is checked once, before the first row; afterwards every cell has a known meaning.
import { ScvError } from '@shared/errors'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { readCustomField } from '@shared/model/custom-field-text'
import type { ImportFormat } from '@shared/model/import'
import { isMissing } from '@shared/model/placeholder'
import { splitEmails, splitPhones } from '@shared/model/several'
import { emailSlotOf, phoneSlotOf, type Target, targetOf } from '../columns/targets'
import type { TypedField } from '../columns/typed-fields'
import { addDetail, isOneNumber, noValues, type PersonValues, type Sourced } from './values'

/** Google joins several values of one kind in one cell. */
const GOOGLE_JOINT = ' ::: '
/** A group of Google that every contact is in. */
const GOOGLE_EVERYBODY = /^\*\s*(mycontacts|my contacts)$/i

/** What a person or a recognised format says of a column. */
export interface ColumnChoice {
  header: string
  target: string
}

interface Column {
  index: number
  header: string
  target: Target
  /** The cell that labels this one. */
  labelIndex?: number
}

/** Reads rows of cells. */
export type CellReader = (cells: readonly string[]) => PersonValues

/** The external system that record ids of a file belong to. */
function sourceOf(format: ImportFormat, fileName: string): { id: string; name: string } {
  const names: Partial<Record<ImportFormat, string>> = {
    google: 'Google Contacts',
    outlook: 'Outlook',
    salesforce: 'Salesforce',
    hubspot: 'HubSpot',
    zoho: 'Zoho CRM',
    linkedin: 'LinkedIn',
    thunderbird: 'Thunderbird',
    template: 'Import template',
    vcard: 'vCard',
  }
  const known = names[format]
  // Numbers of two unknown tables have nothing to do with each other, so each table is a system of its own.
  return known
    ? { id: format, name: known }
    : { id: `file:${fileName.toLowerCase()}`.slice(0, 256), name: fileName.slice(0, 256) }
}

/** A label stands beside its value: `Phone 1 - Label` and `Phone 1 - Value`, else in the column before or after. */
function labelIndexOf(labels: readonly Column[], value: Column): number | undefined {
  const stem = (header: string) => header.toLowerCase().replace(/\s*-\s*[^-]*$/, '')
  const same = labels.find((label) => label.header.includes('-') && stem(label.header) === stem(value.header))
  if (same) return same.index
  const beside = labels.find((label) => label.index === value.index - 1)
  return beside && !beside.header.includes('-') ? beside.index : undefined
}

/** A cell as a spreadsheet shows it, without the mark that makes it text: `'089073`, `="089073"`. `'t Hooft` is a name. */
const asShown = (cell: string): string => /^="([^"]*)"$/.exec(cell)?.[1]?.trim() ?? cell.replace(/^'(?=[\d=+@-])/, '')

interface Context {
  google: boolean
  region: string
  source: { id: string; name: string }
}

/** What the organisation says of columns: its schemas of custom fields, and the system that record ids are of. */
export interface OfOrganisation {
  schemas: readonly ContactSchemaVersion[]
  source?: { id: string; name: string } | undefined
}

/** The one schema that typed columns are of. @throws ScvError `invalid_input` where they are of several */
function schemaOf(columns: readonly Column[]): { id: string; version: number } | undefined {
  const typed = columns.flatMap(({ target }, index) => (target.kind === 'typed' ? [{ ...target, index }] : []))
  const [first] = typed
  const other = typed.find(({ schema }) => schema.id !== first?.schema.id)
  if (first && other)
    throw new ScvError(
      'invalid_input',
      `A contact has the fields of one schema: “${first.schema.name}” or “${other.schema.name}”, not of both.`,
      { field: `columns.${other.index}.target` },
    )
  return first && { id: first.schema.id, version: first.schema.version }
}

/**
 * Compiles a mapping.
 * @param headers the header of the file
 * @param choices one for each header, in file order
 * @throws ScvError `invalid_input` for an unknown target or other headers, `no_columns_mapped`
 */
export function compileMapping(
  headers: readonly string[],
  choices: readonly ColumnChoice[],
  format: ImportFormat,
  fileName: string,
  region: string,
  { schemas, source }: OfOrganisation = { schemas: [] },
): CellReader {
  if (choices.length !== headers.length || choices.some((choice, index) => choice.header !== headers[index]))
    throw new ScvError('invalid_input', `The columns named are not those of “${fileName}”.`, { field: 'columns' })
  const columns = choices.map(({ header, target: name }, index): Column => {
    const target = targetOf(name, schemas)
    if (!target)
      throw new ScvError('invalid_input', `There is no field “${name}” to put “${header}” in.`, {
        field: `columns.${index}.target`,
      })
    return { index, header, target }
  })
  const used = columns.filter(({ target }) => target.kind !== 'skip' && target.kind !== 'label')
  const skipped = columns.filter(({ target }) => target.kind === 'skip')
  const labels = columns.filter(({ target }) => target.kind === 'label')
  if (used.length === 0)
    throw new ScvError('no_columns_mapped', 'Choose a field for at least one column; all of them are left out now.', {
      field: 'columns',
    })
  for (const column of used) {
    const labelIndex = labelIndexOf(labels, column)
    if (labelIndex !== undefined) column.labelIndex = labelIndex
  }
  const context: Context = { google: format === 'google', region, source: source ?? sourceOf(format, fileName) }
  const schema = schemaOf(columns)

  return (cells) => {
    const values = noValues()
    if (schema) values.schema = schema
    for (const column of used) {
      const value = asShown((cells[column.index] ?? '').trim())
      if (value === '') continue
      const label = (column.labelIndex === undefined ? '' : (cells[column.labelIndex] ?? ''))
        .replace(/^\*\s*/, '')
        .trim()
      read(values, column, value, label, context)
    }
    for (const { index, header } of skipped)
      if ((cells[index] ?? '').trim() !== '') values.omitted.push(`column ${header}`)
    for (let index = headers.length; index < cells.length; index++) {
      const extra = (cells[index] ?? '').trim()
      if (extra !== '') addDetail(values, `Extra cell ${index - headers.length + 1}`, extra)
    }
    return values
  }
}

/** The values of a cell: one, or several where the program joins them. */
const joined = (value: string, google: boolean): string[] =>
  google ? value.split(GOOGLE_JOINT).flatMap((part) => part.trim() || []) : [value]

function read(values: PersonValues, column: Column, cell: string, label: string, context: Context): void {
  const { target, header } = column
  const parts = joined(cell, context.google)
  switch (target.kind) {
    case 'phone':
    case 'email':
      if (isMissing(cell)) {
        values.omitted.push(`“${cell.slice(0, 40)}” in ${header}`)
        return
      }
      for (const part of parts) readChannel(values, target, { value: part, column: header }, label, context.region)
      return
    case 'address':
      for (const [at, part] of parts.entries())
        readAddress(values, target.rank + (at > 0 ? 2 + at : 0), target.part, { value: part, column: header })
      return
    case 'note':
      values.notes.push(cell)
      return
    case 'tags':
      for (const part of parts.flatMap(tagsIn))
        if (GOOGLE_EVERYBODY.test(part)) values.omitted.push(`“${part}” in ${header}`)
        else if (part.trim() !== '') values.tags.push(bareTag(part))
      return
    case 'custom':
      for (const part of parts) addDetail(values, target.name ?? (label || header), part)
      return
    case 'typed':
      readTypedCell(values, target, { value: cell, column: header })
      return
    case 'text': {
      if (target.target === 'recordId') {
        values.externalIds.push({ source: context.source, value: cell, column: header })
        return
      }
      const [first = '', ...more] = parts
      const before = values.text[target.target]
      // Two columns for one field: the first keeps it.
      if (!before) values.text[target.target] = { value: first, column: header }
      else if (before.value !== first) addDetail(values, header, first)
      for (const part of more) addDetail(values, header, part)
      return
    }
    case 'label':
    case 'skip':
  }
}

/** What fits no field of its type is told, and kept as a detail. */
function readTypedCell(values: PersonValues, { field }: TypedField, cell: Sourced): void {
  const read = readCustomField(field, cell.value)
  if ('value' in read && !values.typed.has(field.name)) {
    values.typed.set(field.name, read.value)
    return
  }
  addDetail(values, cell.column, cell.value)
  if ('fault' in read)
    values.problems.push({
      code: 'invalid_value',
      message: `“${cell.value.slice(0, 80)}” does not fit “${field.title}”: ${read.fault}. It was kept in a note.`,
      ...cell,
    })
}

/** The tags of a cell, which may stand in quotation marks of their own. */
const tagsIn = (cell: string): readonly string[] =>
  /^\s*"[^"]*"(?:\s*[;,\n]\s*"[^"]*")*\s*$/.test(cell)
    ? (cell.match(/"[^"]*"/g) ?? [])
    : cell.split(/\s*[;,\n]\s*|\s:::\s/)

/** A tag without what programs put around it: `* friends`, `"VIP"`. */
const bareTag = (part: string) =>
  part
    .replace(/^\*\s*/, '')
    .replace(/^\s*"(.*)"\s*$/, '$1')
    .trim()

/** What a cell itself says of its number: `0412 000 001 (mobile)`, `mobile: 0412 000 001`. */
function beside(value: string): string {
  const [, behind, before] = /\(([^()\d]+)\)\W*$|^([^\d:+]+):/.exec(value) ?? []
  return behind ?? before ?? ''
}

/** A phone or mail cell. A label that names no field of ours is kept with its value. */
function readChannel(
  values: PersonValues,
  target: Extract<Target, { kind: 'phone' | 'email' }>,
  cell: Sourced,
  label: string,
  region: string,
): void {
  const pieces =
    target.kind === 'email'
      ? splitEmails(cell.value)
      : isOneNumber(cell.value)
        ? [cell.value]
        : splitPhones(cell.value, region)
  for (const value of pieces) {
    if (target.kind === 'phone') {
      const slot = target.slot ?? phoneSlotOf(label || beside(value))
      values.phones.push({ value, column: cell.column, slot })
      if (label !== '' && !slot) addDetail(values, label, value)
    } else {
      const slot = target.slot ?? emailSlotOf(label)
      values.emails.push({ value, column: cell.column, slot })
      if (label !== '' && !slot && !/^(internet|smtp)$/i.test(label)) addDetail(values, label, value)
    }
  }
}

function readAddress(values: PersonValues, rank: number, part: string, cell: Sourced): void {
  for (let index = values.addresses.length; index <= rank; index++) values.addresses.push({ parts: {} })
  const address = values.addresses[rank]
  if (!address) return
  if (part === 'whole') {
    address.whole = cell
    return
  }
  const key = part as keyof typeof address.parts
  const before = address.parts[key]
  // Second lines of a street may come in several columns; everything else stands once.
  if (!before) address.parts[key] = cell
  else if (key === 'address2') address.parts.address2 = { ...before, value: `${before.value}, ${cell.value}` }
  else if (before.value !== cell.value) addDetail(values, cell.column, cell.value)
}
