// Keeps long work from freezing the process: it is cut into slices of a few milliseconds, and between two slices the
// event loop runs. Short work never leaves its first slice and so stays synchronous.

/** Resolves after the event loop has run its timers and its input once. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** How many documents are handled between two looks at the clock. */
const CLOCK_EVERY = 16

/** Tells, in a loop over documents, when it is time to let others run. */
export class Slice {
  readonly #length: number
  #end: number
  #count = 0

  constructor(milliseconds: number) {
    this.#length = milliseconds
    this.#end = performance.now() + milliseconds
  }

  /** Call once per document: true when the slice is used up. */
  get isOver(): boolean {
    this.#count++
    return this.#count % CLOCK_EVERY === 0 && performance.now() >= this.#end
  }

  /** Whether less than half of the slice is left: time to yield before one more piece that cannot be cut. */
  get isHalfGone(): boolean {
    return performance.now() >= this.#end - this.#length / 2
  }

  /** Lets the event loop run and starts the next slice. */
  async pause(): Promise<void> {
    await nextTurn()
    this.#end = performance.now() + this.#length
  }
}
