// The rows of an opened file, whatever kind it is, each judged: a draft for the engine, or why there is none.
// Invariant: every row or card of the file comes out once, in file order.
import type { ImportDraft } from '../engine/import-port'
import { readText } from './decode'
import { type ColumnChoice, compileMapping } from './mapping'
import type { OpenedFile } from './open'
import { judge, type Problem, type Region } from './person'
import type { Original } from './report'
import { readTable } from './table'
import { readCards } from './vcard'
import { isGroup, readCard } from './vcard-person'

/** A row with what it becomes. */
export interface JudgedRow {
  row: number
  draft?: ImportDraft
  rejected?: Problem
  /** What was left out or kept unclaimed; the row is in all the same. */
  problems: Problem[]
  original: Original
}

/** Reads all rows from the beginning. */
export type RowSource = (onBytes: (bytes: number) => void) => AsyncGenerator<JudgedRow, void, undefined>

/**
 * Prepares to read the rows of a file.
 * @param choices the targets of its columns; none for vCard
 * @throws ScvError those of `compileMapping`; reading throws those of `readTable` and `readBytes`
 */
export function rowSource(opened: OpenedFile, choices: readonly ColumnChoice[], region: Region): RowSource {
  const { text, dialect, format } = opened
  if (!dialect) {
    return async function* (onBytes) {
      for await (const card of readCards(readText(text, onBytes))) {
        const original = { text: card.raw }
        const group = isGroup(card)
          ? { code: 'not_a_person' as const, message: `The card of line ${card.line} is a group, not a person.` }
          : undefined
        const rejected = card.problem ?? group
        if (rejected) yield { row: card.row, rejected, problems: [], original }
        else yield { row: card.row, problems: [], original, ...judge(card.row, readCard(card), region) }
      }
    }
  }
  const headers = opened.columns.map(({ header }) => header)
  const read = compileMapping(headers, choices, format, text.file.name)
  return async function* (onBytes) {
    for await (const { row, cells, problem } of readTable(text, dialect, onBytes)) {
      if (row === 0) continue
      const original = { cells }
      if (problem) {
        const { column: index, ...rejected } = problem
        const column = index === undefined ? undefined : headers[index]
        yield { row, rejected: { ...rejected, ...(column === undefined ? {} : { column }) }, problems: [], original }
      } else yield { row, problems: [], original, ...judge(row, read(cells), region) }
    }
  }
}
