// Writing a search index without holding up the event loop: on a thread that all indexes of the process share.
import { createThread } from '../../storage'
import type { MadeUpTo, Reached, SearchChange } from './index-file'
import type { IndexingResult, IndexingTask, Opened } from './indexing-thread'
import THREAD_SOURCE from './indexing-thread?thread'

/** An index, as `IndexFile`; what is asked of it is carried out in that order. All reject with what the thread met. */
export interface Indexing {
  /** Opens or makes it, and tells how far it is. */
  open(): Promise<Opened>
  /** @param changes as they are, or as JSON */
  take(changes: readonly SearchChange[] | string, after: Reached, reached: Reached, madeUpTo?: MadeUpTo): Promise<void>
  clear(reached: Reached, madeUpTo?: MadeUpTo): Promise<void>
  scrub(pages: number): Promise<boolean>
  close(): Promise<void>
}

const run = createThread<IndexingTask, IndexingResult>(THREAD_SOURCE, 'search-indexing')

/** @param path of its file, or a URI of SQLite's */
export function indexingOf(path: string): Indexing {
  return {
    async open() {
      return (await run({ path, name: 'open' })) as Opened
    },
    async take(changes, after, reached, madeUpTo) {
      await run({ path, name: 'take', changes, after, reached, madeUpTo })
    },
    async clear(reached, madeUpTo) {
      await run({ path, name: 'clear', reached, madeUpTo })
    },
    async scrub(pages) {
      return (await run({ path, name: 'scrub', pages })) as boolean
    },
    async close() {
      await run({ path, name: 'close' })
    },
  }
}
