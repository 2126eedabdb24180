// Imports at work: opened, tried, run, cancelled, reported. The engine decides and writes; this reads and counts.
// Invariant: a row is in the database whole, or in the report, or after the place where the import stopped; one import
// works at a time, in batches, giving the event loop its turn between slices of a few milliseconds.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ScvError } from '@shared/errors'
import type { ContactId } from '@shared/model/ids'
import type { ImportFile, ImportOptions, ImportReportLine, ImportState, ImportUndo } from '@shared/model/import'
import { isRegion } from '@shared/model/phone'
import { BehaviorSubject, filter, firstValueFrom, type Observable } from 'rxjs'
import type { ContactImporter, ImportDraft, ImportSession, RowVerdict, UndoImport } from '../engine/import-port'
import { LEGACY } from './charsets'
import { isUnsure } from './decode'
import { createDoubles, type Doubles, type FindLike, type FoundDoubles } from './doubles'
import type { ColumnChoice } from './mapping'
import { type OpenedFile, openFile } from './open'
import type { Region } from './person'
import { asRefusal, countOutcomes, failureMessage, noCounts, Omissions } from './progress'
import { createReport, type Report } from './report'
import { type JudgedRow, type RowSource, rowSource } from './rows'
import { TARGETS } from './targets'
import { createUndoing } from './undoing'

/** Rows the engine gets at once: it judges or writes them in one go, which must stay short. */
const BATCH_ROWS = 100
/** Longest stretch of reading and judging rows before the event loop gets its turn. */
const SLICE_MS = 8
/** States are sent no more often than this. */
const EMIT_MS = 100
/** Characters shown of a line above the header. */
const MAX_ABOVE_SHOWN = 200

export interface ImportJobsOptions {
  /** Where reports live while their import is open. */
  tempDir: string
  /** Milliseconds since 1970. */
  now: () => number
  /** ISO 3166 alpha-2: the organisation's default region, in which national phone numbers are read. */
  defaultRegion: () => string
  /** Who in the book is likely a person of a file. */
  findLike: FindLike
  /** Told of errors that are no refusals, which people see only as “something unexpected”. */
  onDefect: (error: unknown) => void
}

export interface ImportJobs {
  /** Looks at a file; nothing is written. @param encoding if a person has chosen one @throws ScvError those of `openFile` */
  open(path: string, encoding?: string): Promise<ImportFile>
  /**
   * Starts a dry run and returns; follow it with `state$`.
   * @param importer acts for the caller
   * @throws ScvError `not_found`, `import_busy`, `invalid_input`, `no_columns_mapped`, and what the engine refuses at once (`forbidden`)
   */
  plan(
    importId: string,
    columns: readonly ColumnChoice[],
    options: ImportOptions,
    importer: ContactImporter,
  ): Promise<void>
  /** Starts the import, likewise. */
  run(
    importId: string,
    columns: readonly ColumnChoice[],
    options: ImportOptions,
    importer: ContactImporter,
  ): Promise<void>
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
  /** New people of a dry run who may be here already; found once it is planned, and while the agent looks at the rest. */
  doubles$(importId: string): Observable<FoundDoubles>
  /**
   * Takes a row of the file for a person of the book when the import runs, or for a new one again.
   * @throws ScvError `not_found` unless the row is said to be like that person
   */
  choose(importId: string, row: number, contactId: ContactId | null): void
  /** Writes the report as CSV. @throws ScvError `not_found`, `storage_full`, `file_unreadable` */
  saveReport(importId: string, path: string): Promise<void>
  /**
   * Takes an import back, or follows that if it is at work already.
   * @param id of the import's job, or of the import in the audit trail
   * @param undo acts for the caller
   * @returns how far it is after a moment: done, unless it is a large one
   * @throws ScvError `not_found`, `import_too_old`, `import_busy`, `forbidden`
   */
  undo(id: string, undo: UndoImport): Promise<ImportUndo>
  /** @throws ScvError `not_found` if the import is not being undone, and was not since the start */
  undoState$(id: string): Observable<ImportUndo>
  /** Cancels the import if it is at work and forgets it and its report. Unknown ids are forgotten already. */
  discard(importId: string): Promise<void>
  /** Discards all imports. */
  close(): Promise<void>
}

interface Job {
  id: string
  opened: OpenedFile
  report: Report
  doubles: Doubles
  state: BehaviorSubject<ImportState>
  cancelled: boolean
}

