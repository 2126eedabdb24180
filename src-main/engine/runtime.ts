// How a command runs: one after the other, decided on settled views, committed whole, visible before it returns.
// Invariant: two commands never interleave; a command that lost a race against replication decides again from the start.
import { ScvError } from '@shared/errors'
import type { Clock, Stamp } from './documents/stamp'
import type { Actor } from './permissions'
import type { DocumentStore, Views } from './ports'
import { Work } from './work'

export interface EngineSettings {
  /** ISO 3166 alpha-2. */
  defaultRegion: string
  retentionDays: number
}

export interface Runtime {
  readonly store: DocumentStore
  readonly views: Views
  readonly clock: Clock
  settings(): EngineSettings
  /** Runs a command. `decide` may run again after a lost race, so it must have no effect but through its work. */
  execute<T>(actor: Actor, decide: (work: Work) => Promise<T>): Promise<T>
  /** Runs something while no command does, such as deriving the views again, which commands decide on. */
  alone<T>(task: () => Promise<T>): Promise<T>
  /** Waits until everything commanded so far is done. */
  idle(): Promise<void>
}

/** Races a command may lose before it gives up with `conflict`. */
const ATTEMPTS = 8

export function createRuntime(options: {
  store: DocumentStore
  views: Views
  clock: Clock
  settings: () => EngineSettings
}): Runtime {
  const { store, views, clock, settings } = options
  let tail: Promise<unknown> = Promise.resolve()

  async function attempt<T>(actor: Actor, decide: (work: Work) => Promise<T>): Promise<T> {
    for (let left = ATTEMPTS; ; left -= 1) {
      await views.settle()
      const work = new Work(store, actor.id, nextStamp())
      const result = await decide(work)
      try {
        await store.commit(work.changes())
      } catch (error) {
        if (error instanceof ScvError && error.code === 'conflict' && left > 1) continue
        throw error
      }
      await views.settle()
      return result
    }
  }

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = tail.then(task)
    tail = run.catch(() => undefined) // the caller gets the error; the next command does not
    return run
  }

  function nextStamp(): Stamp {
    const latest = views.latestStamp()
    if (latest) clock.observe(latest)
    return clock.tick()
  }

  return {
    store,
    views,
    clock,
    settings,
    execute: (actor, decide) => inTurn(() => attempt(actor, decide)),
    alone: inTurn,
    idle: async () => void (await tail),
  }
}
