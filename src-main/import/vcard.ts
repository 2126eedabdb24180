// The cards of a vCard file, streamed: 2.1, 3.0 and 4.0 in any mixture. No library on the registry reads all three
// as a stream and goes on after a broken card, so this reader follows RFC 6350, RFC 2426 and vCard 2.1 itself.
// Invariant: every card, and every stretch of text outside cards, comes out exactly once: read, or with a reason.
import type { ImportProblemCode } from '@shared/model/import'
import { decodeQuotedPrintable, type Property, parseProperty } from './vcard-lines'

/** A card. `row` counts cards from 1, `line` is that of its BEGIN. */
export interface Card {
  row: number
  line: number
  properties: Property[]
  /** What was read of it, as written; pictures left out. */
  raw: string
  problem?: { code: ImportProblemCode; message: string }
}

/** Pictures, sounds and keys: large, and nothing a contact keeps. Their content is not even collected. */
const BINARY = /^(?:[\w-]+\.)?(PHOTO|LOGO|SOUND|KEY|X-MS-CARDPICTURE|X-MS-OL-DESIGN)[;:]/i
const QUOTED_PRINTABLE = /^[^:]*;(?:ENCODING=)?QUOTED-PRINTABLE[;:]/i
/** More than any text property needs; a longer line is refused so that memory stays flat. */
const MAX_LINE_CHARACTERS = 300_000
const MAX_RAW_CHARACTERS = 100_000

interface Line {
  text: string
  number: number
}

/** Physical lines, whatever ends them. A line that never ends is cut at the limit, which the caller refuses. */
async function* physicalLines(texts: AsyncIterable<string>): AsyncGenerator<Line, void, undefined> {
  let rest = ''
  let number = 0
  let skipLineFeed = false
  for await (const text of texts) {
    let start = 0
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index)
      if (code !== 10 && code !== 13) {
        skipLineFeed = false
        continue
      }
      if (code === 10 && skipLineFeed) {
        skipLineFeed = false
        start = index + 1
        continue
      }
      skipLineFeed = code === 13
      yield { text: rest + text.slice(start, index), number: ++number }
      rest = ''
      start = index + 1
    }
    rest = (rest + text.slice(start)).slice(0, MAX_LINE_CHARACTERS + 1)
  }
  if (rest !== '') yield { text: rest, number: ++number }
}

/**
 * Logical lines: folds undone (RFC 6350 section 3.2), quoted-printable lines joined at their soft breaks. vCard 2.1
 * folds at white space, which stays; later versions insert it, so it goes.
 */
async function* logicalLines(texts: AsyncIterable<string>): AsyncGenerator<Line, void, undefined> {
  let current: Line | undefined
  let version21 = false
  let binary = false
  const add = (text: string) => {
    if (current && !binary && current.text.length <= MAX_LINE_CHARACTERS) current.text += text
  }
  for await (const line of physicalLines(texts)) {
    if (current && !binary && QUOTED_PRINTABLE.test(current.text) && current.text.endsWith('=')) {
      current.text = current.text.slice(0, -1)
      add(line.text.trimStart() === line.text ? line.text : line.text.slice(1))
      continue
    }
    if (current && /^[ \t]/.test(line.text)) {
      add(version21 && line.text.trim() !== '' ? line.text : line.text.slice(1))
      continue
    }
    if (current) yield current
    binary = BINARY.test(line.text)
    if (/^VERSION:/i.test(line.text)) version21 = line.text.slice(8).trim() === '2.1'
    current = binary ? { ...line, text: `${line.text.split(/[;:]/, 1)[0]}:` } : line
  }
  if (current) yield current
}

/** Undoes what the property says of its encoding. */
function decoded(property: Property): Property | undefined {
  const encoding = property.params.get('ENCODING')?.[0]?.toUpperCase()
  if (encoding !== 'QUOTED-PRINTABLE') return property
  const value = decodeQuotedPrintable(property.value, property.params.get('CHARSET')?.[0])
  return value === undefined ? undefined : { ...property, value }
}

/**
 * Streams the cards of a file.
 * @param texts the text of the file in pieces
 */
export async function* readCards(texts: AsyncIterable<string>): AsyncGenerator<Card, void, undefined> {
  let card: Card | undefined
  let outside: Card | undefined
  let row = 0
  /** Cards inside cards, as the AGENT property of vCard 2.1 has them; they are not people of this file. */
  let depth = 0
  const spoil = (code: ImportProblemCode, message: string) => {
    if (card) card.problem ??= { code, message }
  }
  for await (const { text, number } of logicalLines(texts)) {
    const keyword = /^(BEGIN|END)[ \t]*:[ \t]*VCARD[ \t]*$/i.exec(text)?.[1]?.toUpperCase()
    if (card) card.raw += card.raw.length < MAX_RAW_CHARACTERS ? `${text}\n` : ''
    if (keyword === 'BEGIN') {
      const last = card?.properties.at(-1)
      if (card && last?.name === 'AGENT' && last.value.trim() === '') {
        depth++
        continue
      }
      if (outside) yield outside
      outside = undefined
      if (card) {
        card.raw = card.raw.slice(0, -text.length - 1)
        spoil('malformed_card', `The card of line ${card.line} has no END:VCARD before the next one begins.`)
        yield card
      }
      card = { row: ++row, line: number, properties: [], raw: `${text}\n` }
      depth = 0
    } else if (keyword === 'END' && card) {
      if (depth > 0) depth--
      else {
        yield card
        card = undefined
      }
    } else if (text.trim() === '' || depth > 0) {
      // Blank lines end pictures in vCard 2.1 and mean nothing elsewhere.
    } else if (!card) {
      outside ??= {
        row: ++row,
        line: number,
        properties: [],
        raw: '',
        problem: { code: 'malformed_card', message: `The text in line ${number} stands outside any card.` },
      }
      if (outside.raw.length < MAX_RAW_CHARACTERS) outside.raw += `${text}\n`
    } else if (text.length > MAX_LINE_CHARACTERS) {
      const limit = MAX_LINE_CHARACTERS.toLocaleString('en')
      spoil('cell_too_long', `The property in line ${number} holds more than ${limit} characters.`)
    } else {
      const property = parseProperty(text, number)
      const value = property && decoded(property)
      if (!property) spoil('malformed_card', `Line ${number} is not a property of a card.`)
      else if (!value) spoil('malformed_card', `The value in line ${number} is not valid in the encoding it names.`)
      else if (value.name === 'VERSION' && !['2.1', '3.0', '4.0'].includes(value.value.trim()))
        spoil('malformed_card', `The card says version ${value.value.trim()}; versions 2.1, 3.0 and 4.0 are read.`)
      else card.properties.push(value)
    }
  }
  if (outside) yield outside
  if (card) {
    spoil('malformed_card', `The card of line ${card.line} is cut off: the file ends before its END:VCARD.`)
    yield card
  }
}
