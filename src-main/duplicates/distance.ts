// How far two short texts are apart. Invariant: symmetric, and zero for equal texts alone (of the bag: for equal letters).

const LONGEST = 64
const ROWS: readonly [Uint8Array, Uint8Array, Uint8Array] = [
  new Uint8Array(LONGEST + 8),
  new Uint8Array(LONGEST + 8),
  new Uint8Array(LONGEST + 8),
]

/**
 * Edits from one text to the other: inserting, deleting, replacing a letter, or swapping two neighbours, each counts one
 * (optimal string alignment). @param most more are not counted: the answer is then `most + 1`
 */
export function edits(a: string, b: string, most: number): number {
  if (a === b) return 0
  const [m, n] = [a.length, b.length]
  if (Math.abs(m - n) > most || m > LONGEST || n > LONGEST) return most + 1
  let [before, row, next] = ROWS
  for (let j = 0; j <= n; j++) row[j] = j
  for (let i = 1; i <= m; i++) {
    next[0] = i
    let least = i
    const letter = a.charCodeAt(i - 1)
    for (let j = 1; j <= n; j++) {
      const other = b.charCodeAt(j - 1)
      const replaced = (row[j - 1] as number) + (letter === other ? 0 : 1)
      let cost = Math.min((row[j] as number) + 1, (next[j - 1] as number) + 1, replaced)
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === other)
        cost = Math.min(cost, (before[j - 2] as number) + 1)
      next[j] = cost
      if (cost < least) least = cost
    }
    if (least > most) return most + 1
    const free = before
    before = row
    row = next
    next = free
  }
  return Math.min(row[n] as number, most + 1)
}

const COUNTS = new Int16Array(65_536)

/** How many letters of either are not in the other, wherever they stand: never more than the edits between them. */
export function bagDistance(a: string, b: string): number {
  for (let at = 0; at < a.length; at++) (COUNTS[a.charCodeAt(at)] as number)++
  let missing = 0
  for (let at = 0; at < b.length; at++) {
    const code = b.charCodeAt(at)
    if ((COUNTS[code] as number) > 0) (COUNTS[code] as number)--
    else missing++
  }
  let over = 0
  for (let at = 0; at < a.length; at++) {
    const code = a.charCodeAt(at)
    over += COUNTS[code] as number
    COUNTS[code] = 0
  }
  return Math.max(missing, over)
}

/**
 * No Jaro–Winkler similarity of two texts with this bag distance is above this. A common beginning brings half of what is
 * missing at most: the library counts one of four letters as five.
 */
export function mostAlike(a: string, b: string, bag: number): number {
  const common = Math.max(a.length, b.length) - bag
  if (common <= 0) return 0
  const jaro = (common / a.length + common / b.length + 1) / 3
  return jaro + 0.5 * (1 - jaro)
}
