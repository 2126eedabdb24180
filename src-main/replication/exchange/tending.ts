// Documents that stand on the server in several branches, waiting to be brought together in the background. Every device of
// the organisation hears of a branch at once: each waits a random time and looks again, so that few are there first.
// Invariant: nothing of it stands in the way of what comes and goes; a branch that this user may not bring home is left alone
// until the document changes again.
import { setTimeout as delay } from 'node:timers/promises'
import type { Kind } from '../../engine/documents/kinds'
import { tendBranches } from '../couch/branches'
import { LagError, type Remote, RemoteError } from '../couch/remote'
import type { SessionUser } from '../couch/session'

const WAIT_MS = 300
const SPREAD_MS = 3000
/** Documents that wait; more come again with the next connection or change. */
const WAITING_MAX = 10_000

export interface Tending {
  /** A document stands in several branches. */
  add(kind: Kind, id: string): void
  /** Settled when nothing of it is at work; after the end. */
  readonly done: Promise<void>
}

/** @param fail a server that cannot be used ends the connection */
export function tendingOf(options: {
  remote: Pick<Remote, 'read' | 'readRevision' | 'write'>
  user: SessionUser
  signal: AbortSignal
  fail(error: unknown): void
}): Tending {
  const { remote, user, signal, fail } = options
  const waiting = new Map<string, { kind: Kind; id: string }>()
  let done = Promise.resolve()
  let running = false

  async function work(): Promise<void> {
    while (waiting.size > 0 && !signal.aborted) {
      await delay(WAIT_MS + Math.random() * SPREAD_MS, undefined, { signal, ref: false }).catch(() => undefined)
      // What gathered meanwhile goes in one turn.
      for (const [key, { kind, id }] of [...waiting]) {
        if (signal.aborted) return
        waiting.delete(key)
        await tendBranches(remote, kind, id, { user: user.name, mayRemove: user.roles.includes('admin') }).catch(
          (error: unknown) => {
            if (!(error instanceof LagError)) throw error
            waiting.set(key, { kind, id })
          },
        )
      }
    }
  }

  return {
    add(kind, id) {
      if (waiting.size < WAITING_MAX) waiting.set(`${kind}:${id}`, { kind, id })
      if (running) return
      running = true
      done = work()
        .catch((error: unknown) => {
          if (!(signal.aborted && error instanceof RemoteError)) fail(error)
        })
        .finally(() => {
          running = false
        })
    },
    get done() {
      return done
    },
  }
}
