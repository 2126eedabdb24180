// Writing CSV as RFC 4180 has it, in UTF-8 with the byte order mark that spreadsheets look for.

export const BYTE_ORDER_MARK = '\ufeff'

/** One line with its line break; a cell is quoted where it has to be. */
export const csvLine = (cells: readonly string[]): string =>
  `${cells.map((cell) => (/[",\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\r\n`

/** Marks that stand before text and are not seen: byte order marks, direction marks, soft hyphens, zero width. */
const UNSEEN = /^[\s\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\p{Cc}]+/u
/** What begins a formula: also in full width, and as the minus sign that is no hyphen. */
const FORMULA = /^[=+\-@＝＋－＠−﹢﹣﹦﹫]/
/** A phone number, a negative number, or a handle: they may begin so. */
const HARMLESS = /^(?:[+＋][\d\s().-]+(?: ?(?:ext\.?|x) ?\d+)?|-\d+(?:[.,]\d+)?|@[\p{L}\p{N}_.]+)$/u

/**
 * A cell that no spreadsheet takes for a formula, whatever was typed: an apostrophe stands before one, also before one
 * behind a separator that another locale's spreadsheet would cut at.
 */
export function guarded(cell: string): string {
  const begins = (text: string) => {
    const bare = text.replace(UNSEEN, '')
    return FORMULA.test(bare) && !(bare === text && HARMLESS.test(bare))
  }
  // Behind another separator, or a line break, a formula would begin a cell of its own.
  const inside = cell.replace(/(?<=[;,\t|\r\n"]\s*)(?<!^\s*)[=+\-@＝＋－＠−﹢﹣﹦﹫][^;,\t|\r\n"]*/g, (text) =>
    begins(text) ? `'${text}` : text,
  )
  return /^[\t\r\n]/.test(cell) || begins(cell) ? `'${inside}` : inside
}
