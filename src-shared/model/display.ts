// How an identifier reads to a person.
import { type Identifier, IMPORTED_ROW } from './identifier'
import { parsePhone } from './phone'

/** A number in international notation; an external id with its source; anything else as it is. */
export function displayIdentifier({ type, value, source }: Identifier): string {
  if (type === 'Phone') return parsePhone(value, 'US')?.international ?? value
  if (type === 'SocialWhatsapp') {
    const number = parsePhone(`+${value}`, 'US')
    return number?.e164 === `+${value}` ? number.international : value
  }
  if (source === IMPORTED_ROW) return 'the same row of an imported file'
  return type === 'ExternalId' && source ? `${source}: ${value}` : value
}
