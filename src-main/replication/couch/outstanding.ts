// Documents that the feed has named and that could not be read yet at that revision: of several copies the one that was
// asked by key can be seconds behind the one that the feed read. They are asked for again, ever less often.
// Invariant: an entry goes only when its document was read, or when it was handed over to be set aside after a long time.
import type { Named } from './remote'

const FIRST_MS = 150
const LONGEST_MS = 5000
/** Asked for so many at once. */
const AT_ONCE = 500
/** After so long the server is not behind, it has lost something: that is told of the one document, and the rest goes on. */
const PATIENCE_MS = 2 * 60_000

interface Entry extends Named {
  /** The page of the feed that named it: the position may not pass it. */
  page: number
  since: number
}

export class Outstanding {
  readonly #entries = new Map<string, Entry>()
  #waitMs = FIRST_MS
  #askAt = 0

  get size(): number {
    return this.#entries.size
  }

  /** The first page that has to wait; undefined: none. */
  get oldestPage(): number | undefined {
    let oldest: number | undefined
    for (const { page } of this.#entries.values()) oldest = oldest === undefined ? page : Math.min(oldest, page)
    return oldest
  }

  add(named: readonly Named[], page: number, now: number): void {
    if (this.#entries.size === 0) {
      this.#waitMs = FIRST_MS
      this.#askAt = now + FIRST_MS
    }
    for (const one of named) {
      const key = keyOf(one)
      const former = this.#entries.get(key)
      this.#entries.set(key, { ...one, page: Math.min(page, former?.page ?? page), since: former?.since ?? now })
    }
  }

  /** Those to ask for now. */
  due(now: number): Named[] {
    if (this.#entries.size === 0 || now < this.#askAt) return []
    this.#waitMs = Math.min(LONGEST_MS, 2 * this.#waitMs)
    this.#askAt = now + this.#waitMs
    return [...this.#entries.values()].slice(0, AT_ONCE).map(({ id, rev }) => ({ id, rev }))
  }

  /** Takes those out that were read. @returns the first page that had named any of them */
  read(named: readonly Named[]): number | undefined {
    let first: number | undefined
    for (const one of named) {
      const entry = this.#entries.get(keyOf(one))
      if (!entry) continue
      first = Math.min(first ?? entry.page, entry.page)
      this.#entries.delete(keyOf(one))
    }
    return first
  }

  /** Takes those out that were asked for in vain for too long. */
  givenUp(now: number): Named[] {
    const old = [...this.#entries.values()].filter(({ since }) => now - since > PATIENCE_MS)
    for (const one of old) this.#entries.delete(keyOf(one))
    return old
  }
}

const keyOf = ({ id, rev }: Named): string => `${rev} ${id}`
