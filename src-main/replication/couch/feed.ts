// The feed of one database, shared by all collections: reads pages of changes, hands each collection its part, and knows
// how far everything is durable. Invariants: a position is told only when every collection has stored all that stands
// before it, at the revision the feed named or a later one that contains it; what waits in memory is bounded, whatever the
// collections' pace; a change made while no reader waited is found, since waiting starts from the page read last.
import { KINDS, type Kind } from '../../engine/documents/kinds'
import type { KeyedReads } from './keyed-reads'
import { Outstanding } from './outstanding'
import { type ChangesPage, LagError, type Named, type Remote, type RemoteDocument } from './remote'
import { Waking } from './waking'

/** Documents read and not yet stored, over all collections, before reading pauses; a page more may be on its way. */
const WAITING_MAX = 2000
/** Documents in a page: smaller ones take longer together, larger ones keep the process busy longer at a stretch. */
const PAGE_LIMIT = 1000
/** How often the stored position is looked at while reading has to wait. */
const LOOK_MS = 2
/** The same while there is nothing to read. */
const STORED_MS = 50
/** How often it is looked whether documents that could not be read yet are due. */
const DUE_MS = 50

/** Documents of one collection as RxDB takes them, with the number of the page they came with. */
export interface Delivery<D> {
  documents: D[]
  page: number
}

export interface FeedOptions<D> {
  remote: Pick<Remote, 'changes' | 'awaitChange'> & Pick<KeyedReads, 'readAt'>
  /** Where to start; undefined: the beginning. */
  since: string | undefined
  /** The number of the last page ever read by this process: numbers never repeat. */
  lastPage: number
  /**
   * Which collection a change belongs to, and its document; undefined: none of ours, or set aside.
   * @throws LagError when a part of it cannot be read yet
   */
  sort(change: RemoteDocument): Promise<{ kind: Kind; document: D } | undefined>
  /** The page up to which a collection has stored everything it was given. */
  storedUpTo(kind: Kind): number
  /** Something waits for a collection that is not asking. */
  ring(kind: Kind): void
  /** Everything before `since` is durable here: so many changes since this feed began. */
  onPosition(since: string, read: number): void
  /** A page was read: so many changes since this feed began, and so many after them. */
  onPage(read: number, pending: number): void
  /** Named by the feed, and in all this time not to be read: its position is passed. */
  onLost(named: Named): void
  /** Nothing changed for a while. */
  onQuiet(): Promise<void>
}

export class Feed<D> {
  readonly #options: FeedOptions<D>
  readonly #queues = new Map<Kind, Delivery<D>[]>(KINDS.map((kind) => [kind, []]))
  /** Pages handed out or queued and not known to be stored, oldest first: how many documents, and which page named them. */
  readonly #open = new Map<Kind, { page: number; count: number; from: number }[]>(KINDS.map((kind) => [kind, []]))
  readonly #outstanding = new Outstanding()
  readonly #takers = new Map<Kind, (delivery: Delivery<D>) => void>()
  /** Pages whose position has not been told yet, oldest first. */
  #positions: { page: number; since: string; read: number }[] = []
  #read = 0
  /** The page after the one read last, on its way. */
  #ahead: Promise<ChangesPage> | undefined
  #since: string | undefined
  #page: number
  #caughtUp = false
  /** Before the page that is read next. */
  #wasCaughtUp = false
  readonly #waking = new Waking()
  #ended = false

  constructor(options: FeedOptions<D>) {
    this.#options = options
    this.#since = options.since
    this.#page = options.lastPage
  }

  /** The number of the page read last. */
  get page(): number {
    return this.#page
  }

  get caughtUp(): boolean {
    return this.#caughtUp
  }

  /** How many documents the server has named and does not give yet. */
  get behind(): number {
    return this.#outstanding.size
  }

  /** Whether everything that was read is stored. */
  get settled(): boolean {
    this.#look()
    return this.#caughtUp && this.#positions.length === 0
  }

  /** The next documents of a collection; none once it has everything there is. */
  take(kind: Kind): Promise<Delivery<D>> {
    const queue = this.#queues.get(kind) ?? []
    const next = queue.shift()
    if (next) return Promise.resolve(next)
    if (this.#caughtUp || this.#ended) return Promise.resolve({ documents: [], page: this.#page })
    return new Promise((resolve) => this.#takers.set(kind, resolve))
  }

  /**
   * Reads until `signal` aborts. Afterwards no reader waits for this feed any more.
   * @param ready nothing is read before
   * @throws RemoteError, and what `ready` fails with
   */
  async run(signal: AbortSignal, ready: Promise<void>): Promise<void> {
    const asking = new AbortController()
    const both = AbortSignal.any([signal, asking.signal])
    try {
      await ready
      await Promise.race([this.#follow(both), this.#askAgain(both)])
    } finally {
      asking.abort()
      this.#ended = true
      this.#answerTakers()
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.#caughtUp) {
        this.#look()
        // Where changes come all the time, the next one need not be waited for.
        if (!this.#waking.busy && !(await this.#awaitChange(signal))) {
          await this.#options.onQuiet()
          continue
        }
        await this.#gather(signal)
        this.#caughtUp = false
      }
      await this.#room(signal)
      if (!signal.aborted) await this.#readPage()
    }
  }

  /** Asks again for what could not be read yet, beside everything else. */
  async #askAgain(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await sleep(DUE_MS)
      const due = this.#outstanding.due(Date.now())
      if (due.length === 0) continue
      const found = await this.#options.remote.readAt(due)
      if (signal.aborted) return
      if (found.size > 0) {
        const sorted = await this.#sortOut([...found.values()])
        const from = this.#outstanding.read(due.filter(({ id }) => found.has(id) && !sorted.behind.has(id)))
        this.#deliver({ ...sorted, behind: new Map() }, from)
      }
      for (const named of this.#outstanding.givenUp(Date.now())) this.#options.onLost(named)
      this.#look()
    }
  }

  /** Lets changes gather before they are read. */
  async #gather(signal: AbortSignal): Promise<void> {
    const until = performance.now() + this.#waking.waitMs(Math.random())
    for (let left = until - performance.now(); left > 0 && !signal.aborted; left = until - performance.now()) {
      await sleep(Math.min(left, STORED_MS))
      this.#look()
    }
  }

  /** Waits for a change; while pages are not stored yet it comes back now and then to see whether they are. */
  async #awaitChange(signal: AbortSignal): Promise<boolean> {
    const waiting = this.#options.remote.awaitChange(this.#since, signal)
    let settled = false
    const changed = waiting.finally(() => {
      settled = true
    })
    while (!settled && this.#positions.length > 0) {
      await Promise.race([changed, sleep(STORED_MS)])
      this.#look()
    }
    return changed
  }

