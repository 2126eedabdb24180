// Exports at work: one at a time, followed live, stopped on demand.
// Invariant: a file that was stopped or failed leaves nothing behind; the application goes on answering meanwhile.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ExportKind, ExportState } from '@shared/contract/exporting'
import { ScvError } from '@shared/errors'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import { BehaviorSubject, type Observable } from 'rxjs'
import type { ExportedPerson } from '../engine/queries/exporting'
import { BYTE_ORDER_MARK, csvLine } from '../files/csv'
import { writeWhole } from '../files/whole-file'
import { AUDIT_HEADERS, auditRows, type ExportedAudit } from './audit-csv'
import { peopleTable } from './people-csv'

/** What is exported, as the engine gives it: in pages, after a check of permissions. */
export interface ExportSource {
  curatedPages(): AsyncIterable<ExportedPerson[]>
  documentPages(): AsyncIterable<string[]>
  auditPages(): AsyncIterable<ExportedAudit[]>
  counts(): { curated: number }
  contactSchemas(): Promise<ContactSchemaVersion[][]>
}

export interface ExportJobs {
  /** @throws ScvError `export_busy`, `cancelled`, `storage_full`, `file_unreadable`, and what the source throws */
  save(kind: ExportKind, path: string): Promise<{ lines: number }>
  cancel(): void
  readonly state$: Observable<ExportState>
  /** Stops what is at work and waits until nothing is left of it. */
  close(): Promise<void>
}

const IDLE: ExportState = { kind: null, done: 0, total: null }

export type PeopleSource = Pick<ExportSource, 'curatedPages' | 'contactSchemas'>

/** What is to be in a file of people. */
export interface PeopleWanted {
  keep?: (person: ExportedPerson) => boolean
  limit?: number
}

async function* pagesOf(kind: ExportKind, source: ExportSource): AsyncGenerator<string[], void, undefined> {
  if (kind === 'people') yield* peopleLines(source)
  else if (kind === 'audit') yield* auditLines(source)
  else for await (const lines of source.documentPages()) yield lines.map((line) => `${line}\n`)
}

async function* auditLines(source: Pick<ExportSource, 'auditPages'>): AsyncGenerator<string[], void, undefined> {
  yield [BYTE_ORDER_MARK + csvLine(AUDIT_HEADERS)]
  for await (const entries of source.auditPages()) yield entries.flatMap((entry) => auditRows(entry).map(csvLine))
}

/** Lines of a table of people in pages, the first one with the header alone. */
export async function* peopleLines(
  source: PeopleSource,
  { keep = () => true, limit = Number.POSITIVE_INFINITY }: PeopleWanted = {},
): AsyncGenerator<string[], void, undefined> {
  const { headers, cells } = peopleTable(await source.contactSchemas())
  yield [BYTE_ORDER_MARK + csvLine(headers)]
  let left = limit
  for await (const people of source.curatedPages()) {
    const wanted = people.filter(keep).slice(0, left)
    left -= wanted.length
    if (wanted.length > 0) yield wanted.map((person) => csvLine(cells(person)))
    if (left <= 0) return
  }
}

export function createExportJobs(source: ExportSource): ExportJobs {
  const state$ = new BehaviorSubject<ExportState>(IDLE)
  let running: { stop: AbortController; end: Promise<unknown> } | undefined

  async function write(kind: ExportKind, path: string, stop: AbortSignal): Promise<{ lines: number }> {
    const total = kind === 'people' ? source.counts().curated : null
    const pages = pagesOf(kind, source)
    let lines = 0
    state$.next({ kind, done: 0, total })
    try {
      await writeWhole(path, async (append) => {
        let isHeader = kind !== 'everything'
        for await (const page of pages) {
          if (stop.aborted) throw new ScvError('cancelled', 'The export was stopped; no file was written.')
          await append(page.join(''))
          if (!isHeader) lines += page.length
          isHeader = false
          state$.next({ kind, done: lines, total })
          await nextTurn()
        }
      })
      return { lines }
    } finally {
      state$.next(IDLE)
    }
  }

  return {
    state$,
    async save(kind, path) {
      if (running) throw new ScvError('export_busy', 'Another export is being written.')
      const stop = new AbortController()
      const end = write(kind, path, stop.signal)
      running = { stop, end }
      try {
        return await end
      } finally {
        running = undefined
      }
    },
    cancel: () => running?.stop.abort(),
    async close() {
      running?.stop.abort()
      await running?.end.catch(() => undefined) // its caller is told
    },
  }
}

/**
 * Writes pages of lines into a file, whole or not at all, giving the event loop its turn; the first line is a header.
 * @returns how many lines there are under it
 * @throws ScvError `cancelled`, `storage_full`, `file_unreadable`
 */
export async function writeTable(path: string, pages: AsyncIterable<string[]>, stop: AbortSignal): Promise<number> {
  let lines = -1
  await writeWhole(path, async (append) => {
    for await (const page of pages) {
      if (stop.aborted) throw new ScvError('cancelled', 'The export was stopped; no file was written.')
      await append(page.join(''))
      lines += page.length
      await nextTurn()
    }
  })
  return lines
}
