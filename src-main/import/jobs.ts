// Imports at work: opened, tried, run, cancelled, reported. The engine decides and writes; this reads and counts.
// Invariant: a row is in the database whole, or in the report, or after the place where the import stopped; one import
// works at a time, in batches, giving the event loop its turn between slices of a few milliseconds.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ScvError } from '@shared/errors'
import type { ImportFile, ImportOptions, ImportReportLine, ImportState } from '@shared/model/import'
import { isRegion } from '@shared/model/phone'
import { BehaviorSubject, filter, firstValueFrom, type Observable } from 'rxjs'
import type { ContactImporter, ImportSession } from '../engine/import-port'
import type { ColumnChoice } from './mapping'
import { type OpenedFile, openFile } from './open'
import type { Region } from './person'
import { asRefusal, failureMessage, noCounts, tally } from './progress'
import { createReport, type Report } from './report'
import { type JudgedRow, type RowSource, rowSource } from './rows'
import { TARGETS } from './targets'

/** Rows the engine gets at once: it judges or writes them in one go, which must stay short. */
const BATCH_ROWS = 100
/** Longest stretch of reading and judging rows before the event loop gets its turn. */
const SLICE_MS = 8
/** States are sent no more often than this. */
const EMIT_MS = 100

export interface ImportJobsOptions {
  importer: ContactImporter
  /** Where reports live while their import is open. */
  tempDir: string
  /** Milliseconds since 1970. */
  now: () => number
  /** ISO 3166 alpha-2: the organisation's default region, in which national phone numbers are read. */
  defaultRegion: () => string
  /** Told of errors that are no refusals, which people see only as “something unexpected”. */
  onDefect: (error: unknown) => void
}

export interface ImportJobs {
  /** Looks at a file; nothing is written. @throws ScvError those of `openFile` */
  open(path: string): Promise<ImportFile>
  /**
   * Starts a dry run and returns; follow it with `state$`.
   * @throws ScvError `not_found`, `import_busy`, `invalid_input`, `no_columns_mapped`, and what the engine refuses at once (`forbidden`)
   */
  plan(importId: string, columns: readonly ColumnChoice[], options: ImportOptions): Promise<void>
  /** Starts the import, likewise. */
  run(importId: string, columns: readonly ColumnChoice[], options: ImportOptions): Promise<void>
  /** Stops after the batch at work; what is in stays in. Without effect on an import that is not at work. */
  cancel(importId: string): void
  /** The state now and whenever it changes; ends when the import is discarded. */
  state$(importId: string): Observable<ImportState>
  /** The state once the import is not at work. */
  settled(importId: string): Promise<ImportState>
  report(
    importId: string,
    page: { offset: number; limit: number },
  ): Promise<{ total: number; lines: ImportReportLine[] }>
  /** Writes the report as CSV. @throws ScvError `not_found`, `storage_full`, `file_unreadable` */
  saveReport(importId: string, path: string): Promise<void>
  /** Cancels the import if it is at work and forgets it and its report. Unknown ids are forgotten already. */
  discard(importId: string): Promise<void>
  /** Discards all imports. */
  close(): Promise<void>
}

interface Job {
  id: string
  opened: OpenedFile
  report: Report
  state: BehaviorSubject<ImportState>
  cancelled: boolean
}

const atWork = ({ phase }: ImportState) => phase === 'planning' || phase === 'running'

