// Exports at work: one at a time, followed live, stopped on demand.
// Invariant: a file that was stopped or failed leaves nothing behind; the application goes on answering meanwhile.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ExportKind, ExportState } from '@shared/contract/exporting'
import { ScvError } from '@shared/errors'
import { BehaviorSubject, type Observable } from 'rxjs'
import type { ExportedPerson } from '../engine/queries/exporting'
import { BYTE_ORDER_MARK, csvLine } from '../files/csv'
import { writeWhole } from '../files/whole-file'
import { PEOPLE_HEADERS, personCells } from './people-csv'

/** What is exported, as the engine gives it: in pages, after a check of permissions. */
export interface ExportSource {
  curatedPages(): AsyncIterable<ExportedPerson[]>
  documentPages(): AsyncIterable<string[]>
  counts(): { curated: number }
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

async function* pagesOf(kind: ExportKind, source: ExportSource): AsyncGenerator<string[], void, undefined> {
  if (kind === 'people') {
    for await (const people of source.curatedPages()) yield people.map((person) => csvLine(personCells(person)))
  } else {
    for await (const lines of source.documentPages()) yield lines.map((line) => `${line}\n`)
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
        if (kind === 'people') await append(BYTE_ORDER_MARK + csvLine(PEOPLE_HEADERS))
        for await (const page of pages) {
          if (stop.aborted) throw new ScvError('cancelled', 'The export was stopped; no file was written.')
          await append(page.join(''))
          lines += page.length
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
