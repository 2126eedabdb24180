// One row of a table taken apart: RFC 4180 where it holds, and where it does not, so that one bad quote spoils one cell
// and never swallows the rows below. No library on the registry goes on after a quote that is never closed, or bounds the
// cells of a row before it makes them. Invariant: pure; every row consumes at least one line.

import type { Line } from '../text/lines'
import { isChannel } from './cell-kinds'

/** More than any program has columns; a row with more is no row of people. */
export const MAX_CELLS = 10_000
/** A quoted cell that goes on longer than this was never closed. */
const MAX_QUOTED_CHARACTERS = 1_000_000
const MAX_QUOTED_LINES = 10_000
/** Below a quote that is not closed as it should be, the next row begins soon. */
const ROWS_LOOKED_FOR = 20

export interface ReadRow {
  cells: string[]
  /** Lines it took. */
  lines: number
  /** Line in which a quoted cell begins that is not as it should be. */
  oddQuote?: number
  tooMany?: true
  cut: boolean
}

interface Cell {
  text: string
  /** Where the cell ends: index of the line, and of the separator in it or its end. */
  line: number
  end: number
}

/** Reads the rows of a table one after the other from lines that may not be all there yet. */
export class RowScanner {
  /** @param expected columns of the header, once known */
  constructor(
    private readonly separator: string,
    public expected = 0,
  ) {}

  /**
   * @param ended whether no line follows those given
   * @returns undefined if the row goes on in lines to come
   */
  read(lines: readonly Line[], from: number, ended: boolean): ReadRow | undefined {
    const cells: string[] = []
    let at = from
    let position = 0
    let oddQuote: number | undefined
    let cut = false
    for (;;) {
      const { text } = lines[at] as Line
      cut ||= (lines[at] as Line).cut
      if (cells.length >= MAX_CELLS) return { cells, lines: at - from + 1, tooMany: true, cut }
      const start = this.#quoteAt(text, position)
      let cell: Cell | undefined
      if (start >= 0) {
        const strict = this.#quoted(lines, at, start, ended, false)
        if (strict === 'more') return undefined
        if ('text' in strict && !this.#swallows(lines, at, strict.line)) cell = strict
        else {
          oddQuote ??= (lines[at] as Line).number
          const read = this.#mended(lines, at, start, ended, 'text' in strict ? undefined : strict.broken)
          if (read === 'more') return undefined
          cell = read
        }
      }
      if (!cell) {
        const next = text.indexOf(this.separator, position)
        const end = next < 0 ? text.length : next
        cell = { text: text.slice(position, end), line: at, end }
      }
      cells.push(cell.text)
      at = cell.line
      const line = lines[at] as Line
      if (cell.end >= line.text.length)
        return { cells, lines: at - from + 1, cut, ...(oddQuote === undefined ? {} : { oddQuote }) }
      position = cell.end + 1
    }
  }

  /** The cell that was meant where its quotes are not as they should be; undefined: its quote is a plain character. */
  #mended(
    lines: readonly Line[],
    at: number,
    start: number,
    ended: boolean,
    broken: number | undefined,
  ): Cell | 'more' | undefined {
    // In one line, the cell is looked for in that line alone.
    const inLine = broken === at
    if (!inLine && (broken === undefined || this.#looksWhole(lines, at))) return undefined
    const read = this.#quoted(inLine ? lines.slice(0, at + 1) : lines, at, start, inLine || ended, true)
    if (read === 'more') return read
    return 'text' in read && !this.#holdsRow(lines, at, read.line) ? read : undefined
  }

  /** Whether a row begins on one of the lines below that a cell would cover: its cells as many as columns, its quotes right. */
  #holdsRow(lines: readonly Line[], from: number, to: number): boolean {
    if (this.expected < 3) return false
    for (let at = from + 1; at <= Math.min(to, from + ROWS_LOOKED_FOR); at++)
      if (this.#isRow(lines.slice(at, to + 2))) return true
    return false
  }

  #isRow(lines: readonly Line[]): boolean {
    let [at, position, count] = [0, 0, 0]
    for (;;) {
      const { text } = lines[at] as Line
      const start = this.#quoteAt(text, position)
      const cell = start < 0 ? undefined : this.#quoted(lines, at, start, true, false)
      if (cell === 'more' || (cell && !('text' in cell)) || ++count > this.expected) return false
      if (cell) at = cell.line
      const next = cell ? cell.end : text.indexOf(this.separator, position)
      if (next < 0 || next >= (lines[at] as Line).text.length) return count === this.expected
      position = next + 1
    }
  }

  /** Where a quoted cell opens; blanks before the quote do not count. */
  #quoteAt(text: string, position: number): number {
    let at = position
    while (text[at] === ' ' && this.separator !== ' ') at++
    return text[at] === '"' ? at : -1
  }

