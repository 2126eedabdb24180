// Several values in one cell: `020 7031 3000 / 07400 123456`, `a@example.com; b@example.com`.
// Invariant: nothing is lost: the pieces hold every character but separators (an ending alone is made a whole number),
// and what is one value stays whole.
import { readEmail } from './email'
import { parsePhone, pieceReader } from './phone'
import { type Found, numbersOf, type PieceReader } from './phone-series'
import { piecesBy } from './phone-text'

/** What is never inside a value, then what may be: the first separator that leaves values decides. */
const ALWAYS = [/\s*[\r\n]+\s*/, /\s*:::\s*/, /\s*[;；]\s*/, /\s*\|\s*/]
const WORDS = /\s+(?:or|oder|ou|o|u\.|und|and|et|y|e|и|或)\s+/iu
/** Not the comma of `"Doe, Jane" <jane@example.com>`. */
const COMMA = /\s*[,，、]\s*(?=(?:[^"]*"[^"]*")*[^"]*$)/
const FOR_MAILS = [...ALWAYS, COMMA, /\s*\/\s*/, WORDS, /\s+/]
/** `P: 030 … G: 030 …`: words before digits that are enough for a number. */
const LABEL = /(?<=[\d)])\s+(?=\p{L}[\p{L}\p{M}. -]{0,30}[:.]?\s*[+(]{0,2}\d(?:[\s()/.-]{0,3}\d){6})/gu
const FOR_PHONES = [
  ...ALWAYS,
  /\s*[,，、]\s*/,
  /\s*\/\s*/,
  /\s*&\s*/,
  WORDS,
  LABEL,
  /\s+(?=\+)/,
  /(?<=\d)\s+(?=\(0?\d+\))/,
  /(?<=\p{L}\))\s+(?=[+(\d])/u,
  /\s{2,}/,
  /\s+-\s+/,
].map(({ source, flags }) => new RegExp(source, flags.includes('g') ? flags : `${flags}g`))

/** A longer cell is a text, in which nothing is looked for. */
const LONGEST_CELL = 4096

/** The mail addresses of a cell, as typed; the cell itself, alone, where it holds one value or none. */
export function splitEmails(cell: string): string[] {
  if (readEmail(cell)) return [cell.trim()]
  return split(cell, FOR_MAILS, (piece) => readEmail(piece) !== undefined)
}

/** The phone numbers of a cell, as typed; the cell itself, alone, where it holds one value or none, or cannot be told. */
export function splitPhones(cell: string, region: string): string[] {
  const reader = cell.length > LONGEST_CELL || parsePhone(cell, region) ? undefined : pieceReader(region)
  const found = reader && phonesOf(cell, FOR_PHONES, reader)
  return found?.map(({ text }) => text) ?? [cell.trim()]
}

/** By the first separator that leaves several numbers; undefined where none does. */
function phonesOf(cell: string, separators: readonly RegExp[], reader: PieceReader): Found[] | undefined {
  for (const [at, separator] of separators.entries()) {
    const pieces = piecesBy(cell, separator)
    if (pieces.length < 2) continue
    const rest = (piece: string) => phonesOf(piece, separators.slice(at + 1), reader) ?? [{ text: piece }]
    const found = numbersOf(pieces, reader, rest)
    if (found && found.filter(({ parsed }) => parsed).length > 1) return found
  }
  return undefined
}

/** At the first separator that leaves several values; a piece that is none may hold some by a weaker separator. */
function split(cell: string, separators: readonly RegExp[], reads: (piece: string) => boolean): string[] {
  if (cell.length > LONGEST_CELL) return [cell.trim()]
  for (const [at, separator] of separators.entries()) {
    const pieces = cell.split(separator).flatMap((piece) => piece.trim() || [])
    if (pieces.length < 2) continue
    const values = pieces.flatMap((piece) => (reads(piece) ? piece : split(piece, separators.slice(at + 1), reads)))
    if (values.filter(reads).length > 1) return values
  }
  return [cell.trim()]
}
