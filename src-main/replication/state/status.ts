// The state of sync in one picture, from what the parts know. Pure.
import type { SyncState, SyncStatus } from '@shared/contract/sync'
import { KINDS, type Kind } from '../../engine/documents/kinds'
import type { Secrets } from './secrets'
import type { SyncFile } from './sync-file'

/** What travelled since the application started, and when last. */
export interface Traffic {
  sent: Map<Kind, number>
  received: Map<Kind, number>
  last: Map<Kind, number>
}

export function statusOf(parts: {
  file: SyncFile
  secrets: Pick<Secrets, 'kept'>
  state: SyncState
  message: string | undefined
  nextAttempt: number | undefined
  traffic: Traffic
  /** Changes of the server that have not been read yet, over all kinds. */
  pendingDown: number | null
  unsent: ReadonlyMap<Kind, number>
}): SyncStatus {
  const { file, secrets, state, message, nextAttempt, traffic, pendingDown, unsent } = parts
  const { server, user, signedOut, firstSync, lastExchange, clockOffset } = file.state
  const refused = file.setAside.counts('refused')
  const unreadable = file.setAside.counts('unreadable')
  return {
    state,
    ...(message === undefined ? {} : { message }),
    server: server && { url: server.url, org: server.org },
    user: user && { name: user.name, roles: user.roles },
    signedOut,
    passwordKept: secrets.kept,
    collections: KINDS.map((kind) => {
      const last = traffic.last.get(kind)
      return {
        kind,
        pendingUp: unsent.get(kind) ?? 0,
        // One feed serves all kinds: how many of what is left are of this kind, only the end of it tells.
        pendingDown: pendingDown === 0 ? 0 : null,
        sent: traffic.sent.get(kind) ?? 0,
        received: traffic.received.get(kind) ?? 0,
        lastExchange: last === undefined ? null : new Date(last).toISOString(),
        refused: refused.get(kind) ?? 0,
        unreadable: unreadable.get(kind) ?? 0,
      }
    }),
    firstSync,
    lastExchange,
    nextAttempt: nextAttempt === undefined ? null : new Date(nextAttempt).toISOString(),
    clockOffset,
  }
}
