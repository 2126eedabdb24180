// One import desk in a folder of its own, and the few steps every test takes with it.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ErrorBody } from '@shared/errors'
import { ScvError } from '@shared/errors'
import type { ContactSchemaVersion } from '@shared/model/contact-schema'
import type { ImportFile, ImportOptions, ImportReportLine, ImportState } from '@shared/model/import'
import { onTestFinished } from 'vitest'
import type { ImportDesk } from '../../../src-main/application/ports'
import type { ContactImporter, UndoImport } from '../../../src-main/engine/import-port'
import { createImportJobs } from '../../../src-main/import'
import type { FindLike } from '../../../src-main/import/desk/doubles'
import { MemoryPeople } from './people'

export const FIXTURES = join(import.meta.dirname, '../../fixtures/import')
export const FILL: ImportOptions = { onMatch: 'fill' }

/** A folder that is gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'scv-import-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

const noUndo: UndoImport = () => Promise.reject(new ScvError('not_found', 'There is no import with this id.'))

const likeNone: FindLike = async () => []

export function openDesk(
  importer: ContactImporter = new MemoryPeople(),
  undo: UndoImport = noUndo,
  findLike: FindLike = likeNone,
  schemas: () => Promise<ContactSchemaVersion[][]> = async () => [],
) {
  const dir = folder()
  const defects: unknown[] = []
  const all = createImportJobs({
    tempDir: dir,
    now: () => performance.timeOrigin + performance.now(),
    defaultRegion: () => 'AU',
    findLike,
    contactSchemas: schemas,
    onDefect: (error) => defects.push(error),
  })
  /** For one caller. */
  const jobs: Omit<ImportDesk, 'doubles$'> & Pick<typeof all, 'doubles$' | 'settled' | 'close'> = {
    ...all,
    plan: (importId, columns, options) => all.plan(importId, columns, options, importer),
    run: (importId, columns, options) => all.run(importId, columns, options, importer),
    undo: (id) => all.undo(id, undo),
  }
  onTestFinished(async () => {
    await jobs.close()
    if (defects.length > 0) throw new AggregateError(defects, 'The import hit defects')
  })
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(dir, name)
    writeFileSync(path, content)
    return path
  }
  const go = async (file: ImportFile, how: 'plan' | 'run', options: ImportOptions = FILL): Promise<ImportState> => {
    await jobs[how](file.importId, file.columns, options)
    return jobs.settled(file.importId)
  }
  const lines = async (file: ImportFile): Promise<ImportReportLine[]> =>
    (await jobs.report(file.importId, { offset: 0, limit: 500 })).lines
  return { jobs, dir, defects, write, go, lines }
}

/** The refusal a promise ends in, as it travels. */
export async function refusal(work: Promise<unknown>): Promise<ErrorBody> {
  try {
    await work
  } catch (error) {
    if (error instanceof ScvError) return error.toJSON()
    throw error
  }
  throw new Error('It was not refused')
}
