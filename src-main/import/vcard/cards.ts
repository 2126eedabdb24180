// The cards of a vCard file, streamed: 2.1, 3.0 and 4.0 in any mixture. No library on the registry reads all three
// as a stream and goes on after a broken card, so this reader follows RFC 6350, RFC 2426 and vCard 2.1 itself.
// Invariant: every card, and every stretch of text outside cards, comes out exactly once: read, or with a reason; what
// stands in one card never ends in another.
import type { ImportProblemCode } from '@shared/model/import'
import { MAX_LINE_CHARACTERS } from '../text/lines'
import { signOfTwo } from './border'
import { type Decoding, decodeValue } from './encoding'
import { type LogicalLine, logicalLines } from './fold'
import { type Property, parseProperty } from './properties'

interface CardRemark {
  code: ImportProblemCode
  message: string
  column?: string
  value?: string
}

/** A card. `row` counts cards from 1, `line` is that of its BEGIN. */
export interface Card {
  row: number
  line: number
  properties: Property[]
  /** What was read of it, as written; pictures left out. */
  raw: string
  /** Why nothing of it can be taken. */
  problem?: CardRemark
  /** What was odd; the card is taken all the same. */
  remarks: CardRemark[]
  /** Names of properties whose content is not read, such as pictures. */
  omitted: string[]
}

const MAX_RAW_CHARACTERS = 100_000
/** A card of a person has a few dozen. */
const MAX_PROPERTIES = 1000
/** A property with text that is longer than any note. */
const MAX_VALUE_CHARACTERS = 300_000
/** Odd things told of one card. */
const MAX_REMARKS = 20
const SHOWN = 80
const VERSIONS = [2.1, 3, 4]

const newCard = (row: number, line: number, raw: string): Card => ({
  row,
  line,
  properties: [],
  raw,
  remarks: [],
  omitted: [],
})

