// Numbers as the reference shows them: internationally, whatever notation an agent of this country reads on screen.
import { type ContactFields, PHONE_FIELDS, type PhoneNumber } from '@shared/model/contact'
import { parsePhone } from '@shared/model/phone'

/** Notations worked out before; forgotten together when there are many, since most numbers are asked for again soon or never. */
const known = new Map<string, string>()
const KNOWN_MAX = 20_000

function international(e164: string): string {
  const before = known.get(e164)
  if (before !== undefined) return before
  const display = parsePhone(e164, 'US')?.international ?? e164
  if (known.size >= KNOWN_MAX) known.clear()
  known.set(e164, display)
  return display
}

const shown = (number: PhoneNumber): PhoneNumber =>
  number.e164 === undefined || number.display.startsWith('+')
    ? number
    : { ...number, display: international(number.e164) }

/** The fields with every number in international notation. */
export function displayedNumbers(fields: ContactFields): ContactFields {
  const numbers: ContactFields = {}
  for (const field of PHONE_FIELDS) if (fields[field]) numbers[field] = shown(fields[field])
  const { whatsAppId } = fields
  return {
    ...fields,
    ...numbers,
    ...(whatsAppId ? { whatsAppId: { ...whatsAppId, phoneNumber: shown(whatsAppId.phoneNumber) } } : {}),
  }
}
