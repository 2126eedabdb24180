// The import part of the contract: the desk's jobs, and the system's file dialogs.
import type { importContract } from '@shared/contract/importing'
import type { Handlers } from '@shared/ipc/contract'
import type { ImportJobs } from '../import'
import type { FileDialogs } from '../window/dialogs'

export function importHandlers(jobs: ImportJobs, dialogs: FileDialogs): Handlers<typeof importContract> {
  return {
    'import.choose': async () => {
      const path = await dialogs.chooseImportFile()
      return path === undefined ? null : { path }
    },
    'import.open': ({ path }) => jobs.open(path),
    'import.plan': async ({ importId, columns, options }) => {
      await jobs.plan(importId, columns, options)
      return {}
    },
    'import.run': async ({ importId, columns, options }) => {
      await jobs.run(importId, columns, options)
      return {}
    },
    'import.cancel': ({ importId }) => {
      jobs.cancel(importId)
      return {}
    },
    'import.discard': async ({ importId }) => {
      await jobs.discard(importId)
      return {}
    },
    'import.state': ({ importId }) => jobs.state$(importId),
    'import.report': ({ importId, offset, limit }) => jobs.report(importId, { offset, limit }),
    'import.saveReport': async ({ importId }) => {
      const path = await dialogs.chooseReportFile('import-report.csv')
      if (path === undefined) return null
      await jobs.saveReport(importId, path)
      return { path }
    },
  }
}
