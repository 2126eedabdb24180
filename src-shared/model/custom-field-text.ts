// Values of typed custom fields as text, and back: how people type them, tables hold them, and screens show them.
// Invariant: a value that is read fits its field, and reading what was written gives it again.
import type { ContactInput } from './contact'
import { type CustomField, customFieldFault } from './contact-schema'

/** What a custom field holds. */
export type TypedValue = NonNullable<ContactInput['customFields']>[string]

/** What a word for yes or no says; undefined: it is neither. */
export function yesOrNo(text: string): boolean | undefined {
  if (/^(yes|y|true|1|x|ja|j|oui|o|si|sí|on|wahr|vrai|verdadero)$/i.test(text)) return true
  return /^(no|n|false|0|nein|non|off|falsch|faux|falso)$/i.test(text) ? false : undefined
}

const NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/
/** As most of the world writes days, with the year last: nothing else begins with a day and has dots. */
const DOTTED_DAY = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/

function dated(text: string): string {
  const [, day = '', month = '', year = ''] = DOTTED_DAY.exec(text) ?? []
  return year === '' ? text : `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
}

function valueIn({ type, options = [] }: CustomField, text: string): TypedValue {
  switch (type) {
    case 'integer':
    case 'number':
      return NUMBER.test(text) ? Number(text.replace(',', '.')) : text
    case 'checkbox':
      return yesOrNo(text) ?? text
    case 'date':
      return dated(text)
    case 'enum': {
      const said = text.toLowerCase()
      const option =
        options.find(({ value }) => value.toLowerCase() === said) ??
        options.find(({ title }) => title?.toLowerCase() === said)
      return option?.value ?? text
    }
    case 'tag':
      return [...new Set(text.split(/[;,\n]/).flatMap((one) => one.trim() || []))]
    default:
      return text
  }
}

/** What a text says in the type of a field, or what is wrong with it as the end of a sentence. */
export function readCustomField(field: CustomField, text: string): { value: TypedValue } | { fault: string } {
  const value = valueIn(field, text.trim())
  const fault = customFieldFault(field, value)
  return fault === undefined ? { value } : { fault }
}

/** A value as text; the empty string where there is none. */
export function customFieldText(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.map(String).join('; ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
