// Pieces of a text with separators between them: one number (`06222/6662239`), several, or a number and other endings of it
// (`…70/71`). Invariant: digits are joined only to a number that exists, never to another country's; a piece that could be
// read in two ways is not read, so that no number is claimed that was not written.
import type { PhoneNumber as Parsed } from 'libphonenumber-js/max'

/** How pieces are read; the region is known to it alone. */
export interface PieceReader {
  /** The digits and punctuation of a piece, without what stands around them. */
  bare(text: string): string
  /** A piece by itself. */
  alone(text: string): Parsed | undefined
  /** Pieces with their separators as if they were one number: at home, or with its country code and a plus sign. */
  asOne(text: string): Parsed | undefined
  /** Whether a number is of the region that national notations are read in. */
  isHome(parsed: Parsed): boolean
  /** Whether national numbers of the region begin with a digit of their own (a trunk prefix, mostly 0). */
  trunkPrefix: boolean
}

export interface Piece {
  text: string
  /** What stood between it and the piece before. */
  joint: string
}

export interface Found {
  text: string
  /** Not of what is no number. */
  parsed?: Parsed
}

/** A valid number may be so short that it is the beginning of a longer one: an area code, or that and a few digits. */
const SHORTEST_SUBSCRIBER = 7
const SHORTEST_CERTAIN = 9
/** So many digits replace the last ones of the number before; more are a whole subscriber's number, or nothing. */
const LONGEST_ENDING = 3
/** A subscriber's number without its area code has at least so many digits if it is not to be an extension. */
const SHORTEST_PART = 5
/** No number in full has more digits (ITU-T E.164), with 00 and a zero in brackets. */
const LONGEST_WRITTEN = 18
const LONGEST_RUN = 4
/** Digits that do not begin as a number in full does: with neither a plus sign nor a zero. */
const UNPREFIXED = /^[\s(.-]*(?:[1-9][\d\s().-]*|\d{1,3})$/

const digitsOf = (text: string): string => text.replace(/\D/g, '')
const joined = (pieces: readonly Piece[]): string =>
  pieces.map(({ text, joint }, at) => (at > 0 ? joint : '') + text).join('')

/**
 * The numbers that pieces are.
 * @param otherwise what a piece holds that is no one number
 * @returns undefined where it cannot be told
 */
export function numbersOf(
  given: readonly Piece[],
  reader: PieceReader,
  otherwise: (piece: string) => Found[] | undefined = () => undefined,
): Found[] | undefined {
  const pieces = given.map((piece) => ({ ...piece, bare: reader.bare(piece.text) }))
  const found: Found[] = []
  let before: Before | undefined
  for (let at = 0; at < pieces.length; ) {
    const { text, bare } = pieces[at] ?? { text: '', bare: '' }
    if (before && UNPREFIXED.test(bare)) {
      const next = following(before, text, bare, reader)
      if (next === undefined) return undefined
      found.push(next)
      at++
      continue
    }
    const run = firstOf(pieces.slice(at, at + LONGEST_RUN), reader)
    if (run === undefined) return undefined
    if (run.parsed) {
      const whole = joined(pieces.slice(at, at + run.length))
      before = { text: whole, bare: reader.bare(whole), parsed: run.parsed }
      found.push({ text: whole, parsed: run.parsed })
      at += run.length
      continue
    }
    const held = otherwise(text)
    if (held === undefined) return undefined
    found.push(...held)
    // What is no number (`n/a`) does not part a number from another ending of it.
    const last = held.at(-1)
    if (last?.parsed) before = { ...last, bare: reader.bare(last.text), parsed: last.parsed }
    at++
  }
  return found
}

interface BarePiece extends Piece {
  bare: string
}

interface Before {
  text: string
  bare: string
  parsed: Parsed
}

type Run = { length: 0; parsed?: never } | { length: number; parsed: Parsed }

/** How many of the pieces are the first number: the fewest that are one which exists; undefined where two ways are left. */
function firstOf(pieces: readonly BarePiece[], reader: PieceReader): Run | undefined {
  let possible: Run = { length: 0 }
  for (let length = 1; length <= pieces.length; length++) {
    const parsed = readRun(pieces.slice(0, length), reader)
    if (parsed?.isValid()) {
      const next = pieces[length]
      const longer = next && UNPREFIXED.test(next.bare) && mayGoOn(parsed) ? pieces.slice(0, length + 1) : undefined
      if (!next || !longer || !readRun(longer, reader)?.isValid()) return { length, parsed }
      if (parsed.nationalNumber.length < SHORTEST_SUBSCRIBER) continue
      const digits = digitsOf(next.bare).length
      const part = subscribersPart(reader.bare(joined(pieces.slice(0, length))), parsed)
      return digits < LONGEST_ENDING || (digits >= SHORTEST_PART && digits === part) ? { length, parsed } : undefined
    }
    const onlyDigits = pieces.slice(1, length).every(({ bare }) => UNPREFIXED.test(bare))
    if (parsed && possible.length === 0 && onlyDigits) possible = { length, parsed }
  }
  return possible
}

const mayGoOn = ({ nationalNumber }: Parsed): boolean => nationalNumber.length < SHORTEST_CERTAIN

function readRun(pieces: readonly BarePiece[], reader: PieceReader): Parsed | undefined {
  if (pieces.length === 1) return reader.alone(pieces[0]?.text ?? '')
  const { length } = digitsOf(pieces.map(({ bare }) => bare).join(''))
  return length >= SHORTEST_SUBSCRIBER && length <= LONGEST_WRITTEN ? reader.asOne(joined(pieces)) : undefined
}

/** The number that digits behind another one are: an ending of it, a subscriber in its area, or one of their own. */
function following(before: Before, typed: string, piece: string, reader: PieceReader): Found | undefined {
  const { length } = digitsOf(piece)
  const whole = before.parsed.nationalNumber.length
  const isEnding = length <= LONGEST_ENDING
  // `…-70/171` is another extension, and where it begins cannot be told.
  if (isEnding && length > (/\d+(?=\D*$)/.exec(before.bare)?.[0].length ?? 0)) return undefined
  const abroad = !reader.isHome(before.parsed) && length === whole
  const isPart = isEnding || abroad || length === subscribersPart(before.bare, before.parsed)
  const alike = length === whole && digitsOf(before.bare).length === whole
  const inFull = !reader.trunkPrefix || length >= SHORTEST_CERTAIN || alike
  if (!isPart && !(inFull && length >= SHORTEST_SUBSCRIBER)) return undefined
  const text = isPart ? inPlaceOf(before, typed, piece) : typed
  const parsed = text === undefined ? undefined : reader.alone(text)
  return text !== undefined && parsed && (parsed.isValid() || !before.parsed.isValid()) ? { text, parsed } : undefined
}

/**
 * The number before with a piece for its last digits, and with the piece's own label and note, else the label before.
 * Undefined where digits stand behind the number before: of an extension, the piece may be another one.
 */
function inPlaceOf({ text, bare }: Before, typed: string, piece: string): string | undefined {
  const start = text.indexOf(bare)
  if (start < 0 || /\d/.test(text.slice(start + bare.length))) return undefined
  const number = withLast(bare, digitsOf(piece).length, piece)
  if (typed === piece) return text.slice(0, start) + number
  return typed.includes(piece) ? typed.replace(piece, () => number) : number
}

/** How many digits stand behind the area code, as it was written, else as the number is commonly written. */
function subscribersPart(written: string, parsed: Parsed): number {
  const behindFirst = (text: string) => {
    const groups = text.match(/\d+/g) ?? []
    const behind = groups.map((_, at) => groups.slice(at + 1).join('').length)
    return behind.find((length) => length < parsed.nationalNumber.length) ?? 0
  }
  return behindFirst(written) || behindFirst(parsed.formatInternational())
}

/** A text with so many of its last digits replaced. */
function withLast(text: string, count: number, ending: string): string {
  let end = text.length
  for (let left = count; left > 0 && end > 0; ) if (/\d/.test(text[--end] ?? '')) left--
  return text.slice(0, end) + ending.replace(/^[\s.-]+|\s+$/g, '')
}
