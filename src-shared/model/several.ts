// Several values in one cell: `020 7031 3000 / 07400 123456`, `a@example.com; b@example.com`.
// Invariant: nothing is lost: the pieces hold every character but separators, and what is one value stays whole.
import { readEmail } from './email'
import { parsePhone } from './phone'

/** What is never inside a value, then what may be: the first separator that leaves values decides. */
const ALWAYS = [/\s*[\r\n]+\s*/, /\s*:::\s*/, /\s*[;；]\s*/, /\s*\|\s*/]
const WORDS = /\s+(?:or|oder|ou|o|u\.|und|and|et|y|e|и|或)\s+/iu
/** Not the comma of `"Doe, Jane" <jane@example.com>`. */
const COMMA = /\s*[,，、]\s*(?=(?:[^"]*"[^"]*")*[^"]*$)/
const FOR_MAILS = [...ALWAYS, COMMA, /\s*\/\s*/, WORDS, /\s+/]
const FOR_PHONES = [...ALWAYS, /\s*[,，、]\s*/, /\s*\/\s*/, /\s*&\s*/, WORDS, /\s+(?=\+)/, /\s{2,}/, /\s+-\s+/]

/** A longer cell is a text, in which nothing is looked for. */
const LONGEST_CELL = 4096

/** The mail addresses of a cell, as typed; the cell itself, alone, where it holds one value or none. */
export function splitEmails(cell: string): string[] {
  if (readEmail(cell)) return [cell.trim()]
  return split(cell, FOR_MAILS, (piece) => readEmail(piece) !== undefined)
}

/** The phone numbers of a cell, as typed; the cell itself, alone, where it holds one value or none. */
export function splitPhones(cell: string, region: string): string[] {
  return split(cell, FOR_PHONES, (piece) => parsePhone(piece, region) !== undefined)
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
