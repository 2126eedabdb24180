// The order in which changes of a collection are read, as (time, id).
// Invariant: what is written later never sorts before something committed earlier, so a reader that has read up to a
// checkpoint misses nothing. RxDB's own `_meta.lwt` does not promise that: it is stamped when a write is called, and a
// write may wait for a transaction or for its attachments and commit after a later one, or the computer's clock may be
// set back. The time used here is `_meta.lwt` whenever that is later than all before it, and just after them otherwise.

/** The resolution of RxDB's timestamps: milliseconds with two decimals. */
const TICK = 0.01

export class ChangeClock {
  #newest: number

  /** Continues after the newest time that is stored. */
  constructor(newest: number) {
    this.#newest = newest
  }

  /** The time of the last row; 0 before the first. */
  get newest(): number {
    return this.#newest
  }

  /** A function from `_meta.lwt` to the time of a row, for all rows of one bulk write. */
  forBulk(): (lwt: number) => number {
    const before = this.#newest
    return (lwt) => {
      const time = lwt > before ? lwt : before + TICK
      if (time > this.#newest) this.#newest = time
      return time
    }
  }
}
