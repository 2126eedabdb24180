// The import part of the contract: the desk's jobs, and the system's file dialogs.
import type { importContract } from '@shared/contract/importing'
import type { Handlers } from '@shared/ipc/contract'
import type { HandlerContext } from './context'

export function importHandlers({
  imports,
  dialogs,
  chosenFiles,
}: Pick<HandlerContext, 'imports' | 'dialogs' | 'chosenFiles'>): Handlers<typeof importContract> {
  return {
    'import.choose': async () => {
      const path = await dialogs.chooseImportFile()
      return path === undefined ? null : { handle: chosenFiles.offer(path) }
    },
    'import.open': ({ handle, encoding }) => imports.open(chosenFiles.pathOf(handle), encoding),
    'import.plan': async ({ importId, columns, options }) => {
      await imports.plan(importId, columns, options)
      return {}
    },
    'import.run': async ({ importId, columns, options }) => {
      await imports.run(importId, columns, options)
      return {}
    },
    'import.cancel': ({ importId }) => {
      imports.cancel(importId)
      return {}
    },
    'import.discard': async ({ importId }) => {
      await imports.discard(importId)
      return {}
    },
    'import.state': ({ importId }) => imports.state$(importId),
    'import.report': ({ importId, offset, limit }) => imports.report(importId, { offset, limit }),
    'import.doubles': ({ importId }) => imports.doubles$(importId),
    'import.choosePerson': ({ importId, row, contactId }) => {
      imports.choose(importId, row, contactId)
      return {}
    },
    'import.undo': ({ id }) => imports.undo(id),
    'import.undoState': ({ id }) => imports.undoState$(id),
    'import.saveReport': async ({ importId }) => {
      const path = await dialogs.chooseReportFile('import-report.csv')
      if (path === undefined) return null
      await imports.saveReport(importId, path)
      return { path }
    },
  }
}
