// The running numbers of an import: counts, preview, report lines.
// Invariant: each row is counted once, after its verdict is known; a rejected row has exactly one line.
import { ScvError } from '@shared/errors'
import { EMAIL_FIELDS, PHONE_FIELDS } from '@shared/model/contact'
import { normaliseEmail } from '@shared/model/email'
import type { ImportCounts, ImportPreviewRow, ImportReportLine } from '@shared/model/import'
import { parsePhone } from '@shared/model/phone'
import type { ImportDraft, RowVerdict } from '../../engine/import-port'
import { labelOf } from '../columns/targets'
import type { Problem } from '../people/values'
import type { ReportEntry } from './report'
import type { JudgedRow } from './rows'

const PREVIEW_ROWS = 20

export const noCounts = (): ImportCounts => ({
  rows: 0,
  creates: 0,
  updates: 0,
  unchanged: 0,
  rejects: 0,
  disputes: 0,
  warnings: 0,
})

/** Rows of the file that are in the database (or would be). */
const rowsIn = (counts: ImportCounts): number => counts.creates + counts.updates + counts.unchanged

const COUNT_OF = { create: 'creates', update: 'updates', unchanged: 'unchanged', reject: 'rejects' } as const

/** A problem of the row, or the engine's refusal of it. */
type ReportedProblem = Omit<Problem, 'code'> & Pick<ImportReportLine, 'code'>

const problemOf = ({ code, message, field }: NonNullable<RowVerdict['error']>): ReportedProblem => ({
  code,
  message,
  ...(field === undefined ? {} : { column: labelOf(field) }),
})

const lineOf = (row: number, kind: ImportReportLine['kind'], problem: ReportedProblem): ImportReportLine => ({
  row,
  kind,
  code: problem.code,
  message: problem.message,
  ...(problem.column === undefined ? {} : { column: problem.column }),
  ...(problem.value === undefined ? {} : { value: problem.value }),
})

/** What a person of another schema has no field for. */
const unfit = (name: string, value: string): Problem => ({
  code: 'invalid_value',
  message: `“${name}” is no field that this person has, or not with this value; it was kept in a note.`,
  column: name,
  value,
})

/** The engine left a value out, because the person has another one in that field and the option says to keep it. */
function keptExisting(field: string, value: string): Problem {
  const column = labelOf(field)
  return {
    code: 'kept_existing',
    message: `“${value}” was left out: ${column} has another value already.`,
    column,
    value,
  }
}

/** The identifiers a draft will claim, as people read them. */
function identifiersOf({ input }: ImportDraft, region: string): string[] {
  const phones = PHONE_FIELDS.flatMap((field) => {
    const typed = input[field]?.userInput
    return typed === undefined ? [] : (parsePhone(typed, input[field]?.normalizationCountryCode ?? region)?.e164 ?? [])
  })
  const emails = EMAIL_FIELDS.flatMap((field) => normaliseEmail(input[field] ?? '') ?? [])
  const ids = (input.externalIds ?? []).map(
    ({ externalSource, value }) => `${externalSource.name ?? externalSource.id} ${value}`,
  )
  return [...phones, ...emails, ...ids]
}

/**
 * Counts a batch of rows and says what its report lines are.
 * @param verdicts the engine's, one for each row with a draft
 * @throws Error if the engine left a row out: a defect that must not pass for an import
 */
