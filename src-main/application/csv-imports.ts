// Imports as the reference runs them, step by step: a file is announced and sent, a job tries it with settings that were made
// before, waits to be told to go on, and imports. All over the import desk.
// Invariant: nothing is imported before it was tried and the caller said so; a file is gone once it is forgotten.
import { ScvError } from '@shared/errors'
import type { ExternalSource } from '@shared/model/external-source'
import type { ImportCounts, ImportFile, ImportState } from '@shared/model/import'
import type { CsvMapping } from '@shared/model/import-settings'
import { firstValueFrom } from 'rxjs'
import type { Caller } from './caller'
import { checkCsvMapping, type ImportRecipe, readRecipe } from './import-recipe'
import type { ImportDesk, TempFilesPort } from './ports'
import { createUploads, type Upload, type Uploads } from './uploads'

/** Jobs that can be asked for; older ones are forgotten. */
const KEPT = 20
const PREVIEW_ROWS = 10

interface Job {
  /** Of its import at the desk. */
  id: string
  fileName: string
  settingsId: string
  recipe: ImportRecipe
  createdAt: string
  dry?: ImportCounts
  /** Called off while it waited. */
  isCalledOff: boolean
}

type JobStatus = 'Created' | 'Running' | 'Completed' | 'Failed' | 'Cancelled'
export interface CsvJob {
  id: string
  status: JobStatus
  statusDetails?: string
  step?: 'Validating' | 'Validated' | 'Importing'
  fileName: string
  settingsId: string
  createdAt: string
  /** Of the trial, once it ended. */
  dry?: ImportCounts
  /** Of the import, while and after it works. */
  real?: ImportCounts
}

/** What is right and wrong with a file. */
export interface CsvUploadDetails {
  id: string
  fileName: string
  file?: ImportFile
  fault?: { code: string; message: string }
}

export interface CsvImports extends Pick<Uploads, 'announce' | 'receive' | 'close'> {
  for(caller: Caller): CsvImportsOf
}

/** For one caller. */
interface CsvImportsOf {
  /** @throws ScvError `invalid_input` for a mapping that no import could follow */
  checkMapping(entries: CsvMapping['entries']): Promise<void>
  /** @throws ScvError `not_found`, `forbidden` */
  details(uploadId: string): Promise<CsvUploadDetails>
  preview(uploadId: string): Promise<{ headers: string[]; rows: string[][] }>
  /** Begins a job with its trial. @returns its id @throws ScvError `not_found`, `import_busy`, `invalid_input`, those of opening */
  begin(uploadId: string, mappingId: string): Promise<string>
  /** The oldest first. */
  jobs(): Promise<CsvJob[]>
  job(id: string): Promise<CsvJob>
  /** @throws ScvError `not_found`, `conflict` where its state has no such way on */
  move(id: string, to: 'Continue' | 'Cancel' | 'Retry'): Promise<CsvJob>
}

const STATUS: Readonly<Record<ImportState['phase'], Pick<CsvJob, 'status' | 'step'>>> = {
  opened: { status: 'Created' },
  planning: { status: 'Running', step: 'Validating' },
  planned: { status: 'Running', step: 'Validated' },
  running: { status: 'Running', step: 'Importing' },
  done: { status: 'Completed', step: 'Importing' },
  failed: { status: 'Failed' },
  cancelled: { status: 'Cancelled' },
}

/**
 * @param options `folder`: for files on their way in; `deskFor`: the import desk of a caller; `sources`: what record ids are of
 */
