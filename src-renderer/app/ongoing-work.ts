// What is at work, as the frame says it in one line.
// Invariant: work that ended, of whatever kind and however, is no work.
import type { ViewsStatus } from '@shared/contract/app'
import type { DuplicatesState } from '@shared/contract/duplicates'
import type { ExportState } from '@shared/contract/exporting'
import type { ImportState, ImportUndo } from '@shared/model/import'
import { formatNumber, formatPercent } from '../format/locale'

/** One piece of work. */
export interface Work {
  label: string
  /** null: how much there is to do is not known. */
  percent: number | null
  /** How far it is, in a few letters. */
  detail: string
}

function work(label: string, part: number): Work {
  const percent = Math.max(0, Math.min(100, Math.floor(100 * part)))
  return { label, percent, detail: formatPercent(percent) }
}

/** A dry run or an import of a file. */
export function importWork(fileName: string | undefined, state: ImportState | undefined): readonly Work[] {
  if (fileName === undefined || !state || (state.phase !== 'planning' && state.phase !== 'running')) return []
  return [work(`${state.phase === 'running' ? 'Importing' : 'Trying'} ${fileName}`, state.progress)]
}

/** An import that is being taken back. */
export const undoWork = (state: ImportUndo | undefined): readonly Work[] =>
  !state || state.done || state.error ? [] : [work('Undoing an import', state.progress)]

const EXPORTING = {
  people: 'Exporting contacts',
  audit: 'Exporting the audit trail',
  everything: 'Exporting everything',
} as const

/** A file that is being written. */
export function exportWork(state: ExportState | undefined): readonly Work[] {
  if (!state || state.kind === null) return []
  const label = EXPORTING[state.kind]
  return state.total === null
    ? [{ label, percent: null, detail: formatNumber(state.done) }]
    : [work(label, state.done / Math.max(1, state.total))]
}

/** People who are being compared with each other. */
export function scanWork(state: DuplicatesState | undefined): readonly Work[] {
  if (state?.phase === 'reading') return [work('Looking for duplicates', state.people / Math.max(1, state.expected))]
  return state?.phase === 'comparing'
    ? [{ label: 'Looking for duplicates', percent: null, detail: formatNumber(state.people) }]
    : []
}

/** Lists and search that are derived anew beside those that answer. */
export const listsWork = (status: ViewsStatus | undefined): readonly Work[] =>
  status?.rebuild ? [work('Renewing search and lists', status.rebuild.done / Math.max(1, status.rebuild.total))] : []
