// Deriving views anew beside those that answer, and putting them in their place.
// Invariant: at every moment one file is whole, and answers; the process may end at any moment, and what was derived by then
// is gone on with. The others follow the documents meanwhile, so no command waits.
import type { DocumentFeed } from '../engine/document-feed'
import { KINDS } from '../engine/documents/kinds'
import { PROJECTION_VERSION } from './file/tables'
import { otherFileOf, removeViews, stateOf } from './file/views-file'
import type { Generation } from './generation'
import { loadViews } from './load/load-views'

/** How far a rebuild is, in documents. */
export interface RebuildProgress {
  readonly done: number
  readonly total: number
}

export interface RebuildOptions {
  /** The first of the two files. */
  path: string
  feed: DocumentFeed
  /** From so many documents on they are loaded on a thread; else views that follow are quick enough. */
  loadFrom: number
  signal: AbortSignal
  /** The file of the views that answer, if there are any. */
  answering(): string | undefined
  open(path: string): Promise<Generation>
  /** Puts views in the place of those that answer. Called in the turn of the event loop in which they are up to date. */
  swap(next: Generation): void
  onProgress(progress: RebuildProgress | undefined): void
}

/** About how many documents there are. */
export const sizeOf = (feed: DocumentFeed): number => KINDS.reduce((sum, kind) => sum + feed.size(kind), 0)

/** Rebuilds. @param unfinished the file of what an earlier process began, to be gone on with */
export type Rebuild = (unfinished?: string) => Promise<void>

export function createRebuild(options: RebuildOptions): Rebuild {
  const { path, feed, loadFrom, signal, answering, open, swap, onProgress } = options

  /** Views that are derived, and can be opened to catch up with the last moments. */
  async function derive(target: string, resume: boolean): Promise<void> {
    const found = stateOf(target)
    const isOurs = (found.state === 'following' || found.state === 'loading') && found.version === PROJECTION_VERSION
    if (!resume || !isOurs) await removeViews(target)
    else if (found.state === 'following') return
    const total = sizeOf(feed)
    if (total < loadFrom) {
      if (isOurs) await removeViews(target)
      return
    }
    await loadViews(target, feed, { signal, onProgress: (done) => onProgress({ done: Math.min(done, total), total }) })
  }

  return async (unfinished) => {
    const target = unfinished ?? (answering() === path ? otherFileOf(path) : path)
    onProgress({ done: 0, total: sizeOf(feed) })
    try {
      await derive(target, unfinished !== undefined)
      signal.throwIfAborted()
      const next = await open(target)
      try {
        do {
          await next.settle()
          await next.searchable()
          signal.throwIfAborted()
        } while (!next.isUpToDate)
      } catch (error) {
        await next.close()
        throw error
      }
      swap(next)
    } finally {
      onProgress(undefined)
    }
  }
}
