// Which character separates the cells of a table.
// Invariant: quotes are honoured, so a separator inside a quoted cell never counts.

/** What the beginning of a table told. */
export interface Dialect {
  /** One ASCII character. */
  separator: string
  /** Length in characters (all ASCII) of a leading `sep=…` line, line break included. */
  skip: number
}

const COMMON = [',', ';', '\t', '|'] as const
/** Seldom used, and often part of values: taken only where no common one divides the rows evenly. */
const RARE = ['^', '~', ':', '#', '!', '%', '&', '*', '=', '$', '`', '\\'] as const
const ROWS_LOOKED_AT = 50

/**
 * The cells of the first rows of a table, for a look only: lenient, and without an incomplete last row.
 * @param whole whether the text is the whole file, so that its last row is complete
 */
export function glance(text: string, separator: string, whole: boolean): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const endRow = () => {
    row.push(cell)
    if (row.length > 1 || cell.trim() !== '') rows.push(row)
    row = []
    cell = ''
  }
  for (let index = 0; index < text.length && rows.length < ROWS_LOOKED_AT; index++) {
    const character = text[index]
    if (quoted) {
      if (character !== '"') cell += character
      else if (text[index + 1] === '"') {
        cell += '"'
        index++
      } else quoted = false
    } else if (character === '"' && cell === '') quoted = true
    else if (character === separator) {
      row.push(cell)
      cell = ''
    } else if (character === '\n' || character === '\r') endRow()
    else cell += character
  }
  if (whole && rows.length < ROWS_LOOKED_AT) endRow()
  return rows
}

/** Excel's way to name the separator: a first line `sep=;`. */
function declared(text: string): Dialect | undefined {
  const line = /^"?sep=([\x20-\x7e\t])"?(\r\n|\r|\n|$)/i.exec(text)
  return line?.[1] === undefined || line[1] === '"' ? undefined : { separator: line[1], skip: line[0].length }
}

/**
 * Tells the separator from the beginning of a table: the one that divides the first rows into the same number of
 * columns, the more columns and the more known headers the better.
 * @param text the beginning of the file
 * @param whole whether that is all of it
 * @param isKnown whether a header is one we can place
 * @returns undefined if nothing divides the rows and the one column has no known header
 */
export function detectDialect(text: string, whole: boolean, isKnown: (header: string) => boolean): Dialect | undefined {
  const said = declared(text)
  if (said) return said
  let best: { separator: string; score: number } | undefined
  for (const separator of [...COMMON, ...RARE]) {
    const [header, ...rows] = glance(text, separator, whole)
    if (!header || header.length < 2) continue
    const even = rows.length === 0 ? 1 : rows.filter((row) => row.length === header.length).length / rows.length
    const known = header.filter(isKnown).length / header.length
    if (even < 0.5 && known === 0) continue
    const usual = separator !== ':' && COMMON.some((common) => common === separator) ? 1 : 0.25
    const score = usual * even * (1 + Math.log2(header.length)) + 4 * known
    if (!best || score > best.score) best = { separator, score }
  }
  if (best) return { separator: best.separator, skip: 0 }
  const only = glance(text, ',', whole)[0]?.[0]
  return only !== undefined && isKnown(only) ? { separator: ',', skip: 0 } : undefined
}
