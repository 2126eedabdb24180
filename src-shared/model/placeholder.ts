// What people and exchanges put where a value is missing: it stands for no person, so it is no identifier.
// Invariant: only whole values are told; a number that merely holds zeros is a number.
import { visible } from './plain-text'

const WORDS = new Set(
  (
    'n/a|na|n.a|n/v|n.v|n.v.t|nvt|none|null|nil|nan|undefined|unknown|unbekannt|inconnu|desconocido|desconhecido|sconosciuto|onbekend|keine|kein|' +
    'keine angabe|k.a|aucun|aucune|ninguno|ninguna|nessuno|nenhum|geen|no|not available|not provided|not applicable|anonymous|anonym|anonyme|' +
    'anonimo|anónimo|withheld|private|restricted|blocked|unavailable|private number|no caller id|number withheld|tbd|tba|test|' +
    'нет|неизвестно|未知|无|無|なし|不明|없음'
  ).split('|'),
)
const KEYS = ['abc', 'def', 'ghi', 'jkl', 'mno', 'pqrs', 'tuv', 'wxyz']
/** Spelt on a keypad (ITU-T E.161), which is how carriers send these words where only digits can be. */
const SPELT = new Set(['anonymous', 'restricted', 'blocked', 'unknown', 'unavailable', 'private'].map(onKeypad))

/** The digits that letters stand for on a keypad; everything else stays. */
export function onKeypad(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => String(KEYS.findIndex((key) => key.includes(letter.toLowerCase())) + 2))
}

/** Whether a text says that there is no value: `N/A`, `-`, `none`, `unknown`, `?`. */
export function isMissing(text: string): boolean {
  if (/[0-9]/.test(text)) return false // no such word has a digit, and most values do
  const plain = visible(text).toLowerCase()
  if (!/[\p{L}\p{N}]/u.test(plain)) return true
  return WORDS.has(plain.replace(/^[\s\p{P}]+|[\s\p{P}]+$/gu, ''))
}

/** Fewer digits than these can be a number in some country. */
const SHORTEST_RUN = 5
const SHORTEST_SEQUENCE = 7
const SEQUENCES = ['1234567890', '01234567890', '9876543210']

/**
 * Whether digits were typed to fill a field, or say that a caller withheld the number.
 * @param digits all of a number, or of what is dialled within its country
 */
export function isFiller(digits: string): boolean {
  if (digits.length < SHORTEST_RUN || digits[0] !== digits[2]) return SPELT.has(digits) // as nearly all
  return SPELT.has(digits) || /^(\d)\1*$/.test(digits)
}

/** Whether digits are in the order of the keys: a filler, too, unless there is such a number. */
export function isSequence(digits: string): boolean {
  return digits.length >= SHORTEST_SEQUENCE && SEQUENCES.some((sequence) => sequence.startsWith(digits))
}
