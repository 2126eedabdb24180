// How the views keep up with what is committed: in the order of commits, in the background, and told to waiting callers.
// Invariant: a batch that could not be applied stays, and is tried again with the next; a waiting caller gets all that was
// committed before they asked, or the failure.
import type { Batch } from '../engine/document-feed'

export interface FollowerOptions {
  /** Brings the views up to the documents, from wherever they are. */
  catchUp(): Promise<void>
  /** Takes in batches, in their order. */
  apply(batches: readonly Batch[]): Promise<void>
  /** So many documents are taken in together, if there are as many. */
  together(): number
  /** Told of a failure, whether or not a caller waits. */
  onError(error: unknown): void
}

export interface Follower {
  take(batch: Batch): void
  /** The views may lack what is not waiting here, as when they open and when they lost what they had seen already. */
  fallBehind(): void
  /** Whether the views have all that came. */
  readonly isIdle: boolean
  /** Waits until all that was committed up to now is in the views. @throws what it failed with */
  settle(): Promise<void>
  /** Waits for what is being applied. What still waits is caught up with another time. */
  end(): Promise<void>
}

/** The same, without saying what is new. */
const inDoubt = (batch: Batch): Batch => ({
  ...batch,
  changes: batch.changes.map((change) => ({ ...change, isNew: false })),
})

export function createFollower({ catchUp, apply, together, onError }: FollowerOptions): Follower {
  let behind = true
  const waiting: Batch[] = []
  /** Batches that came, and how many of them are in the views. */
  let arrived = 0
  let applied = 0
  /**
   * How many of those that wait may be in the views already, whole or in part: a follower that catches up reads what is stored,
   * whether or not it waits here, and what failed half-way may have left its first half.
   */
  let doubtful = 0
  const waiters: { upTo: number; resolve(): void; reject(error: unknown): void }[] = []
  let draining: Promise<void> | undefined
  let ended = false

  const isIdle = () => !behind && waiting.length === 0

  async function catchUpOnAll(): Promise<void> {
    behind = false // before it reads: they may fall behind again meanwhile
    try {
      await catchUp()
    } catch (error) {
      behind = true
      throw error
    }
    doubtful = waiting.length
  }

  async function applyNext(): Promise<void> {
    await Promise.resolve() // a commit tells of its kinds one after the other, but within one turn
    // A command writes a little of several kinds: together they cost one transaction instead of one each.
    const most = together()
    let count = 0
    let size = 0
    do size += waiting[count++]?.changes.length ?? 0
    while (count < waiting.length && size + (waiting[count]?.changes.length ?? 0) <= most)
    const batches = waiting.slice(0, count)
    const isSure = doubtful === 0
    doubtful = Math.max(doubtful, count)
    await apply(isSure ? batches : batches.map(inDoubt))
    waiting.splice(0, count)
    doubtful -= count
    applied += count
  }

  async function drain(): Promise<void> {
    while (!ended && !isIdle()) {
      await (behind ? catchUpOnAll() : applyNext())
      while (!behind && waiters[0] && waiters[0].upTo <= applied) waiters.shift()?.resolve()
    }
  }

  function run(): void {
    draining ??= drain().then(
      () => {
        draining = undefined
        if (!ended && !isIdle()) run() // it came after the last look
      },
      (error: unknown) => {
        draining = undefined
        for (const { reject } of waiters.splice(0)) reject(error)
        onError(error)
      },
    )
  }

  return {
    get isIdle() {
      return isIdle() && !draining
    },
    take(batch) {
      waiting.push(batch)
      arrived += 1
      run()
    },
    fallBehind() {
      behind = true
    },
    settle() {
      if (isIdle()) return Promise.resolve()
      return new Promise((resolve, reject) => {
        waiters.push({ upTo: arrived, resolve, reject })
        run()
      })
    },
    async end() {
      ended = true
      await draining
      for (const { reject } of waiters.splice(0)) reject(new Error('The views are closed'))
    },
  }
}
