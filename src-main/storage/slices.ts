// Keeps long work from freezing the process: it is cut into slices of a few milliseconds, and between two slices the
// event loop runs. Short work never leaves its first slice and so stays synchronous.
// Invariant: all calls within one turn of the event loop share that turn's time, so a loop of many short awaited calls
// (which by themselves are only microtasks) is cut as well.

/** Resolves after the event loop has run its timers and its input once. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** When this turn's first work began; undefined until there is some. */
let turnStart: number | undefined

function endTurn(): void {
  turnStart = undefined
}

function startOfTurn(): number {
  if (turnStart === undefined) {
    turnStart = performance.now()
    setImmediate(endTurn)
  }
  return turnStart
}

/** At the start of a call: a promise to wait for when the calls before it have used up this turn of the event loop. */
export function pauseIfDue(sliceTime: number): Promise<void> | undefined {
  return performance.now() - startOfTurn() < sliceTime ? undefined : nextTurn()
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
    this.#end = startOfTurn() + milliseconds
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
    this.#end = startOfTurn() + this.#length
  }
}
