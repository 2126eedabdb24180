// From an identifier as typed to the key that is claimed, for all eleven types (domain specification, section 2).
// Invariant: normalising a normalised identifier changes nothing, so a key read from a document is a valid input.
import { ScvError } from '../errors'
import { normaliseEmail } from './email'
import type { Identifier, IdentifierInput } from './identifier'
import { parsePhone, readWhatsapp } from './phone'

/**
 * The key of an identifier.
 * @param region ISO 3166 alpha-2 code in which national phone notations are read
 * @returns undefined where the value is no valid identifier of its type
 */
export function tryNormalise(input: IdentifierInput, region: string): Identifier | undefined {
  const value = input.value.trim()
  switch (input.type) {
    case 'Phone': {
      const phone = parsePhone(value, region)
      return phone && { type: 'Phone', value: phone.e164 }
    }
    case 'SocialWhatsapp': {
      const account = readWhatsapp(value, region)
      return account === undefined ? undefined : { type: 'SocialWhatsapp', value: account }
    }
    case 'Email': {
      const email = normaliseEmail(value)
      return email === undefined ? undefined : { type: 'Email', value: email }
    }
    case 'ExternalId':
      return value === '' ? undefined : { type: 'ExternalId', value, source: input.source?.trim() ?? '' }
    default:
      return value === '' ? undefined : { type: input.type, value }
  }
}

/**
 * The key of an identifier, or a refusal.
 * @throws ScvError `invalid_identifier` (`invalid_email` for addresses), naming `field`
 */
export function normalise(input: IdentifierInput, region: string, field = 'value'): Identifier {
  const identifier = tryNormalise(input, region)
  if (identifier) return identifier
  if (input.type === 'Email')
    throw new ScvError('invalid_email', `“${input.value}” is not an e-mail address.`, { field })
  throw new ScvError('invalid_identifier', `“${input.value}” is not a valid ${input.type} identifier.`, { field })
}

/** One string per identifier, for maps and sets. Not for ids: it holds personal data. */
export function identifierKey(identifier: Identifier): string {
  return JSON.stringify([identifier.type, identifier.value, identifier.source ?? ''])
}
