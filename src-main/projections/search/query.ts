// Reads what a person typed: as words of a name, as pieces of an address or id, as a number in any notation.
// Invariant: typed text reaches FTS5 only inside quoted phrases, so none of its characters can act as an operator.

import { DOMAIN, INNER, nameKey, REVERSED, reversed, valueKey, WHOLE_NAME, WHOLE_VALUE } from './document'
import { digitsOf, fold, isUnspaced, lengthOf, wordsOf } from './fold'
import { asToken, beyondAt, piecesOf, SHORTEST_PART } from './pieces'

/** What is typed beyond these limits is not read: no agent types it, and every word costs time. */
const LONGEST_TEXT = 400
const MOST_CHUNKS = 10
const MOST_WORDS = 16
/** Fewer digits than this say too little to try a number without its first digits. */
const TELLING_DIGITS = 7
const MOST_DROPPED_DIGITS = 3
/** With so many digits the end of a number tells whose it is; fewer may be the end of one and the beginning of another. */
const WHOLE_DIGITS = 9

/** A piece of the typed text between spaces. */
export interface Chunk {
  /** Folded, with its punctuation; `null` if too short to be looked for as a part. */
  part: string | null
  words: readonly string[]
  /** The digits of a piece without letters, in each way they may stand in an international number. */
  numbers: readonly string[]
}

export interface SearchQuery {
  /** The whole text, folded. */
  text: string
  chunks: readonly Chunk[]
  /** The words of all chunks. */
  words: readonly string[]
  /** The whole text as a number, if it has no letters: readings as in `Chunk.numbers`. */
  numbers: readonly string[]
  /** The same without its first digits, for trunk prefixes other than 0: fewest digits dropped first. */
  shortened: readonly string[]
  /** Tokens of the persons that have the text as a whole name or value. */
  whole: readonly string[]
}

/** Reads a text; `null` if there is nothing in it to look for. */
export function readQuery(typed: string): SearchQuery | null {
  const text = fold(typed.slice(0, LONGEST_TEXT).toWellFormed()).trim()
  const pieces = text.split(' ').filter((piece) => piece !== '')
  const read = pieces.map(readChunk)
  const wordy = read.filter((chunk) => chunk.words.length > 0)
  // A lone "&" or "-" between words says nothing, unless punctuation is all there is.
  const chunks = (wordy.length > 0 ? wordy : read.filter((chunk) => chunk.part !== null)).slice(0, MOST_CHUNKS)
  if (chunks.length === 0) return null

  const words = chunks.flatMap((chunk) => chunk.words).slice(0, MOST_WORDS)
  const numbers = numberReadings(text)
  const whole = [WHOLE_NAME + nameKey(words), WHOLE_VALUE + valueKey(text), ...numbers.map((n) => WHOLE_VALUE + n)]
  return { text, chunks, words, numbers, shortened: shortenedReadings(numbers), whole: [...new Set(whole)] }
}

function readChunk(piece: string): Chunk {
  return {
    part: lengthOf(piece) >= SHORTEST_PART ? piece : null,
    words: wordsOf(piece).slice(0, MOST_WORDS),
    numbers: numberReadings(piece),
  }
}

/** Digits as typed, and without what stands before a national or international number but is no part of it. */
function numberReadings(text: string): string[] {
  if (/\p{L}/u.test(text)) return []
  const typed = digitsOf(text)
  const readings = [typed, ...[/^0/, /^00/, /^0+/].map((zeros) => typed.replace(zeros, ''))]
  // "+44 (0)20 …": the trunk zero, in brackets, for callers at home.
  if (text.includes('(0)')) readings.push(digitsOf(text.replace('(0)', '')).replace(/^0+/, ''))
  return [...new Set(readings)].filter((digits) => digits.length >= SHORTEST_PART)
}

function shortenedReadings(numbers: readonly string[]): string[] {
  const digits = numbers.at(-1) ?? ''
  const most = Math.min(MOST_DROPPED_DIGITS, digits.length - TELLING_DIGITS)
  return Array.from({ length: Math.max(0, most) }, (_, at) => digits.slice(at + 1))
}

/** A phrase of FTS5: whatever stands in it is text. */
export function phrase(text: string): string {
  return `"${text.replaceAll('"', '""')}"`
}

/** @param expressions at least one */
export function anyOf(expressions: readonly string[]): string {
  return expressions.length === 1 ? (expressions[0] ?? '') : `(${expressions.join(' OR ')})`
}

/** Enough of a part to find it by. */
const TELLING_LENGTH = 12

/**
 * An expression that finds a part, and seldom anything else: pieces side by side, as each costs a walk. What tells addresses
 * apart stands before the @, and what tells numbers and numbered names apart are the last digits. `null` if it is too short.
 */
function pieceExpression(part: string): string | null {
  const characters = [...part]
  const at = characters.indexOf('@')
  const told = at >= 0 ? at + 1 : characters.findLastIndex((character) => character >= '0' && character <= '9') + 1
  const end = Math.max(told, Math.min(TELLING_LENGTH, characters.length))
  const pieces = piecesOf(characters.slice(Math.max(0, end - TELLING_LENGTH), end).join(''))
  const chosen = pieces.filter((_, n) => n === 0 || (pieces.length - 1 - n) % SHORTEST_PART === 0)
  return chosen.length === 0 ? null : allOf(chosen.map(phrase))
}

function allOf(expressions: readonly string[]): string {
  return expressions.length === 1 ? (expressions[0] ?? '') : `(${expressions.join(' AND ')})`
}

/** Persons that have the text as a whole name, address, number or id. For the word index. */
export function wholeExpression(query: SearchQuery): string {
  return anyOf(query.whole.map(phrase))
}

