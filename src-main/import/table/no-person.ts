// Rows of a table that are no people: totals, and what a program writes below its rows about itself.
// Invariant: a row with a mail address or a number to call is never one of them, and neither is a row that may be a name.
import { holdsChannel } from './cell-kinds'

const TOTALS =
  'total|sub-?total|sum|count|summe|gesamt(?:summe|zahl)?|insgesamt|anzahl|somme|totale|somma|totaal|suma|soma|razem|celkem|toplam|yhteensä|итого|всего|合计|合計|总计|합계|المجموع|סך הכל'
/** Alone, or with its sum beside or behind it. */
const TOTAL = new RegExp(`^(?:grand\\s+)?(?:${TOTALS})\\s*(?:[:=(–-].*|[\\d.,\\s]+)?$`, 'iu')
const ROWS =
  'rows?|records?|contacts?|entries|results?|kontakte|einträge|zeilen|datensätze|enregistrements|contactos|registros|filas'
/** Below the rows of a report. */
const FOOTERS = [
  /^(?:copyright\b|©|\(c\)\s)/iu,
  /^confidential\s+information\b|^all rights reserved\b|^\W*(?:end of|ende de[rs])\s/iu,
  /^(?:report\s+)?(?:generated|exported|created|printed|downloaded)\s+(?:by|on|at|from)\s*(?::|.*\d)/iu,
  /^(?:erstellt|exportiert|gedruckt|erzeugt|stand|stand vom)\s*(?:am|von|mit)?\s*(?::|.*\d)/iu,
  /^(?:généré|exporté|imprimé|generado|exportado|impreso)\s+(?:le|par|el|por)\s*(?::|.*\d)/iu,
  /^(?:page|seite|página|pagina)\s*:?\s*\d+(?:\s|$|\/)/iu,
  new RegExp(`^\\(?\\d[\\d.,]*\\s+(?:${ROWS})\\)?\\.?$`, 'iu'),
  new RegExp(`^(?:number of|anzahl(?: der)?)\\s+(?:${ROWS})\\s*:?\\s*\\d+$`, 'iu'),
]
const MARKS = /^[\p{P}\p{S}\s]+$/u

/**
 * @param columns of the table: in one of names alone, words are taken for names
 * @returns what the row is instead of a person, or undefined
 */
export function otherThanPerson(
  cells: readonly string[],
  columns: number,
): 'a total' | 'a remark of the program' | 'a line of marks' | undefined {
  const filled = cells.flatMap((cell) => cell.trim() || [])
  const [first = '', ...rest] = filled
  if (filled.every((cell) => MARKS.test(cell))) return 'a line of marks'
  if (columns < 2) return undefined
  if (rest.length === 0 && FOOTERS.some((footer) => footer.test(first))) return 'a remark of the program'
  if (filled.some(holdsChannel)) return undefined
  return TOTAL.test(first) && rest.every((cell) => /^[\d.,\s%€$£()+-]+$/.test(cell)) ? 'a total' : undefined
}
