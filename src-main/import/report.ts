// The report of one import: what was refused, left out or disputed, with the original cells of refused rows.
// Invariant: the lines live in a file of the temporary folder, so that a report of any length costs no memory.
import { createReadStream } from 'node:fs'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { ImportReportLine } from '@shared/model/import'
import { BYTE_ORDER_MARK, csvLine } from '../files/csv'
import { writeWhole } from '../files/whole-file'

/** A row as it stood in the file: cells of a table, or the text of a card or of a row that has no cells. */
export interface Original {
  cells?: readonly string[]
  text?: string
}

/** A line of the report; rejected rows come with their original. */
export interface ReportEntry {
  line: ImportReportLine
  original?: Original
}

/** One byte offset is kept for this many lines. */
const MARK_EVERY = 100
/** What is shown of a long value; the original has all of it. */
const VALUE_SHOWN = 200
const REPORT_HEADERS = ['row', 'kind', 'code', 'column', 'value', 'message'].map((name) => `Report ${name}`)

export interface Report {
  readonly total: number
  add(entries: readonly ReportEntry[]): Promise<void>
  page(offset: number, limit: number): Promise<ImportReportLine[]>
  /**
   * Writes the report as CSV (UTF-8 with byte order mark, RFC 4180): what happened in six columns, then the original
   * columns under their own headers, so that refused rows can be mended and opened again.
   * @throws ScvError `storage_full`, `file_unreadable`
   */
  save(path: string, headers: readonly string[]): Promise<void>
  discard(): Promise<void>
}

function shown(line: ImportReportLine): ImportReportLine {
  if (line.value === undefined || line.value.length <= VALUE_SHOWN) return line
  const cut = (text: string) => text.replace(line.value ?? '', `${line.value?.slice(0, VALUE_SHOWN)}…`)
  return { ...line, value: cut(line.value), message: cut(line.message) }
}

/** Opens an empty report. @param path a file of its own; made with the first line, for its owner's eyes only */
export function createReport(path: string): Report {
  let handle: FileHandle | undefined
  let bytes = 0
  let total = 0
  let widest = 0
  let hasText = false
  const marks: number[] = []

  async function* entries(from: number): AsyncGenerator<ReportEntry, void, undefined> {
    if (from >= total) return
    const mark = Math.floor(from / MARK_EVERY)
    const stream = createReadStream(path, { start: marks[mark] ?? 0, end: bytes - 1, encoding: 'utf8' })
    try {
      let index = mark * MARK_EVERY
      for await (const written of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
        if (index++ < from) continue
        const [line = '', original] = written.split('\t')
        yield { line: JSON.parse(line), ...(original ? { original: JSON.parse(original) } : {}) }
      }
    } finally {
      stream.destroy()
    }
  }

  return {
    get total() {
      return total
    },
    async add(added) {
      if (added.length === 0) return
      handle ??= await open(path, 'w', 0o600)
      let text = ''
      let size = 0
      added.forEach((entry, index) => {
        if ((total + index) % MARK_EVERY === 0) marks.push(bytes + size)
        // JSON has no raw tab or line break, so both can part what is written.
        const original = entry.original ? `\t${JSON.stringify(entry.original)}` : ''
        const written = `${JSON.stringify(shown(entry.line))}${original}\n`
        text += written
        size += Buffer.byteLength(written)
        widest = Math.max(widest, entry.original?.cells?.length ?? 0)
        hasText ||= entry.original?.text !== undefined
      })
      await handle.write(text)
      bytes += size
      total += added.length
    },
    async page(offset, limit) {
      const lines: ImportReportLine[] = []
      for await (const { line } of entries(offset)) {
        if (lines.length === limit) break
        lines.push(line)
      }
      return lines
    },
    async save(target, headers) {
      // A mended report that is imported and reported again must not grow a second set of the same columns.
      const kept = headers.flatMap((header, index) => (REPORT_HEADERS.includes(header) ? [] : [index]))
      const extra = Array.from({ length: Math.max(0, widest - headers.length) }, (_, index) => headers.length + index)
      const names = [
        ...REPORT_HEADERS,
        ...kept.map((index) => headers[index] ?? ''),
        ...extra.map((_, index) => `Extra cell ${index + 1}`),
        ...(hasText ? ['Original text'] : []),
      ]
      await writeWhole(target, async (append) => {
        await append(BYTE_ORDER_MARK + csvLine(names))
        for await (const { line, original } of entries(0)) {
          const cells = [...kept, ...extra].map((index) => original?.cells?.[index] ?? '')
          const what = [String(line.row), line.kind, line.code, line.column ?? '', line.value ?? '', line.message]
          await append(csvLine([...what, ...cells, ...(hasText ? [original?.text ?? ''] : [])]))
        }
      })
    },
    async discard() {
      await handle?.close()
      handle = undefined
      await rm(path, { force: true })
      bytes = 0
      total = 0
      widest = 0
      hasText = false
      marks.length = 0
    },
  }
}
