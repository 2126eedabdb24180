// What happened, as lines: the last so many, from which those about a difference are picked.

const KEPT = 20_000
/** What changes the course of everything after it. */
const TURNING = /^(crashes|starts|dies|is restored|is made|partition|quiet|its clock|the server is another)/
/** Characters of a line, and around an id in a line that is longer. */
const LINE = 240
const AROUND = 70

export class Log {
  #lines: { at: number; who: string; what: string }[] = []

  /** @param now the moment, ms since the epoch */
  add(now: number, who: string, what: string): void {
    this.#lines.push({ at: now, who, what })
    if (this.#lines.length > 2 * KEPT) this.#lines = this.#lines.slice(-KEPT)
  }

  /** The last lines that name any of these ids, and the turning points around them; all, when no id is given. */
  about(ids: readonly string[], limit: number): string[] {
    const shown =
      ids.length === 0
        ? this.#lines
        : this.#lines.filter(({ what }) => TURNING.test(what) || ids.some((id) => what.includes(id)))
    return shown
      .slice(-limit)
      .map(({ at, who, what }) => `${new Date(at).toISOString()} ${who.padEnd(10)} ${cut(what, ids)}`)
  }
}

/** A long line is cut to its beginning and what stands around the ids. */
function cut(what: string, ids: readonly string[]): string {
  if (what.length <= LINE) return what
  const parts = ids.flatMap((id) => {
    const place = what.indexOf(id)
    return place < 0 ? [] : [what.slice(Math.max(0, place - AROUND / 3), place + id.length + AROUND)]
  })
  return [what.slice(0, AROUND), ...parts].join(' … ')
}