  async #readPage(): Promise<void> {
    const { remote, onPage } = this.#options
    const begun = performance.now()
    const wasCaughtUp = this.#wasCaughtUp
    const page = await (this.#ahead ?? remote.changes(this.#since, PAGE_LIMIT))
    // What comes page by page gathered before, and tells nothing of how often something changes.
    if (wasCaughtUp)
      this.#waking.read(
        page.documents.length + (page.behind?.length ?? 0),
        performance.now(),
        performance.now() - begun,
      )
    this.#wasCaughtUp = page.pending === 0
    // Asked for before this page is looked at: meanwhile the server is at work, and not only we are.
    this.#ahead = page.pending > 0 && this.#waiting() < WAITING_MAX ? remote.changes(page.since, PAGE_LIMIT) : undefined
    this.#ahead?.catch(() => undefined) // its reader is told
    const sorted = await this.#sortOut(page.documents)
    this.#since = page.since
    this.#read += page.documents.length
    const number = this.#deliver(sorted)
    this.#outstanding.add(page.behind ?? [], number, Date.now())
    this.#positions.push({ page: number, since: page.since, read: this.#read })
    onPage(this.#read, page.pending)
    if (page.pending === 0) {
      this.#caughtUp = true
      this.#answerTakers()
    }
    this.#look()
  }

  async #sortOut(changes: readonly RemoteDocument[]): Promise<{ parts: Map<Kind, D[]>; behind: Map<string, Named> }> {
    const parts = new Map<Kind, D[]>()
    const behind = new Map<string, Named>()
    for (const change of changes) {
      const sorted = await this.#options.sort(change).catch((error: unknown) => {
        if (!(error instanceof LagError)) throw error
        behind.set(change.id, { id: change.id, rev: change.rev })
        return undefined
      })
      if (!sorted) continue
      const part = parts.get(sorted.kind)
      if (part) part.push(sorted.document)
      else parts.set(sorted.kind, [sorted.document])
    }
    return { parts, behind }
  }

  /**
   * Hands documents on as a page of their own, in one go: a reader that asks meanwhile is told of the page before or of this one.
   * @param from the page that named them; this one, unless given
   */
  #deliver(
    { parts, behind }: { parts: ReadonlyMap<Kind, D[]>; behind: ReadonlyMap<string, Named> },
    from?: number,
  ): number {
    this.#page += 1
    const page = this.#page
    this.#outstanding.add([...behind.values()], page, Date.now())
    for (const [kind, documents] of parts) {
      this.#open.get(kind)?.push({ page, count: documents.length, from: from ?? page })
      const delivery = { documents, page }
      const taker = this.#takers.get(kind)
      this.#takers.delete(kind)
      if (taker) taker(delivery)
      else {
        const queue = this.#queues.get(kind)
        queue?.push(delivery)
        if (queue?.length === 1) this.#options.ring(kind)
      }
    }
    return page
  }

  #answerTakers(): void {
    for (const [kind, taker] of [...this.#takers]) {
      this.#takers.delete(kind)
      taker({ documents: [], page: this.#page })
    }
  }

  /** Documents read and not known to be stored. */
  #waiting(): number {
    return [...this.#open.values()].reduce((sum, pages) => sum + pages.reduce((all, { count }) => all + count, 0), 0)
  }

  /** Waits until the collections have stored enough of what was read. */
  async #room(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.#waiting() >= WAITING_MAX) {
      await sleep(LOOK_MS)
      this.#look()
    }
  }

  /** Notes what was stored meanwhile, and tells the position that follows from it. */
  #look(): void {
    let oldest = Math.min(this.#page + 1, this.#outstanding.oldestPage ?? Number.POSITIVE_INFINITY)
    for (const [kind, pages] of this.#open) {
      const stored = this.#options.storedUpTo(kind)
      while (pages[0] && pages[0].page <= stored) pages.shift()
      for (const { from } of pages) oldest = Math.min(oldest, from)
    }
    let reached: { since: string; read: number } | undefined
    while (this.#positions[0] && this.#positions[0].page < oldest) reached = this.#positions.shift()
    if (reached) this.#options.onPosition(reached.since, reached.read)
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