export function countOutcomes(
  rows: readonly JudgedRow[],
  verdicts: readonly RowVerdict[],
  counts: ImportCounts,
  preview: ImportPreviewRow[],
  region: string,
): ReportEntry[] {
  const byRow = new Map(verdicts.map((verdict) => [verdict.row, verdict]))
  const entries: ReportEntry[] = []
  for (const { row, draft, rejected, problems, original } of rows) {
    const verdict = draft && byRow.get(row)
    if (draft && !verdict) throw new Error(`The engine gave no verdict on row ${row}`)
    counts.rows++
    counts[COUNT_OF[verdict?.verdict ?? 'reject']]++
    if (!verdict || verdict.verdict === 'reject') {
      const problem = rejected ?? (verdict?.error && problemOf(verdict.error))
      if (!problem) throw new Error(`Row ${row} was rejected without a reason`)
      entries.push({ line: lineOf(row, 'rejected', problem), original })
    } else {
      const kept = verdict.keptExisting.map(({ field, value }) => keptExisting(field, value))
      kept.push(...verdict.unfit.map(({ name, value }) => unfit(name, value)))
      if (problems.length + kept.length > 0) counts.warnings++
      if (verdict.disputes.length > 0) counts.disputes++
      for (const problem of [...problems, ...kept]) entries.push({ line: lineOf(row, 'warning', problem) })
      for (const { identifier, holderId, holderName } of verdict.disputes)
        entries.push({
          line: {
            row,
            kind: 'dispute',
            code: identifier.type === 'ExternalId' ? 'record_id_of_other' : 'held_by_other',
            message: `${identifier.value} belongs to ${holderName || 'another person'}; it is kept with this person but does not identify them.`,
            value: identifier.value,
            ...(holderId === undefined ? {} : { contactId: holderId }),
          },
        })
    }
    if (preview.length < PREVIEW_ROWS)
      preview.push({
        row,
        verdict: verdict?.verdict ?? 'reject',
        displayName: verdict?.displayName ?? '',
        identifiers: draft ? identifiersOf(draft, region) : [],
        ...(verdict?.contactId === undefined ? {} : { contactId: verdict.contactId }),
      })
  }
  return entries
}

/** Names of things left out that are told one by one; the rest is summed up. */
const MAX_OMITTED = 1000

/** Counts what was left out of many rows for one reason, so that it is told once. */
export class Omissions {
  readonly #counts = new Map<string, number>()
  #others = 0

  add(names: readonly string[]): void {
    for (const name of names) {
      const before = this.#counts.get(name)
      if (before === undefined && this.#counts.size >= MAX_OMITTED) this.#others++
      else this.#counts.set(name, (before ?? 0) + 1)
    }
  }

  lines(): ImportReportLine[] {
    const times = (count: number) => (count === 1 ? 'once' : `${count.toLocaleString('en')} times`)
    const lines = [...this.#counts].map(([name, count]): ImportReportLine => {
      const column = /^column (.*)$/s.exec(name)?.[1]
      const property = /^property (.*)$/s.exec(name)?.[1]
      const message =
        column !== undefined
          ? `The column “${column}” goes nowhere; its values were left out (${times(count)}).`
          : property !== undefined
            ? `${property} was left out (${times(count)}): it tells of the card or is no text.`
            : `${name} was left out (${times(count)}): it stands for no value.`
      return {
        row: 0,
        kind: 'info',
        code: property === undefined ? 'column_left_out' : 'property_left_out',
        message,
        ...(column === undefined ? {} : { column }),
      }
    })
    if (this.#others === 0) return lines
    const message = `Further values of other kinds were left out (${times(this.#others)}).`
    return [...lines, { row: 0, kind: 'info', code: 'column_left_out', message }]
  }
}

/** What a failed import says at its end: the reason, and what is in nevertheless. */
export function failureMessage(error: ScvError, dryRun: boolean, counts: ImportCounts): string {
  const rows = dryRun ? 0 : rowsIn(counts)
  if (rows === 0) return `${error.message} Nothing was written.`
  const stay = rows === 1 ? 'The row imported before that stays' : `The ${rows} rows imported before that stay`
  return `${error.message} ${stay}; the rest of the file was not imported.`
}

/** Anything that is not a refusal of ours is a defect: people see that, the log sees the error. */
export function asRefusal(error: unknown): ScvError {
  return error instanceof ScvError
    ? error
    : new ScvError('internal', 'Something unexpected went wrong; the log has more.')
}
