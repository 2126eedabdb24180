// Loads all documents into a file of views on a thread of its own, and tells the search index beside it of the people. The
// process that calls only reads pages of text and hands them on.
// Invariant: what was loaded is never loaded again, also by another process after this one ended; what cannot be gone on with
// is begun anew. The file answers no query: the process that opens it as views catches up with what was committed meanwhile.
import type { DocumentFeed } from '../../engine/document-feed'
import { KINDS } from '../../engine/documents/kinds'
import { createThread, type Thread } from '../../storage'
import { PROJECTION_VERSION } from '../file/tables'
import { removeViews, searchPathOf, stateOf } from '../file/views-file'
import { LOAD_ORDER } from '../rows/applier'
import { type Indexing, indexingOf } from '../search/indexing'
import type { Place, Places } from './loader'
import type { LoadingResult, LoadingTask } from './loading-thread'
import THREAD_SOURCE from './loading-thread?thread'

/** Documents of one page: each page is a transaction of the file, and read in one go. */
const PAGE = 500
/** Pages that the search index may be behind. */
const INDEX_BEHIND = 4

export interface LoadOptions {
  /** Ends it between two pages; what was loaded stays. */
  signal: AbortSignal
  /** Told after each page. */
  onProgress(loaded: number): void
}

/** @throws what the thread met, or the reason of the signal */
export async function loadViews(path: string, feed: DocumentFeed, { signal, onProgress }: LoadOptions): Promise<void> {
  const thread = createThread<LoadingTask, LoadingResult>(THREAD_SOURCE, 'views-loading')
  const indexing = indexingOf(searchPathOf(path))
  try {
    const places = await open(path, feed, thread, indexing)
    const index = queueOf(indexing, places.outboxNumber)
    let loaded = 0
    for (const kind of LOAD_ORDER) {
      let place: Place = places.kinds[kind] ?? { isDone: false }
      // The next page is read while the thread is at work on this one.
      let reading = place.isDone ? undefined : feed.texts(kind, place.after, PAGE)
      while (reading) {
        signal.throwIfAborted()
        const { texts, after } = await reading
        place = after === undefined ? { isDone: true } : { after, isDone: false }
        reading = place.isDone ? undefined : feed.texts(kind, after, PAGE)
        const outboxNumber = kind === 'contacts' ? index.last + 1 : index.last
        const entries = (await thread({ name: 'take', kind, texts, place, outboxNumber })) as string
        if (kind === 'contacts') await index.take(entries)
        loaded += texts.length
        onProgress(loaded)
      }
    }
    await index.settle()
    while (await thread({ name: 'complete' })) signal.throwIfAborted()
    await thread({ name: 'close' })
  } finally {
    thread.end()
    await indexing.close().catch(() => undefined) // what it met was told by the task that met it
  }
}

type LoadingThread = Thread<LoadingTask, LoadingResult>

/** Opens the file where it was left, or empty if what stands there is no beginning of what is to stand there. */
async function open(path: string, feed: DocumentFeed, thread: LoadingThread, indexing: Indexing): Promise<Places> {
  const found = stateOf(path)
  if (found.state === 'loading' && found.version === PROJECTION_VERSION) {
    const places = (await thread({ name: 'open', path })) as Places
    // The two files are written one after the other, and documents may go back where a power cut took some.
    if ((await indexing.open()).reached === places.outboxNumber && (await reachesAll(feed, places))) return places
    await thread({ name: 'close' })
    await indexing.close()
  }
  await removeViews(path)
  const places = (await thread({ name: 'open', path })) as Places
  await thread({ name: 'begin', checkpoints: feed.position() })
  await indexing.clear(places.outboxNumber)
  return places
}

async function reachesAll(feed: DocumentFeed, { checkpoints }: Places): Promise<boolean> {
  for (const kind of KINDS)
    if (checkpoints[kind] === undefined || !(await feed.reaches(kind, checkpoints[kind]))) return false
  return true
}

/** Pages of people on their way to the search index, of which there are never many. */
function queueOf(indexing: Indexing, outboxNumber: number) {
  const underWay: Promise<void>[] = []
  let failure: unknown
  const queue = {
    last: outboxNumber,
    /** @throws what an earlier page failed with */
    async take(entries: string): Promise<void> {
      queue.last += 1
      const page = indexing.take(entries === '' ? [] : entries, queue.last - 1, queue.last).catch((error: unknown) => {
        failure ??= error
      })
      underWay.push(page)
      if (underWay.length > INDEX_BEHIND) await underWay.shift()
      if (failure !== undefined) throw failure
    },
    async settle(): Promise<void> {
      await Promise.all(underWay)
      if (failure !== undefined) throw failure
    },
  }
  return queue
}
