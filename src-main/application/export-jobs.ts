// The export desk for a caller. Invariant: who may not read what an export holds is refused before a place is asked for.
import type { ExportKind } from '@shared/contract/exporting'
import { requireQuery } from '../engine/queries/permitted'
import type { Caller } from './caller'

/** @throws ScvError `forbidden` */
export function requireExport({ actor }: Pick<Caller, 'actor'>, kind: ExportKind): void {
  requireQuery(actor(), kind === 'people' ? 'curatedPages' : 'documentPages')
}
