// The export part of the contract: a place from the system's dialog, and the job that fills it.
import type { ExportKind, exportContract } from '@shared/contract/exporting'
import type { Handlers } from '@shared/ipc/contract'
import { requireExport } from '../application/export-jobs'
import type { HandlerContext } from './context'

const NAMES: Readonly<Record<ExportKind, { base: string; extension: 'csv' | 'jsonl' }>> = {
  people: { base: 'contacts', extension: 'csv' },
  audit: { base: 'audit-trail', extension: 'csv' },
  everything: { base: 'single-customer-view', extension: 'jsonl' },
}

export function exportHandlers({
  exports,
  caller,
  dialogs,
  now,
}: Pick<HandlerContext, 'exports' | 'caller' | 'dialogs' | 'now'>): Handlers<typeof exportContract> {
  return {
    'export.save': async ({ kind }) => {
      requireExport(caller, kind)
      const { base, extension } = NAMES[kind]
      const day = new Date(now()).toISOString().slice(0, 10)
      const path = await dialogs.chooseExportFile(`${base}-${day}.${extension}`, extension)
      if (path === undefined) return null
      return { path, ...(await exports.save(kind, path)) }
    },
    'export.state': () => exports.state$,
    'export.cancel': () => {
      exports.cancel()
      return {}
    },
  }
}
