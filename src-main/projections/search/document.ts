// What the index keeps about a person: the values as given, their folded lines, and the tokens FTS5 is fed with.
// Invariant: a document is a pure function of its entry, line N of `parts` is the folded form of value N of `shown`, and
// a change of what is made here raises SEARCH_INDEX_VERSION, since FTS5 must be given the old text to delete it.
import type { PersonId } from '@shared/model/ids'
import { spelledOut } from '@shared/model/spelled-out'
import { digitsOf, fold, isUnspaced, wordsOf } from './fold'

/** Raise when documents come out differently; an index made by another version has to be cleared and rebuilt. */
export const SEARCH_INDEX_VERSION = 5

/** A person as the index takes it. A merge set is one entry: its canonical contact, with former names as aliases. */
export interface SearchEntry {
  /** The canonical contact's id. */
  personId: PersonId
  names: { first?: string; middle?: string; last?: string; organisation?: string }
  /** Former names: those of the ancestors. Nicknames, and how names are read. */
  aliases?: string[]
  /** What tells people of one name apart, such as the city: found beside a name, behind all who have it in their name. */
  also?: string[]
  mails: string[]
  /** E.164 of valid phones; what was typed otherwise. Only the digits count. */
  numbers: string[]
  /** Handles and external ids. */
  others: string[]
  /** Milliseconds since 1970; 0 if never. */
  lastActive: number
}

export type Match = 'name' | 'mail' | 'number' | 'other'
export type Label = 'first' | 'middle' | 'last' | 'organisation' | 'alias' | 'mail' | 'number' | 'other' | 'also'

/** Begins a token made of two neighbouring characters inside a word of an unspaced script. */
export const INNER = '\ue000'
/** Begins a token that stands for a whole name, whatever the order of its words. */
export const WHOLE_NAME = '\ue001'
/** Begins a token that stands for a whole mail address, number or other value, without its punctuation. */
export const WHOLE_VALUE = '\ue002'

/** Begins a token that holds the digits of a number from the last to the first: what begins like it ends like the number. */
export const REVERSED = '\ue003'
/** Begins a piece of a value that one person has (see `pieces.ts`), a word beside a name, and the domain of a mail address. */
export const PIECE = '\ue004'
export const BESIDE = '\ue005'
export const DOMAIN = '\ue006'

/** Of one value, so many characters are searchable; the model's own limits are lower for all that people type. */
const LONGEST_VALUE = 512
const LONGEST_KEY = 128

export interface SearchDocument {
  /** Folded name, by which equals are ordered. */
  name: string
  /** JSON of the shown name and of the values: `[name, [label, text], …]`. */
  shown: string
  /** The tokens for the word index, each with a space before and after. */
  words: string
  /** The folded values, one a line; a name's line holds its words. */
  parts: string
}

/** A name of more words is a sentence. */
const MOST_JOINED = 4

/**
 * The words of one name field. A compound such as Anne-Marie also gives the word without its joints, and a name of several
 * words, such as De La Cruz, all of them in one; where names are written without spaces, in either order.
 */
function nameWords(folded: string): string[] {
  const words: string[] = []
  const chunks = folded.split(' ')
  for (const chunk of chunks) {
    const pieces = wordsOf(chunk)
    words.push(...pieces)
    if (pieces.length > 1) words.push(pieces.join(''))
  }
  const whole = chunks.flatMap(wordsOf)
  if (chunks.length > 1 && whole.length > 1 && whole.length <= MOST_JOINED) {
    words.push(whole.join(''))
    if (whole.every(isUnspaced)) words.push([...whole].reverse().join(''))
  }
  return words
}

/** The words of a name as it is written, and with its letters spelled out: Søren is Soren and Soeren. */
function wordsOfName(text: string): string[] {
  const words = nameWords(fold(text))
  const spelled = spelledOut(text)
  return spelled === text ? words : [...new Set([...words, ...nameWords(fold(spelled))])]
}

/** What stands for a whole name: its words in a fixed order, so that "Milne Kaleb" is Kaleb Milne. */
export function nameKey(words: readonly string[]): string {
  return [...words].sort().join('').slice(0, LONGEST_KEY).toWellFormed()
}

/** What stands for a whole mail address, number or other value: its letters and digits. */
export function valueKey(folded: string): string {
  return wordsOf(folded).join('').slice(0, LONGEST_KEY).toWellFormed()
}

/** Digits from the last to the first. */
export const reversed = (digits: string): string => [...digits].reverse().join('')

/** Makes what is stored for an entry. */
export function documentOf(entry: SearchEntry): SearchDocument {
  const { first, middle, last, organisation } = entry.names
  const values: [Label, string][] = []
  const lines: string[] = []
  const tokens = new Set<string>()
  const add = (label: Label, text: string | undefined, line: (text: string) => string) => {
    if (text === undefined || text === '') return
    values.push([label, text])
    lines.push(line(text.slice(0, LONGEST_VALUE)))
  }
  const nameLine = (text: string, more: readonly string[] = []) => {
    const words = [...new Set([...wordsOfName(text), ...more])]
    for (const word of words) {
      tokens.add(word)
      if (isUnspaced(word)) for (const pair of innerPairs(word)) tokens.add(INNER + pair)
    }
    return words.join(' ')
  }
  const wholeName = (...parts: (string | undefined)[]) => {
    const key = nameKey(wordsOf(fold(parts.map((part) => part?.slice(0, LONGEST_VALUE) ?? '').join(' '))))
    if (key !== '') tokens.add(WHOLE_NAME + key)
  }
  const valueLine = (text: string, line = fold(text)) => {
    const key = valueKey(line)
    if (key !== '') tokens.add(WHOLE_VALUE + key)
    return line
  }

  add('first', first, (text) => nameLine(text))
  add('middle', middle, (text) => nameLine(text))
  // Where family and given name are written as one word, it is found by that word, and by its beginning.
  const written = [first, last].every((part) => part !== undefined && isUnspaced(fold(part)))
  add('last', last, (text) => nameLine(text, written ? nameWords(fold(`${last} ${first}`)) : []))
  add('organisation', organisation, (text) => nameLine(text))
  wholeName(first, last)
  if (middle) wholeName(first, middle, last)
  wholeName(organisation)
  for (const alias of entry.aliases ?? []) {
    add('alias', alias, (text) => nameLine(text))
    wholeName(alias)
  }
  for (const mail of entry.mails) add('mail', mail, (text) => valueLine(text))
  for (const number of entry.numbers)
    add('number', number, (text) => {
      const digits = digitsOf(text)
      if (digits !== '') tokens.add(REVERSED + reversed(digits.slice(-LONGEST_KEY)))
      return valueLine(text, digits)
    })
  for (const other of entry.others) add('other', other, (text) => valueLine(text))
  for (const one of entry.also ?? []) add('also', one, fold)

  const parts = written ? [last, middle, first] : [first, middle, last]
  const personal = parts.filter((part) => part !== undefined && part !== '').join(written ? '' : ' ')
  const name = personal === '' ? (organisation ?? '') : personal
  return {
    name: fold(name.slice(0, LONGEST_VALUE)),
    shown: JSON.stringify([name, ...values]),
    words: ` ${[...tokens].join(' ')} `,
    parts: lines.join('\n'),
  }
}

/** Every pair of neighbours after the first character, and the last character: with prefixes, all one- and two-character parts. */
function innerPairs(word: string): string[] {
  const characters = [...word]
  return characters.slice(1).map((character, at) => character + (characters[at + 2] ?? ''))
}
