// The report of one import: what was refused, left out or disputed, with the original cells of refused rows.
// Invariant: the lines live in a file of the temporary folder, so that a report costs no memory; it holds no more than the
// limits, and says so in its last line when there would be more.
import type { Cipheriv } from 'node:crypto'
import { type FileHandle, open, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { ImportReportLine } from '@shared/model/import'
import { BYTE_ORDER_MARK, csvLine, guarded } from '../../files/csv'
import { encryptionOf, tempFiles } from '../../files/temp-files'
import { writeWhole } from '../../files/whole-file'

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
const MESSAGE_SHOWN = 1000
/** What of a refused row can be mended by hand. */
const ORIGINAL_KEPT = 100_000
/** More lines than a person reads; what comes then is counted only. */
const MAX_LINES = 100_000
const MAX_BYTES = 64 * 1024 * 1024
/** Lines about the file as a whole always find room. */
const MAX_INFO = 1200
const REPORT_HEADERS = ['row', 'kind', 'code', 'column', 'value', 'message'].map((name) => `Report ${name}`)

export interface Report {
  readonly total: number
  /** Lines that found no room: counted only. */
  readonly unlisted: number
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
  const long = line.value !== undefined && line.value.length > VALUE_SHOWN
  const cut = (text: string) =>
    long ? text.replace(line.value ?? '', () => `${line.value?.slice(0, VALUE_SHOWN)}…`) : text
  const message = cut(line.message)
  return {
    ...line,
    ...(line.value === undefined ? {} : { value: cut(line.value) }),
    message: message.length > MESSAGE_SHOWN ? `${message.slice(0, MESSAGE_SHOWN)}…` : message,
  }
}

/** An original of a length that can be mended by hand, or none. */
function kept(original: Original | undefined): Original | undefined {
  if (!original) return undefined
  const size = (original.text?.length ?? 0) + (original.cells ?? []).reduce((sum, cell) => sum + cell.length + 1, 0)
  return size <= ORIGINAL_KEPT ? original : undefined
}

/** Opens an empty report. @param path a file of its own; made with the first line, for its owner's eyes only */
export function createReport(path: string): Report {
  let handle: FileHandle | undefined
  let cipher: Cipheriv | undefined
  let bytes = 0
  let total = 0
  let widest = 0
  let hasText = false
  let infos = 0
  /** Lines counted only. */
  let unlisted = 0
  const marks: number[] = []

  async function* entries(from: number): AsyncGenerator<ReportEntry, void, undefined> {
    if (from >= total) return
    const mark = Math.floor(from / MARK_EVERY)
    const stream = tempFiles.read(path, marks[mark] ?? 0, bytes - 1).setEncoding('utf8')
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

  /** Those of the lines there is room for. */
  function admitted(added: readonly ReportEntry[]): ReportEntry[] {
    let room = bytes < MAX_BYTES ? Math.max(0, MAX_LINES - total) : 0
    return added.filter(({ line }) => {
      if (line.kind === 'info' ? infos++ < MAX_INFO : room-- > 0) return true
      unlisted++
      return false
    })
  }

  return {
    get total() {
      return total
    },
    get unlisted() {
      return unlisted
    },
    async add(lines) {
      const added = admitted(lines)
      if (added.length === 0) return
      if (!handle) {
        handle = await open(path, 'w', 0o600)
        cipher = encryptionOf(path)
      }
      let text = ''
      let size = 0
      added.forEach((entry, index) => {
        if ((total + index) % MARK_EVERY === 0) marks.push(bytes + size)
        // JSON has no raw tab or line break, so both can part what is written.
        const whole = kept(entry.original)
        const original = whole ? `\t${JSON.stringify(whole)}` : ''
        const written = `${JSON.stringify(shown(entry.line))}${original}\n`
        text += written
        size += Buffer.byteLength(written)
        widest = Math.max(widest, whole?.cells?.length ?? 0)
        hasText ||= whole?.text !== undefined
      })
      await handle.write(cipher ? cipher.update(text, 'utf8') : Buffer.from(text))
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
      const kept = headers.flatMap((header, index) =>
        REPORT_HEADERS.includes(header.replace(/^'/, '')) ? [] : [index],
      )
      const extra = Array.from({ length: Math.max(0, widest - headers.length) }, (_, index) => headers.length + index)
      const names = [
        ...REPORT_HEADERS,
        ...kept.map((index) => headers[index] ?? ''),
        ...extra.map((_, index) => `Extra cell ${index + 1}`),
        ...(hasText ? ['Original text'] : []),
      ]
      await writeWhole(target, async (append) => {
        await append(BYTE_ORDER_MARK + csvLine(names.map(guarded)))
        for await (const { line, original } of entries(0)) {
          const cells = [...kept, ...extra].map((index) => original?.cells?.[index] ?? '')
          const what = [String(line.row), line.kind, line.code, line.column ?? '', line.value ?? '', line.message]
          await append(csvLine([...what, ...cells, ...(hasText ? [original?.text ?? ''] : [])].map(guarded)))
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
      infos = 0
      unlisted = 0
      marks.length = 0
    },
  }
}
