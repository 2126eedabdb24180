// The feed of one database, shared by all collections: reads pages of changes, hands each collection its part, and knows
// how far everything is durable. Invariants: a position is told only when every collection has stored all that stands
// before it; what waits in memory is bounded, whatever the collections' pace; a change made while nobody waited is found,
// since waiting starts from the page read last.
import { KINDS, type Kind } from '../../engine/documents/kinds'
import type { ChangesPage, Remote, RemoteDocument } from './remote'

/** Documents read and not yet stored, over all collections, before reading pauses; a page more may be on its way. */
const WAITING_MAX = 2000
/** Documents in a page: smaller ones take longer together, larger ones keep the process busy longer at a stretch. */
const PAGE_LIMIT = 1000
/** How often the stored position is looked at while reading has to wait. */
const LOOK_MS = 2
/** The same while there is nothing to read. */
const STORED_MS = 50

/** Documents of one collection as RxDB takes them, with the number of the page they came with. */
export interface Delivery<D> {
  documents: D[]
  page: number
}

export interface FeedOptions<D> {
  remote: Pick<Remote, 'changes' | 'awaitChange'>
  /** Where to start; undefined: the beginning. */
  since: string | undefined
  /** The number of the last page ever read by this process: numbers never repeat. */
  lastPage: number
  /** Which collection a change belongs to, and its document; undefined: none of ours, or set aside. */
  sort(change: RemoteDocument): Promise<{ kind: Kind; document: D } | undefined>
  /** The page up to which a collection has stored everything it was given. */
  storedUpTo(kind: Kind): number
  /** Something waits for a collection that is not asking. */
  ring(kind: Kind): void
  /** Everything before `since` is durable here: so many changes since this feed began. */
  onPosition(since: string, read: number): void
  /** A page was read: so many changes since this feed began, and so many after them. */
  onPage(read: number, pending: number): void
  /** Nothing changed for a while. */
  onQuiet(): Promise<void>
}

export class Feed<D> {
  readonly #options: FeedOptions<D>
  readonly #queues = new Map<Kind, Delivery<D>[]>(KINDS.map((kind) => [kind, []]))
  /** Pages handed out or queued and not known to be stored, oldest first, with how many documents. */
  readonly #open = new Map<Kind, { page: number; count: number }[]>(KINDS.map((kind) => [kind, []]))
  readonly #takers = new Map<Kind, (delivery: Delivery<D>) => void>()
  /** Pages whose position has not been told yet, oldest first. */
  #positions: { page: number; since: string; read: number }[] = []
  #read = 0
  /** The page after the one read last, on its way. */
  #ahead: Promise<ChangesPage> | undefined
  #since: string | undefined
  #page: number
  #caughtUp = false
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
   * Reads until `signal` aborts. Afterwards nobody waits for this feed any more.
   * @param ready nothing is read before
   * @throws RemoteError, and what `ready` fails with
   */
  async run(signal: AbortSignal, ready: Promise<void>): Promise<void> {
    try {
      await ready
      while (!signal.aborted) {
        if (this.#caughtUp) {
          this.#look()
          if (!(await this.#awaitChange(signal))) {
            await this.#options.onQuiet()
            continue
          }
          this.#caughtUp = false
        }
        await this.#room(signal)
        if (!signal.aborted) await this.#readPage()
      }
    } finally {
      this.#ended = true
      this.#answerTakers()
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
    const { remote, sort, ring, onPage } = this.#options
    const page = await (this.#ahead ?? remote.changes(this.#since, PAGE_LIMIT))
    // Asked for before this page is looked at: meanwhile the server is at work, and not only we are.
    this.#ahead = page.pending > 0 && this.#waiting() < WAITING_MAX ? remote.changes(page.since, PAGE_LIMIT) : undefined
    this.#ahead?.catch(() => undefined) // whoever reads it is told
    this.#page += 1
    const parts = new Map<Kind, D[]>()
    for (const change of page.documents) {
      const sorted = await sort(change)
      if (!sorted) continue
      const part = parts.get(sorted.kind)
      if (part) part.push(sorted.document)
      else parts.set(sorted.kind, [sorted.document])
    }
    this.#since = page.since
    this.#read += page.documents.length
    this.#positions.push({ page: this.#page, since: page.since, read: this.#read })
    for (const [kind, documents] of parts) {
      this.#open.get(kind)?.push({ page: this.#page, count: documents.length })
      const delivery = { documents, page: this.#page }
      const taker = this.#takers.get(kind)
      this.#takers.delete(kind)
      if (taker) taker(delivery)
      else {
        const queue = this.#queues.get(kind)
        queue?.push(delivery)
        if (queue?.length === 1) ring(kind)
      }
    }
    onPage(this.#read, page.pending)
    if (page.pending === 0) {
      this.#caughtUp = true
      this.#answerTakers()
    }
    this.#look()
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
    let oldest = this.#page + 1
    for (const [kind, pages] of this.#open) {
      const stored = this.#options.storedUpTo(kind)
      while (pages[0] && pages[0].page <= stored) pages.shift()
      if (pages[0]) oldest = Math.min(oldest, pages[0].page)
    }
    let reached: { since: string; read: number } | undefined
    while (this.#positions[0] && this.#positions[0].page < oldest) reached = this.#positions.shift()
    if (reached) this.#options.onPosition(reached.since, reached.read)
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
