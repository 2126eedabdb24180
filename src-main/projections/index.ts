// The projections: SQLite views that follow the documents, and can be derived anew beside those that answer.
// Invariant: an answer comes from views that are whole; there are none only until the first were derived.
import { ScvError } from '@shared/errors'
import { NO_STAMP, type Stamp } from '@shared/model/ids'
import { BehaviorSubject, type Observable, Subject, type Subscription } from 'rxjs'
import type { DocumentFeed } from '../engine/document-feed'
import { KINDS } from '../engine/documents/kinds'
import type { ViewChange, Views } from '../engine/ports'
import { chooseFile } from './choice'
import { PROJECTION_VERSION } from './file/tables'
import { isDamage, removeViews } from './file/views-file'
import { type Generation, openGeneration } from './generation'
import type { ReadViews } from './read/reader'
import { createRebuild, type Rebuild, type RebuildProgress, sizeOf } from './rebuild'

/** What the views are about: `answers` is whether there are any that do. */
export interface ViewsStatus {
  readonly answers: boolean
  readonly rebuild?: RebuildProgress
}

export interface Projections extends Views {
  readonly status$: Observable<ViewsStatus>
  /** The file of the views that answer. */
  readonly file: string
  /**
   * Derives all views from the documents anew, beside those that answer, and puts them in their place. Of calls while one is
   * under way each gets views whose derivation began after it.
   */
  rebuild(): Promise<void>
  /** Brings them up to documents in which no stamp is later than `latest`, though there was one: it was taken back. */
  setBack(latest: Stamp): Promise<void>
  /** As `settle`; then the files hold all of it as well, which others may open. */
  flush(): Promise<void>
  /** Waits for what is being written to the file in the background, and closes it. */
  close(): Promise<void>
}

export interface ProjectionsOptions {
  /** From so many documents on views are derived in the background, on a thread: opening does not wait for it. */
  loadFrom?: number
}

/** As many as are derived within a second. */
const LOAD_FROM = 5_000

/**
 * Opens the projections and brings them up to the documents.
 * @param path of the file, or a URI of SQLite's; a second file and the search indexes stand beside it
 * @param onError told of a failure in the background; what failed is tried again
 */
export async function openProjections(
  path: string,
  feed: DocumentFeed,
  onError: (error: unknown) => void,
  { loadFrom = LOAD_FROM }: ProjectionsOptions = {},
): Promise<Projections> {
  const projections = new ProjectionsOfTwoFiles(path, feed, onError, loadFrom)
  await projections.open()
  return projections.offered()
}

class ProjectionsOfTwoFiles {
  readonly #path: string
  readonly #feed: DocumentFeed
  readonly #onError: (error: unknown) => void
  readonly #loadFrom: number
  readonly #changes$ = new Subject<ViewChange>()
  readonly #status$ = new BehaviorSubject<ViewsStatus>({ answers: false })
  readonly #closing = new AbortController()
  readonly #rebuildOnce: Rebuild
  #current: Generation | undefined
  #currentChanges: Subscription | undefined
  /** How often views were derived. */
  #count = 0
  /** Views that were replaced, until their file is gone. */
  #retired: Promise<void> = Promise.resolve()
  #running: Promise<void> | undefined
  #next: Promise<void> | undefined
  /** Whether a stamp was taken back that may have come into views that were being derived. */
  #isSetBack = false
  /** Whether values of erased people may have come into views that were being derived. */
  #owesScrub = false
  #whenAnswering: (() => void)[] = []
  #closed: Promise<void> | undefined

  constructor(path: string, feed: DocumentFeed, onError: (error: unknown) => void, loadFrom: number) {
    this.#path = path
    this.#feed = feed
    this.#loadFrom = loadFrom
    this.#onError = (error) => {
      onError(error)
      if (isDamage(error) && !this.#running) this.#inBackground()
    }
    this.#rebuildOnce = createRebuild({
      ...{ path, feed, loadFrom, signal: this.#closing.signal },
      answering: () => this.#current?.path,
      open: (file) => openGeneration(file, feed, this.#onError),
      swap: (next) => this.#swap(next),
      onProgress: (rebuild) =>
        this.#status$.next({ answers: this.#current !== undefined, ...(rebuild ? { rebuild } : {}) }),
    })
  }

