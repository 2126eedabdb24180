// Where a value of a person leads outside this application: a call, or an e-mail. The one list of addresses that are opened.
// Invariant: an address is made of a value here and begins with one of these schemes; no other is ever handed to the system.
import type { IdentifierType } from './identifier'

const OUTSIDE_SCHEMES = ['tel:', 'mailto:'] as const

/** What a value can be used for outside; undefined: nothing. */
export function outsideAddressOf({ type, value }: { type: IdentifierType; value: string }): string | undefined {
  if (type === 'Phone' && /^\+\d{3,15}$/.test(value)) return `tel:${value}`
  if (type === 'Email' && /^[^@\s]+@[^@\s]+$/.test(value))
    return `mailto:${value.split('@').map(encodeURIComponent).join('@')}`
  return undefined
}

/** Whether the system may be asked to open an address. */
export const isOutsideAddress = (address: string): boolean =>
  OUTSIDE_SCHEMES.some(
    (scheme) => address.startsWith(scheme) && /^[\w.!~*'()%@+-]+$/.test(address.slice(scheme.length)),
  )