/** Persons whose names have all the words. For the word index; `null` without words, as in the next two. */
export function wordExpression({ words }: SearchQuery): string | null {
  return words.length === 0 ? null : words.map(phrase).join(' AND ')
}

/** Persons whose names have words that begin like each of the words. For the word index. */
export function prefixExpression({ words }: SearchQuery): string | null {
  return words.length === 0 ? null : words.map((word) => `${phrase(word)} *`).join(' AND ')
}

/** As `prefixExpression`, but words of unspaced scripts may also stand inside a word. `null` if there are none. */
export function innerExpression({ words }: SearchQuery): string | null {
  return words.some(isUnspaced) ? words.map((word) => anyOf(beginnings(word))).join(' AND ') : null
}

function beginnings(word: string): string[] {
  const forms = isUnspaced(word) && lengthOf(word) < SHORTEST_PART ? [word, INNER + word] : [word]
  return forms.map((form) => `${phrase(form)} *`)
}

/** Words beside names, and domains, that have a part, with their markers (`pieces.ts`): some, the most common ones. */
export type SharedWith = (part: string, beginning?: string) => readonly string[]

/** What the vocabulary is asked for a part; `null` if it is too short. For the index of variants and pieces. */
export const vocabularyExpression = pieceExpression

/**
 * Persons with each chunk somewhere in a name, address, number or id. For the part index. Chunks that are too short for
 * it are left to the scoring. `null` if all are.
 */
export function partExpression(query: SearchQuery, sharedWith: SharedWith): string | null {
  const byChunk = query.chunks.map((chunk) => chunkExpression(chunk, sharedWith)).filter((one) => one !== null)
  const forms = new Set(query.numbers.map(pieceExpression))
  if (byChunk.length > 0) forms.add(allOf(byChunk))
  if (query.text.includes(' ')) forms.add(pieceExpression(query.text))
  const some = [...forms].filter((form) => form !== null)
  return some.length === 0 ? null : anyOf(some)
}

function chunkExpression({ part, words, numbers }: Chunk, sharedWith: SharedWith): string | null {
  const forms = numbers.map(pieceExpression)
  // Names hold no @, so an address can only be found as it stands.
  const at = part?.indexOf('@') ?? -1
  if (part !== null) forms.push(pieceExpression(part))
  if (part !== null && at >= 0) forms.push(addressExpression(part.slice(0, at + 1), part.slice(at + 1), sharedWith))
  else if (part !== null) forms.push(sharedExpression([part], sharedWith))
  if (at < 0 && words.length > 0 && words.join('') !== part && words.every((word) => lengthOf(word) >= SHORTEST_PART)) {
    // The longest are the rarest, and two find few enough: scoring looks for all.
    const longest = [...words].sort((a, b) => b.length - a.length).slice(0, 2)
    forms.push(
      allOf(longest.map(pieceExpression).filter((form) => form !== null)),
      sharedExpression(longest, sharedWith),
    )
  }
  const some = [...new Set(forms)].filter((form) => form !== null)
  return some.length === 0 ? null : anyOf(some)
}

/** Persons who share a word with each of the parts. */
function sharedExpression(parts: readonly string[], sharedWith: SharedWith): string | null {
  const byPart = parts.map((part) => sharedWith(part).map((word) => phrase(asToken(word))))
  return byPart.some((words) => words.length === 0) ? null : allOf(byPart.map(anyOf))
}

/** Persons with an address that has the end of a local part, its @, and the beginning of a domain. */
function addressExpression(local: string, domain: string, sharedWith: SharedWith): string | null {
  const own = lengthOf(domain) >= SHORTEST_PART && lengthOf(local) >= SHORTEST_PART ? local : local + beyondAt(domain)
  const byOwn = local === '@' && lengthOf(domain) >= SHORTEST_PART ? null : pieceExpression(own)
  if (lengthOf(domain) < SHORTEST_PART) return byOwn
  const domains = sharedWith(domain, DOMAIN + domain)
  if (domains.length === 0) return null
  const byDomain = anyOf(domains.map((word) => phrase(asToken(word))))
  return byOwn === null ? byDomain : allOf([byOwn, byDomain])
}

/** Persons with a number that ends like the typed one, in any reading. For the word index; `null` if too little was typed. */
export function endExpression(query: SearchQuery): string | null {
  if (!isTellingNumber(query)) return null
  return anyOf([...query.numbers, ...query.shortened].map((digits) => `${phrase(REVERSED + reversed(digits))} *`))
}

/** Whether the text is a number with so many digits that its end tells whose it is. */
export const isTellingNumber = ({ numbers }: SearchQuery): boolean =>
  numbers.some((digits) => digits.length >= WHOLE_DIGITS)

/** Whether the text is a whole mail address. */
export const isWholeAddress = ({ text }: SearchQuery): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text)

/** Persons with a number that has the end of the typed one. For the part index. */
export function shortenedExpression({ shortened }: SearchQuery): string | null {
  const forms = shortened.map(pieceExpression).filter((form) => form !== null)
  return forms.length === 0 ? null : anyOf(forms)
}

/** The words that each typed word may mean, with the number of typing errors. */
export type Meanings = ReadonlyMap<string, ReadonlyMap<string, number>>

/** As `prefixExpression`, or with words that are at most so many typing errors away. `null` if there are none. */
export function typoExpression(query: SearchQuery, meanings: Meanings, errors: number): string | null {
  let some = false
  const byWord = query.words.map((word) => {
    const near = [...(meanings.get(word) ?? [])].filter(([, count]) => count <= errors).map(([meant]) => phrase(meant))
    some ||= near.length > 0
    return anyOf([...beginnings(word), ...near])
  })
  return some ? byWord.join(' AND ') : null
}