const atWork = ({ phase }: ImportState) => phase === 'planning' || phase === 'running'

/** Thrown inside a reader, so that a long stretch without a row can be left, too. */
class Stopped extends Error {}

/** Opens the import desk. */
export function createImportJobs(options: ImportJobsOptions): ImportJobs {
  const jobs = new Map<string, Job>()
  const undoing = createUndoing(options.onDefect)
  const newDoubles = () => createDoubles(options.findLike, options.onDefect)

  /** What the audit trail calls the import of a job; the id itself where there is no such job. */
  function undoIdOf(id: string): string {
    const job = jobs.get(id)
    if (!job) return id
    if (atWork(job.state.value)) throw new ScvError('import_busy', 'The import is still at work. Cancel it first.')
    const { undoId } = job.state.value
    if (undoId === undefined) throw new ScvError('not_found', 'This import wrote nothing that could be undone.')
    return undoId
  }

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
    const omissions = new Omissions()
    const started = options.now()
    let bytes = 0
    let lastEmit = started
    let asked = false
    const emit = (phase: ImportState['phase'], more: Partial<ImportState> = {}) => {
      lastEmit = options.now()
      const { error: _, undoId: _before, ...before } = job.state.value
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
      const drafts = batch.flatMap(({ draft }) => (draft ? withChosen(draft, dryRun ? undefined : job.doubles) : []))
      for (const { omitted } of batch) omissions.add(omitted)
      asked ||= drafts.length > 0
      const verdicts = drafts.length === 0 ? [] : await (dryRun ? session.plan(drafts) : session.apply(drafts))
      await report.add(countOutcomes(batch, verdicts, counts, preview, region.code))
      if (dryRun) addNewcomers(job.doubles, drafts, verdicts)
      batch.length = 0
      if (options.now() - lastEmit >= EMIT_MS) emit(busy)
      await nextTurn()
    }

    async function readAll(): Promise<void> {
      await report.discard()
      await report.add(aboutFile(opened).map((line) => ({ line })))
      const batch: JudgedRow[] = []
      let turn = performance.now()
      let failure: { error: unknown } | undefined
      const reading = rows((read) => {
        bytes = read
        if (job.cancelled) throw new Stopped()
      })
      try {
        while (!job.cancelled) {
          const next = await reading.next().catch((error: unknown) => {
            if (!(error instanceof Stopped)) failure = { error }
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
      await report.add(omissions.lines().map((line) => ({ line })))
      if (report.unlisted > 0) await report.add([{ line: moreLines(report.unlisted) }])
      if (failure) throw failure.error
    }

    emit(busy, { reportLines: 0 })
    let failed: unknown
    let undoId: string | undefined
    try {
      await readAll()
    } catch (error) {
      failed = error
    }
    try {
      // A dry run that never got as far as the engine has nothing to end.
      if (asked || !dryRun)
        undoId = (
          await session.end({
            fileName: opened.text.file.name,
            counts,
            cancelled: job.cancelled || failed !== undefined,
          })
        )?.importId
    } catch (error) {
      // The first failure is the one that stopped the rows; the second must not hide it, nor get lost.
      if (failed === undefined) failed = error
      else options.onDefect(error)
    }
    const undoable = undoId === undefined ? {} : { undoId }
    if (failed === undefined) {
      const phase = job.cancelled ? 'cancelled' : dryRun ? 'planned' : 'done'
      emit(phase, { ...(job.cancelled ? {} : { progress: 1 }), ...undoable })
      if (phase === 'planned') job.doubles.compare(region.code)
      return
    }
    const refusal = asRefusal(failed)
    if (refusal !== failed) options.onDefect(failed)
    const error = { code: refusal.code, message: failureMessage(refusal, dryRun, counts) }
    // The saved report must tell as well that the file was not read to its end. Not a row, so not counted.
    await report.add([{ line: { row: counts.rows + 1, kind: 'rejected', ...error } }]).catch(options.onDefect)
    emit('failed', { error, ...undoable })
  }

  async function start(
    importId: string,
    columns: readonly ColumnChoice[],
    chosen: ImportOptions,
    importer: ContactImporter,
    dryRun: boolean,
  ) {
    const job = jobOf(importId)
    if ([...jobs.values()].some(({ state }) => atWork(state.value)))
      throw new ScvError('import_busy', 'Another import is running. Wait for its end or cancel it first.')
    if (chosen.region !== undefined && !isRegion(chosen.region))
      throw new ScvError('invalid_input', `“${chosen.region}” is no region phone numbers are known for.`, {
        field: 'options.region',
      })
    const region: Region = { code: chosen.region ?? options.defaultRegion(), explicit: chosen.region !== undefined }
    const rows = rowSource(job.opened, columns, region)
    const session = importer.begin(chosen)
    job.cancelled = false
    job.doubles.end()
    if (dryRun) job.doubles = newDoubles()
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
    job.doubles.end()
    await settled(importId)
    jobs.delete(importId)
    job.state.complete()
    await job.report.discard()
  }

  return {
    async open(path, chosen) {
      const opened = await openFile(path, chosen)
      const id = randomUUID()
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
      jobs.set(id, { id, opened, report, doubles: newDoubles(), state, cancelled: false })
      return fileOf(id, opened)
    },
    plan: (importId, columns, chosen, importer) => start(importId, columns, chosen, importer, true),
    run: (importId, columns, chosen, importer) => start(importId, columns, chosen, importer, false),
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
    doubles$: (importId) => jobOf(importId).doubles.state$.asObservable(),
    choose: (importId, row, contactId) => jobOf(importId).doubles.choose(row, contactId),
    async saveReport(importId, path) {
      const { report, opened } = jobOf(importId)
      await report.save(
        path,
        opened.columns.map(({ header }) => header),
      )
    },
    undo: async (id, undo) => undoing.start(undoIdOf(id), undo),
    undoState$: (id) => undoing.state$(undoIdOf(id)),
    discard,
    async close() {
      await undoing.close()
      for (const importId of [...jobs.keys()]) await discard(importId)
    },
  }
}

/** What opening a file told. */
function fileOf(importId: string, { text, format, dialect, columns }: OpenedFile): ImportFile {
  const { file, encoding, confidence, others, sample } = text
  return {
    importId,
    fileName: file.name,
    bytes: file.size,
    format,
    encoding,
    encodingConfidence: confidence,
    encodings: sample === undefined ? [] : [{ encoding, sample }, ...others],
    linesBefore: dialect?.before?.length ?? 0,
    ...(dialect ? { separator: dialect.separator } : {}),
    columns,
    targets: [...TARGETS],
  }
}

/** A row with the person that an agent took it for. */
function withChosen(draft: ImportDraft, doubles: Doubles | undefined): ImportDraft {
  const means = doubles?.chosenFor(draft.row)
  return means === undefined ? draft : { ...draft, means }
}

function addNewcomers(doubles: Doubles, drafts: readonly ImportDraft[], verdicts: readonly RowVerdict[]): void {
  for (const [at, { verdict, displayName }] of verdicts.entries()) {
    const draft = drafts[at]
    if (draft && verdict === 'create') doubles.add(draft, displayName)
  }
}

/** What is to be told of the file before its first row. */
function aboutFile({ text, dialect }: OpenedFile): ImportReportLine[] {
  const lines: ImportReportLine[] = []
  const line = (code: ImportReportLine['code'], message: string) => lines.push({ row: 0, kind: 'info', code, message })
  if (isUnsure(text))
    line(
      'uncertain_encoding',
      text.oddLines
        ? `The file is UTF-8, but some of its lines are not; those were read as ${LEGACY[text.oddLines]}. Look whether names are spelt right, or choose another encoding.`
        : `The text encoding was guessed as ${text.encoding} (${Math.round(text.confidence * 100)} % sure). Look whether names are spelt right, or choose another encoding.`,
    )
  if (dialect?.headless)
    line(
      'no_header',
      'The file has no header: its first row is a person. Look whether each column goes where it belongs.',
    )
  if (dialect?.before) {
    const { length } = dialect.before
    const texts = dialect.before.map((text) => `“${text.slice(0, MAX_ABOVE_SHOWN)}”`).join(', ')
    const many = length === 1 ? 'One line above the header was' : `${length} lines above the header were`
    line('before_header', `${many} passed over: ${texts}.`)
  }
  return lines
}

const moreLines = (count: number): ImportReportLine => ({
  row: 0,
  kind: 'info',
  code: 'more_lines',
  message: `The report is full: ${count.toLocaleString('en')} further lines were counted, not listed.`,
})
