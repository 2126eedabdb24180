// The rows of a CSV file, streamed through csv-parse.
// Invariant: every row of the file comes out exactly once, as cells or with the reason why it cannot be read.
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ScvError } from '@shared/errors'
import type { ImportProblemCode } from '@shared/model/import'
import { type CsvError, parse } from 'csv-parse'
import { readUtf8, type TextFile } from './decode'
import type { Dialect } from './separator'

/** A cell longer than this is refused: no name, number or remark of a person is (a spreadsheet's cell holds 32,767). */
export const MAX_CELL_CHARACTERS = 100_000
/** A row longer than this is an unclosed quote swallowing the file. */
const MAX_ROW_BYTES = 8 * 1024 * 1024

/** A row as it stands in the file. `row` counts data rows from 1 (0 is the header), `line` counts lines from 1. */
export interface TableRow {
  row: number
  line: number
  cells: string[]
  /** Why the row cannot be taken. */
  problem?: { code: ImportProblemCode; message: string; column?: number }
}

interface ParsedRow {
  record: string[]
  raw: string
}

function unclosedQuote(line: number): ScvError {
  return new ScvError(
    'unclosed_quote',
    `The quote that opens a cell in line ${line} is never closed. Close it, or double it if it belongs to the text.`,
    { details: { line } },
  )
}

/** Line breaks in a text: CRLF, CR and LF count once each. */
const breaksIn = (text: string) => text.match(/\r\n|\r|\n/g)?.length ?? 0

/**
 * Looks at the quotes of one raw row (RFC 4180 section 2): where a quoted cell goes on after its closing quote, or
 * never closes.
 * @returns offset of the opening quote and how many line breaks lie inside, or undefined if all is well
 */
function brokenQuote(raw: string, separator: string): { offset: number; breaks: number } | undefined {
  let start = 0
  while (start < raw.length) {
    if (raw[start] === '"') {
      let end = start + 1
      for (;;) {
        end = raw.indexOf('"', end)
        if (end < 0) return { offset: start, breaks: breaksIn(raw.slice(start)) }
        if (raw[end + 1] !== '"') break
        end += 2
      }
      const next = raw[end + 1]
      if (next !== undefined && next !== separator && next !== '\r' && next !== '\n')
        return { offset: start, breaks: breaksIn(raw.slice(start, end)) }
      start = end + 1
    }
    while (start < raw.length && raw[start] !== separator && raw[start] !== '\r' && raw[start] !== '\n') start++
    start++
  }
  return undefined
}

function check(
  { record, raw }: ParsedRow,
  line: number,
  row: number,
  separator: string,
  expected: number,
): TableRow['problem'] {
  // The parser keeps quotes it cannot make sense of as they are, so a row without any is beyond doubt.
  if (record.some((cell) => cell.includes('"'))) {
    const broken = brokenQuote(raw, separator)
    if (broken) {
      const opened = line + breaksIn(raw.slice(0, broken.offset))
      // Over a line break nobody can tell which rows were swallowed.
      if (broken.breaks > 0) throw unclosedQuote(opened)
      return {
        code: 'bad_quote',
        message: `A quoted cell in line ${opened} goes on after its closing quote. Double the quotes that belong to the text.`,
      }
    }
  }
  const long = record.findIndex((cell) => cell.length > MAX_CELL_CHARACTERS)
  if (long >= 0) {
    const length = (record[long]?.length ?? 0).toLocaleString('en')
    const limit = MAX_CELL_CHARACTERS.toLocaleString('en')
    return {
      code: 'cell_too_long',
      message: `A cell holds ${length} characters; at most ${limit} are read.`,
      column: long,
    }
  }
  const extra = record.slice(expected).some((cell) => cell.trim() !== '')
  if (row > 0 && (record.length < expected || extra))
    return { code: 'ragged_row', message: `The row has ${record.length} cells where ${expected} are expected.` }
  return undefined
}

/**
 * Streams the rows of a table, header first. Blank lines are no rows. Cells missing at the end, or cells with values
 * beyond the last column, make a row ragged; empty cells beyond the last column do no harm.
 * @param onBytes told how many bytes of the file have been read so far
 * @throws ScvError `unclosed_quote` naming the line, after all rows before it; and those of `readBytes`
 */
export async function* readTable(
  text: TextFile,
  dialect: Dialect,
  onBytes: (bytes: number) => void = () => {},
): AsyncGenerator<TableRow, void, undefined> {
  let unclosed: string | undefined
  const parser = parse({
    delimiter: dialect.separator,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    raw: true,
    skip_records_with_error: true,
    on_skip: (error: CsvError | undefined, raw: string | undefined) => {
      if (error?.code === 'CSV_QUOTE_NOT_CLOSED') unclosed = raw ?? ''
      else throw error ?? new Error('csv-parse skipped a row without a reason')
    },
  })
  async function* feed(): AsyncGenerator<Buffer, void, undefined> {
    let skip = dialect.skip
    let fed = 0
    for await (const chunk of readUtf8(text, onBytes)) {
      const dropped = Math.min(skip, chunk.length)
      skip -= dropped
      fed += chunk.length - dropped
      if (fed - parser.info.bytes > MAX_ROW_BYTES) throw unclosedQuote(line)
      yield chunk.subarray(dropped)
    }
  }

  let line = dialect.skip > 0 ? 2 : 1
  let row = 0
  let expected = 0
  const source = Readable.from(feed(), { objectMode: false })
  const flowing = pipeline(source, parser)
  flowing.catch(() => {}) // the same error ends the loop below, which is where it is handled
  // With `raw` each record is an object; the parser's types know only the plain form.
  for await (const parsed of parser as unknown as AsyncIterable<ParsedRow>) {
    const { record, raw } = parsed
    const first = line
    line += breaksIn(raw)
    const blankLine = record.length === 1 && (record[0] ?? '').trim() === ''
    if (blankLine) continue
    const leading = breaksIn(/^[\r\n]*/.exec(raw)?.[0] ?? '')
    if (row === 0) expected = headerWidth(record)
    const problem = check(parsed, first + leading, row, dialect.separator, expected)
    yield { row, line: first + leading, cells: record, ...(problem ? { problem } : {}) }
    row++
  }
  if (unclosed !== undefined) {
    const broken = brokenQuote(unclosed, dialect.separator)
    throw unclosedQuote(line + breaksIn(unclosed.slice(0, broken?.offset ?? 0)))
  }
}

/** Columns of a header: trailing cells without a name are none. */
export function headerWidth(header: readonly string[]): number {
  return header.findLastIndex((name) => name.trim() !== '') + 1
}
