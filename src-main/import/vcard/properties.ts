// vCard content lines: unfolding and taking apart (RFC 6350 sections 3.2 to 3.4, RFC 2426, vCard 2.1).
// Invariant: pure functions of text; what is not a content line is told, not guessed.

/** A property of a card. Names and parameter names are in upper case, parameter values as written. */
export interface Property {
  /** `item1` of `item1.TEL`, in lower case. */
  group?: string
  name: string
  params: Map<string, string[]>
  /** As written, folds and quoted-printable undone, escapes not. */
  value: string
  /** Line of the file it begins in, from 1. */
  line: number
}

/** RFC 6868: what cannot stand in a parameter value is written with a caret. */
const uncaret = (text: string) =>
  text.replace(/\^[n'^]/g, (found) => (found === '^n' ? '\n' : found === "^'" ? '"' : '^'))

/** Splits at a character outside double quotes. */
function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = []
  let part = ''
  let quoted = false
  for (const character of text) {
    if (character === '"') quoted = !quoted
    if (character === separator && !quoted) {
      parts.push(part)
      part = ''
    } else part += character
  }
  return [...parts, part]
}

const unquote = (text: string) => (/^".*"$/s.test(text) ? text.slice(1, -1) : text)

/**
 * Takes a content line apart: `[group.]NAME[;param…]:value` (RFC 6350 section 3.3). Parameters without a name are
 * types or encodings, as in vCard 2.1.
 * @returns undefined if it is no content line
 */
export function parseProperty(text: string, line: number): Property | undefined {
  let colon = -1
  let quoted = false
  for (let index = 0; index < text.length && colon < 0; index++) {
    if (text[index] === '"') quoted = !quoted
    else if (text[index] === ':' && !quoted) colon = index
  }
  if (colon < 0) return undefined
  const [head = '', ...rawParams] = splitUnquoted(text.slice(0, colon), ';')
  // Some programs write names as people do: `Cell phone:…`.
  const named = /^(?:([\w-]+)\.)?(\w[\w -]{0,63})$/.exec(head.trim())
  if (!named) return undefined
  const params = new Map<string, string[]>()
  for (const raw of rawParams) {
    const equals = raw.indexOf('=')
    const bare = raw.trim().toUpperCase()
    const key =
      equals >= 0
        ? raw.slice(0, equals).trim().toUpperCase()
        : /^(QUOTED-PRINTABLE|BASE64|B|8BIT|7BIT)$/.test(bare)
          ? 'ENCODING'
          : 'TYPE'
    const values = splitUnquoted(equals >= 0 ? raw.slice(equals + 1) : raw, ',').map((value) =>
      uncaret(unquote(value.trim())),
    )
    params.set(key, [...(params.get(key) ?? []), ...values])
  }
  return {
    ...(named[1] === undefined ? {} : { group: named[1].toLowerCase() }),
    name: (named[2] ?? '').toUpperCase(),
    params,
    value: text.slice(colon + 1),
    line,
  }
}

/** All types of a property in lower case, whether listed, repeated or quoted as one (`TYPE="cell,voice"`). */
export const typesOf = (property: Property): string[] =>
  (property.params.get('TYPE') ?? []).flatMap((type) => type.toLowerCase().split(',')).map((type) => type.trim())

/** Rank of a property among its kind, 1 the most preferred (RFC 6350 section 5.3; `TYPE=pref` before). */
export function preferenceOf(property: Property): number {
  const preference = Number(property.params.get('PREF')?.[0])
  if (preference >= 1 && preference <= 100) return preference
  return typesOf(property).includes('pref') ? 1 : 101
}

/** Undoes the escapes of a text value (RFC 6350 section 3.4): `\n`, `\,`, `\;`, `\\`. */
export const unescapeText = (text: string): string =>
  text.replace(/\\([nN,;:\\])/g, (_, escaped: string) => (escaped.toLowerCase() === 'n' ? '\n' : escaped))

/** Splits a structured value at unescaped separators and undoes the escapes of its parts. */
export function splitValue(text: string, separator: ';' | ','): string[] {
  const parts: string[] = []
  let start = 0
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++
    else if (text[index] === separator) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, text.slice(start)].map(unescapeText)
}
