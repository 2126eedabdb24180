// What the server would not have since a wrong clock stamped it, though this device counted it as sent: a process may have ended
// between a request and its answer. Known to be refused it may be corrected, which is done when the server is met anew.
// Invariant: each document is a reason for that once; refused again after that, it is for another reason.
import type { Stamp } from '@shared/model/ids'
import type { AnyDocument, Kind } from '../../engine/documents/kinds'
import { STAMP_TOLERANCE_MS, stampMs } from '../../engine/documents/stamp'
import type { SyncFile } from '../state/sync-file'
import { visitStamps } from './adoption'

/** Certainly no noise of clocks; what lies as far ahead as a server lets it lie is among it. */
const LATE_MS = STAMP_TOLERANCE_MS / 2
/** Other refusals follow at once: they are awaited. */
const SILENCE_MS = 2000

export interface LateRefusals {
  /** The server would not have a document. */
  note(kind: Kind, document: AnyDocument): void
  /** Whether the server is to be met anew. */
  readonly isDue: boolean
}

/** To be made once the stamps of this device were corrected. @param offset server clock minus ours, ms; undefined: not known */
export function createLateRefusals(options: {
  file: Pick<SyncFile, 'setAside'>
  /** Whether this device took a stamp. */
  isOwn(stamp: Stamp): boolean
  now(): number
  offset(): number | undefined
}): LateRefusals {
  const { file, isOwn, now, offset } = options
  const keyOf = (kind: Kind, id: string) => `${kind}:${id}`
  const known = new Set(file.setAside.keys().map(({ collection, documentId }) => keyOf(collection, documentId)))
  let notedAt: number | undefined
  return {
    note(kind, document) {
      const serverOffset = offset()
      if (serverOffset === undefined || known.has(keyOf(kind, document.id))) return
      const limit = now() + serverOffset + LATE_MS
      visitStamps(kind, document as never, (stamp) => {
        if (stampMs(stamp) > limit && isOwn(stamp)) notedAt = now()
      })
    },
    get isDue() {
      return notedAt !== undefined && Math.abs(now() - notedAt) > SILENCE_MS
    },
  }
}