/** A line that ends or begins something, and is not the marker of a card as it should be. */
const DAMAGED = /^[\s"'>*\u200b-\u200f\ufeff-]*(?:BEGIN|END)(?:\s*[:;=,.]|\s*-\s*V|\s+V)/i

/** Cards inside one card; more are no people of its person. */
const MAX_NESTED = 20

class CardReader {
  card: Card | undefined
  outside: Card | undefined
  #row = 0
  /** The cards around this one: the AGENT property of vCard 2.1 holds one (its section 2.4.2). */
  #around: Card[] = []
  /** The cards inside the outermost one, held back until it ends: where one END is missing, whose the lines are is unknown. */
  #inside: Card[] = []
  /** Name of the property in the line before. */
  #before = ''

  /** @returns cards that this line ends */
  take(line: LogicalLine): Card[] {
    const keyword = line.marker
    if (this.card && this.card.raw.length < MAX_RAW_CHARACTERS) this.card.raw += `${line.text}\n`
    if (keyword === 'BEGIN') return this.#begin(line)
    if (keyword === 'END') return this.#end(line)
    if (this.card) this.#property(this.card, line)
    else if (!this.card && line.text.trim() !== '') this.#stray(line)
    return []
  }

  #begin(line: LogicalLine): Card[] {
    const ended: Card[] = []
    if (this.outside) ended.push(this.outside)
    this.outside = undefined
    const outer = this.card
    if (outer) outer.raw = outer.raw.slice(0, -line.text.length - 1)
    const nested = outer && this.#before === 'AGENT' && this.#around.length + this.#inside.length < MAX_NESTED
    if (outer && nested) this.#around.push(outer)
    else if (outer) {
      const message = `The card of line ${outer.line} has no END:VCARD before the next one begins; what stands in between was taken as its own.`
      ended.push(...this.#unended(outer, message))
    }
    this.card = newCard(++this.#row, line.number, `${line.text}\n`)
    if (outer && nested) {
      const message = `The card of line ${line.number} stands inside that of line ${outer.line}, as its ${this.#before}; it was taken as a person of its own.`
      remark(this.card, { code: 'nested_card', message })
    }
    this.#before = ''
    return ended
  }

  #end(line: LogicalLine): Card[] {
    const { card } = this
    if (!card) {
      this.#stray(line)
      return []
    }
    this.#before = ''
    this.card = this.#around.pop()
    if (this.card) {
      this.#inside.push(card)
      return []
    }
    return [card, ...this.#inside.splice(0)].sort((a, b) => a.row - b.row).map(judged)
  }

  /** A card that does not end, the cards around it, and those inside: an END that is there may be that of another one. */
  #unended(card: Card, message: string): Card[] {
    remark(card, { code: 'malformed_card', message })
    const nested = [...this.#around.splice(0), ...this.#inside.splice(0)]
    for (const one of nested.length > 0 ? [card, ...nested] : [])
      one.problem = {
        code: 'malformed_card',
        message: `The card of line ${one.line} stands inside or around another one, and an END:VCARD is missing: what is of which person cannot be told.`,
      }
    this.card = undefined
    return [card, ...nested].sort((a, b) => a.row - b.row).map(judged)
  }

  #stray({ text, number }: LogicalLine): void {
    if (!this.outside) {
      this.outside = newCard(++this.#row, number, '')
      this.outside.problem = { code: 'malformed_card', message: `The text in line ${number} stands outside any card.` }
    }
    if (this.outside.raw.length < MAX_RAW_CHARACTERS) this.outside.raw += `${text.slice(0, MAX_RAW_CHARACTERS)}\n`
  }

  #property(card: Card, line: LogicalLine): void {
    const { text, number } = line
    if (DAMAGED.test(text) && !line.cut)
      card.problem ??= {
        code: 'malformed_card',
        message: `Line ${number} of the card seems to be a damaged BEGIN or END: what is of which person cannot be told.`,
      }
    if (text.trim() === '') return // ends pictures in vCard 2.1 and means nothing elsewhere
    if (card.properties.length >= MAX_PROPERTIES) {
      if (!card.remarks.some(({ code }) => code === 'too_many_values')) {
        const message = `From line ${number} on, properties were left out: at most ${MAX_PROPERTIES.toLocaleString('en')} are read of one card.`
        card.remarks.push({ code: 'too_many_values', message })
      }
      return
    }
    if (line.cut || text.length > MAX_VALUE_CHARACTERS) {
      const limit = Math.min(MAX_VALUE_CHARACTERS, MAX_LINE_CHARACTERS).toLocaleString('en')
      remark(card, {
        code: 'cell_too_long',
        message: `The property in line ${number} holds more than ${limit} characters; it was left out.`,
      })
      return
    }
    const property = parseProperty(text, number)
    if (!property) {
      this.#loose(card, text, number)
      return
    }
    this.#before = property.name
    if (line.binary) {
      card.omitted.push(property.name)
      return
    }
    const decoded = decodeValue(property)
    this.#explain(card, property, decoded)
    const read = { ...property, value: decoded.value }
    if (read.name === 'VERSION') this.#version(card, read.value.trim())
    card.properties.push(read)
  }

  /** A line that is no property goes on with the note before it; else it is told. */
  #loose(card: Card, text: string, number: number): void {
    const last = card.properties.at(-1)
    const shown = text.trim().slice(0, SHOWN)
    if (last?.name === 'NOTE' && last.value.length < MAX_VALUE_CHARACTERS) {
      last.value += `\\n${text.trim()}`
      remark(card, {
        code: 'malformed_card',
        message: `Line ${number} is not a property of a card; it was taken as a part of the note before it.`,
      })
    } else
      remark(card, {
        code: 'malformed_card',
        message: `Line ${number} is not a property of a card; “${shown}” was left out.`,
        value: shown,
      })
  }

  #explain(card: Card, { name, line }: Property, { guessed, unknown }: Decoding): void {
    if (guessed)
      remark(card, {
        code: 'uncertain_encoding',
        message: `The value in line ${line} does not say in which encoding it is${unknown === undefined ? '' : ` (“${unknown}” is none)`}; it was read as ${guessed}.`,
        column: name,
      })
  }

  #version(card: Card, value: string): void {
    const number = Number.parseFloat(value)
    if (VERSIONS.some((known) => value === known.toFixed(1))) return
    const nearest = VERSIONS.reduce((best, one) => (Math.abs(one - number) < Math.abs(best - number) ? one : best), 3)
    remark(card, {
      code: 'odd_version',
      message: `The card says version “${value.slice(0, SHOWN)}”; it was read as ${nearest.toFixed(1)}, the nearest of 2.1, 3.0 and 4.0.`,
    })
  }

  /** @param broken whether the last line of the file breaks off */
  finish(broken: boolean): Card[] {
    const { card } = this
    if (card) {
      const lost = broken ? card.properties.pop() : undefined
      const what = lost
        ? ` Its last line, “${`${lost.name}:${lost.value}`.slice(0, SHOWN)}”, may be cut, too, and was left out.`
        : ''
      const message = `The card of line ${card.line} is cut off: the file ends before its END:VCARD.${what}`
      return [...(this.outside ? [this.outside] : []), ...this.#unended(card, message)]
    }
    return this.outside ? [this.outside] : []
  }
}

/** Rejects a card that seems to be two people's: which value is whose cannot be told. */
function judged(card: Card): Card {
  const sign = signOfTwo(card.properties)
  if (sign !== undefined)
    card.problem ??= {
      code: 'malformed_card',
      message: `The card of line ${card.line} has ${sign}: it seems to be of two people, with END and BEGIN missing in between.`,
    }
  return card
}

function remark(card: Card, what: CardRemark): void {
  if (card.remarks.length < MAX_REMARKS) card.remarks.push(what)
}

/**
 * Streams the cards of a file.
 * @param texts the text of the file in pieces
 */
export async function* readCards(texts: AsyncIterable<string>): AsyncGenerator<Card, void, undefined> {
  const reader = new CardReader()
  let broken = false
  for await (const lines of logicalLines(texts))
    for (const line of lines) {
      broken = line.open
      for (const card of reader.take(line)) yield card
    }
  for (const card of reader.finish(broken)) yield card
}
