// Who of the people in the views is likely the same: found on a thread of its own, and kept up with what changes.
// Invariant: nothing of it is synced, and its index can be made anew; what people decided is synced, and stands above it.
import { randomUUID } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { BehaviorSubject } from 'rxjs'
import { type Alikeness, alikenessOf } from '../duplicates/alikeness'
import type { Explanation, Likeness } from '../duplicates/book'
import type { Cluster } from '../duplicates/grouping'
import type { Engine } from '../engine'
import type { DocumentFeed } from '../engine/document-feed'
import type { DuplicateDecisions } from '../engine/queries/comparable'
import { createThread } from '../sqlite/thread'
import type { BookResult, BookTask } from './book-thread'
import BOOK_THREAD from './book-thread?thread'
import { changedSince, type FeedPosition, reaches } from './changed-people'
import { FoundClusters } from './found-clusters'
import { gatherChanges } from './gathering'
import type { Progress } from './index-file'
import { type Comparable, recordOf, textOf } from './person-record'
import { type AsideCluster, isPutAside } from './put-aside'
import { readChanged, readEveryone } from './reading'

/** How far the matcher is, and what it found. */
interface MatchingState {
  phase: 'idle' | 'reading' | 'comparing' | 'ready'
  /** People read so far. */
  people: number
  /** The most certain first; without what was put aside. */
  clusters: readonly Cluster[]
  /** What was put aside, the latest first. */
  aside: readonly AsideCluster[]
  /** The search that found them, and when it ended, in ms; null: none has. */
  completed: { id: string; at: number } | null
}

const NOTHING_YET: MatchingState = { phase: 'idle', people: 0, clusters: [], aside: [], completed: null }

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
  /** Of any two, whether or not they are in the book; undefined while there is none. */
  explain(a: Comparable, b: Comparable): Promise<Explanation | undefined>
  /** What a person has where a part of an explanation says something. */
  textOf(person: Comparable, what: string): string
  /** How alike two values are at a level of a field, in one word. */
  alikenessOf(what: string, level: number): Alikeness
  close(): Promise<void>
}

/** What the matcher follows and where its index is. */
export interface MatchingOptions {
  /** Of the index; in memory without one. */
  path?: string
  feed: DocumentFeed
  /** Told of a failure that no caller is waiting for. */
  onDefect(error: unknown): void
  now?: () => number
  /** People read between two notes of how far reading is. */
  page?: number
}

/** Clusters handed over at once, in a few ms; and people read together unless it is said otherwise. */
const SLICE = 250
const PAGE = 500
/** Anew once a tenth of the book has changed since, and not for less than so many. */
const REFIT_SHARE = 0.1
const REFIT_LEAST = 20

type Source = Pick<Engine, 'changes$'> & {
  queries: Pick<Engine['queries'], 'comparable' | 'everyoneAfter' | 'canonicalOf' | 'upToDate' | 'duplicateDecisions'>
}

type BookThread = (task: BookTask) => Promise<BookResult>

interface OpenIndexOptions extends Pick<MatchingOptions, 'path' | 'feed'> {
  path: string
  upToDate(): Promise<void>
  sharedState: string
  /** Whether what an earlier search found, or has read, is thrown away. */
  isAnew: boolean
}

/** Opens the index, and begins it anew where it is of no use: of no search, other decisions or other documents. */
async function openIndex(thread: BookThread, { path, feed, upToDate, sharedState, isAnew }: OpenIndexOptions) {
  const opened = await thread({ name: 'open', path })
  const progress = opened.progress as Progress
  const isOfNow = progress.phase !== 'none' && progress.sharedState === sharedState && progress.position !== null
  if (!isAnew && isOfNow && (await reaches(feed, progress.position as FeedPosition)))
    return { progress, people: opened.people ?? 0 }
  await upToDate()
  const begun = await thread({ name: 'begin', progress: { position: feed.position(), sharedState } })
  return { progress: begun.progress as Progress, people: 0 }
}

async function allClusters(thread: BookThread): Promise<Cluster[]> {
  const all: Cluster[] = []
  for (;;) {
    const { clusters = [] } = await thread({ name: 'clusters', offset: all.length, limit: SLICE })
    all.push(...clusters)
    if (clusters.length < SLICE) return all
  }
}

