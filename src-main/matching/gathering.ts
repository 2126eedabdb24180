// Changes of people while the matcher follows: gathered for a moment, then taken together.
// Invariant: a change that was told is taken once the matcher can take it, or was forgotten when all is read anew.
import type { ContactId } from '@shared/model/ids'
import type { Subscription } from 'rxjs'
import type { Engine } from '../engine'

/** Changes within this time are taken together. */
const GATHER_MS = 400
/** While they go on coming, as in an import, they are taken after so long at the latest: each time costs what a search costs. */
const GATHER_MOST_MS = 30_000

interface Gathered {
  ids: ContactId[]
  /** Whether what people decided is other than before. */
  isDecided: boolean
}

export interface Gathering {
  /** Follows the changes, from the first call on. */
  follow(): void
  add(ids: Iterable<ContactId>): void
  /** What was gathered, which is forgotten with that. */
  take(): Gathered
  /** Has changes taken soon, if there are any. */
  plan(): void
  end(): void
}

/** @param take has the changes taken; @param canTake whether it would */
export function gatherChanges(changes$: Engine['changes$'], canTake: () => boolean, take: () => void): Gathering {
  let follows: Subscription | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  /** When the first of the changes came that wait. */
  let since: number | undefined
  const changed = new Set<ContactId>()
  let areDecisionsChanged = false

  function plan(): void {
    if (!canTake() || (changed.size === 0 && !areDecisionsChanged)) return
    const now = performance.now()
    since ??= now
    clearTimeout(timer)
    timer = setTimeout(
      () => {
        timer = undefined
        since = undefined
        take()
      },
      Math.max(0, Math.min(GATHER_MS, since + GATHER_MOST_MS - now)),
    )
    timer.unref()
  }

  return {
    plan,
    follow() {
      follows ??= changes$.subscribe(({ people, kinds }) => {
        for (const id of people) changed.add(id)
        areDecisionsChanged ||= kinds.has('decisions')
        plan()
      })
    },
    add(ids) {
      for (const id of ids) changed.add(id)
    },
    take() {
      const gathered = { ids: [...changed], isDecided: areDecisionsChanged }
      changed.clear()
      areDecisionsChanged = false
      return gathered
    },
    end() {
      clearTimeout(timer)
      follows?.unsubscribe()
    },
  }
}
