// Which pages cover the rows in view, and which row stands where. Invariant: a row is only taken from its own page.

/** Offsets of the pages that cover `first` to `last`: the even one and the odd one, null where there is none. */
export function pagesInView(first: number, last: number, size: number): [number | null, number | null] {
  const from = Math.floor(first / size)
  const to = Math.min(Math.floor(last / size), from + 1)
  const even = [from, to].find((page) => page % 2 === 0)
  const odd = [from, to].find((page) => page % 2 === 1)
  return [even === undefined ? null : even * size, odd === undefined ? null : odd * size]
}

/** The row at `index` of a list whose pages begin at `offsets`; undefined while its page is not there. */
export function rowFrom<T>(
  index: number,
  size: number,
  pages: readonly (readonly [number | null, readonly T[] | undefined])[],
): T | undefined {
  for (const [offset, items] of pages) {
    if (offset !== null && index >= offset && index < offset + size) return items?.[index - offset]
  }
  return undefined
}
