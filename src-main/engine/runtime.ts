// How a command runs: one after the other, decided on settled views, committed whole, on disk and visible before it returns.
// Invariant: two commands never interleave; a command that lost a race against replication decides again from the start.

import { ScvError } from '@shared/errors'
import { type IdentifierId, type InteractionId, NO_STAMP } from '@shared/model/ids'
import type { Clock } from './documents/stamp'
import type { Actor } from './permissions'
import type { DocumentStore, SettleOptions, Views } from './ports'
import { UnitOfWork } from './unit-of-work'

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
   * @param end not `searchable`: one of many that come one after the other, and no caller searches for what it does before
   * the last
   */
  execute<T>(actor: Actor, decide: (work: UnitOfWork) => Promise<T>, end?: SettleOptions): Promise<T>
  /**
   * As `execute`, for a command that shares a commit with others given at the same time: each is still decided on what
   * those before it changed in documents, with a stamp of its own, whole or not at all. The views do not show yet what
   * others in the same commit do, so a command that reads what one of them writes waits for the next one.
   */
  executeTogether<T>(actor: Actor, concerns: Concerns, decide: (work: UnitOfWork) => Promise<T>): Promise<T>
  /** Decides a command and forgets what it would have written. */
  dryRun<T>(actor: Actor, decide: (work: UnitOfWork) => Promise<T>): Promise<T>
  /** Runs something while no command does, such as deriving the views again, which commands decide on. */
  exclusively<T>(task: () => Promise<T>): Promise<T>
  /** Waits until everything commanded so far is done. */
  idle(): Promise<void>
}

/** What a command has to do with others, as ids of identifiers. */
interface Concerns {
  /** Whose claims it looks up in the views. */
  reads: readonly IdentifierId[]
  /** Whose claims it may change. */
  writes: readonly IdentifierId[]
  /** The interaction that it records, or adds to. */
  tells?: InteractionId | undefined
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
interface Batch {
  commands: Command[]
  /** Ids of identifiers whose claims they may change. */
  written: Set<IdentifierId>
  /** Interactions that they tell of. */
  told: Set<InteractionId>
  end?: SettleOptions | undefined
}

interface Command {
  actor: Actor
  decide: (work: UnitOfWork) => Promise<unknown>
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
  let openBatch: Batch | undefined
  /** Those whose commit the disk has still to take in. */
  let unended: Promise<unknown> = Promise.resolve()

  /**
   * Decides commands one on the other and commits them together. Never rejects: each command gets its own end, once its
   * commit is on the disk and in the views; the next may be decided as soon as the views show it.
   */
  async function commitBatch({ commands, written, end }: Batch): Promise<void> {
    for (let left = ATTEMPTS; ; left -= 1) {
      const ends: (() => void)[] = []
      try {
        await views.settle({ searchable: false })
        observeLatest()
        const base = new UnitOfWork(store, '', NO_STAMP)
        if (written.size > 0) await base.load('identifiers', [...written]) // for all of them in one go
        for (const { actor, decide, resolve, reject } of commands) {
          const work = new UnitOfWork(store, actor.id, clock.tick(), base)
          try {
            const value = await decide(work)
            work.check()
            base.absorb(work)
            ends.push(() => resolve(value))
          } catch (error) {
            ends.push(() => reject(error))
          }
        }
        const changes = base.changes()
        await store.commit(changes, { durable: false })
        const settled = views.settle(end)
        // Also without changes: what they were decided on may not be on the disk yet.
        const done = Promise.all([store.flush(), settled]).then(
          () => {
            for (const finish of ends) finish()
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
  async function gatherBurst(batch: Batch): Promise<void> {
    for (let quiet = 0; quiet < QUIET_TURNS && batch.commands.length < COMMIT_MAX; ) {
      const before = batch.commands.length
      await new Promise((resolve) => setImmediate(resolve))
      quiet = batch.commands.length > before ? 0 : quiet + 1
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
    execute<T>(actor: Actor, decide: (work: UnitOfWork) => Promise<T>, end?: SettleOptions) {
      openBatch = undefined // what comes later must see this one's result
      return new Promise<T>((resolve, reject) => {
        void inTurn(() =>
          commitBatch({
            commands: [{ actor, decide, resolve: resolve as Command['resolve'], reject }],
            written: new Set(),
            told: new Set(),
            end,
          }),
        )
      })
    },
    executeTogether<T>(actor: Actor, { reads, writes, tells }: Concerns, decide: (work: UnitOfWork) => Promise<T>) {
      return new Promise<T>((resolve, reject) => {
        const command = { actor, decide, resolve: resolve as Command['resolve'], reject }
        const batch = openBatch
        const follows = reads.some((id) => batch?.written.has(id)) || (tells !== undefined && batch?.told.has(tells))
        if (batch && batch.commands.length < COMMIT_MAX && !follows) {
          batch.commands.push(command)
          for (const id of writes) batch.written.add(id)
          if (tells !== undefined) batch.told.add(tells)
          return
        }
        const next = {
          commands: [command],
          written: new Set(writes),
          told: new Set(tells === undefined ? [] : [tells]),
        }
        openBatch = next
        void inTurn(async () => {
          await gatherBurst(next)
          if (openBatch === next) openBatch = undefined
          return commitBatch(next)
        })
      })
    },
    dryRun: (actor, decide) =>
      inTurn(async () => {
        await views.settle({ searchable: false })
        observeLatest()
        const work = new UnitOfWork(store, actor.id, clock.tick())
        const value = await decide(work)
        work.check()
        return value
      }),
    exclusively: inTurn,
    async idle() {
      await tail
      await unended
    },
  }
}
