// Documents that stand on the server in several branches, waiting to be brought together in the background. Every device of
// the organisation hears of a branch at once: each waits a random time and looks again, so that few are there first.
// Invariant: nothing of it stands in the way of what comes and goes; what waits is in the sync file before the position in the
// feed passes it, and goes once it was looked at, on a server of several copies twice where no branch is seen: but what the
// server would not have of this user is tried again.
import { setTimeout as delay } from 'node:timers/promises'
import type { Kind } from '../../engine/documents/kinds'
import { tendBranches } from '../couch/branches'
import { LagError, type Remote, RemoteError } from '../couch/remote'
import type { SessionUser } from '../couch/session'
import type { DocumentList } from '../state/sync-file'

const PACE = {
  waitMs: 300,
  spreadMs: 3000,
  /** Of several copies one may be behind for some seconds, and show no branch where there is one. */
  behindMs: 10_000,
}
/** Documents that wait in memory; the others come with the next connection. */
const WAITING_MAX = 10_000
/** What was refused is tried again after so long, and with every connection. */
const AGAIN_MS = 600_000

export interface Tending {
  /** A document stands in several branches. */
  add(kind: Kind, id: string): void
  /** To be called now and then: tries again what was refused. */
  look(): void
  /** Settled when nothing of it is at work; after the end. */
  readonly done: Promise<void>
}

interface Waiting {
  kind: Kind
  id: string
  /** It was looked at, and no branch was seen: once more, not before this moment, ms. */
  from?: number
}

/** @param fail a server that cannot be used ends the connection */
export function tendingOf(options: {
  remote: Pick<Remote, 'read' | 'readRevision' | 'write' | 'copies'>
  branched: DocumentList
  user: SessionUser
  signal: AbortSignal
  now(): number
  fail(error: unknown): void
  pace?: typeof PACE
}): Tending {
  const { remote, branched, user, signal, now, fail, pace = PACE } = options
  const waiting = new Map<string, Waiting>()
  let done = Promise.resolve()
  let running = false
  let loadedAt = Number.NEGATIVE_INFINITY

  async function tend(key: string, { kind, id, from }: Waiting): Promise<void> {
    try {
      const mayRemove = user.roles.includes('admin')
      const { left, refused } = await tendBranches(remote, kind, id, { user: user.name, mayRemove })
      if (refused || waiting.has(key)) return
      const isDoubtful = left === 0 && from === undefined && (remote.copies ?? 1) > 1
      if (isDoubtful) waiting.set(key, { kind, id, from: now() + pace.behindMs })
      else branched.remove(kind, id)
    } catch (error) {
      if (!(error instanceof LagError)) throw error
      waiting.set(key, { kind, id })
    }
  }

  async function work(): Promise<void> {
    while (waiting.size > 0 && !signal.aborted) {
      await delay(pace.waitMs + Math.random() * pace.spreadMs, undefined, { signal, ref: false }).catch(() => undefined)
      // What gathered meanwhile goes in one turn.
      for (const [key, one] of [...waiting]) {
        if (signal.aborted) return
        if (one.from !== undefined && now() < one.from) continue
        waiting.delete(key)
        await tend(key, one)
      }
    }
  }

  function begin(): void {
    if (running) return
    running = true
    done = work()
      .catch((error: unknown) => {
        if (!(signal.aborted && error instanceof RemoteError)) fail(error)
      })
      .finally(() => {
        running = false
      })
  }

  return {
    add(kind, id) {
      branched.put(kind, id)
      if (waiting.size < WAITING_MAX) waiting.set(`${kind}:${id}`, { kind, id })
      begin()
    },
    look() {
      if (running || Math.abs(now() - loadedAt) < AGAIN_MS) return
      loadedAt = now()
      for (const { collection, documentId } of branched.list(WAITING_MAX))
        waiting.set(`${collection}:${documentId}`, { kind: collection, id: documentId })
      if (waiting.size > 0) begin()
    },
    get done() {
      return done
    },
  }
}
