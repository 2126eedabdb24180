// E-mail addresses: from whatever stands around one to the address itself, and the key that is claimed.
// Invariant: reading a key gives the key; an address is checked label by label, and IDN and punycode are one key.
import { toASCII, toUnicode } from 'tr46'
import { decoded, halfWidth, linkedTo, visible, withoutArmour, withoutMarkup, withoutQuotes } from './plain-text'

const LONGEST = 254 // RFC 5321 section 4.5.3.1.3
const LONGEST_LOCAL = 64
/** Of a text so long at most an address is looked for: what people type around one is short. */
const LONGEST_TEXT = 1024
/** RFC 5322 section 3.2.3, and beyond ASCII whatever is no blank, no control and no punctuation of the ASCII kind (RFC 6531). */
const DOT_ATOM = /^[^\s\p{Cc}()<>[\]:;@\\,."]+(?:\.[^\s\p{Cc}()<>[\]:;@\\,."]+)*$/u
const QUOTED = /^"(?:[^"\\\p{Cc}]|\\[^\p{Cc}])*"$/u
const ASCII_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
/** RFC 5321 section 4.1.3. */
const LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|ipv6:[0-9a-f:.]{2,45})\]$/
const PLAIN = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[a-z0-9]+(?:[.-][a-z0-9]+)*\.[a-z]+$/
const IDNA = { checkBidi: true, checkHyphens: false, checkJoiners: true, useSTD3ASCIIRules: true }
/** `E-Mail: `, `Mail privat : `; not the scheme of another kind of address. */
const LABEL =
  /^(?:(?!(?:sips?|xmpp|im|skype|https?|tel|ftp):)\p{L}[\p{L}\p{M}\p{Pd} .()]{0,30}[:：]\s*|(?:e-?mail|mail|courriel|correo)\s+(?:[-–—]\s+)?)/iu
/** `- alt`, behind an address. */
const NOTE = /\s+[-–—]\s+\p{L}[\p{L}\p{M} .]{0,40}$/u
const BRACKETS = ['()', '[]', '<>', '{}']
const LINK = /^(?:url:)?(?:mailto|smtp):(?:\/\/)?/i

export interface EmailReading {
  /** What is claimed. */
  key: string
  /** The address alone, as it was written. */
  address: string
}

/**
 * Finds the one address in what a person or a system wrote: `Jane <jane@example.com>`, `mailto:jane@example.com?subject=x`,
 * `jane@example.com.`; what is no single address gives nothing.
 */
export function readEmail(typed: string): EmailReading | undefined {
  if (typed.length > LONGEST_TEXT || !/[@＠﹫]|%40/u.test(typed)) return undefined
  const lower = typed.toLowerCase()
  if (
    PLAIN.test(lower) &&
    !lower.startsWith("'") &&
    lower.length <= LONGEST &&
    !lower.includes('xn--') &&
    labelsFit(lower)
  )
    return { key: lower, address: typed } // as most are
  const text = visible(withoutMarkup(visible(typed)))
  for (const address of candidates(halfWidth(text).replaceAll('﹫', '@'))) {
    const key = keyOf(address)
    if (key !== undefined) return { key, address }
  }
  return undefined
}

/** The key of an address, or undefined if there is no address (RFC 5321; non-ASCII local parts as in RFC 6531). */
export function normaliseEmail(typed: string): string | undefined {
  return readEmail(typed)?.key
}

/** The address by the other spelling of its domain, under which older versions may have claimed it. */
export function emailSpellings(key: string): string[] {
  const at = key.lastIndexOf('@')
  const domain = key.slice(at + 1)
  if (/^[ -~]*$/.test(domain)) return []
  const ascii = toASCII(domain, { ...IDNA, verifyDNSLength: true })
  return ascii === null ? [] : [`${key.slice(0, at)}@${ascii}`]
}

function labelsFit(address: string): boolean {
  const at = address.indexOf('@')
  return (
    at <= LONGEST_LOCAL &&
    address
      .slice(at + 1)
      .split('.')
      .every((label) => label.length <= 63)
  )
}

