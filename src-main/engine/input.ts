// What callers give, made into what is stored: phones read, addresses checked, lists bounded.
// Invariant: a value that passes here can be stored and claimed; one that does not is refused with its field.
import { ScvError } from '@shared/errors'
import {
  type ContactChanges,
  type ContactFields,
  contactChangesSchema,
  EMAIL_FIELDS,
  PHONE_FIELDS,
  type PhoneInput,
  type PhoneNumber,
} from '@shared/model/contact'
import { readEmail } from '@shared/model/email'
import { isRegion, parsePhone, toPhoneNumber, toWhatsappNumber } from '@shared/model/phone'
import { illFormedAt, NO_UNICODE } from './documents/well-formed'
import { refusalOf } from './issues'

/** Values ready to be stored; null empties a field. */
export type StoredChanges = { [K in keyof ContactFields]: ContactFields[K] | null }

/**
 * Checks and reads changes to a contact.
 * @param region the organisation's default region
 * @throws ScvError `invalid_input`, `invalid_email`, `too_many`, each with its `field`
 */
export function readChanges(given: ContactChanges, region: string): StoredChanges {
  const parsed = contactChangesSchema.safeParse(given)
  if (!parsed.success) throw refusalOf(parsed.error, 'The contact')
  const unread = illFormedAt(parsed.data)
  if (unread !== undefined) throw new ScvError('invalid_input', `${NO_UNICODE}.`, { field: unread })
  const { whatsAppId, ...rest } = parsed.data
  const changes: Record<string, unknown> = { ...rest }
  for (const field of PHONE_FIELDS) {
    const phone = parsed.data[field]
    if (phone) changes[field] = readPhone(phone, region, field, toPhoneNumber)
  }
  for (const field of EMAIL_FIELDS) {
    const email = parsed.data[field]
    if (!email) continue
    const read = readEmail(email)
    if (!read) throw new ScvError('invalid_email', `“${email}” is not an e-mail address.`, { field })
    changes[field] = read.address
  }
  if (whatsAppId === null) changes['whatsAppId'] = null
  else if (whatsAppId)
    changes['whatsAppId'] = {
      ...whatsAppId,
      phoneNumber: readPhone(whatsAppId.phoneNumber, region, 'whatsAppId.phoneNumber', toWhatsappNumber),
    }
  return changes as StoredChanges
}

/** The extension that stands in a number as it was typed, beside the one that the number had: read with it, and not changed. */
function otherExtension(read: PhoneNumber, from: PhoneInput, there: PhoneNumber | undefined): number | undefined {
  if (from.extension === undefined || from.extension !== there?.extension || !read.e164) return undefined
  const typed = parsePhone(read.userInput, read.countryCode ?? '')?.extension
  return typed === from.extension ? undefined : typed
}

/**
 * Changes for a person who has `before`. A number that is given by nothing but what is shown of it, and is the number that
 * is there, keeps what was typed.
 */
export function keepTyped(changes: StoredChanges, given: ContactChanges, before: ContactFields): StoredChanges {
  const kept: StoredChanges = { ...changes }
  const typed = <N extends PhoneNumber>(read: N, from: PhoneInput, there: PhoneNumber | undefined): N => {
    const extension = otherExtension(read, from, there)
    if (extension !== undefined) return { ...read, extension }
    return from.userInput === undefined && there?.e164 !== undefined && there.e164 === read.e164
      ? { ...read, userInput: there.userInput, display: there.display }
      : read
  }
  for (const field of PHONE_FIELDS) {
    const [read, from] = [changes[field], given[field]]
    if (read && from) kept[field] = typed(read, from, before[field])
  }
  const [account, from] = [changes.whatsAppId, given.whatsAppId]
  if (account && from)
    kept.whatsAppId = {
      ...account,
      phoneNumber: typed(account.phoneNumber, from.phoneNumber, before.whatsAppId?.phoneNumber),
    }
  return kept
}

function readPhone(phone: PhoneInput, region: string, field: string, read: typeof toPhoneNumber) {
  if (phone.normalizationCountryCode !== undefined && !isRegion(phone.normalizationCountryCode))
    throw new ScvError(
      'invalid_input',
      `“${phone.normalizationCountryCode}” is no region phone numbers are known for.`,
      {
        field: `${field}.normalizationCountryCode`,
      },
    )
  return read(phone, region)
}
