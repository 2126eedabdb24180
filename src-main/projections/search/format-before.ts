// How parts are found in an index of version 3, whose parts are told to FTS5's trigram tokeniser with their positions.
import { lengthOf } from './fold'
import { SHORTEST_PART } from './pieces'
import { anyOf, phrase, type SearchQuery } from './query'

/** Enough of a part to find it by: common trigrams, of which a long one has many, are slow to cross. Digits tell more. */
const TELLING_LENGTH = 8
const TELLING_LENGTH_WITH_DIGITS = 6

/**
 * A phrase for the part index that finds a part, and seldom anything else: what tells addresses apart stands before the @,
 * and what tells numbers and numbered names apart are the last digits.
 */
function partPhrase(part: string): string {
  const characters = [...part]
  if (characters.length <= TELLING_LENGTH) return phrase(part)
  const at = characters.indexOf('@')
  const told = at >= 0 ? at : characters.findLastIndex((character) => character >= '0' && character <= '9') + 1
  const end = Math.max(told, TELLING_LENGTH)
  const digits = characters.slice(end - TELLING_LENGTH_WITH_DIGITS, end)
  const length = /[0-9]/.test(digits.join('')) ? TELLING_LENGTH_WITH_DIGITS : TELLING_LENGTH
  return phrase(characters.slice(end - length, end).join(''))
}

/** As `partExpression`. */
export function partsBefore(query: SearchQuery): string | null {
  const byChunk: string[] = []
  for (const { part, words, numbers } of query.chunks) {
    const forms = new Set(numbers.map(partPhrase))
    if (part !== null) forms.add(partPhrase(part))
    const isAddress = part?.includes('@') ?? false
    if (!isAddress && words.length > 0 && words.every((word) => lengthOf(word) >= SHORTEST_PART)) {
      const longest = [...words].sort((a, b) => b.length - a.length).slice(0, 2)
      forms.add(`(${longest.map(partPhrase).join(' AND ')})`)
    }
    if (forms.size > 0) byChunk.push(anyOf([...forms]))
  }
  const forms = new Set(query.numbers.map(partPhrase))
  if (byChunk.length > 0) forms.add(`(${byChunk.join(' AND ')})`)
  if (lengthOf(query.text) >= SHORTEST_PART) forms.add(partPhrase(query.text))
  return forms.size === 0 ? null : anyOf([...forms])
}

/** As `shortenedExpression`. */
export function shortenedBefore({ shortened }: SearchQuery): string | null {
  return shortened.length === 0 ? null : anyOf(shortened.map(partPhrase))
}