/** Opens the import desk. */
export function createImportJobs(options: ImportJobsOptions): ImportJobs {
  const jobs = new Map<string, Job>()

  function jobOf(importId: string): Job {
    const job = jobs.get(importId)
    if (!job) throw new ScvError('not_found', 'This import is not open any more. Open the file again.')
    return job
  }

  /** Reads to the end, in batches. Rows read whole before an error are still handed on. */
  async function work(job: Job, rows: RowSource, session: ImportSession, dryRun: boolean, region: Region) {
    const { report, opened } = job
    const counts = noCounts()
    const preview: ImportState['preview'] = []
    const started = options.now()
    let bytes = 0
    let lastEmit = started
    let asked = false
    const emit = (phase: ImportState['phase'], more: Partial<ImportState> = {}) => {
      lastEmit = options.now()
      const { error: _, ...before } = job.state.value
      job.state.next({
        ...before,
        phase,
        dryRun,
        progress: bytes / opened.text.file.size,
        counts: { ...counts },
        preview: [...preview],
        reportLines: report.total,
        startedAt: new Date(started).toISOString(),
        elapsedMs: lastEmit - started,
        ...more,
      })
    }
    const busy = dryRun ? 'planning' : 'running'

    async function flush(batch: JudgedRow[]): Promise<void> {
      const drafts = batch.flatMap(({ draft }) => draft ?? [])
      asked ||= drafts.length > 0
      const verdicts = drafts.length === 0 ? [] : await (dryRun ? session.plan(drafts) : session.apply(drafts))
      await report.add(tally(batch, verdicts, counts, preview, region.code))
      batch.length = 0
      if (options.now() - lastEmit >= EMIT_MS) emit(busy)
      await nextTurn()
    }

    async function readAll(): Promise<void> {
      await report.discard()
      const batch: JudgedRow[] = []
      let turn = performance.now()
      let failure: { error: unknown } | undefined
      const reading = rows((read) => {
        bytes = read
      })
      try {
        while (!job.cancelled) {
          const next = await reading.next().catch((error: unknown) => {
            failure = { error }
            return { done: true as const }
          })
          if (next.done) break
          batch.push(next.value)
          if (batch.length === BATCH_ROWS) await flush(batch)
          else if (performance.now() - turn > SLICE_MS) await nextTurn()
          else continue
          turn = performance.now()
        }
      } finally {
        await reading.return()
      }
      if (batch.length > 0 && !job.cancelled) await flush(batch)
      if (failure) throw failure.error
    }

    emit(busy, { reportLines: 0 })
    let failed: unknown
    try {
      await readAll()
    } catch (error) {
      failed = error
    }
    try {
      // A dry run that never got as far as the engine has nothing to end.
      if (asked || !dryRun)
        await session.end({ fileName: opened.text.file.name, counts, cancelled: job.cancelled || failed !== undefined })
    } catch (error) {
      // The first failure is the one that stopped the rows; the second must not hide it, nor get lost.
      if (failed === undefined) failed = error
      else options.onDefect(error)
    }
    if (failed === undefined) {
      emit(job.cancelled ? 'cancelled' : dryRun ? 'planned' : 'done', job.cancelled ? {} : { progress: 1 })
      return
    }
    const refusal = asRefusal(failed)
    if (refusal !== failed) options.onDefect(failed)
    const error = { code: refusal.code, message: failureMessage(refusal, dryRun, counts) }
    // The saved report must tell as well that the file was not read to its end. Not a row, so not counted.
    await report.add([{ line: { row: counts.rows + 1, kind: 'rejected', ...error } }]).catch(options.onDefect)
    emit('failed', { error })
  }

  async function start(importId: string, columns: readonly ColumnChoice[], chosen: ImportOptions, dryRun: boolean) {
    const job = jobOf(importId)
    if ([...jobs.values()].some(({ state }) => atWork(state.value)))
      throw new ScvError('import_busy', 'Another import is running. Wait for its end or cancel it first.')
    if (chosen.region !== undefined && !isRegion(chosen.region))
      throw new ScvError('invalid_input', `“${chosen.region}” is no region phone numbers are known for.`, {
        field: 'options.region',
      })
    const region: Region = { code: chosen.region ?? options.defaultRegion(), explicit: chosen.region !== undefined }
    const rows = rowSource(job.opened, columns, region)
    const session = options.importer.begin(chosen)
    job.cancelled = false
    // Runs up to its first state without a pause, so no second import can slip in before this one is seen at work.
    void work(job, rows, session, dryRun, region)
  }

  async function settled(importId: string): Promise<ImportState> {
    return firstValueFrom(jobOf(importId).state.pipe(filter((state) => !atWork(state))))
  }

  async function discard(importId: string): Promise<void> {
    const job = jobs.get(importId)
    if (!job) return
    job.cancelled = true
    await settled(importId)
    jobs.delete(importId)
    job.state.complete()
    await job.report.discard()
  }

  return {
    async open(path) {
      const opened = await openFile(path)
      const id = randomUUID()
      const { file, encoding } = opened.text
      const state = new BehaviorSubject<ImportState>({
        importId: id,
        phase: 'opened',
        dryRun: true,
        progress: 0,
        counts: noCounts(),
        preview: [],
        reportLines: 0,
        elapsedMs: 0,
      })
      const report = createReport(join(options.tempDir, `import-${id}.ndjson`))
      jobs.set(id, { id, opened, report, state, cancelled: false })
      return {
        importId: id,
        fileName: file.name,
        bytes: file.size,
        format: opened.format,
        encoding,
        ...(opened.dialect ? { separator: opened.dialect.separator } : {}),
        columns: opened.columns,
        targets: [...TARGETS],
      }
    },
    plan: (importId, columns, chosen) => start(importId, columns, chosen, true),
    run: (importId, columns, chosen) => start(importId, columns, chosen, false),
    cancel(importId) {
      const job = jobOf(importId)
      if (atWork(job.state.value)) job.cancelled = true
    },
    state$: (importId) => jobOf(importId).state.asObservable(),
    settled,
    async report(importId, { offset, limit }) {
      const { report } = jobOf(importId)
      return { total: report.total, lines: await report.page(offset, limit) }
    },
    async saveReport(importId, path) {
      const { report, opened } = jobOf(importId)
      await report.save(
        path,
        opened.columns.map(({ header }) => header),
      )
    },
    discard,
    async close() {
      for (const importId of [...jobs.keys()]) await discard(importId)
    },
  }
}
