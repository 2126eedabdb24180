// How views take documents in without holding up the event loop: in slices of some milliseconds, and from wherever they are.
// Invariant: the checkpoint of a kind moves in the same transaction as the last rows before it.
import type { PersonId } from '@shared/model/ids'
import type { Changed, DocumentFeed } from '../engine/document-feed'
import { KINDS, type Kind } from '../engine/documents/kinds'
import type { Statements } from './file/statements'
import type { ViewTransaction } from './file/transaction'
import type { Applier } from './rows/applier'

/** What nothing else in the process can interrupt aims to take so many ms: half a frame. */
export const STEP_MS = 8
/** Documents applied in one go: as many as the aim allows on this machine and in a database of this size. */
const SLICE_MIN = 8
const SLICE_MAX = 128
const PAGE = 500

type Checkpoints = readonly [Kind, unknown][]

export interface IntakeOptions {
  feed: DocumentFeed
  sql: Statements
  applier: Applier
  transaction: ViewTransaction
  /** Waits until there is room for more in the files. */
  makeRoom(): Promise<unknown>
  /** How often what was written and not committed yet was lost. */
  losses(): number
  isClosing(): boolean
}

export interface Intake {
  /**
   * Takes documents in. Where something is lost between two slices, the checkpoints stay: they are caught up with from there.
   * @param checkpoints how far each kind is with these
   * @returns canonical ids, former and present, of the people concerned
   */
  take(changes: readonly Changed[], checkpoints: Checkpoints): Promise<Set<PersonId>>
  /** Takes in all that was committed behind the checkpoints. */
  catchUp(): Promise<void>
  /** Whether the documents go as far as the checkpoints: else there is shown what is no document any more. */
  isReached(): Promise<boolean>
  /** So many documents make a slice at present. */
  readonly sliceSize: number
}

export function createIntake(options: IntakeOptions): Intake {
  const { feed, sql, applier, transaction, makeRoom, losses, isClosing } = options
  let sliceSize = SLICE_MAX / 4

  function apply(changes: readonly Changed[], checkpoints: Checkpoints): ReadonlySet<PersonId> {
    return transaction.write(changes.length, () => {
      const people = applier.apply(changes)
      for (const [kind, checkpoint] of checkpoints)
        sql.run(
          'INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)',
          `checkpoint:${kind}`,
          JSON.stringify(checkpoint),
        )
      return people
    })
  }

  async function take(changes: readonly Changed[], checkpoints: Checkpoints): Promise<Set<PersonId>> {
    const people = new Set<PersonId>()
    const lossesBefore = losses()
    for (let start = 0; start < changes.length; ) {
      const slice = changes.slice(start, start + sliceSize)
      start += slice.length
      await yieldToLoop() // also before the first: the commit of the documents has just taken its time
      if (!transaction.isOpen) await makeRoom()
      const begun = performance.now()
      const isWhole = start >= changes.length && losses() === lossesBefore
      for (const id of apply(slice, isWhole ? checkpoints : [])) people.add(id)
      const took = performance.now() - begun
      if (took > STEP_MS) sliceSize = Math.max(SLICE_MIN, sliceSize >> 1)
      else if (took < STEP_MS / 2) sliceSize = Math.min(SLICE_MAX, sliceSize + 4)
    }
    return people
  }

  function checkpointOf(kind: Kind): unknown {
    const stored = sql.get<{ value: string }>('SELECT value FROM meta WHERE key = ?', `checkpoint:${kind}`)
    return stored && JSON.parse(stored.value)
  }

  async function catchUpOn(kind: Kind): Promise<void> {
    while (!isClosing()) {
      const page = await feed.since(kind, checkpointOf(kind), PAGE)
      if (page.changes.length === 0) break
      const lossesBefore = losses()
      await take(page.changes, [[kind, page.checkpoint]])
      // Where commits go on failing, who waits is told instead of waiting for ever.
      if (losses() !== lossesBefore) throw new Error('What the views had taken in could not be kept')
      await yieldToLoop()
    }
  }

  return {
    take,
    async catchUp() {
      for (const kind of KINDS) await catchUpOn(kind)
      transaction.commit() // so that a batch that cannot be applied does not take it again
    },
    async isReached() {
      for (const kind of KINDS) {
        const checkpoint = checkpointOf(kind)
        if (checkpoint !== undefined && !(await feed.reaches(kind, checkpoint))) return false
      }
      return true
    },
    get sliceSize() {
      return sliceSize
    },
  }
}

function yieldToLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
