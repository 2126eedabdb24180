// The search index that answers, and the one of today's version that is made to take its place where it is of the version before.
// Invariant: one of them answers at every moment, unless there is none that is whole; both are told of each commit.
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { ScvError } from '@shared/errors'
import { openSqlite, type SqliteDatabase } from '../../sqlite/database'
import { createSearch, type SearchIndex } from '.'
import { createDelivery, type Delivery, type DeliveryOptions } from './delivery'
import { wholeVersionOf } from './index-file'

/** What is read of the index without a copy, at most. */
const MAPPED_BYTES = 128 * 1024 * 1024
/** Pages of the index rewritten in one step of a scrub. */
export const SCRUB_PAGES = 500

/** As many are handed to an index while the application opens. */
const AT_ONCE = 5_000

/** Where an index is, and where one of a version before may be. */
export interface IndexPaths {
  path: string
  /** It answers, and is told of what changes, until the other is whole; then it is removed. */
  former?: string
  /** The views themselves are derived anew, with an index of their own: nothing takes the place of the former. */
  isToBeReplaced?: boolean
}

interface IndexesOptions extends DeliveryOptions {
  /** So many are found, about. */
  count(): number
  /** So many people are handed to an index while the application opens; with more an index of before answers meanwhile. */
  atOnce?: number
}

interface Indexes {
  answering(): Delivery
  /** All that are to be told of what changes. */
  all(): Delivery[]
  search: SearchIndex['search']
  close(): Promise<void>
}

export async function openIndexes(paths: IndexPaths, options: IndexesOptions): Promise<Indexes> {
  const { count, last, onError, atOnce = AT_ONCE } = options
  const deliveryTo = (path: string, onInStep?: () => void) =>
    createDelivery(path, { ...options, ...(onInStep ? { onInStep } : {}) })

  const isSmall = count() <= atOnce
  const { path, former, isToBeReplaced = false } = paths
  const hasFormer = former !== undefined && existsSync(former)
  const answersMeanwhile =
    hasFormer && !isSmall && wholeVersionOf(path) === undefined && wholeVersionOf(former) !== undefined
  /** The index that answers, and the one that is made to take its place. */
  let delivery = deliveryTo(answersMeanwhile ? former : path)
  let index = openToSearch(answersMeanwhile ? former : path, delivery)
  let upgrade: Delivery | undefined
  let retired = Promise.resolve()
  let isClosing = false
  const all = () => (upgrade ? [delivery, upgrade] : [delivery])

  /** Of what was erased while the other was made, that may hold what is left of deleting: the former goes after it was scrubbed. */
  async function removeFormer(): Promise<void> {
    if (former === undefined) return
    let isClean = false
    while (!isClosing && !isClean) isClean = await delivery.indexing.scrub(SCRUB_PAGES)
    if (isClean) for (const suffix of ['', '-wal', '-shm']) await rm(former + suffix, { force: true })
  }

  function swap(): void {
    if (!upgrade) return
    const [old, oldIndex] = [delivery, index]
    delivery = upgrade
    index = openToSearch(path, upgrade)
    upgrade = undefined
    retired = (async () => {
      await old.end(last())
      oldIndex.close()
      await old.indexing.close()
      await removeFormer()
    })().catch(onError)
  }

  const caughtUp = delivery.catchUp()
  if (isSmall) await caughtUp
  else await delivery.opened
  if (answersMeanwhile && !isToBeReplaced) {
    upgrade = deliveryTo(path, swap)
    void upgrade.catchUp()
  } else if (hasFormer && !answersMeanwhile) retired = caughtUp.then(removeFormer).catch(onError)

  return {
    answering: () => delivery,
    all,
    search: (text, limit, isKnown) => index.search(text, limit, isKnown),
    async close() {
      isClosing = true
      const closing = all()
      upgrade = undefined
      await Promise.all(closing.map((one) => one.end(last())))
      await retired
      index.close()
      for (const one of closing) await one.indexing.close().catch(onError)
    },
  }
}

/** The index through a connection of its own, which is opened when it is first asked: until then it may not be there. */
function openToSearch(path: string, delivery: Delivery): { search: SearchIndex['search']; close(): void } {
  let db: SqliteDatabase | undefined
  let search: SearchIndex['search'] | undefined
  return {
    search(text, limit, isKnown) {
      if (delivery.isMakingAnew)
        throw new ScvError('views_not_ready', 'The search is being prepared. Try again in a moment.')
      if (!search) {
        db = openSqlite(path, { readOnly: true, timeout: 2000 })
        db.exec(`PRAGMA mmap_size = ${MAPPED_BYTES}`)
        search = createSearch(db)
      }
      return search(text, limit, isKnown)
    },
    close: () => db?.close(),
  }
}