  async open(): Promise<void> {
    const { file, generation, version, unfinished } = await chooseFile(this.#path)
    this.#count = generation
    const current = file === undefined ? undefined : await this.#openFound(file, version !== PROJECTION_VERSION)
    const isSound = current !== undefined && version === PROJECTION_VERSION && (await current.isReached())
    if (current) this.#answerFrom(current)
    if (isSound && unfinished === undefined) return current.settle()
    const isSmall = sizeOf(this.#feed) < this.#loadFrom
    // Views of before answer meanwhile; without any, callers are told to come back.
    if (!isSmall) {
      this.#inBackground(unfinished)
      return current?.settle()
    }
    try {
      await this.#rebuild(unfinished)
    } catch (error) {
      if (!current) throw error
      this.#onError(error)
    }
  }

  /** @returns nothing for a file that turns out to be damaged, which is forgotten */
  async #openFound(file: string, isToBeReplaced: boolean): Promise<Generation | undefined> {
    try {
      return await openGeneration(file, this.#feed, this.#onError, isToBeReplaced)
    } catch (error) {
      if (!isDamage(error)) throw error
      await removeViews(file)
      return undefined
    }
  }

  #answerFrom(generation: Generation): void {
    this.#currentChanges?.unsubscribe()
    this.#current = generation
    this.#currentChanges = generation.changes$.subscribe((change) => this.#changes$.next(change))
    this.#status$.next({ ...this.#status$.value, answers: true })
    for (const resolve of this.#whenAnswering.splice(0)) resolve()
  }

  #swap(next: Generation): void {
    const old = this.#current
    this.#count += 1
    if (this.#isSetBack) next.setLatest(old?.views.latestStamp() ?? NO_STAMP)
    this.#isSetBack = false
    next.becomeWhole(this.#count)
    this.#answerFrom(next)
    if (old)
      this.#retired = old
        .close()
        .then(() => removeViews(old.path))
        .catch(this.#onError)
    if (this.#owesScrub) next.scrub().catch(this.#onError)
    this.#owesScrub = false
    this.#changes$.next({ people: new Set(), kinds: new Set(KINDS) })
  }

  #inBackground(unfinished?: string): void {
    this.#rebuild(unfinished).catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#onError(error)
    })
  }

  #rebuild(unfinished?: string): Promise<void> {
    if (this.#running) {
      this.#next ??= this.#running
        .catch(() => undefined)
        .then(() => {
          this.#next = undefined
          return this.#rebuild()
        })
      return this.#next
    }
    this.#running = this.#retired
      .then(() => {
        this.#closing.signal.throwIfAborted()
        return this.#rebuildOnce(unfinished)
      })
      .finally(() => {
        this.#running = undefined
      })
    return this.#running
  }

  /** Does something with the views that answer, and again where others have taken their place meanwhile. */
  async #withCurrent(work: (generation: Generation) => Promise<void>): Promise<void> {
    for (;;) {
      this.#closing.signal.throwIfAborted()
      const asked = this.#current
      if (!asked) {
        await new Promise<void>((resolve) => this.#whenAnswering.push(resolve))
        continue
      }
      try {
        await work(asked)
      } catch (error) {
        if (asked === this.#current) throw error
      }
      if (asked === this.#current) return
    }
  }

  get #answering(): Generation {
    if (this.#current) return this.#current
    const { done = 0, total = 0 } = this.#status$.value.rebuild ?? {}
    throw new ScvError('views_not_ready', 'Lists and search are being prepared. Try again in a moment.', {
      details: { done, total },
    })
  }

  #close(): Promise<void> {
    this.#closed ??= this.#closeOnce()
    return this.#closed
  }

  async #closeOnce(): Promise<void> {
    this.#closing.abort(new Error('The views are closed'))
    for (const resolve of this.#whenAnswering.splice(0)) resolve()
    await this.#running?.catch(() => undefined) // who called is told
    await this.#retired
    this.#currentChanges?.unsubscribe()
    this.#changes$.complete()
    this.#status$.complete()
    await this.#current?.close()
  }

  offered(): Projections {
    const views = () => this.#answering.views
    const file = () => this.#answering.path
    return {
      ...forward(views),
      latestStamp: () => this.#current?.views.latestStamp(),
      changes$: this.#changes$,
      status$: this.#status$,
      get file() {
        return file()
      },
      settle: (options) => this.#withCurrent((generation) => generation.settle(options)),
      searchable: () => this.#withCurrent((generation) => generation.searchable()),
      setBack: (latest) => {
        this.#isSetBack = this.#running !== undefined
        return this.#withCurrent(async (generation) => {
          await generation.settle()
          generation.setLatest(latest)
        })
      },
      flush: () => this.#withCurrent((generation) => generation.flush()),
      scrub: () => {
        this.#owesScrub = this.#running !== undefined
        return this.#withCurrent((generation) => generation.scrub())
      },
      rebuild: () => this.#rebuild(),
      close: () => this.#close(),
    }
  }
}

/** Every answer, so that none is forgotten. */
const ANSWERS: Readonly<Record<keyof ReadViews, true>> = {
  ...{ latestStamp: true, setOf: true, contact: true, person: true, personRow: true, recentPeople: true },
  ...{ autoCreated: true, dismissal: true, deletedPeople: true, expirable: true, listPeople: true, peopleAfter: true },
  ...{ everyoneAfter: true },
  ...{
    claimsOn: true,
    claimCount: true,
    holderOf: true,
    claimsBy: true,
    identifiers: true,
    identifiersByValue: true,
    search: true,
  },
  ...{ formerKeys: true },
  ...{ interactionCount: true, journey: true, journeySpan: true, journeyMarks: true, journeyDensity: true },
  ...{
    journeyGroups: true,
    interactionOwner: true,
    interactionsOf: true,
    interactionsBehind: true,
    untiedFrom: true,
    noteIds: true,
    identifiersMet: true,
  },
  ...{ interactionsIn: true, conversationsBegun: true, conversationCount: true },
  ...{ mergesOf: true, cannotLink: true, unfinishedErasures: true, decisionsOn: true, recordsOf: true },
  ...{ auditEntries: true, activityStampsOf: true, openItems: true, openItem: true, openCounts: true, counts: true },
}

/** Answers that are asked of whatever views answer at the moment of the call. */
function forward(views: () => ReadViews): ReadViews {
  return Object.fromEntries(
    Object.keys(ANSWERS).map((name) => [
      name,
      (...given: unknown[]) => (views()[name as keyof ReadViews] as (...given: unknown[]) => unknown)(...given),
    ]),
  ) as unknown as ReadViews
}
