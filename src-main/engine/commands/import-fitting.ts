// What of a row fits the custom fields that a person has, by the schema that types them.
// Invariant: pure; a value that does not fit is told and comes into a note, and nothing else of the row is lost for it.
import type { ContactFields } from '@shared/model/contact'
import { sameJson } from '../documents/canonical-json'
import { registerChanges } from '../documents/fields'
import type { RowVerdict } from '../import-port'
import type { StoredChanges } from '../input'
import { type ContactSchemas, customFieldsRefusal } from './contact-schemas'

/** Why changes are refused; undefined: they are not. */
export function refusalFor(
  schemas: ContactSchemas,
  before: ContactFields,
  changes: StoredChanges,
): RowVerdict['error'] {
  const known = new Map(registerChanges(before, new Map()))
  const refusal = customFieldsRefusal(schemas, known, registerChanges(changes, known))
  if (!refusal) return undefined
  const { code, message, field } = refusal
  return { code, message, ...(field ? { field } : {}) }
}

/** The changes that fit a person, and the custom fields of a row that do not. */
export function fitting(
  schemas: ContactSchemas,
  person: ContactFields,
  changes: StoredChanges,
): { changes: StoredChanges; unfit: RowVerdict['unfit'] } {
  if (!refusalFor(schemas, person, changes)) return { changes, unfit: [] }
  const { customFields, schema: _schema, ...others } = changes
  const unfit = Object.entries(customFields ?? {}).flatMap(([name, value]) =>
    sameJson(person.customFields?.[name], value)
      ? []
      : { name, value: typeof value === 'string' ? value : JSON.stringify(value) },
  )
  return { changes: others, unfit }
}

/** What a row says beside fields: its remark, and what did not fit. */
export function noteOf(remark: string | undefined, unfit: RowVerdict['unfit']): string {
  const told = unfit.map(({ name, value }) => `${name}: ${value}`).join('\n')
  return [remark ?? '', told].filter((text) => text !== '').join('\n\n')
}
