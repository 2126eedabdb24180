// SHA-256 (FIPS 180-4) as straight code for the server, which has no library for it: ids that are digests are worked out there
// again. Straight, and with a function inside, for the reasons that stand in `quick-checks.ts`; a loop takes half as long again.
// Invariant: `digest(text)` in the script is what `engine/documents/ids.ts` makes of the same text.

/** So many bytes of the digest make an id: 32 characters. */
const WORDS = 6

/** The first 32 bits of the fraction of a root of a prime, as a signed number. */
function fraction(prime: number, root: 2 | 3): number {
  const scaled = BigInt(prime) << BigInt(32 * root)
  let [low, high] = [0n, 1n << 40n]
  while (low < high) {
    const middle = (low + high + 1n) >> 1n
    if (middle ** BigInt(root) <= scaled) low = middle
    else high = middle - 1n
  }
  return Number(BigInt.asIntN(32, low))
}

function primes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n += 1) if (found.every((prime) => n % prime !== 0)) found.push(n)
  return found
}

const right = (word: string, bits: number) => `(${word} >>> ${bits} | ${word} << ${32 - bits})`

/** Four characters as one word; beyond the end there are none, which count as 0. */
function wordAt(offset: number): string {
  const byte = (i: number) => `text.charCodeAt(at + ${offset + i})`
  return `${byte(0)} << 24 | ${byte(1)} << 16 | ${byte(2)} << 8 | ${byte(3)}`
}

function rounds(): string[] {
  const lines: string[] = []
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  for (const [i, prime] of primes(64).entries()) {
    const [a, b, c, d, e, f, g, h] = names
    const word = (back: number) => `w${(i - back) & 15}`
    const w = word(16)
    if (i >= 16) {
      const [x, y] = [word(15), word(2)]
      const small = `(${right(x, 7)} ^ ${right(x, 18)} ^ ${x} >>> 3) + ${word(7)}`
      lines.push(`${w} = ${w} + ${small} + (${right(y, 17)} ^ ${right(y, 19)} ^ ${y} >>> 10) | 0`)
    }
    const sum = `(${right(`${e}`, 6)} ^ ${right(`${e}`, 11)} ^ ${right(`${e}`, 25)})`
    const chosen = `(${g} ^ ${e} & (${f} ^ ${g}))`
    const major = `(${a} & ${b} | ${c} & (${a} | ${b}))`
    lines.push(`${h} = ${h} + ${sum} + ${chosen} + ${w} + ${fraction(prime, 3)} | 0`, `${d} = ${d} + ${h} | 0`)
    lines.push(`${h} = ${h} + (${right(`${a}`, 2)} ^ ${right(`${a}`, 13)} ^ ${right(`${a}`, 22)}) + ${major} | 0`)
    names.unshift(names.pop() ?? '')
  }
  return lines
}

/** Definitions for the script; `digest(text)` gives the 32 characters of an id. */
export function digestCode(): string {
  const words = Array.from({ length: 16 }, (_, i) =>
    i < 15 ? `let w${i} = ${wordAt(4 * i)}` : `let w15 = bits >= 0 ? bits : ${wordAt(60)}`,
  )
  const sums = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name, i) => `s[${i}] + ${name} | 0`)
  const start = primes(8).map((prime) => fraction(prime, 2))
  const threes = Array.from({ length: (WORDS * 4) / 3 }, (_, i) => {
    const [word, bit] = [Math.floor((i * 24) / 32), (i * 24) % 32]
    return `three(${bit <= 8 ? `s[${word}] >>> ${8 - bit}` : `s[${word}] << ${bit - 8} | s[${word + 1}] >>> ${40 - bit}`})`
  })
  return `function digestBlock(s, text, at, bits) {
void function () {} // functions with one inside keep their byte code
let a = s[0], b = s[1], c = s[2], d = s[3], e = s[4], f = s[5], g = s[6], h = s[7]
${[...words, ...rounds()].join('\n')}
return [${sums.join(', ')}]
}
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
function three(bytes) {
return BASE64[bytes >>> 18 & 63] + BASE64[bytes >>> 12 & 63] + BASE64[bytes >>> 6 & 63] + BASE64[bytes & 63]
}
function sha256(text) {
const padded = unescape(encodeURIComponent(text)) + '\\u0080'
let s = [${start.join(', ')}]
let at = 0
for (; at + 56 < padded.length; at += 64) s = digestBlock(s, padded, at, -1)
return digestBlock(s, padded, at, (padded.length - 1) * 8)
}
function digest(text) {
const s = sha256(text)
return ${threes.join(' + ')}
}`
}