export function createCsvImports(options: {
  folder: string
  tempFiles: TempFilesPort
  now: () => number
  deskFor: (caller: Caller) => ImportDesk
  sources: () => Promise<ExternalSource[]>
}): CsvImports {
  const uploads = createUploads(options.folder, options.tempFiles, options.now)
  const jobs = new Map<string, Job>()

  return { ...uploads, for: importsOf }

  function importsOf(caller: Caller): CsvImportsOf {
    const desk = options.deskFor(caller)

    /** What is seen of a file, looked at once. */
    function look(upload: Upload): Promise<ImportFile> {
      upload.looked ??= desk.open(upload.path)
      return upload.looked
    }

    function jobOf(id: string): Job {
      const job = jobs.get(id)
      if (!job) throw new ScvError('not_found', 'There is no import job with this id.', { field: 'jobId' })
      return job
    }

    async function view(job: Job): Promise<CsvJob> {
      const { phase, counts, dryRun, error } = await firstValueFrom(desk.state$(job.id))
      if (phase === 'planned') job.dry = counts
      const { id, fileName, settingsId, createdAt, dry, isCalledOff } = job
      return {
        ...{ id, fileName, settingsId, createdAt },
        ...(isCalledOff ? { status: 'Cancelled' as const } : STATUS[phase]),
        ...(error ? { statusDetails: error.message } : {}),
        ...(dry ? { dry } : {}),
        ...(dryRun ? {} : { real: counts }),
      }
    }

    /** Jobs whose time is over. */
    async function pruneJobs(): Promise<void> {
      for (const job of [...jobs.values()].slice(0, Math.max(0, jobs.size - KEPT))) {
        if ((await view(job)).status === 'Running') continue
        jobs.delete(job.id)
        await desk.discard(job.id)
      }
    }

    async function waysOn(
      job: Job,
    ): Promise<Partial<Record<'Continue' | 'Cancel' | 'Retry', () => Promise<void> | void>>> {
      const { status, step } = await view(job)
      const { columns, options: chosen } = job.recipe
      if (status === 'Failed') return { Retry: () => desk.plan(job.id, columns, chosen) }
      if (status !== 'Running') return {}
      if (step !== 'Validated') return { Cancel: () => desk.cancel(job.id) }
      return {
        Continue: () => desk.run(job.id, columns, chosen),
        Cancel: () => {
          job.isCalledOff = true
        },
      }
    }

    return {
      async checkMapping(entries) {
        checkCsvMapping(entries, new Set((await desk.targets()).map(({ target }) => target)))
      },

      async details(uploadId) {
        const upload = uploads.fileOf(uploadId)
        const { id, fileName } = upload
        try {
          return { id, fileName, file: await look(upload) }
        } catch (error) {
          if (!(error instanceof ScvError) || error.code === 'forbidden') throw error
          return { id, fileName, fault: { code: error.code, message: error.message } }
        }
      },

      async preview(uploadId) {
        const file = await look(uploads.fileOf(uploadId))
        return {
          headers: file.columns.map(({ header }) => header),
          rows: await desk.firstRows(file.importId, PREVIEW_ROWS),
        }
      },

      async begin(uploadId, mappingId) {
        const upload = uploads.fileOf(uploadId)
        const recipe = await readRecipe(caller.queries, options.sources, mappingId)
        const file = await desk.open(upload.path)
        try {
          const worked = recipe(file)
          await desk.plan(file.importId, worked.columns, worked.options)
          jobs.set(file.importId, {
            id: file.importId,
            fileName: upload.fileName,
            settingsId: mappingId,
            recipe: worked,
            createdAt: new Date(options.now()).toISOString(),
            isCalledOff: false,
          })
        } catch (error) {
          await desk.discard(file.importId)
          throw error
        }
        await pruneJobs()
        return file.importId
      },

      jobs: () => Promise.all([...jobs.values()].map(view)),
      job: async (id) => view(jobOf(id)),

      async move(id, to) {
        const job = jobOf(id)
        const way = (await waysOn(job))[to]
        if (!way) {
          const { status, step } = await view(job)
          throw new ScvError('conflict', `A job that is ${step ?? status} cannot ${to.toLowerCase()}.`, {
            field: 'status',
          })
        }
        await way()
        return view(job)
      },
    }
  }
}