/** What may be the address in a text, the likeliest first. */
function* candidates(text: string): Generator<string> {
  yield bare(text)
  const linked = linkedTo(text)
  if (linked) {
    // What is shown may be another address: then it cannot be told which is meant.
    const shown = keyOf(bare(linked.shown))
    const target = bare(linked.target)
    if (shown === undefined ? !linked.shown.includes('@') : shown === keyOf(target)) yield target
    return
  }
  // `[jane@example.com](mailto:jane@example.com)`, `<mailto:jane@example.com|jane@example.com>`: links of wikis and chats.
  const link = /^\[[^\]]*\]\(([^()]+)\)$/.exec(text)?.[1] ?? /^<([^<>|]+)\|[^<>]*>$/.exec(text)?.[1]
  if (link) yield bare(link)
  // `"Doe, Jane" <jane@example.com> (work)`: exactly one pair of brackets, else there are several addresses.
  const brackets = [...text.matchAll(/<([^<>]*)>/g)]
  const [only] = brackets
  if (only && brackets.length === 1 && !outside(text, only[0]).includes('@')) yield bare(only[1] ?? '')
  const round = /^(.*?)\s*\(([^()]*)\)\W*$/.exec(text)
  if (round?.[1]?.includes('@') && !round[2]?.includes('@')) yield bare(round[1])
  else if (round?.[2]?.includes('@') && !round[1]?.includes('@')) yield bare(round[2])
  if (NOTE.test(text)) yield bare(text.replace(NOTE, ''))
  if (LABEL.test(text)) yield bare(text.replace(LABEL, ''))
}

/** What a person reads beside an address in brackets, which may itself be an address: then it must be the same one. */
function outside(text: string, bracketed: string): string {
  const name = text.replace(bracketed, '').trim()
  return keyOf(bare(name)) === keyOf(bare(bracketed.slice(1, -1))) ? '' : name.replace(/"[^"]*"/g, '')
}

/** Without a link's scheme and query, quotation marks, brackets and punctuation around all of it. */
function bare(text: string): string {
  let address = text.trim()
  for (let before = ''; before !== address; ) {
    before = address
    if (LINK.test(address)) address = decoded(address.replace(LINK, '').replace(/\?.*$/s, ''))
    address = withoutArmour(address)
    if (!QUOTED.test(address.slice(0, Math.max(0, address.lastIndexOf('@'))))) address = withoutQuotes(address)
    if (BRACKETS.includes(`${address.at(0)}${address.at(-1)}`)) address = address.slice(1, -1)
    address = address
      .replace(/^['‘’“”«»„(<{,;:]+/u, '')
      .replace(/[.,;:!?…)}>*†'’‘”“«»。、，；\p{So}]+$/u, '')
      .trim()
  }
  return address
}

/** The key of an address without anything around it. */
function keyOf(address: string): string | undefined {
  const at = address.lastIndexOf('@')
  if (at < 1) return undefined
  const local = localKey(address.slice(0, at))
  const domain = domainKey(address.slice(at + 1))
  if (local === undefined || domain === undefined) return undefined
  const key = `${local}@${domain}`
  return key.length <= LONGEST ? key : undefined
}

/** Quotation marks that are not needed say nothing (RFC 5321 section 4.1.2). */
function localKey(local: string): string | undefined {
  if (local.length > LONGEST_LOCAL) return undefined
  const lower = local.normalize('NFC').toLowerCase().normalize('NFC')
  if (DOT_ATOM.test(lower)) return lower
  if (!QUOTED.test(lower)) return undefined
  const inner = lower.slice(1, -1).replace(/\\(.)/gu, '$1')
  if (DOT_ATOM.test(inner)) return inner
  return inner === '' ? undefined : `"${inner.replace(/["\\]/g, '\\$&')}"`
}

/** The domain in letters of its own script, lower case; undefined unless each of its labels is one. */
function domainKey(domain: string): string | undefined {
  const lower = domain.toLowerCase()
  if (LITERAL.test(lower)) return lower
  const { domain: unicode, error } = toUnicode(lower, IDNA)
  if (error || unicode === '') return undefined
  const ascii = toASCII(unicode, { ...IDNA, verifyDNSLength: true })
  const labels = ascii?.split('.') ?? []
  const last = labels.at(-1) ?? ''
  return labels.every((label) => ASCII_LABEL.test(label)) && !/^\d*$/.test(last) ? unicode : undefined
}
