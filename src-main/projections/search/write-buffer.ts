// What FTS5 has still to be told. FTS5 gathers in memory what it is given in ascending order of rowids, and writes all of it
// out as a segment of its own whenever a lower one comes; people come in any order, so nearly every one cost a segment.
// Gathered here and told in order, a transaction costs one segment in each index.
// Invariant: of one place at most one removal, of what FTS5 has, and one addition: the text that stands in `search_person`.

/** The texts of a person in the two indexes, and the rowid they stand under. */
interface Placed {
  readonly place: number
  readonly shown: string
  readonly words: string
  readonly parts: string
}

/** One index of FTS5. */
export interface Target {
  add(text: Placed): void
  remove(text: Placed): void
}

export interface WriteBuffer {
  add(text: Placed): void
  remove(text: Placed): void
  /**
   * Tells each index, whole, one after the other. If that fails, the transaction has to be rolled back.
   * @returns how many texts that were
   */
  writeTo(targets: readonly Target[]): number
  /** Forgets all of it, as after a rollback. */
  clear(): void
}

export function createWriteBuffer(): WriteBuffer {
  const places = new Map<number, { removed?: Placed; added?: Placed }>()
  const at = (place: number) => {
    const change = places.get(place) ?? {}
    places.set(place, change)
    return change
  }
  return {
    add(text) {
      at(text.place).added = text
    },
    remove(text) {
      const known = at(text.place)
      // What FTS5 never heard of need not be taken back.
      if (known.added) delete known.added
      else known.removed = text
    },
    writeTo(targets) {
      const ordered = [...places].sort(([a], [b]) => a - b).map(([, change]) => change)
      places.clear()
      for (const { add, remove } of targets)
        for (const { removed, added } of ordered) {
          if (removed) remove(removed)
          if (added) add(added)
        }
      return ordered.reduce((sum, { removed, added }) => sum + (removed ? 1 : 0) + (added ? 1 : 0), 0)
    },
    clear: () => places.clear(),
  }
}
