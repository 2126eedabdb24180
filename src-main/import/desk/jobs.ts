// The import desk: files opened, tried, run, cancelled, reported. The engine decides and writes; this reads and counts.
// Invariant: a row is in the database whole, or in the report, or after the place where the import stopped; one import
// works at a time.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { ScvError } from '@shared/errors'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import type { ContactId } from '@shared/model/ids'
import type { ImportFile, ImportOptions, ImportReportLine, ImportState, ImportUndo } from '@shared/model/import'
import { isRegion } from '@shared/model/phone'
import { BehaviorSubject, filter, firstValueFrom, type Observable } from 'rxjs'
import type { ContactImporter, UndoImport } from '../../engine/import-port'
import { TARGETS } from '../columns/targets'
import { schemasInUse, typedTargets } from '../columns/typed-fields'
import type { ColumnChoice } from '../people/mapping'
import type { Region } from '../people/person'
import { createDoubles, type FindLike, type FoundDoubles } from './doubles'
import { type OpenedFile, openFile } from './open'
import { noCounts } from './progress'
import { createReport } from './report'
import { firstRows, rowSource } from './rows'
import { createUndoing } from './undoing'
import { isAtWork, type Job, work } from './work'

export interface ImportJobsOptions {
  /** Where reports live while their import is open. */
  tempDir: string
  /** Milliseconds since 1970. */
  now: () => number
  /** ISO 3166 alpha-2: the organisation's default region, in which national phone numbers are read. */
  defaultRegion: () => string
  /** Who in the book is likely a person of a file. */
  findLike: FindLike
  /** The schemas by which the organisation types custom fields, each in its versions. */
  contactSchemas: () => Promise<ContactSchemaVersion[][]>
  /** Told of errors that are no refusals, which people see only as “something unexpected”. */
  onDefect: (error: unknown) => void
}

export interface ImportJobs {
  /** All that a column can go to. */
  targets(): Promise<ImportFile['targets']>
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
  /** The first rows of a table under its header, as they stand; none of cards. */
  firstRows(importId: string, limit: number): Promise<string[][]>
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

/** Opens the import desk. */
export function createImportJobs(options: ImportJobsOptions): ImportJobs {
  const jobs = new Map<string, Job>()
  const undoing = createUndoing(options.onDefect)
  const newDoubles = () => createDoubles(options.findLike, options.onDefect)

  /** What the audit trail calls the import of a job; the id itself where there is no such job. */
  function undoIdOf(id: string): string {
    const job = jobs.get(id)
    if (!job) return id
    if (isAtWork(job.state.value)) throw new ScvError('import_busy', 'The import is still at work. Cancel it first.')
    const { undoId } = job.state.value
    if (undoId === undefined) throw new ScvError('not_found', 'This import wrote nothing that could be undone.')
    return undoId
  }

  function jobOf(importId: string): Job {
    const job = jobs.get(importId)
    if (!job) throw new ScvError('not_found', 'This import is not open any more. Open the file again.')
    return job
  }

  async function start(
    importId: string,
    columns: readonly ColumnChoice[],
    chosen: ImportOptions,
    importer: ContactImporter,
    dryRun: boolean,
  ) {
    const job = jobOf(importId)
    if ([...jobs.values()].some(({ state }) => isAtWork(state.value)))
      throw new ScvError('import_busy', 'Another import is running. Wait for its end or cancel it first.')
    if (chosen.region !== undefined && !isRegion(chosen.region))
      throw new ScvError('invalid_input', `“${chosen.region}” is no region phone numbers are known for.`, {
        field: 'options.region',
      })
    const region: Region = { code: chosen.region ?? options.defaultRegion(), explicit: chosen.region !== undefined }
    const rows = rowSource(job.opened, columns, region, chosen.source)
    const session = importer.begin(chosen)
    job.cancelled = false
    job.doubles.end()
    if (dryRun) job.doubles = newDoubles()
    // Runs up to its first state without a pause, so no second import can slip in before this one is seen at work.
    void work(job, { rows, session, dryRun, region }, options)
  }

  async function settled(importId: string): Promise<ImportState> {
    return firstValueFrom(jobOf(importId).state.pipe(filter((state) => !isAtWork(state))))
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
    targets: async () => targetsWith(schemasInUse(await options.contactSchemas())),

    async open(path, chosen) {
      const opened = await openFile(path, schemasInUse(await options.contactSchemas()), chosen)
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
      if (isAtWork(job.state.value)) job.cancelled = true
    },
    firstRows: async (importId, limit) => firstRows(jobOf(importId).opened, limit),
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
const targetsWith = (schemas: readonly ContactSchemaVersion[]) => [...TARGETS, ...typedTargets(schemas)]

function fileOf(importId: string, { text, format, dialect, columns, schemas }: OpenedFile): ImportFile {
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
    targets: targetsWith(schemas),
  }
}