  /**
   * The cell that opens with a quote. Strictly, the next single quote closes it and a separator or line end follows;
   * leniently, the first one that is followed so does, and `\"` is a quote, too.
   */
  #quoted(
    lines: readonly Line[],
    from: number,
    quote: number,
    ended: boolean,
    lenient: boolean,
  ): Cell | 'more' | { broken: number } {
    let text = ''
    let at = from
    let start = quote + 1
    let search = start
    for (;;) {
      const line = lines[at]
      if (!line) return ended ? { broken: at } : 'more'
      if (text.length > MAX_QUOTED_CHARACTERS || at - from > MAX_QUOTED_LINES) return { broken: at }
      const found = line.text.indexOf('"', search)
      if (found < 0) {
        if (line.cut) return { broken: at }
        text += line.text.slice(start) + line.end
        at++
        start = 0
        search = 0
        if (line.end === '') return { broken: at }
        continue
      }
      if (lenient && line.text[found - 1] === '\\' && found > start) {
        text += `${line.text.slice(start, found - 1)}"`
        start = found + 1
        search = start
        continue
      }
      if (line.text[found + 1] === '"') {
        text += line.text.slice(start, found + 1)
        start = found + 2
        search = start
        continue
      }
      const end = this.#endsAt(line.text, found)
      if (end !== undefined) return { text: text + line.text.slice(start, found), line: at, end }
      if (!lenient) return { broken: at }
      search = found + 1
    }
  }

  /** Where the cell ends that a quote closes: at the separator or line end behind it, blanks aside. */
  #endsAt(text: string, quote: number): number | undefined {
    let at = quote + 1
    while (text[at] === ' ' && this.separator !== ' ') at++
    return at >= text.length || text[at] === this.separator ? at : undefined
  }

  /** Whether a line has as many cells as the table has columns when its quotes are plain characters. */
  #hasAllCells(line: Line | undefined): boolean {
    if (!line || this.expected < 2) return false
    let count = 1
    for (let at = line.text.indexOf(this.separator); at >= 0; at = line.text.indexOf(this.separator, at + 1)) count++
    return count === this.expected
  }

  /** Whether the row is whole on its first line, and the next line is a row again: then the quote belongs to the text. */
  #looksWhole(lines: readonly Line[], at: number): boolean {
    return this.#hasAllCells(lines[at]) && (lines[at + 1] === undefined || this.#hasAllCells(lines[at + 1]))
  }

  /** A cell that is closed by a stray quote far below: each line it covers is a row of its own. */
  #swallows(lines: readonly Line[], from: number, to: number): boolean {
    if (from === to || this.expected < 2) return false
    const rows: string[][] = []
    for (let at = from; at <= to; at++) {
      if (!this.#hasAllCells(lines[at])) return false
      rows.push((lines[at]?.text ?? '').split(this.separator))
    }
    // An address or a number in one column of all of them is no chance.
    if (rows[0]?.some((_, column) => rows.every((row) => isChannel(row[column]?.trim() ?? '')))) return true
    // In a narrow table, text of several lines has as many separators easily.
    if (this.expected < 4) return false
    for (const cells of rows)
      if (cells.filter((cell) => cell.trim() !== '').length * 2 < cells.length || cells[0]?.trim() === '') return false
    return to - from > 1 || /@|\d{6}/.test(lines[to]?.text ?? '')
  }
}
