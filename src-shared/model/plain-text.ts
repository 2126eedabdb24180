// What programs put around a value and no person means: invisible characters, spreadsheet armour, markup, punctuation.
// Invariant: cleaning what is clean changes nothing, and no visible character of the value itself is lost.

/** Format characters (bidi marks, zero width, soft hyphen), variation selectors, and fillers that only look like nothing. */
const INVISIBLE = /\p{Cf}|\p{Variation_Selector}|\u034f|[\u115f\u1160\u3164\uffa0]|\u17b4|\u17b5/gu
const BLANK = /[\p{Cc}\p{Z}]+/gu
const ASCII = /^[ -~]*$/
const FULL_WIDTH = /[\uff01-\uff5e]/gu
const FOREIGN_DIGIT = /[^\P{Nd}0-9]/gu
const DIGIT = /^\p{Nd}$/u
/** A tag of HTML; never an address or a link in brackets, which have a `@` or a `:` after their first letters. */
const TAG = /<\/?[a-z][a-z0-9]*(\s[^<>]*)?\/?>/gi
const ENTITIES: Readonly<Record<string, string>> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const ENTITY = /&(?:#(\d{1,6})|#x([0-9a-f]{1,5})|([a-z]{2,5}));/gi
/** `="+49 30 …"` and `=+4930…`: how spreadsheets are told that something is text. */
const FORMULA = /^=\s*(?:"([^"]*)"|(?=[+\d]))/
/** How spreadsheets link a cell: `=HYPERLINK("mailto:…";"Jane")`. */
const HYPERLINK = /^=\s*HYPERLINK\(\s*"([^"]*)"\s*(?:[,;]\s*"([^"]*)"\s*)?\)$/i
/** How Access writes a link out: what is shown, the address, and a place in it, `Jane#mailto:jane@example.com#`. */
const ACCESS_LINK = /^([^#]*)#((?:mailto|tel|sip|callto):[^#]+)#[^#]*$/i
/** The apostrophe by which a spreadsheet is told the same; only before what a number can begin with. */
const TEXT_MARK = /^['’‘`]\s*(?=[+(\d])/
const QUOTES: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ["'", "'"],
  ['“', '”'],
  ['„', '“'],
  ['«', '»'],
  ['‘', '’'],
  ['`', '`'],
]

/** Without invisible characters; every run of white space and control characters is one blank; none at the ends. */
export function visible(text: string): string {
  if (ASCII.test(text)) return text.replace(/ {2,}/g, ' ').trim()
  return text.toWellFormed().replace(INVISIBLE, '').replace(BLANK, ' ').trim()
}

/** Full-width letters, digits and signs as plain ones. */
export function halfWidth(text: string): string {
  return ASCII.test(text)
    ? text
    : text.replace(FULL_WIDTH, (one) => String.fromCodePoint((one.codePointAt(0) ?? 0) - 0xfee0))
}

/** The digits of any script as 0 to 9: Unicode lays each script's ten out from a code point that ends in 0 or in 6 (hex). */
export function plainDigits(text: string): string {
  return ASCII.test(text)
    ? text
    : text.replace(FOREIGN_DIGIT, (digit) => {
        const code = digit.codePointAt(0) ?? 0
        const row = code - (code % 16)
        return String(code - (DIGIT.test(String.fromCodePoint(row)) ? row : row + 6))
      })
}

/** Without tags and entities of HTML. Text that has neither is given back as it is. */
export function withoutMarkup(text: string): string {
  if (!/[<&]/.test(text)) return text
  return text
    .replace(TAG, ' ')
    .replace(ENTITY, (whole, decimal?: string, hex?: string, name?: string) => {
      const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined
      if (code !== undefined) return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code).toWellFormed() : ' '
      return ENTITIES[name?.toLowerCase() ?? ''] ?? whole
    })
    .trim()
}

/** Without what spreadsheets wear: `="…"`, a leading apostrophe. */
export function withoutArmour(text: string): string {
  return text
    .replace(FORMULA, (_, inner?: string) => inner ?? '')
    .replace(TEXT_MARK, '')
    .trim()
}

/** What a cell that is a link of a spreadsheet or database leads to, and what is shown of it. */
export function linkedTo(text: string): { target: string; shown: string } | undefined {
  const formula = HYPERLINK.exec(text)
  if (formula) return { target: formula[1] ?? '', shown: formula[2] ?? '' }
  const link = text.includes('#') ? ACCESS_LINK.exec(text) : null
  return link ? { target: link[2] ?? '', shown: link[1] ?? '' } : undefined
}

/** Without a pair of quotation marks around all of it. */
export function withoutQuotes(text: string): string {
  const pair = QUOTES.find(([open, close]) => text.length > 1 && text.startsWith(open) && text.endsWith(close))
  return pair ? text.slice(1, -1).trim() : text
}

/** A part of a link, decoded; as it is where it is not well encoded. */
export function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
