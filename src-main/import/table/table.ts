// The rows of a CSV file, as a stream.
// Invariant: every row of the file comes out exactly once, with what was odd about it; one bad row never costs another.
import type { ImportProblemCode } from '@shared/model/import'
import { readText, type TextFile } from '../text/decode'
import { type Line, LineSplitter, MAX_LINE_CHARACTERS } from '../text/lines'
import { holdsChannel } from './cell-kinds'
import { MAX_CELLS, type ReadRow, RowScanner } from './quotes'
import type { Dialect } from './separator'

/** A cell longer than this is left out: no name, number or remark of a person is (a spreadsheet's cell holds 32,767). */
const MAX_CELL_CHARACTERS = 100_000

interface RowRemark {
  code: ImportProblemCode
  message: string
  /** Index of the column concerned. */
  column?: number
}

/** A row as it stands in the file. `row` counts data rows from 1 (0 is the header), `line` counts lines from 1. */
export interface TableRow {
  row: number
  line: number
  cells: string[]
  /** Why nothing of the row can be taken. */
  problem?: RowRemark
  /** What was odd; the row is taken all the same. */
  remarks: RowRemark[]
}

const inEnglish = (count: number) => count.toLocaleString('en')

/** Words and nothing else, as a name is. */
const NAME = /^\p{L}[^@\d]+$/u

/** Columns of the header: those with a name, and all, where the last ones have none. */
interface Width {
  named: number
  all: number
}

/** Takes out of a row what cannot be trusted. */
function examine(read: ReadRow, row: number, line: number, { named, all }: Width, above: number): TableRow {
  const { cells } = read
  const expected = named
  const remarks: RowRemark[] = []
  if (read.cut || read.tooMany) {
    const message = read.tooMany
      ? `The row has more than ${inEnglish(MAX_CELLS)} cells; no table of people has so many columns.`
      : `The row holds more than ${inEnglish(MAX_LINE_CHARACTERS)} characters; no row of a person is so long.`
    return {
      row,
      line,
      cells: cells.slice(0, Math.max(expected, 1)),
      problem: { code: 'row_too_long', message },
      remarks,
    }
  }
  if (read.oddQuote !== undefined)
    remarks.push({
      code: 'bad_quote',
      message: `A quote in line ${read.oddQuote + above} is not closed where its cell ends; it was taken as a part of the text. Look whether the row is right.`,
    })
  cells.forEach((cell, column) => {
    if (cell.length <= MAX_CELL_CHARACTERS) return
    cells[column] = ''
    const message = `A cell holds ${inEnglish(cell.length)} characters; at most ${inEnglish(MAX_CELL_CHARACTERS)} are read. It was left out.`
    remarks.push({ code: 'cell_too_long', message, column })
  })
  if (row > 0 && cells.length < expected) {
    const message = `The row has ${cells.length} cells where ${expected} are expected; those missing at its end were taken as empty.`
    remarks.push({ code: 'ragged_row', message })
    while (cells.length < expected) cells.push('')
  } else if (
    row > 0 &&
    expected >= 2 &&
    cells.slice(all).filter((cell) => cell.trim() !== '').length >= Math.max(2, expected - 1) &&
    cells.slice(all).some(holdsChannel) &&
    cells.slice(all).some((cell) => NAME.test(cell.trim()))
  ) {
    const message = `The row has ${cells.length} cells where ${all} are expected: it seems to be two rows without a line break in between.`
    return { row, line, cells, problem: { code: 'ragged_row', message }, remarks: [] }
  } else if (row > 0 && cells.slice(all).some((cell) => cell.trim() !== '')) {
    const message = `The row has ${cells.length} cells where ${all} are expected; those beyond the last column were kept as further details. Look whether the row is right.`
    remarks.push({ code: 'ragged_row', message })
  }
  return { row, line, cells, remarks }
}

/** A line without a value: of blanks, or, as spreadsheets write them below their last row, of separators. */
function isBlank(text: string, separator: string, expected: number): boolean {
  if (text.length > MAX_CELLS) return false
  if (text.length > 0 && text.trim() !== '' && text[0] !== separator && text[0] !== ' ' && text[0] !== '"') return false
  const bare = text.replaceAll(separator, '').replaceAll('""', '').trim()
  return bare === '' && (expected > 1 || !text.includes(separator))
}

/**
 * Streams the rows of a table, header first. Blank lines are no rows; rows before the header are passed over.
 * @param onBytes told how many bytes of the file have been read so far
 * @throws ScvError those of `readBytes`
 */
export async function* readTable(
  text: TextFile,
  dialect: Dialect,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<TableRow, void, undefined> {
  const splitter = new LineSplitter()
  const reader = new RowScanner(dialect.separator)
  let lines: Line[] = []
  let at = 0
  let row = 0
  let width: Width = { named: dialect.headless ?? 0, all: dialect.headless ?? 0 }
  let before = dialect.before?.length ?? 0
  let skip = dialect.skip
  /** The `sep=` line, which is not among those read. */
  const above = dialect.skip > 0 ? 1 : 0

  function rows(ended: boolean): TableRow[] {
    const found: TableRow[] = []
    while (at < lines.length) {
      const line = lines[at] as Line
      if (isBlank(line.text, dialect.separator, reader.expected)) {
        at++
        continue
      }
      const read = reader.read(lines, at, ended)
      if (!read) break
      at += read.lines
      const header = row === 0
      if (header && before > 0) {
        before--
        continue
      }
      if (header) {
        width = { named: headerWidth(read.cells), all: read.cells.length }
        reader.expected = width.named
      }
      found.push(examine(read, row, line.number + above, width, above))
      row++
    }
    lines = lines.slice(at)
    at = 0
    return found
  }
  if (dialect.headless !== undefined) {
    const cells = Array.from({ length: dialect.headless }, (_, index) => `Column ${index + 1}`)
    reader.expected = dialect.headless
    yield { row: row++, line: 0, cells, remarks: [] }
  }
  for await (let piece of readText(text, onBytes)) {
    if (skip > 0) {
      const dropped = Math.min(skip, piece.length)
      piece = piece.slice(dropped)
      skip -= dropped
    }
    lines = lines.concat(splitter.take(piece))
    for (const each of rows(false)) yield each
  }
  lines = lines.concat(splitter.take('', true))
  for (const each of rows(true)) yield each
}

/** Columns of a header: trailing cells without a name are none. */
export function headerWidth(header: readonly string[]): number {
  return header.findLastIndex((name) => name.trim() !== '') + 1
}
