// Who of the people in the views is likely the same: found on a thread of its own, and kept up with what changes.
// Invariant: nothing of it is stored or synced; what people decided is, and stands above what is found.
import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ContactId } from '@shared/model/ids'
import { BehaviorSubject, type Subscription } from 'rxjs'
import { type Alikeness, alikenessOf } from '../duplicates/alikeness'
import type { Explanation, Likeness } from '../duplicates/book'
import type { Cluster } from '../duplicates/grouping'
import type { PersonRecord } from '../duplicates/record'
import type { Engine } from '../engine'
import type { DuplicateDecisions } from '../engine/queries/comparable'
import { createThread } from '../sqlite/thread'
import type { BookResult, BookTask } from './book-thread'
import BOOK_THREAD from './book-thread?thread'
import { type Comparable, recordOf, textOf } from './person-record'
import { isPutAside, withoutPutAside } from './put-aside'

/** How far the matcher is, and what it found. */
interface MatchingState {
  phase: 'idle' | 'reading' | 'comparing' | 'ready'
  /** People read so far. */
  people: number
  /** The most certain first; without what was put aside. */
  clusters: readonly Cluster[]
  /** The search that found them, and when it ended, in ms; null: none has. */
  completed: { id: string; at: number } | null
}

export interface Matching {
  readonly state$: BehaviorSubject<MatchingState>
  /** Finds them, unless that is done or under way. */
  start(): void
  /** Finds them anew. */
  rescan(): void
  /** Gives a search under way up, at once. */
  cancel(): void
  /** Who in the book is like a person, who need not be in it; none while there is no book. */
  like(person: Comparable): Promise<Likeness[]>
  /** Undefined where one of them is not in the book. */
  explain(a: ContactId, b: ContactId): Promise<Explanation | undefined>
  /** What a person has where a part of an explanation says something. */
  textOf(person: Comparable, what: string): string
  /** How alike two values are at a level of a field, in one word. */
  alikenessOf(what: string, level: number): Alikeness
  close(): void
}

/** Changes within this time are taken together. */
const GATHER_MS = 400
/** Longest stretch of reading changed people: an import changes hundreds within the time they are gathered. */
const SLICE_MS = 8
/** Clusters handed over at once. */
const SLICE = 1000
/** Anew once a tenth of the book has changed since, and not for less than so many. */
const REFIT_SHARE = 0.1
const REFIT_LEAST = 20

type Source = Pick<Engine, 'changes$'> & {
  queries: Pick<Engine['queries'], 'comparable' | 'comparablePages' | 'duplicateDecisions'>
}

/** What became of changed people, read with turns for others in between. */
async function readChanged({ comparable }: Source['queries'], ids: readonly ContactId[]) {
  const put: PersonRecord[] = []
  const remove: string[] = []
  let since = performance.now()
  for (const id of ids) {
    if (performance.now() - since > SLICE_MS) {
      await nextTurn()
      since = performance.now()
    }
    const person = comparable(id)
    if (person) put.push(recordOf(person))
    else remove.push(id)
  }
  return { put, remove }
}

