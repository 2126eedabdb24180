// The name as one row of a comparison: a merged person has the whole name of one of them, never parts of two.
// Invariant: a choice of a name is a choice of all its parts.
import type { MergeField, MergePreview } from '@shared/contract/merging'
import { displayNameOf } from '@shared/model/contact'

/** What a name is made of. */
const PARTS: readonly string[] = ['salutation', 'firstName', 'middleName', 'lastName']
/** The row's key: no field of a contact. */
export const NAME_ROW = 'name'

/** A person's name as one text; the empty string where there is none. */
function nameText({ fields }: MergePreview['people'][number]): string {
  const { salutation = '', firstName, middleName, lastName } = fields
  const name = displayNameOf({
    ...(firstName === undefined ? {} : { firstName }),
    ...(middleName === undefined ? {} : { middleName }),
    ...(lastName === undefined ? {} : { lastName }),
  })
  return [salutation, name].filter((part) => part !== '').join(' ')
}

/** The fields of a comparison with the parts of the name as one, which comes first. */
export function withNameRow(preview: MergePreview): MergeField[] {
  const parts = preview.fields.filter(({ field }) => PARTS.includes(field))
  const others = preview.fields.filter(({ field }) => !PARTS.includes(field))
  const named = preview.people.flatMap((person): [string, string][] => {
    const text = nameText(person)
    return text === '' ? [] : [[person.id, text]]
  })
  if (named.length === 0) return others
  const { firstName, middleName, lastName, salutation } = preview.result.fields
  const result = displayNameOf({
    ...(firstName === undefined ? {} : { firstName }),
    ...(middleName === undefined ? {} : { middleName }),
    ...(lastName === undefined ? {} : { lastName }),
  })
  const text = [salutation ?? '', result].filter((part) => part !== '').join(' ')
  const owners = new Set(named.filter(([, name]) => name === text).map(([id]) => id))
  // Of several who have the name it is the one whose parts were taken.
  const owner = parts.find(({ from }) => from !== null && owners.has(from))?.from
  const from = owner ?? preview.people.find(({ id }) => owners.has(id))?.id ?? null
  return [
    {
      field: NAME_ROW,
      values: Object.fromEntries(named),
      from,
      differs: new Set(named.map(([, name]) => name)).size > 1,
    },
    ...others,
  ]
}

/** A choice of a row as choices of fields. */
export function choiceOf(row: string, contactId: string, preview: MergePreview): Record<string, string> {
  if (row !== NAME_ROW) return { [row]: contactId }
  const parts = preview.fields.map(({ field }) => field).filter((field) => PARTS.includes(field))
  return Object.fromEntries(parts.map((field) => [field, contactId]))
}

/** Which person a row was chosen of by hand. */
export const chosenOf = (row: string, choices: Readonly<Record<string, string>>): string | undefined =>
  row === NAME_ROW ? PARTS.map((part) => choices[part]).find((id) => id !== undefined) : choices[row]
