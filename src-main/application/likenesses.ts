// From what the matcher found to people as a reader sees them, and from a person of a file to one that the matcher compares.
// Invariant: a person who is gone since the matcher was told, or goes by another id, is left out.
import type { Likeness } from '@shared/contract/duplicates'
import { type ContactInput, PHONE_FIELDS } from '@shared/model/contact'
import { asContactId } from '@shared/model/ids'
import { parsePhone } from '@shared/model/phone'
import type { PermittedQueries } from './caller'

/** Found people with what tells them apart. @throws ScvError `forbidden` */
export function likenessesOf(
  queries: Pick<PermittedQueries, 'lines'>,
  found: readonly (Omit<Likeness, 'person'> & { id: string })[],
): Likeness[] {
  return found.flatMap(({ id, ...score }) => {
    const [line] = queries.lines([asContactId(id)])
    return line?.id === id ? [{ person: line, ...score }] : []
  })
}

/** What was typed of a person, with its numbers as the book has them: the matcher compares them by their digits. */
export function asTyped(fields: ContactInput, region: string): ContactInput {
  const read = PHONE_FIELDS.flatMap((field) => {
    const phone = fields[field]
    if (!phone?.userInput || phone.e164) return []
    const e164 = parsePhone(phone.userInput, phone.normalizationCountryCode ?? region)?.e164
    return e164 ? [[field, { ...phone, e164 }] as const] : []
  })
  return { ...fields, ...Object.fromEntries(read) }
}
