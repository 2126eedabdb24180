// What was read about one person, whatever kind of file it came from, before it is judged.
// Invariant: whatever is put in here is text as it stood in the file; nothing put in is taken out again.

import type { ErrorCode } from '@shared/errors'
import type { EmailField, PhoneField } from '@shared/model/contact'
import type { TypedValue } from '@shared/model/custom-field-text'
import type { ImportProblemCode } from '@shared/model/import'
import type { AddressPart, TextTarget } from '../columns/targets'

/** A value and where it stood. */
export interface Sourced {
  value: string
  column: string
}

/** Something about a row that a person should know. */
export interface Problem {
  code: ImportProblemCode | ErrorCode
  message: string
  column?: string
  value?: string
}

export interface AddressValues {
  parts: Partial<Record<AddressPart, Sourced>>
  /** All of it in one text. */
  whole?: Sourced
  /** What kind of address it is, as the file says. */
  label?: string
}

interface RecordId extends Sourced {
  source: { id: string; name: string }
  /** Whether the file gives the same id to another person, too. */
  shared?: boolean
}

export interface PersonValues {
  text: Partial<Record<TextTarget, Sourced>>
  phones: (Sourced & { slot?: PhoneField | undefined })[]
  emails: (Sourced & { slot?: EmailField | undefined })[]
  /** In order of preference; the first with a value is taken. */
  addresses: AddressValues[]
  externalIds: RecordId[]
  notes: string[]
  tags: string[]
  /** Values of typed custom fields by name, and the schema they are of; then details go into a note. */
  typed: Map<string, TypedValue>
  schema?: { id: string; version: number }
  /** Further details by name. */
  details: Map<string, string>
  problems: Problem[]
  /** What was left out and is told once for the whole file. */
  omitted: string[]
}

export const noValues = (): PersonValues => ({
  text: {},
  phones: [],
  emails: [],
  addresses: [],
  externalIds: [],
  notes: [],
  tags: [],
  typed: new Map(),
  details: new Map(),
  problems: [],
  omitted: [],
})

const MAX_DETAILS = 300
const MAX_DETAIL_NAME = 200
const MAX_DETAIL_CHARACTERS = 32_000
const MAX_ALL_CHARACTERS = 256_000

/** Adds a further detail; several of one name stand one after the other. What is too much is told. */
export function addDetail(values: PersonValues, name: string, value: string): void {
  // Schemas leave out a member of the name that sets what an object inherits.
  const plain = name
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^__proto__$/, 'proto')
  const key = (plain || 'Detail').slice(0, MAX_DETAIL_NAME)
  const before = values.details.get(key)
  if (value === '' || before === value || before?.split('; ').includes(value)) return
  const next = before === undefined ? value : `${before}; ${value}`
  let size = next.length
  for (const [other, text] of values.details) if (other !== key) size += text.length
  if (
    next.length > MAX_DETAIL_CHARACTERS ||
    size > MAX_ALL_CHARACTERS ||
    (before === undefined && values.details.size >= MAX_DETAILS)
  ) {
    values.problems.push({
      code: 'too_many_values',
      message: `“${value}” was left out: it is more than is kept of one person's details.`,
      column: name,
      value,
    })
    return
  }
  values.details.set(key === '__proto__' ? '__proto__ ' : key, next)
}

const ONE_NUMBER = /^\+?[\d().-]+(?: [\d().]+)*$/

/** Whether a cell is one number in digits alone, as most are: then nothing need be looked for in it. Two area codes are two. */
export const isOneNumber = (cell: string): boolean =>
  ONE_NUMBER.test(cell) && cell.indexOf('(') === cell.lastIndexOf('(')
