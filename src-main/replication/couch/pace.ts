// How much travels at once, learnt from the line: a large answer that is cut in the middle was for nothing, and would be
// the next time, too. Invariant: whatever the line, there is a size at which something gets through.

/** A page or request as large as we like to hold in memory. */
const MOST_BYTES = 4 * 1024 * 1024
const LEAST_BYTES = 16 * 1024
/** Documents in the first page, which shows how large this organisation's documents are. */
const FIRST_PAGE = 100

export class Pace {
  #bytes = MOST_BYTES
  #documentBytes = MOST_BYTES / FIRST_PAGE

  /** Size of a request, or of an answer that we may ask for. */
  get bytes(): number {
    return this.#bytes
  }

  /** How many documents fit, of the size seen last. */
  get documents(): number {
    return Math.max(1, Math.floor(this.#bytes / this.#documentBytes))
  }

  /** So many bytes got through, holding so many documents. */
  went(bytes: number, documents: number): void {
    if (documents > 0) this.#documentBytes = Math.max(1, bytes / documents)
    if (bytes > this.#bytes / 2) this.#bytes = Math.min(MOST_BYTES, this.#bytes * 1.5)
  }

  /** The line broke with something under way. */
  broke(): void {
    this.#bytes = Math.max(LEAST_BYTES, this.#bytes / 4) // few attempts, since each waits longer than the one before
  }
}
