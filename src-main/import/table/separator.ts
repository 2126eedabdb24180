// Which character separates the cells of a table, and which row is its header.
// Invariant: quotes are honoured, so a separator inside a quoted cell never counts.
import { readEmail } from '@shared/model/email'
import { LineSplitter } from '../text/lines'
import { RowScanner } from './quotes'

/** What the beginning of a table told. */
export interface Dialect {
  /** One ASCII character. */
  separator: string
  /** Length in characters (all ASCII) of a leading `sep=…` line, line break included. */
  skip: number
  /** The rows above the header as they stand, blank lines left out. */
  before?: readonly string[]
  /** The first row is a person already: so many columns without names. */
  headless?: number
}

const COMMON = [',', ';', '\t', '|'] as const
/** Seldom used, and often part of values: taken only where no common one divides the rows evenly. */
const RARE = ['^', '~', ':', '#', '!', '%', '&', '*', '=', '$', '`', '\\'] as const
const ROWS_LOOKED_AT = 50
/** The header stands no further down. */
const ROWS_BEFORE = 20

/**
 * The cells of the first rows of a table, for a look only, without an incomplete last row.
 * @param whole whether the text is the whole file, so that its last row is complete
 */
function glance(text: string, separator: string, whole: boolean): string[][] {
  const lines = new LineSplitter().take(text, whole)
  const scanner = new RowScanner(separator)
  const rows: string[][] = []
  for (let at = 0; at < lines.length && rows.length < ROWS_LOOKED_AT; ) {
    const text = lines[at]?.text ?? ''
    if (text.trim() === '' && !text.includes(separator)) {
      at++
      continue
    }
    const read = scanner.read(lines, at, whole)
    if (!read) break
    rows.push(read.cells)
    at += read.lines
  }
  return rows
}

/** Excel's way to name the separator: a first line `sep=;`. */
function declared(text: string): Dialect | undefined {
  const line = /^"?sep=([\x20-\x7e\t])"?(\r\n|\r|\n|$)/i.exec(text)
  return line?.[1] === undefined || line[1] === '"' ? undefined : { separator: line[1], skip: line[0].length }
}

/** The header: the first row, unless it names no field and one further down names several. */
function headerOf(rows: readonly string[][], isKnown: (header: string) => boolean): { at: number; known: number } {
  const knownIn = (row: readonly string[]) => row.filter((cell) => isKnown(cell.trim())).length
  const first = rows[0] ?? []
  const inFirst = knownIn(first)
  if (inFirst < 2) {
    const at = rows.slice(1, ROWS_BEFORE).findIndex((row) => {
      const known = knownIn(row)
      return known >= 2 && known > inFirst && known * 2 >= row.filter((cell) => cell.trim() !== '').length
    })
    if (at >= 0) return { at: at + 1, known: knownIn(rows[at + 1] ?? []) }
  }
  // Groups of columns over their names: `Person;;Phone;;Address` over `First name;Last name;private;…`.
  const [, second = []] = rows
  const filled = (row: readonly string[]) => row.filter((cell) => cell.trim() !== '').length
  if (
    filled(first) * 3 <= first.length * 2 &&
    filled(second) > filled(first) &&
    knownIn(second) * 2 >= filled(second) &&
    !second.some((cell) => /@|\d{4}/.test(cell))
  )
    return { at: 1, known: knownIn(second) }
  return { at: 0, known: inFirst }
}

const asWritten = (rows: readonly string[][]): string[] =>
  rows.map((cells) => cells.flatMap((cell) => cell.trim() || []).join(' '))

/** Whether the row that should be the header is one of people: it names no field, and holds an address or number. */
function isPerson(row: readonly string[], isKnown: (header: string) => boolean): boolean {
  const cells = row.map((cell) => cell.trim())
  return (
    !cells.some(isKnown) && cells.some((cell) => readEmail(cell) !== undefined || /^\+?[\d\s().-]{7,20}$/.test(cell))
  )
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
  if (said) {
    const rows = glance(text.slice(said.skip), said.separator, whole)
    const { at } = headerOf(rows, isKnown)
    return { ...said, ...(at > 0 ? { before: asWritten(rows.slice(0, at)) } : {}) }
  }
  let best: { separator: string; score: number; before: string[][]; header: readonly string[] } | undefined
  for (const separator of [...COMMON, ...RARE]) {
    const all = glance(text, separator, whole)
    const place = headerOf(all, isKnown)
    const [header, ...rows] = all.slice(place.at)
    if (!header || header.length < 2) continue
    const even = rows.length === 0 ? 1 : rows.filter((row) => row.length === header.length).length / rows.length
    const known = place.known / header.length
    if (even < 0.5 && known === 0) continue
    const usual = separator !== ':' && COMMON.some((common) => common === separator) ? 1 : 0.25
    const score = usual * even * (1 + Math.log2(header.length)) + 4 * known
    if (!best || score > best.score) best = { separator, score, before: all.slice(0, place.at), header }
  }
  if (best)
    return {
      separator: best.separator,
      skip: 0,
      ...(best.before.length > 0 ? { before: asWritten(best.before) } : {}),
      ...(best.before.length === 0 && isPerson(best.header, isKnown) ? { headless: best.header.length } : {}),
    }
  const only = glance(text, ',', whole)[0]?.[0]
  return only !== undefined && isKnown(only) ? { separator: ',', skip: 0 } : undefined
}
