// Opening a file: what it is, which program wrote it, which columns it has. Nothing is written.
// Invariant: what cannot be imported at all is refused here, before a column is mapped.
import { ScvError } from '@shared/errors'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { readEmail } from '@shared/model/email'
import type { ImportColumn, ImportFormat } from '@shared/model/import'
import { channelOf } from '../columns/channel-headers'
import { isKnownHeader, recognise } from '../columns/formats'
import { recogniseTyped } from '../columns/typed-fields'
import { columnNames } from '../table/column-names'
import { type Dialect, detectDialect } from '../table/separator'
import { readTable } from '../table/table'
import { detectEncoding, notTabular, readText, type TextFile } from '../text/decode'
import { looksLikeMarkup } from '../text/magic'
import { identifyFile } from '../text/source'

const HEAD_CHARACTERS = 64 * 1024
const ROWS_SAMPLED = 20
const SAMPLES = 3
const SAMPLE_CHARACTERS = 80

/** A file ready to be imported. */
export interface OpenedFile {
  text: TextFile
  format: ImportFormat
  /** Absent for vCard. */
  dialect?: Dialect
  columns: ImportColumn[]
  /** By which the organisation types custom fields. */
  schemas: readonly ContactSchemaVersion[]
}

async function readHead(text: TextFile): Promise<{ head: string; whole: boolean }> {
  let head = ''
  for await (const piece of readText(text)) {
    head += piece
    if (head.length >= HEAD_CHARACTERS) return { head, whole: false }
  }
  return { head, whole: true }
}

/** Where the columns of a table without a header go, by what stands in them. */
function guessed(samples: readonly string[][], width: number): ReturnType<typeof recognise> {
  const targets = Array.from({ length: width }, (_, index) => {
    const cells = samples[index] ?? []
    if (cells.some((cell) => readEmail(cell) !== undefined)) return 'email'
    if (cells.some((cell) => /^\+?[\d\s().-]{7,20}$/.test(cell))) return 'phone'
    return cells.some((cell) => /^\p{L}[\p{L}\p{M}\s.'’-]*$/u.test(cell)) ? 'name' : 'custom'
  })
  const [first = -1, second = -1] = targets.flatMap((target, index) => (target === 'name' ? index : []))
  const whole = second !== first + 1 || samples[first]?.some((cell) => /\s/.test(cell))
  const named = targets.map((target, index) => {
    if (target !== 'name') return target
    if (index === first) return whole ? 'fullName' : 'firstName'
    return index === second && !whole ? 'lastName' : 'custom'
  })
  return { format: 'custom', targets: named }
}

async function openTable(
  text: TextFile,
  dialect: Dialect,
  schemas: readonly ContactSchemaVersion[],
): Promise<OpenedFile> {
  let header: ReturnType<typeof columnNames> | undefined
  let rows = 0
  const samples: string[][] = []
  for await (const { row, cells, problem } of readTable(text, dialect)) {
    if (row === 0) {
      if (problem) throw notTabular(text.file.name, `something else: ${problem.message}`)
      header = columnNames(cells)
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
  if (!header) throw new ScvError('no_rows', `“${text.file.name}” is empty.`)
  if (rows === 0) throw new ScvError('no_rows', `“${text.file.name}” has a header but no rows under it.`)
  const { format, targets: plain } = dialect.headless ? guessed(samples, header.names.length) : recognise(header.bare)
  const targets = dialect.headless ? plain : recogniseTyped(header.bare, plain, schemas)
  const columns = header.names.map((name, index) => {
    const found = samples[index] ?? []
    const target = targets[index] ?? 'custom'
    return { header: name, target: target === 'custom' ? (channelOf(name, found) ?? target) : target, samples: found }
  })
  return { text, format, dialect, columns, schemas }
}

/**
 * Looks at a file and tells how to import it.
 * @param schemas those by which the organisation types custom fields
 * @param encoding the one a person has chosen, if any
 * @throws ScvError `file_not_found`, `file_unreadable`, `not_tabular`, `unknown_encoding`, `no_rows`, `too_many`
 */
export async function openFile(
  path: string,
  schemas: readonly ContactSchemaVersion[],
  encoding?: string,
): Promise<OpenedFile> {
  const text = await detectEncoding(await identifyFile(path), encoding)
  const { head, whole } = await readHead(text)
  if (/^[ \t\ufeff]*(?:BEGIN[ \t]*:[ \t]*VCARD|END[ \t]*:[ \t]*VCARD[ \t]*$)/im.test(head))
    return { text, format: 'vcard', columns: [], schemas }
  if (head.trim() === '' && whole) throw new ScvError('no_rows', `“${text.file.name}” is empty.`)
  const markup = looksLikeMarkup(head)
  if (markup) throw notTabular(text.file.name, markup)
  const dialect = detectDialect(head, whole, isKnownHeader)
  if (!dialect) throw notTabular(text.file.name, 'plain text without columns')
  return openTable(text, dialect, schemas)
}
