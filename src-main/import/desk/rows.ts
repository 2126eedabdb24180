// The rows of an opened file, whatever kind it is, each judged: a draft for the engine, or why there is none.
// Invariant: every row or card of the file comes out once, in file order.
import type { ImportOptions } from '@shared/model/import'
import type { ImportDraft } from '../../engine/import-port'
import { targetOf } from '../columns/targets'
import { type ColumnChoice, compileMapping } from '../people/mapping'
import { judge, type Region } from '../people/person'
import { findSharedIds } from '../people/record-ids'
import type { PersonValues, Problem } from '../people/values'
import { otherThanPerson } from '../table/no-person'
import { readRows } from '../table/second-header'
import { readText } from '../text/decode'
import { readCards } from '../vcard/cards'
import { logicalLines } from '../vcard/fold'
import { isGroup, readCard } from '../vcard/person'
import { unescapeText } from '../vcard/properties'
import type { OpenedFile } from './open'
import type { Original } from './report'

/** A row with what it becomes. */
export interface JudgedRow {
  row: number
  draft?: ImportDraft
  rejected?: Problem
  /** What was left out or kept elsewhere; the row is in all the same. */
  problems: Problem[]
  /** What was left out and is told once for the whole file. */
  omitted: string[]
  original: Original
}

/** Reads all rows from the beginning. */
export type RowSource = (onBytes: (bytes: number) => void) => AsyncGenerator<JudgedRow, void, undefined>

/** Lines of a card that tell whether another one says the same. */
const MAX_COMPARED = 1000

/** Marks record ids that identify no person. */
function mark(values: PersonValues, isShared: (id: string) => boolean): PersonValues {
  for (const id of values.externalIds) if (isShared(id.value)) id.shared = true
  return values
}

/**
 * Prepares to read the rows of a file.
 * @param choices the targets of its columns; none for vCard
 * @param source the system that record ids are of; absent: the program that wrote the table
 * @throws ScvError those of `compileMapping`; reading throws those of `readBytes`
 */
export function rowSource(
  opened: OpenedFile,
  choices: readonly ColumnChoice[],
  region: Region,
  source?: ImportOptions['source'],
): RowSource {
  return opened.dialect ? rowsOfTable(opened, choices, region, source) : rowsOfCards(opened, region)
}

function rowsOfCards({ text }: OpenedFile, region: Region): RowSource {
  // Lines alone: taking every property apart twice would take as long again.
  async function* ids() {
    let lines: string[] = []
    let found: string[] = []
    for await (const batch of logicalLines(readText(text)))
      for (const { text: line, marker } of batch) {
        if (marker !== undefined) {
          if (found.length > 0) yield { ids: found, all: lines.join('\n') }
          lines = []
          found = []
        } else if (lines.length < MAX_COMPARED) {
          lines.push(line)
          const uid = /^(?:[\w-]+\.)?UID(?:;[^:]*)?:(.*)$/is.exec(line)?.[1]?.trim()
          if (uid) found.push(unescapeText(uid))
        }
      }
    if (found.length > 0) yield { ids: found, all: lines.join('\n') }
  }
  return async function* (onBytes) {
    const isShared = await findSharedIds(ids())
    for await (const card of readCards(readText(text, onBytes))) {
      const original = { text: card.raw }
      const group = isGroup(card)
        ? { code: 'not_a_person' as const, message: `The card of line ${card.line} is a group, not a person.` }
        : undefined
      const rejected = card.problem ?? group
      if (rejected) {
        yield { row: card.row, rejected, problems: [], omitted: [], original }
        continue
      }
      const values = mark(readCard(card, region.code), isShared)
      values.problems.push(...card.remarks)
      yield { row: card.row, problems: [], original, ...judge(card.row, values, region) }
    }
  }
}

function rowsOfTable(
  { text, dialect, columns, format, schemas }: OpenedFile,
  choices: readonly ColumnChoice[],
  region: Region,
  source: ImportOptions['source'],
): RowSource {
  const headers = columns.map(({ header }) => header)
  const read = compileMapping(headers, choices, format, text.file.name, region.code, { schemas, source })
  const idColumns = choices.flatMap(({ target }, index) => {
    const meant = targetOf(target)
    return meant?.kind === 'text' && meant.target === 'recordId' ? [index] : []
  })
  if (!dialect) throw new Error('A table has a dialect')
  async function* ids() {
    if (dialect === undefined || idColumns.length === 0) return
    for await (const { row, cells, problem } of readRows(text, dialect, headers))
      if (row > 0 && !problem)
        yield { ids: idColumns.flatMap((index) => cells[index]?.trim() || []), all: cells.join('\0') }
  }
  return async function* (onBytes) {
    const isShared = await findSharedIds(ids())
    for await (const { row, cells, problem, remarks } of readRows(text, dialect, headers, onBytes)) {
      if (row === 0) continue
      const original = { cells }
      const named = ({ column: index, ...what }: (typeof remarks)[number]): Problem => {
        const column = index === undefined ? undefined : headers[index]
        return { ...what, ...(column === undefined ? {} : { column }) }
      }
      if (problem) {
        yield { row, rejected: named(problem), problems: [], omitted: [], original }
        continue
      }
      const other = otherThanPerson(cells, headers.length)
      if (other !== undefined) {
        const rejected: Problem = { code: 'not_a_person', message: `The row is ${other}, not a person.` }
        yield { row, rejected, problems: [], omitted: [], original }
        continue
      }
      const values = mark(read(cells), isShared)
      values.problems.unshift(...remarks.map(named))
      yield { row, problems: [], original, ...judge(row, values, region) }
    }
  }
}

/** The first rows of a table under its header, as they stand; none of cards. */
export async function firstRows({ text, dialect, columns }: OpenedFile, limit: number): Promise<string[][]> {
  const rows: string[][] = []
  if (!dialect) return rows
  const headers = columns.map(({ header }) => header)
  for await (const { row, cells, problem } of readRows(text, dialect, headers)) {
    if (row === 0 || problem) continue
    if (rows.length >= limit) break
    rows.push(headers.map((_, index) => cells[index] ?? ''))
  }
  return rows
}
