// Typing errors: which words may be meant by a misspelt one.
// Invariant: two words within `n` typing errors share at least one of their `variants(word, n)`; FTS5 finds the words that
// share one, and `distance` then decides. (The "symmetric delete" scheme: only deletions are stored, yet insertions,
// replacements and transpositions are found, since each can be undone by deleting a letter on both sides.)

/** Variants are made of so many first letters; two spellings of a longer word still share one, as deletions also move the end. */
const STEM = 8
/** Longer words, which no name has, take no part. */
const LONGEST_WORD = 40
const SHORTEST_QUERY = 4
const TWO_ERRORS_FROM = 8
const LETTERS = /^[\p{L}\p{M}]+$/u

/** How many typing errors a typed word may have: one from 4 letters, two from 8, none in words with digits. */
export function allowedErrors(word: string): 0 | 1 | 2 {
  if (word.length < SHORTEST_QUERY || word.length > LONGEST_WORD || !LETTERS.test(word)) return 0
  return word.length < TWO_ERRORS_FROM ? 1 : 2
}

/** Whether a stored word can be meant by a misspelt one at all. */
export function canBeMisspelt(word: string): boolean {
  return word.length >= SHORTEST_QUERY - 1 && word.length <= LONGEST_WORD && LETTERS.test(word)
}

/** The variants to store for a word: as many deletions as a typed word of fitting length may have errors. */
export function storedVariants(word: string): string[] {
  return variants(word, word.length >= TWO_ERRORS_FROM - 2 ? 2 : 1)
}

/** The first letters of a word, and what remains of them when up to `errors` are deleted. */
export function variants(word: string, errors: number): string[] {
  const found = new Set([word.slice(0, STEM)])
  let latest = [...found]
  for (let round = 0; round < errors; round++) {
    const shorter: string[] = []
    for (const text of latest) {
      for (let at = 0; at < text.length; at++) {
        const variant = text.slice(0, at) + text.slice(at + 1)
        if (variant === '' || found.has(variant)) continue
        found.add(variant)
        shorter.push(variant)
      }
    }
    latest = shorter
  }
  // Half of a surrogate pair cannot be stored as text.
  return [...found].filter((variant) => variant.isWellFormed())
}

/**
 * The number of typing errors between two words: letters inserted, left out, replaced, or swapped with their neighbour
 * (the optimal string alignment distance). Anything above `most` comes back as `most + 1`.
 */
export function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    let least = row
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1]
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (swapped) cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1)
      current.push(cost)
      least = Math.min(least, cost)
    }
    if (least > most + 1) return most + 1
    beforeLast = last
    last = current
  }
  return Math.min(last[b.length] ?? 0, most + 1)
}
