// Order among the writers of one file: SQLite has one writer at a time, and long writes and transactions span turns
// of the event loop. Invariant: at most one holder; the others get their turn in the order they asked.

/** A first-come-first-served lock that costs nothing, not even a microtask, while no writer holds it. */
export class WriteQueue {
  #held = false
  readonly #waiting: (() => void)[] = []

  /** Takes the queue: undefined when it is free now, otherwise a promise for our turn. */
  acquire(): Promise<void> | undefined {
    if (!this.#held) {
      this.#held = true
      return undefined
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }

  /** Hands over to the next in line; it stays held in between, so no writer can slip in. */
  release(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#held = false
  }
}