/** @param onDefect told of a failure that no caller is waiting for */
export function createMatching(
  { queries, changes$ }: Source,
  onDefect: (error: unknown) => void,
  now: () => number = Date.now,
): Matching {
  const state$ = new BehaviorSubject<MatchingState>({ phase: 'idle', people: 0, clusters: [], completed: null })
  const set = (change: Partial<MatchingState>) => state$.next({ ...state$.value, ...change })
  const thread = createThread<BookTask, BookResult>(BOOK_THREAD, 'matching')
  /** Counts searches: one that was given up does nothing more. */
  let search = 0
  let follows: Subscription | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  const changed = new Set<ContactId>()
  let areDecisionsChanged = false
  /** People put and removed since the weights were learnt. */
  let changesSince = 0
  let sharedState = ''
  /** What people settled, as of what was told last. */
  let decided: DuplicateDecisions | undefined

  function follow(): void {
    follows ??= changes$.subscribe(({ people, kinds }) => {
      for (const id of people) changed.add(id)
      areDecisionsChanged ||= kinds.has('decisions')
      if (changed.size > 0 || areDecisionsChanged) plan()
    })
  }

  function plan(): void {
    if (state$.value.phase !== 'ready' || timer) return
    timer = setTimeout(() => {
      timer = undefined
      const mine = search
      // A book that is given up ends with its thread: no failure of anything.
      void takeChanges().catch((error: unknown) => mine === search && onDefect(error))
    }, GATHER_MS)
    timer.unref()
  }

  async function find(): Promise<void> {
    search += 1
    const mine = search
    const isOver = () => mine !== search
    thread.end() // with the book that it held, or had begun
    changed.clear()
    areDecisionsChanged = false
    changesSince = 0
    follow()
    set({ phase: 'reading', people: 0 })
    const decisions = await queries.duplicateDecisions()
    const shared = new Set<string>()
    for await (const page of queries.comparablePages()) {
      if (isOver()) return
      for (const { identifiers } of page)
        for (const { id, value } of identifiers) if (decisions.isShared(id)) shared.add(value)
      await thread({ name: 'add', records: page.map(recordOf) })
      set({ people: state$.value.people + page.length })
    }
    if (isOver()) return
    set({ phase: 'comparing' })
    sharedState = decisions.sharedState
    await thread({ name: 'open', never: decisions.never, shared: [...shared] })
    if (isOver()) return
    await tell(decisions, mine)
    set({ phase: 'ready', completed: { id: randomUUID(), at: now() } })
    if (changed.size > 0 || areDecisionsChanged) plan()
  }

  const begin = () => {
    const mine = search + 1
    void find().catch((error: unknown) => {
      if (mine !== search) return
      set({ phase: 'idle' })
      onDefect(error)
    })
  }

  async function takeChanges(): Promise<void> {
    if (state$.value.phase !== 'ready') return // a search reads them, or takes them up when it ends
    const mine = search
    const ids = [...changed]
    changed.clear()
    changesSince += ids.length
    const isDecided = areDecisionsChanged
    areDecisionsChanged = false
    const decisions = await queries.duplicateDecisions()
    if (mine !== search) return
    const isOther = changesSince > Math.max(REFIT_LEAST, state$.value.people * REFIT_SHARE)
    if (isOther || decisions.sharedState !== sharedState) return begin()
    const { put, remove } = await readChanged(queries, ids)
    if (mine !== search) return
    if (ids.length > 0) await thread({ name: 'change', put, remove })
    if (isDecided) await thread({ name: 'forbid', never: decisions.never })
    if (mine === search) await tell(decisions, mine)
  }

  async function tell(decisions: DuplicateDecisions, mine: number): Promise<void> {
    decided = decisions
    const all: Cluster[] = []
    for (let offset = 0, more = true; more; offset += SLICE) {
      const { clusters = [] } = await thread({ name: 'clusters', offset, limit: SLICE })
      all.push(...withoutPutAside(clusters, decisions, queries.comparable))
      more = clusters.length === SLICE
    }
    if (mine === search) set({ clusters: all })
  }

  return {
    state$,
    start() {
      if (state$.value.phase === 'idle') begin()
    },
    rescan: begin,
    cancel() {
      if (state$.value.phase !== 'reading' && state$.value.phase !== 'comparing') return
      search += 1
      thread.end()
      set({ phase: 'idle' })
    },
    async like(person) {
      if (state$.value.phase !== 'ready') return []
      const { likenesses = [] } = await thread({ name: 'like', record: recordOf(person) })
      return likenesses.filter(
        ({ id, certainty }) => !decided || !isPutAside({ a: person.id, b: id, certainty }, decided, queries.comparable),
      )
    },
    async explain(a, b) {
      if (state$.value.phase !== 'ready') return undefined
      return (await thread({ name: 'explain', a, b })).explanation
    },
    textOf,
    alikenessOf,
    close() {
      search += 1
      clearTimeout(timer)
      follows?.unsubscribe()
      thread.end()
    },
  }
}
