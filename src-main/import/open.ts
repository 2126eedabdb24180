// Opening a file: what it is, which program wrote it, which columns it has. Nothing is written.
// Invariant: what cannot be imported at all is refused here, before anybody maps a column.
import { ScvError } from '@shared/errors'
import type { ImportColumn, ImportFormat } from '@shared/model/import'
import { detectEncoding, notTabular, readText, type TextFile } from './decode'
import { isKnownHeader, recognise } from './formats'
import { looksLikeMarkup } from './magic'
import { type Dialect, detectDialect } from './separator'
import { identifyFile } from './source'
import { headerWidth, readTable } from './table'

const HEAD_CHARACTERS = 64 * 1024
const ROWS_SAMPLED = 20
const SAMPLES = 3
const SAMPLE_CHARACTERS = 80
const MAX_COLUMNS = 1000

/** A file ready to be imported. */
export interface OpenedFile {
  text: TextFile
  format: ImportFormat
  /** Absent for vCard. */
  dialect?: Dialect
  columns: ImportColumn[]
}

async function readHead(text: TextFile): Promise<{ head: string; whole: boolean }> {
  let head = ''
  for await (const piece of readText(text)) {
    head += piece
    if (head.length >= HEAD_CHARACTERS) return { head, whole: false }
  }
  return { head, whole: true }
}

/** @throws ScvError `duplicate_header`, `too_many` */
function namesOf(header: readonly string[]): string[] {
  const names = header.slice(0, headerWidth(header)).map((name) => name.trim())
  if (names.length > MAX_COLUMNS)
    throw new ScvError('too_many', `The file has ${names.length} columns; at most ${MAX_COLUMNS} are read.`)
  const seen = new Map<string, number>()
  names.forEach((name, index) => {
    if (name === '') return
    const before = seen.get(name.toLowerCase())
    if (before !== undefined)
      throw new ScvError(
        'duplicate_header',
        `Columns ${before + 1} and ${index + 1} are both named “${name}”. Rename one of them and open the file again.`,
        { details: { header: name, columns: [before + 1, index + 1] } },
      )
    seen.set(name.toLowerCase(), index)
  })
  return names.map((name, index) => name || `Column ${index + 1}`)
}

async function openTable(text: TextFile, dialect: Dialect): Promise<OpenedFile> {
  let names: string[] | undefined
  let rows = 0
  const samples: string[][] = []
  for await (const { row, cells, problem } of readTable(text, dialect)) {
    if (row === 0) {
      if (problem) throw new ScvError(problem.code === 'bad_quote' ? 'unclosed_quote' : 'not_tabular', problem.message)
      names = namesOf(cells)
      continue
    }
    if (++rows > ROWS_SAMPLED) break
    cells.forEach((cell, index) => {
      const sample = cell.trim().slice(0, SAMPLE_CHARACTERS)
      const found = samples[index] ?? []
      samples[index] = found
      if (sample !== '' && found.length < SAMPLES && !found.includes(sample)) found.push(sample)
    })
  }
  if (!names) throw new ScvError('no_rows', `“${text.file.name}” is empty.`)
  if (rows === 0) throw new ScvError('no_rows', `“${text.file.name}” has a header but no rows under it.`)
  const { format, targets } = recognise(names)
  const columns = names.map((header, index) => ({
    header,
    target: targets[index] ?? 'skip',
    samples: samples[index] ?? [],
  }))
  return { text, format, dialect, columns }
}

/**
 * Looks at a file and tells how to import it.
 * @throws ScvError `file_not_found`, `file_unreadable`, `not_tabular`, `unknown_encoding`, `no_rows`,
 *   `duplicate_header`, `too_many`, `unclosed_quote` (in the first rows; further down the dry run finds it)
 */
export async function openFile(path: string): Promise<OpenedFile> {
  const text = await detectEncoding(await identifyFile(path))
  const { head, whole } = await readHead(text)
  if (/^BEGIN[ \t]*:[ \t]*VCARD/i.test(head.trimStart())) return { text, format: 'vcard', columns: [] }
  if (head.trim() === '' && whole) throw new ScvError('no_rows', `“${text.file.name}” is empty.`)
  const markup = looksLikeMarkup(head)
  if (markup) throw notTabular(text.file.name, markup)
  const dialect = detectDialect(head, whole, isKnownHeader)
  if (!dialect) throw notTabular(text.file.name, 'plain text without columns')
  return openTable(text, dialect)
}
