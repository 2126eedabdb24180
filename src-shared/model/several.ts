// Several values in one cell: `020 7031 3000 / 07400 123456`, `a@example.com; b@example.com`.
// Invariant: nothing is lost: the pieces hold every character but separators (an ending alone is made a whole number),
// and what is one value stays whole.
import { readEmail } from './email'
import { parsePhone } from './phone'

/** What is never inside a value, then what may be: the first separator that leaves values decides. */
const ALWAYS = [/\s*[\r\n]+\s*/, /\s*:::\s*/, /\s*[;；]\s*/, /\s*\|\s*/]
const WORDS = /\s+(?:or|oder|ou|o|u\.|und|and|et|y|e|и|或)\s+/iu
/** Not the comma of `"Doe, Jane" <jane@example.com>`. */
const COMMA = /\s*[,，、]\s*(?=(?:[^"]*"[^"]*")*[^"]*$)/
const FOR_MAILS = [...ALWAYS, COMMA, /\s*\/\s*/, WORDS, /\s+/]
const FOR_PHONES = [...ALWAYS, /\s*[,，、]\s*/, /\s*\/\s*/, /\s*&\s*/, WORDS, /\s+(?=\+)/, /\s{2,}/, /\s+-\s+/]

/** `020 7031 3013/4`, `0351 4210/11/12`: a number, and other endings of as many digits that replace its last ones. */
const ENDINGS = /^(.*\d{4})\s*((?:\/\s*\d{1,3}\s*){1,9})$/

/** A longer cell is a text, in which nothing is looked for. */
const LONGEST_CELL = 4096

/** The mail addresses of a cell, as typed; the cell itself, alone, where it holds one value or none. */
export function splitEmails(cell: string): string[] {
  if (readEmail(cell)) return [cell.trim()]
  return split(cell, FOR_MAILS, (piece) => readEmail(piece) !== undefined)
}

/** The phone numbers of a cell, as typed; the cell itself, alone, where it holds one value or none. */
export function splitPhones(cell: string, region: string): string[] {
  const reads = (piece: string) => parsePhone(piece, region) !== undefined
  return split(cell, FOR_PHONES, reads, (piece) => withEndings(piece, reads))
}

/** A number and its other endings as numbers of their own; the cell itself where one of them would be none. */
function withEndings(cell: string, reads: (piece: string) => boolean): string[] {
  const [, first, others] = reads(cell) ? [] : (ENDINGS.exec(cell) ?? [])
  if (!first || !others) return [cell]
  const endings = others.split('/').flatMap((ending) => ending.trim() || [])
  const numbers = [first, ...endings.map((ending) => first.slice(0, first.length - ending.length) + ending)]
  return numbers.every(reads) ? numbers : [cell]
}

/** At the first separator that leaves several values; a piece that is none may hold some by a weaker separator. */
function split(
  cell: string,
  separators: readonly RegExp[],
  reads: (piece: string) => boolean,
  unseparated: (piece: string) => string[] = (piece) => [piece],
): string[] {
  if (cell.length > LONGEST_CELL) return [cell.trim()]
  for (const [at, separator] of separators.entries()) {
    const pieces = cell.split(separator).flatMap((piece) => piece.trim() || [])
    if (pieces.length < 2) continue
    const values = pieces.flatMap((piece) =>
      reads(piece) ? piece : split(piece, separators.slice(at + 1), reads, unseparated),
    )
    if (values.filter(reads).length > 1) return values
  }
  return unseparated(cell.trim())
}
