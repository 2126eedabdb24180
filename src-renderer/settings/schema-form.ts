// A set of fields that the organisation types, between what an administrator fills in and the schema that is kept.
// Invariant: a field that there is keeps its name and its type, by which values that were typed are read.
import {
  type ContactSchema,
  type ContactSchemaVersion,
  type CustomField,
  contactSchemaSchema,
  definitionFault,
  type FieldType,
} from '@shared/model/contact-schema'

/** What each type is called, in the order they are offered. */
export const TYPE_WORDS: Readonly<Record<FieldType, string>> = {
  text: 'Text',
  longtext: 'Long text',
  enum: 'Choice',
  checkbox: 'Yes or no',
  integer: 'Whole number',
  number: 'Number',
  date: 'Date',
  datetime: 'Date and time',
  url: 'Web address',
  identifier: 'Reference number',
  tag: 'Labels',
}

/** What `min` and `max` bound, where a type has them. */
export const BOUND_WORDS: Readonly<Partial<Record<FieldType, string>>> = {
  ...{ integer: '', number: '' },
  ...{ text: 'characters', longtext: 'characters', identifier: 'characters', tag: 'labels' },
}

/** A field as it is filled in: numbers as text, choices by what they are called. */
export interface FieldRow {
  /** Of a field that there is. */
  former?: CustomField
  type: FieldType
  title: string
  description: string
  isRequired: boolean
  min: string
  max: string
  choices: string[]
}

export const NEW_ROW: FieldRow = {
  ...{ type: 'text', title: '', description: '', isRequired: false },
  ...{ min: '', max: '', choices: [] },
}

/** A form as its draft holds it: each field as JSON under a key of its own, nothing where it was taken out. */
export type FormTexts = Record<string, string>
const ROW = /^field (\d+)$/
const rowKey = (at: number): string => `field ${at}`

export function formOf(schema: ContactSchemaVersion | undefined): FormTexts {
  const rows = (schema?.fields ?? []).map(rowOf)
  return {
    version: String(schema?.version ?? 0),
    name: schema?.name ?? '',
    isEnabled: schema?.isEnabled === false ? 'no' : 'yes',
    ...Object.fromEntries((schema ? rows : [NEW_ROW]).map((row, at) => [rowKey(at), JSON.stringify(row)])),
  }
}

const rowOf = (field: CustomField): FieldRow => ({
  former: field,
  type: field.type,
  title: field.title,
  description: field.description ?? '',
  isRequired: field.isRequired === true,
  min: field.min === undefined ? '' : String(field.min),
  max: field.max === undefined ? '' : String(field.max),
  choices: field.options?.map(({ value, title }) => title || value) ?? [],
})

/** The fields of a form with the keys they stand under, in their order. */
export const rowsIn = (texts: FormTexts): { key: string; row: FieldRow }[] =>
  Object.keys(texts)
    .filter((key) => ROW.test(key) && texts[key] !== '')
    .sort((a, b) => Number(ROW.exec(a)?.[1]) - Number(ROW.exec(b)?.[1]))
    .map((key) => ({ key, row: JSON.parse(texts[key] ?? '') as FieldRow }))

/** The key of one more field. */
export const nextKey = (texts: FormTexts): string =>
  rowKey(Math.max(-1, ...Object.keys(texts).map((key) => Number(ROW.exec(key)?.[1] ?? -1))) + 1)

/** As the reference names fields: what it is called, and its type. */
function nameFor({ title, type }: FieldRow, taken: ReadonlySet<string>): string {
  const plain = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 40)
  const base = plain === '' ? 'field' : plain
  for (let n = 1; ; n += 1) {
    const name = `${base}${n === 1 ? '' : n}_${type}`
    if (!taken.has(name)) return name
  }
}

const numberIn = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text))

function fieldOf(row: FieldRow, taken: ReadonlySet<string>): CustomField {
  const { former, type, title, description, isRequired, choices } = row
  const [min, max] = type in BOUND_WORDS ? [numberIn(row.min), numberIn(row.max)] : [former?.min, former?.max]
  const known = former?.options ?? []
  const options = choices.map((called) => {
    const value = known.find((one) => (one.title || one.value) === called)
    return value ?? { value: called }
  })
  return {
    name: former?.name ?? nameFor(row, taken),
    type,
    title: title.trim(),
    ...(description.trim() === '' ? {} : { description: description.trim() }),
    ...(isRequired ? { isRequired } : {}),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(former?.entryMin === undefined ? {} : { entryMin: former.entryMin }),
    ...(former?.entryMax === undefined ? {} : { entryMax: former.entryMax }),
    ...(type === 'enum' ? { options } : {}),
  }
}

/** The schema that a form says. @param former the version that the form began with */
export function schemaIn(texts: FormTexts, former: ContactSchemaVersion | undefined): ContactSchema {
  const rows = rowsIn(texts).map(({ row }) => row)
  const taken = new Set([
    ...(former?.fields ?? []).map(({ name }) => name), // also of fields taken out: their values may still stand
    ...rows.flatMap((row) => row.former?.name ?? []),
  ])
  const fields = rows.map((row) => {
    const field = fieldOf(row, taken)
    taken.add(field.name)
    return field
  })
  const { title, description } = former ?? {}
  return {
    name: (texts['name'] ?? '').trim(),
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    isEnabled: texts['isEnabled'] !== 'no',
    fields,
  }
}

/** What is wrong with a field, as a sentence; undefined: nothing. */
export function rowFault(row: FieldRow, others: readonly FieldRow[]): string | undefined {
  const title = row.title.trim()
  if (title === '') return 'Give the field a name.'
  if (others.some((other) => other.title.trim().toLowerCase() === title.toLowerCase()))
    return 'Another field has this name.'
  if (row.type === 'enum' && row.choices.length === 0) return 'Type what can be chosen.'
  if ([row.min, row.max].some((text) => text.trim() !== '' && !Number.isFinite(Number(text))))
    return 'Both limits must be numbers.'
  const fault = definitionFault(fieldOf(row, new Set()))
  return fault && `${fault}.`
}

/** Whether a form may be saved as far as the page can tell; the engine has the last word. */
export function isSavable(texts: FormTexts, former: ContactSchemaVersion | undefined): boolean {
  const rows = rowsIn(texts).map(({ row }) => row)
  const isRight = rows.every(
    (row) =>
      rowFault(
        row,
        rows.filter((other) => other !== row),
      ) === undefined,
  )
  return rows.length > 0 && isRight && contactSchemaSchema.safeParse(schemaIn(texts, former)).success
}
