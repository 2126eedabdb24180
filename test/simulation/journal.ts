// What a device wrote and has not flushed: a power cut takes a part of that back, the last first.
// Invariant: documents and what replication notes beside them share one file, and go back together, in their order.

export class Journal {
  #undo: (() => void)[] = []

  /** @param undo puts back what was there before */
  note(undo: () => void): void {
    this.#undo.push(undo)
  }

  flush(): void {
    this.#undo = []
  }

  /** Writes that a power cut may take back. */
  get length(): number {
    return this.#undo.length
  }

  /** Takes back the last so many writes. */
  takeBack(count: number): void {
    for (let left = count; left > 0; left -= 1) this.#undo.pop()?.()
    this.#undo = []
  }
}

/** A map whose changes a journal can take back. */
export class JournaledMap<K, V> extends Map<K, V> {
  #journal: Journal | undefined

  constructor(journal: Journal, entries: Iterable<readonly [K, V]> = []) {
    super()
    for (const [key, value] of entries) super.set(key, value)
    this.#journal = journal
  }

  override set(key: K, value: V): this {
    const former = super.get(key)
    const had = super.has(key)
    this.#journal?.note(() => (had ? super.set(key, former as V) : super.delete(key)))
    return super.set(key, value)
  }
}