export function createMatching({ queries, changes$ }: Source, options: MatchingOptions): Matching {
  const { path = ':memory:', feed, onDefect, now = Date.now, page = PAGE } = options
  const state$ = new BehaviorSubject<MatchingState>(NOTHING_YET)
  const set = (change: Partial<MatchingState>) => state$.next({ ...state$.value, ...change })
  const thread = createThread<BookTask, BookResult>(BOOK_THREAD, 'matching')
  const found = new FoundClusters()
  /** Counts searches: one that was given up does nothing more. */
  let search = 0
  /** What people settled, as of what was told last. */
  let decided: DuplicateDecisions | undefined
  /** How far the index is. */
  let progress: Progress | undefined

  const isReady = () => state$.value.phase === 'ready'
  const gathering = gatherChanges(changes$, isReady, () => {
    const mine = search
    // A book that is given up ends with its thread: no failure of anything.
    void takeChanges().catch((error: unknown) => mine === search && onDefect(error))
  })

  /** @param isAnew whether what an earlier search found, or has read, is thrown away */
  async function find(isAnew: boolean): Promise<void> {
    search += 1
    const mine = search
    const isOver = () => mine !== search
    thread.end() // with the book that it held, or had begun
    gathering.take()
    gathering.follow()
    set({ phase: 'reading', people: 0 })
    const decisions = await queries.duplicateDecisions()
    if (isOver()) return
    const { sharedState } = decisions
    const opened = await openIndex(thread, { path, feed, upToDate: queries.upToDate, sharedState, isAnew })
    if (isOver()) return
    progress = opened.progress
    set({ people: opened.people, completed: progress.completed })
    if (progress.phase === 'reading')
      await readEveryone(queries, { ...progress, page, isShared: decisions.isShared }, async (records, read) => {
        if (isOver()) return false
        const { people } = await thread({ name: 'add', records, progress: read })
        if (!isOver()) set({ people: people ?? 0 })
        return !isOver()
      })
    if (isOver()) return
    set({ phase: 'comparing' })
    const completed = { id: randomUUID(), at: now() }
    const compared = await thread({ name: 'compare', never: decisions.never, completed })
    if (isOver()) return
    progress = compared.progress as Progress
    await tellAll(decisions, mine)
    if (isOver()) return
    set({ phase: 'ready', people: compared.people ?? 0, completed: progress.completed })
    gathering.add(await changedSince(feed, progress.position as FeedPosition, queries.canonicalOf))
    if (!isOver()) gathering.plan()
  }

  const begin = (isAnew: boolean) => {
    const mine = search + 1
    void find(isAnew).catch((error: unknown) => {
      if (mine !== search) return
      set({ phase: 'idle' })
      onDefect(error)
    })
  }

  async function takeChanges(): Promise<void> {
    if (state$.value.phase !== 'ready' || !progress) return // a search reads them, or takes them up when it ends
    const mine = search
    const position = feed.position()
    await queries.upToDate() // so that all behind the position was gathered
    const { ids, isDecided } = gathering.take()
    const decisions = isDecided || !decided ? await queries.duplicateDecisions() : decided
    if (mine !== search) return
    if (decisions.sharedState !== progress.sharedState) return begin(true)
    const { put, remove } = await readChanged(queries, ids)
    if (mine !== search) return
    if (ids.length > 0) {
      const result = await thread({ name: 'change', put, remove, progress: { position } })
      progress = result.progress as Progress
      found.apply(result.gone ?? [], result.clusters ?? [])
      if (mine === search) set({ people: result.people ?? 0 })
      if (progress.changes > Math.max(REFIT_LEAST, state$.value.people * REFIT_SHARE)) return relearn(decisions, mine)
    }
    if (isDecided) {
      await thread({ name: 'forbid', never: decisions.never })
      return tellAll(decisions, mine)
    }
    if (mine === search) tell(decisions)
  }

  async function relearn(decisions: DuplicateDecisions, mine: number): Promise<void> {
    if (mine !== search) return
    set({ phase: 'comparing' })
    await thread({ name: 'forbid', never: decisions.never })
    const { progress: learnt } = await thread({ name: 'relearn', completed: { id: randomUUID(), at: now() } })
    progress = learnt as Progress
    await tellAll(decisions, mine)
    if (mine !== search) return
    set({ phase: 'ready', completed: progress.completed })
    gathering.plan()
  }

  function tell(decisions: DuplicateDecisions): void {
    decided = decisions
    set(found.sortedOut(decisions, queries.comparable))
  }

  async function tellAll(decisions: DuplicateDecisions, mine: number): Promise<void> {
    const all = await allClusters(thread)
    if (mine !== search) return
    found.replace(all)
    await nextTurn() // what comes next goes over all of them as well
    if (mine !== search) return
    tell(decisions)
  }

  return {
    state$,
    start() {
      if (state$.value.phase === 'idle') begin(false)
    },
    rescan: () => begin(true),
    cancel() {
      if (state$.value.phase !== 'reading' && state$.value.phase !== 'comparing') return
      search += 1
      thread.end()
      set({ phase: 'idle' })
    },
    async like(person) {
      if (!isReady()) return []
      const { likenesses = [] } = await thread({ name: 'like', record: recordOf(person) })
      return likenesses.filter(
        ({ id, certainty }) => !decided || !isPutAside({ a: person.id, b: id, certainty }, decided, queries.comparable),
      )
    },
    async explain(a, b) {
      if (!isReady()) return undefined
      return (await thread({ name: 'explain', a: recordOf(a), b: recordOf(b) })).explanation
    },
    textOf,
    alikenessOf,
    async close() {
      const isIdle = state$.value.phase === 'idle'
      search += 1
      gathering.end()
      if (state$.value.phase === 'ready') await thread({ name: 'close' }).catch(onDefect)
      if (!isIdle) thread.end()
    },
  }
}
