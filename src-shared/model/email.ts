// E-mail addresses: the key is the trimmed, lower-case address (domain specification, section 2).
import { z } from 'zod'

const LONGEST = 254 // RFC 5321 section 4.5.3.1.3

/** The key of an address, or undefined if its syntax is invalid (RFC 5321; non-ASCII local parts as in RFC 6531). */
export function normaliseEmail(typed: string): string | undefined {
  const address = typed.trim().normalize('NFC').toLowerCase()
  const valid = address.length <= LONGEST && z.regexes.unicodeEmail.test(address) && !/\.\.|^\.|\.@/.test(address)
  return valid ? address : undefined
}
