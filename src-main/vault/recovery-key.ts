// A key to be written down: 140 bits and a checksum, in groups that can be read out and typed again.
// Invariant: what a person types is the same key in any case, with or without its dashes, and with O for 0 and I or L for 1;
// a slip of the pen is told from another key.
import { createHash, randomInt } from 'node:crypto'

/** Crockford's base 32: no letter that is taken for another. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const GROUP = 4
/** Of chance; one more is the checksum. */
const GROUPS = 7

function checksumOf(digits: string): string {
  const bytes = createHash('sha256').update(digits).digest()
  return Array.from({ length: GROUP }, (_, at) => DIGITS[(bytes[at] ?? 0) % DIGITS.length]).join('')
}

const grouped = (digits: string): string => digits.match(new RegExp(`.{${GROUP}}`, 'g'))?.join('-') ?? digits

/** e.g. `8K2M-…`, eight groups of four. */
export function newRecoveryKey(): string {
  const digits = Array.from({ length: GROUPS * GROUP }, () => DIGITS[randomInt(DIGITS.length)]).join('')
  return grouped(digits + checksumOf(digits))
}

/** What was typed, as it was made; undefined: it is no recovery key, or one with a slip. */
export function readRecoveryKey(typed: string): string | undefined {
  const digits = typed
    .toUpperCase()
    .replace(/[\s-]+/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
  const [random, checksum] = [digits.slice(0, -GROUP), digits.slice(-GROUP)]
  return random.length === GROUPS * GROUP && checksumOf(random) === checksum ? grouped(digits) : undefined
}
