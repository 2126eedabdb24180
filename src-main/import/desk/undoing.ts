// Imports being undone: each once at a time, followed live, however often it is asked for.
// Invariant: what stopped one is told to the next caller; asking again goes on where it stopped.
import { setTimeout as wait } from 'node:timers/promises'
import { ScvError } from '@shared/errors'
import type { ImportUndo } from '@shared/model/import'
import { BehaviorSubject, type Observable } from 'rxjs'
import type { UndoImport } from '../../engine/import-port'

/** Long enough for all but large imports to be done when the answer goes out. */
const ANSWER_MS = 2000
/** Undone imports whose outcome can still be asked for. */
const REMEMBERED = 50

interface Running {
  state: BehaviorSubject<ImportUndo>
  end: Promise<ImportUndo>
}

export interface Undoing {
  start(importId: string, undo: UndoImport): Promise<ImportUndo>
  state$(importId: string): Observable<ImportUndo>
  close(): Promise<void>
}

const nothing = (importId: string): ImportUndo => ({
  importId,
  done: false,
  progress: 0,
  deleted: 0,
  restored: 0,
  keptTotal: 0,
  kept: [],
})

export function createUndoing(onDefect: (error: unknown) => void): Undoing {
  const all = new Map<string, Running>()
  let closing = false

  function run(importId: string, undo: UndoImport): Running {
    const state = new BehaviorSubject<ImportUndo>(nothing(importId))
    const end = undo(importId, (progress) => {
      state.next(progress)
      if (closing) throw new ScvError('cancelled', 'The application was closed; what is taken back so far stays so.')
    }).then(
      (done) => {
        state.next(done)
        return done
      },
      (error: unknown) => {
        const refusal =
          error instanceof ScvError
            ? error
            : new ScvError('internal', 'Something unexpected went wrong; the log has more.')
        if (refusal !== error) onDefect(error)
        state.next({ ...state.value, error: { code: refusal.code, message: refusal.message } })
        throw refusal
      },
    )
    end.catch(() => undefined) // told to the waiting caller, and kept in the state
    const running = { state, end }
    all.set(importId, running)
    for (const [old, { state: past }] of all)
      if (all.size > REMEMBERED && (past.value.done || past.value.error)) all.delete(old)
    return running
  }

  return {
    async start(importId, undo) {
      const before = all.get(importId)
      const running = before && !before.state.value.error ? before : run(importId, undo)
      const timer = new AbortController()
      const moment = wait(ANSWER_MS, undefined, { signal: timer.signal }).catch(() => undefined)
      try {
        return (await Promise.race([running.end, moment])) ?? running.state.value
      } finally {
        timer.abort()
      }
    },
    state$(importId) {
      const running = all.get(importId)
      if (!running) throw new ScvError('not_found', 'This import is not being undone.')
      return running.state.asObservable()
    },
    async close() {
      closing = true
      await Promise.allSettled([...all.values()].map(({ end }) => end))
    },
  }
}
