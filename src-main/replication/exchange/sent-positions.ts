// How far each kind was sent, kept now and then: it only serves to count what was not, while there is no connection.
// Invariant: nothing is kept of a generation that is over.
import { KINDS, type Kind } from '../../engine/documents/kinds'
import type { SyncFile } from '../state/sync-file'
import type { SentUpTo } from './rxdb-inside'

const KEEP_MS = 2000

/** @returns keeps them: `now` at once, else once they are old */
export function createSentPositions(
  file: SyncFile,
  now: () => number,
  sentUpTo: (kind: Kind) => SentUpTo | undefined,
): (when?: 'now') => void {
  const { epoch } = file.state
  let kept = now()
  return (when) => {
    if (when !== 'now' && now() - kept <= KEEP_MS) return
    kept = now()
    if (file.state.epoch !== epoch) return
    const positions = Object.fromEntries(
      KINDS.flatMap((kind) => {
        const upTo = sentUpTo(kind) ?? file.state.sentUpTo[kind]
        return upTo ? [[kind, { id: upTo.id, lwt: upTo.lwt }]] : []
      }),
    )
    if (JSON.stringify(positions) !== JSON.stringify(file.state.sentUpTo)) file.save({ sentUpTo: positions })
  }
}
