// From the cells of a row to what they say of a person, by the targets chosen for the columns.
// Invariant: a mapping is checked once, before the first row; afterwards every cell has a known meaning.
import { ScvError } from '@shared/errors'
import type { ImportFormat } from '@shared/model/import'
import { noValues, type PersonValues, type Sourced } from './person'
import { emailSlotOf, phoneSlotOf, type Target, targetOf } from './targets'

/** Google joins several values of one kind in one cell. */
const GOOGLE_JOINT = ' ::: '

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
export type RowReader = (cells: readonly string[]) => PersonValues

/** The external system that record ids of a file belong to. */
export function sourceOf(format: ImportFormat, fileName: string): { id: string; name: string } {
  const names: Partial<Record<ImportFormat, string>> = {
    google: 'Google Contacts',
    outlook: 'Outlook',
    salesforce: 'Salesforce',
    hubspot: 'HubSpot',
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
function labelIndexOf(columns: readonly Column[], value: Column): number | undefined {
  const stem = (header: string) => header.toLowerCase().replace(/\s*-\s*[^-]*$/, '')
  const labels = columns.filter((column) => column.target.kind === 'label')
  const same = labels.find((label) => label.header.includes('-') && stem(label.header) === stem(value.header))
  if (same) return same.index
  const beside = labels.find((label) => label.index === value.index - 1)
  return beside && !beside.header.includes('-') ? beside.index : undefined
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
): RowReader {
  if (choices.length !== headers.length || choices.some((choice, index) => choice.header !== headers[index]))
    throw new ScvError('invalid_input', `The columns named are not those of “${fileName}”.`, { field: 'columns' })
  const columns = choices.map(({ header, target: name }, index): Column => {
    const target = targetOf(name)
    if (!target)
      throw new ScvError('invalid_input', `There is no field “${name}” to put “${header}” in.`, {
        field: `columns.${index}.target`,
      })
    return { index, header, target }
  })
  const used = columns.filter(({ target }) => target.kind !== 'skip' && target.kind !== 'label')
  if (used.length === 0)
    throw new ScvError('no_columns_mapped', 'Choose a field for at least one column; all of them are left out now.', {
      field: 'columns',
    })
  for (const column of used) {
    const labelIndex = labelIndexOf(columns, column)
    if (labelIndex !== undefined) column.labelIndex = labelIndex
  }
  const source = sourceOf(format, fileName)

  return (cells) => {
    const values = noValues()
    for (const column of used) {
      const value = (cells[column.index] ?? '').trim()
      if (value === '') continue
      const label = column.labelIndex === undefined ? '' : (cells[column.labelIndex] ?? '')
      const parts = format === 'google' ? value.split(GOOGLE_JOINT).map((part) => part.trim()) : [value]
      read(values, column, { value, column: column.header }, parts.filter(Boolean), label, source)
    }
    return values
  }
}

/** A cell with several addresses, which spreadsheets of people often have. */
function splitAddresses(value: string): string[] {
  const parts = value.split(/[;,\s]+/).filter(Boolean)
  return parts.length > 1 && parts.every((part) => part.includes('@')) ? parts : [value]
}

function read(
  values: PersonValues,
  column: Column,
  cell: Sourced,
  parts: readonly string[],
  label: string,
  source: { id: string; name: string },
): void {
  const { target } = column
  switch (target.kind) {
    case 'phone':
      for (const value of parts)
        values.phones.push({ value, column: cell.column, slot: target.slot ?? phoneSlotOf(label) })
      return
    case 'email':
      for (const value of parts.flatMap(splitAddresses))
        values.emails.push({ value, column: cell.column, slot: target.slot ?? emailSlotOf(label) })
      return
    case 'address': {
      values.addresses[0] ??= {}
      values.addresses[1] ??= {}
      const parts = values.addresses[target.rank] ?? {}
      const before = parts[target.part]
      // Second lines of a street may come in several columns; everything else stands once.
      if (!before) parts[target.part] = cell
      else if (target.part === 'address2') parts.address2 = { ...before, value: `${before.value}, ${cell.value}` }
      else remark(values, cell, before)
      return
    }
    case 'note':
      values.notes.push(cell.value)
      return
    case 'custom':
      values.custom[cell.column] = cell.value
      return
    case 'text': {
      if (target.target === 'recordId') {
        values.externalIds.push({ source, ...cell })
        return
      }
      const before = values.text[target.target]
      if (before) remark(values, cell, before)
      else values.text[target.target] = cell
      return
    }
    case 'label':
    case 'skip':
  }
}

/** Two columns for one field: the first keeps it. */
function remark(values: PersonValues, cell: Sourced, before: Sourced): void {
  if (cell.value === before.value) return
  values.problems.push({
    code: 'no_free_field',
    message: `“${cell.value}” was left out: “${before.column}” fills the same field.`,
    column: cell.column,
    value: cell.value,
  })
}
