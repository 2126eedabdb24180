// The export desk for a caller. Invariant: who may not read what an export holds is refused before a place is asked for.
import type { ExportKind } from '@shared/contract/exporting'
import { requireQuery } from '../engine/queries/permitted'
import type { Caller } from './caller'

const NEEDED_QUERY = {
  people: 'curatedPages',
  audit: 'auditTrail',
  everything: 'documentPages',
} as const satisfies Record<ExportKind, string>

/** @throws ScvError `forbidden` */
export function requireExport({ actor }: Pick<Caller, 'actor'>, kind: ExportKind): void {
  requireQuery(actor(), NEEDED_QUERY[kind])
}
