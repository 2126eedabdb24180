// Rows of a table that are no people: totals, and what a program writes below its rows about itself.
// Invariant: a row with a mail address or a number to call is never one of them.

/** Whose sum it is stands beside it, or nothing. */
const TOTAL =
  /^(?:grand\s+|sub)?(?:total|sum|count|summe|gesamt(?:summe|zahl)?|insgesamt|anzahl|somme|totale|somma|totaal|suma|soma|razem|celkem|toplam|yhteensä|итого|всего|合计|合計|总计|합계|المجموع|סך הכל)(?:[\s:=(–-].*)?$/iu
/** Below the rows of a report. */
const FOOTER =
  /^(?:copyright\b|©|\(c\)\s|confidential\b|vertraulich\b|confidentiel\b|(?:generated|exported|created|printed|downloaded|powered)\s+(?:by|on|at|from)\b|(?:erstellt|exportiert|gedruckt|erzeugt)\s+(?:am|von|mit)\b|(?:généré|exporté|imprimé)\s+(?:le|par)\b|(?:generado|exportado|impreso)\s+(?:el|por)\b|(?:page|seite|página|pagina)\s+\d+(?:\s|$|\/)|end of (?:report|file|list)|all rights reserved)/iu
const CHANNEL = /@|\d[\s()./-]?(?:\d[\s()./-]?){5,}/

/** @returns what the row is instead of a person, or undefined */
export function otherThanPerson(cells: readonly string[]): 'a total' | 'a remark of the program' | undefined {
  const filled = cells.flatMap((cell) => cell.trim() || [])
  const [first = '', ...rest] = filled
  if (rest.length === 0 && FOOTER.test(first)) return 'a remark of the program'
  if (filled.some((cell) => CHANNEL.test(cell))) return undefined
  return TOTAL.test(first) && rest.every((cell) => /^[\d.,\s%€$£()+-]+$/.test(cell)) ? 'a total' : undefined
}
