// Keeps one file of views with the documents: what is committed is taken in, in its order, and what was missed or lost is
// caught up with.
// Invariant: `changes$` tells of people only once the views have them.
import { type Observable, Subject } from 'rxjs'
import type { DocumentFeed } from '../engine/document-feed'
import type { ViewChange } from '../engine/ports'
import { createFollower } from './feed-follower'
import { createIntake, type IntakeOptions } from './following'

export interface FollowOptions extends Omit<IntakeOptions, 'feed' | 'losses' | 'isClosing'> {
  /** Told of a failure in the background; the batch stays and is tried again with the next change. */
  onError(error: unknown): void
}

export interface Following {
  readonly changes$: Observable<ViewChange>
  /** Waits until all that was committed up to now is in the views. @throws what it failed with */
  settle(): Promise<void>
  /** What was taken in and not committed yet was lost: it is caught up with. */
  noteLoss(): void
  /** Whether the views have all that came. */
  readonly isIdle: boolean
  /** Whether they show nothing that is no document any more. */
  isReached(): Promise<boolean>
  /** Ends it, once what is being taken in is. */
  end(): Promise<void>
}

export function followDocuments(feed: DocumentFeed, { onError, ...into }: FollowOptions): Following {
  const changes$ = new Subject<ViewChange>()
  let losses = 0
  let isClosing = false
  const intake = createIntake({ ...into, feed, losses: () => losses, isClosing: () => isClosing })
  const follower = createFollower({
    catchUp: intake.catchUp,
    async apply(batches) {
      const changes = batches.flatMap((batch) => batch.changes)
      const people = await intake.take(
        changes,
        batches.map(({ kind, checkpoint }) => [kind, checkpoint]),
      )
      changes$.next({ people, kinds: new Set(batches.map(({ kind }) => kind)) })
    },
    together: () => intake.sliceSize,
    onError,
  })
  // Subscribed before the first catch-up, so that nothing committed meanwhile is missed; applying twice is harmless.
  const subscription = feed.committed$.subscribe(follower.take)

  return {
    changes$,
    settle: follower.settle,
    noteLoss() {
      losses += 1
      follower.fallBehind()
    },
    get isIdle() {
      return follower.isIdle
    },
    isReached: intake.isReached,
    async end() {
      isClosing = true
      subscription.unsubscribe()
      changes$.complete()
      await follower.end()
    },
  }
}
