// How parts inside of values are found. What very many people have (cities, mail domains) is looked up by pieces once for all who
// share it, in the vocabulary, and people are found by the words; what tells a person from most others (a name, the local part of
// an address, a number, an id) is found by its own pieces. Pieces of names by way of the vocabulary were measured: the many words
// that have a part cost more than the people who have its pieces.
// Invariant: the tokens are a pure function of a stored row, since FTS5 must be given the same ones to delete them.
import { BESIDE, DOMAIN, type Label, PIECE } from './document'
import { lengthOf, wordsOf } from './fold'

/** A piece has so many characters, so this is the shortest part that can be found. */
export const SHORTEST_PART = 3
/** Of the domain, so many characters stand with the local part, so that parts across the @ are found. */
const BEYOND_AT = 2
/** No name or domain is longer. */
const LONGEST_SHARED = 256

/** Of a row, what tokens are made of. */
export interface Stored {
  shown: string
  words: string
  parts: string
}

const PLAIN = /^[a-z0-9\u0080-\uffff]*$/
const OTHER = /[^a-z0-9\u0080-\uffff]/g
const FIRST_OTHER = 0xe100

/** A text as one token: the tokeniser cuts at ASCII punctuation and spaces, which stand as private characters instead. */
export function asToken(text: string): string {
  if (PLAIN.test(text)) return text
  return text.replace(OTHER, (character) => String.fromCharCode(FIRST_OTHER + character.charCodeAt(0)))
}

/** The tokens of all pieces of a text. */
export function piecesOf(text: string): string[] {
  const token = asToken(text)
  const characters = lengthOf(token) === token.length ? token : [...token]
  const pieces: string[] = []
  for (let at = 0; at + SHORTEST_PART <= characters.length; at++) {
    const piece = characters.slice(at, at + SHORTEST_PART)
    pieces.push(PIECE + (typeof piece === 'string' ? piece : piece.join('')))
  }
  return pieces
}

const MARKED = /^[\ue000-\ue0ff]/
const isShared = (word: string) => lengthOf(word) >= SHORTEST_PART && word.length <= LONGEST_SHARED

/** The words of the names of a row: those that no marker begins. */
const nameWordsOf = ({ words }: Pick<Stored, 'words'>): string[] =>
  words.split(' ').filter((word) => !MARKED.test(word) && isShared(word))

/** The beginning of a domain, as far as it stands with the local part. */
export const beyondAt = (domain: string): string => [...domain].slice(0, BEYOND_AT).join('')

/** A mail address: what tells the person, and the domain that others share. */
function cutAddress(line: string): { own: string; domain: string } {
  const at = line.lastIndexOf('@')
  return at < 0
    ? { own: line, domain: '' }
    : { own: line.slice(0, at + 1) + beyondAt(line.slice(at + 1)), domain: line.slice(at + 1) }
}

/** The words beside a name, such as of a city: as they stand, and without punctuation. */
const wordsBeside = (line: string): string[] => [...line.split(' '), ...wordsOf(line)]

/** What a row shares with others: words, each with its marker; and own texts that are found by their pieces. */
export function takeApart(row: Stored): { shared: Set<string>; own: string[] } {
  const [, ...values] = JSON.parse(row.shown) as [string, ...[Label, string][]]
  const lines = row.parts.split('\n')
  const shared = new Set<string>()
  const own = nameWordsOf(row)
  for (const [at, [label]] of values.entries()) {
    const line = lines[at] ?? ''
    if (label === 'mail') {
      const address = cutAddress(line)
      if (isShared(address.domain)) shared.add(DOMAIN + address.domain)
      own.push(isShared(address.domain) ? address.own : line)
    } else if (label === 'number' || label === 'other') own.push(line)
    else if (label === 'also') for (const word of wordsBeside(line)) if (isShared(word)) shared.add(BESIDE + word)
  }
  return { shared, own }
}

/** What `search_parts` is given for a row. */
export function partTokens(row: Stored): string {
  const { shared, own } = takeApart(row)
  return [...new Set([...[...shared].map(asToken), ...own.flatMap(piecesOf)])].join(' ')
}

/** What the vocabulary finds a word by when only a part of it was typed: one that begins with a marker. */
export const piecesOfWord = (word: string): string[] => (MARKED.test(word) ? piecesOf(plainWord(word)) : [])

/** A word of the vocabulary without its marker. */
export const plainWord = (word: string): string =>
  word.startsWith(DOMAIN) || word.startsWith(BESIDE) ? word.slice(1) : word
