// Decides how well a person answers what was typed, from the stored text alone.
// Invariant: the score depends on the person and the query only, never on which step of the search found the person.

import { type Label, type Match, WHOLE_NAME } from './document'
import { isUnspaced, lengthOf } from './fold'
import { SHORTEST_PART } from './pieces'
import type { Chunk, Meanings, SearchQuery } from './query'

/** The best score of each kind of answer; typing errors and dropped digits cost one each. */
export const SCORE = { whole: 100, word: 80, prefix: 60, part: 40, near: 20 } as const

/** A stored person, as far as scoring needs it. */
export interface Scorable {
  shown: string
  words: string
  parts: string
}

export interface Finding {
  score: number
  match: Match
  matched: { label: string; text: string }
}

interface Line {
  label: Label
  text: string
  folded: string
  /** The words of a name; empty for other values. */
  words: readonly string[]
}

/** How a word or chunk was found: the cost is what `Cost` lists, plus one for each typing error. */
interface Place {
  cost: number
  line: Line | null
}

const COST = { word: 0, prefix: 1, part: 2, near: 10 } as const

const NAME_LABELS: ReadonlySet<Label> = new Set(['first', 'middle', 'last', 'organisation', 'alias'])

function matchOf(label: Label): Match {
  if (label === 'also') return 'other'
  return label === 'mail' || label === 'number' || label === 'other' ? label : 'name'
}

function linesOf(values: readonly [Label, string][], parts: string): Line[] {
  const folded = parts.split('\n')
  return values.map(([label, text], at) => {
    const line = folded[at] ?? ''
    return { label, text, folded: line, words: NAME_LABELS.has(label) ? line.split(' ') : [] }
  })
}

/** Whether all that was typed stands somewhere in a person's text: without it only a misspelt word can be an answer. */
function hasText(text: string, { text: typed, chunks, words, numbers, shortened }: SearchQuery): boolean {
  const has = (piece: string) => text.includes(piece)
  return (
    words.every(has) ||
    has(typed) ||
    numbers.some(has) ||
    shortened.some(has) ||
    chunks.every(
      (chunk) => (chunk.part !== null && has(chunk.part)) || chunk.numbers.some(has) || chunk.words.every(has),
    )
  )
}

/** The score of a person for a query, and what matched; `null` if the person does not answer it. */
export function findingOf(person: Scorable, query: SearchQuery, meanings: Meanings): Finding | null {
  // The index also gives people who have only a piece of what was typed; most are told from others without a closer look.
  if (meanings.size === 0 && !hasText(person.parts, query)) return null
  const [name, ...values] = JSON.parse(person.shown) as [string, ...[Label, string][]]
  const lines = linesOf(values, person.parts)
  const names = lines.filter((line) => line.words.length > 0)
  const others = lines.filter((line) => line.words.length === 0)

  const found = [byNames(names, query, meanings), wholeValue(others, query), byChunks(names, others, query, meanings)]
  let best: Finding | null = null
  for (const place of found) {
    if (place === null) continue
    const isWholeName = place.line === null || matchOf(place.line.label) === 'name'
    const whole = isWholeName && query.whole.some((key) => key.startsWith(WHOLE_NAME) && hasToken(person, key))
    const score = whole ? SCORE.whole : scoreOf(place.cost)
    if (best !== null && best.score >= score) continue
    best =
      place.line === null
        ? { score, match: 'name', matched: { label: 'name', text: name } }
        : { score, match: matchOf(place.line.label), matched: { label: place.line.label, text: place.line.text } }
  }
  return best
}

function hasToken(person: Scorable, token: string): boolean {
  return person.words.includes(` ${token} `)
}

/** -1 stands for a whole value. */
function scoreOf(cost: number): number {
  if (cost < COST.word) return SCORE.whole
  if (cost >= COST.near) return SCORE.near - (cost - COST.near)
  return cost === COST.word ? SCORE.word : cost === COST.prefix ? SCORE.prefix : SCORE.part
}

/** The whole text as one address, number or id, or as a part of one. */
function wholeValue(others: readonly Line[], query: SearchQuery): Place | null {
  let best: Place | null = null
  for (const line of others) {
    const isNumber = line.label === 'number'
    const readings = isNumber ? query.numbers : [query.text]
    let cost: number | null = null
    if (line.label !== 'also' && readings.includes(line.folded)) cost = -1
    else if (readings.some((text) => lengthOf(text) >= SHORTEST_PART && line.folded.includes(text))) cost = COST.part
    else if (isNumber) {
      const dropped = query.shortened.findIndex((digits) => line.folded.includes(digits))
      if (dropped >= 0) cost = COST.near + dropped + 1
    }
    if (cost !== null && (best === null || cost < best.cost)) best = { cost, line }
  }
  return best
}

/** All words in the names; preferably in one of them, which is then what matched. */
function byNames(names: readonly Line[], { words }: SearchQuery, meanings: Meanings): Place | null {
  if (words.length === 0) return null
  const costs = words.map((word) => names.map((line) => wordCost(line.words, word, meanings)))
  const cost = total(costs.map((byLine) => Math.min(...byLine)))
  if (cost === Number.POSITIVE_INFINITY) return null
  const line = names.find((_, at) => total(costs.map((byLine) => byLine[at] ?? Number.POSITIVE_INFINITY)) === cost)
  return { cost, line: line ?? null }
}

/** Each chunk somewhere: some in names, some in addresses, numbers or ids. */
function byChunks(
  names: readonly Line[],
  others: readonly Line[],
  { chunks }: SearchQuery,
  meanings: Meanings,
): Place | null {
  const costs: number[] = []
  let matched: Line | null = null
  for (const chunk of chunks) {
    const line = others.find((other) => holds(other, chunk))
    const words = chunk.words.map((word) => Math.min(...names.map((name) => wordCost(name.words, word, meanings))))
    const inNames = words.length === 0 ? Number.POSITIVE_INFINITY : total(words)
    if (line !== undefined && inNames >= COST.part) matched ??= line
    costs.push(line === undefined ? inNames : Math.min(inNames, COST.part))
  }
  const cost = total(costs)
  // Without a chunk outside the names, `byNames` has the answer.
  return matched === null || cost === Number.POSITIVE_INFINITY ? null : { cost, line: matched }
}

function holds(line: Line, { part, numbers }: Chunk): boolean {
  if (part !== null && line.folded.includes(part)) return true
  return line.label === 'number' && numbers.some((digits) => line.folded.includes(digits))
}

/** The worst of several costs; typing errors add up. */
function total(costs: readonly number[]): number {
  const errors = costs.filter((cost) => cost >= COST.near).map((cost) => cost - COST.near)
  if (errors.length === 0) return Math.max(...costs)
  return COST.near + errors.reduce((sum, count) => sum + count, 0)
}

/** What it costs to find a word among the words of one name. */
function wordCost(words: readonly string[], typed: string, meanings: Meanings): number {
  const near = meanings.get(typed)
  const anywhere = lengthOf(typed) >= SHORTEST_PART || isUnspaced(typed)
  let best = Number.POSITIVE_INFINITY
  for (const word of words) {
    if (word === typed) return COST.word
    if (word.startsWith(typed)) best = Math.min(best, COST.prefix)
    else if (anywhere && word.includes(typed)) best = Math.min(best, COST.part)
    else {
      const errors = near?.get(word)
      if (errors !== undefined) best = Math.min(best, COST.near + errors)
    }
  }
  return best
}
