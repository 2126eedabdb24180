// How a command runs: one after the other, decided on settled views, committed whole, on disk and visible before it returns.
// Invariant: two commands never interleave; a command that lost a race against replication decides again from the start.

import { ScvError } from '@shared/errors'
import { type IdentifierId, NO_STAMP } from '@shared/model/ids'
import type { Clock } from './documents/stamp'
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
  /**
   * Runs a command. `decide` may run again after a lost race, so it must have no effect but through its work.
   * @param search `later`: one of many that come one after the other, and no caller searches for what it does before the last
   */
  execute<T>(actor: Actor, decide: (work: Work) => Promise<T>, search?: 'later'): Promise<T>
  /**
   * As `execute`, for a command that shares a commit with others given at the same time: each is still decided on what
   * those before it changed in documents, with a stamp of its own, whole or not at all. The views do not show yet what
   * others in the same commit do, so a command that sees what one of them touches waits for the next one.
   */
  executeTogether<T>(actor: Actor, concerns: Concerns, decide: (work: Work) => Promise<T>): Promise<T>
  /** Decides a command and forgets what it would have written. */
  rehearse<T>(actor: Actor, decide: (work: Work) => Promise<T>): Promise<T>
  /** Runs something while no command does, such as deriving the views again, which commands decide on. */
  alone<T>(task: () => Promise<T>): Promise<T>
  /** Waits until everything commanded so far is done. */
  idle(): Promise<void>
}

/** What a command has to do with others, as ids of identifiers. */
interface Concerns {
  /** Whose claims it looks up in the views. */
  sees: readonly IdentifierId[]
  /** Whose claims it may change. */
  touches: readonly IdentifierId[]
}

/** Races a command may lose before it gives up with `conflict`. */
const ATTEMPTS = 8
/** Commands in one commit, at most: keeps each commit short. */
const COMMIT_MAX = 64

/**
 * Turns of the event loop that must bring no other command before those that share a commit are carried out: a caller that gives
 * many does not give them in one turn, and half a commit costs nearly as much as a whole one.
 */
const QUIET_TURNS = 8

/** Commands for one commit. */
interface Gathering {
  commands: Command[]
  /** Ids of identifiers whose claims they may change. */
  touched: Set<IdentifierId>
  search?: 'later' | undefined
}

interface Command {
  actor: Actor
  decide: (work: Work) => Promise<unknown>
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
}

export function createRuntime(options: {
  store: DocumentStore
  views: Views
  clock: Clock
  settings: () => EngineSettings
}): Runtime {
  const { store, views, clock, settings } = options
  let tail: Promise<unknown> = Promise.resolve()
  /** Commands that wait for their turn and can share a commit with what comes next. */
  let gathering: Gathering | undefined
  /** Those whose commit the disk has still to take in. */
  let unended: Promise<unknown> = Promise.resolve()

  /**
   * Decides commands one on the other and commits them together. Never rejects: each command gets its own end, once its
   * commit is on the disk and in the views; the next may be decided as soon as the views show it.
   */
  async function carryOut({ commands, touched, search }: Gathering): Promise<void> {
    for (let left = ATTEMPTS; ; left -= 1) {
      const ends: (() => void)[] = []
      try {
        await views.settle('later')
        observeLatest()
        const base = new Work(store, '', NO_STAMP)
        if (touched.size > 0) await base.load('identifiers', [...touched]) // for all of them in one go
        for (const { actor, decide, resolve, reject } of commands) {
          const work = new Work(store, actor.id, clock.tick(), base)
          try {
            const value = await decide(work)
            work.checkSizes()
            base.absorb(work)
            ends.push(() => resolve(value))
          } catch (error) {
            ends.push(() => reject(error))
          }
        }
        const changes = base.changes()
        await store.commit(changes, 'later')
        const settled = views.settle(search)
        // Also without changes: what they were decided on may not be on the disk yet.
        const done = Promise.all([store.flush(), settled]).then(
          () => {
            for (const end of ends) end()
          },
          (error: unknown) => {
            for (const { reject } of commands) reject(error)
          },
        )
        unended = Promise.all([unended, done])
        await settled.catch(() => undefined) // they are told
      } catch (error) {
        if (error instanceof ScvError && error.code === 'conflict' && left > 1) continue
        for (const { reject } of commands) reject(error)
      }
      return
    }
  }

  /** Waits for the others of a burst. */
  async function gather(open: Gathering): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS && open.commands.length < COMMIT_MAX; ) {
      const before = open.commands.length
      await new Promise((resolve) => setImmediate(resolve))
      quiet = open.commands.length > before ? 0 : quiet + 1
    }
  }

  function inTurn<T>(task: () => Promise<T>): Promise<T> {
    const run = tail.then(task)
    tail = run.catch(() => undefined) // the caller gets the error; the next command does not
    return run
  }

  function observeLatest(): void {
    const latest = views.latestStamp()
    if (latest) clock.observe(latest)
  }

  return {
    store,
    views,
    clock,
    settings,
    execute<T>(actor: Actor, decide: (work: Work) => Promise<T>, search?: 'later') {
      gathering = undefined // what comes later must see this one's result
      return new Promise<T>((resolve, reject) => {
        void inTurn(() =>
          carryOut({
            commands: [{ actor, decide, resolve: resolve as Command['resolve'], reject }],
            touched: new Set(),
            search,
          }),
        )
      })
    },
    executeTogether<T>(actor: Actor, { sees, touches }: Concerns, decide: (work: Work) => Promise<T>) {
      return new Promise<T>((resolve, reject) => {
        const command = { actor, decide, resolve: resolve as Command['resolve'], reject }
        const open = gathering
        if (open && open.commands.length < COMMIT_MAX && !sees.some((id) => open.touched.has(id))) {
          open.commands.push(command)
          for (const id of touches) open.touched.add(id)
          return
        }
        const next = { commands: [command], touched: new Set(touches) }
        gathering = next
        void inTurn(async () => {
          await gather(next)
          if (gathering === next) gathering = undefined
          return carryOut(next)
        })
      })
    },
    rehearse: (actor, decide) =>
      inTurn(async () => {
        await views.settle('later')
        observeLatest()
        const work = new Work(store, actor.id, clock.tick())
        const value = await decide(work)
        work.checkSizes()
        return value
      }),
    alone: inTurn,
    async idle() {
      await tail
      await unended
    },
  }
}
