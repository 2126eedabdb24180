// Folding: brings what is stored and what is typed to one plain form, so that é finds e, ß finds ss and ４ finds 4.
// Invariant: a folded text holds no control, private-use or line-break character, so these can serve as separators and
// markers in the index; folding is idempotent and the same for stored and for typed text.

/** Letters that Unicode does not decompose, though people type them as plain ones; and spelling variants of a script. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  ħ: 'h',
  ŧ: 't',
  ŋ: 'n',
  ĸ: 'k',
  ə: 'e',
  ς: 'σ',
  ى: 'ي',
  ی: 'ي',
  ک: 'ك',
}
const PLAIN_LETTER = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'gu')

// Only the marks of scripts in which they are optional: in Thai or Devanagari the marks are the vowels.
const OPTIONAL_MARKS =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]|\p{Cf}/gu
const FOREIGN_DIGIT = /[^\P{Nd}0-9]/gu
// The code points U+E000 to U+E006 mark special tokens of the index (see `document.ts`).
const BLANK = /[\p{Cc}\p{Z}\ue000-\ue006]/gu
/** Katakana that have a Hiragana of the same sound, which stand this much before them. */
const KATAKANA = /[\u30a1-\u30f6\u30fd\u30fe]/g
const TO_HIRAGANA = -0x60
const ASCII = /^[ -~]*$/
const DIGIT = /^\p{Nd}$/u
const APOSTROPHES = /['’‘ʼ`]/g
/** Of what is folded and so in lower case; the same as `WORD` for what needs no look at Unicode. */
const ASCII_WORD = /[a-z0-9]+/g
const ONE_ASCII_WORD = /^[a-z0-9]+$/
const WORD = /[\p{L}\p{M}\p{N}]+/gu
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u

/** The ASCII digit of any decimal digit: Unicode lays each script's ten out from a code point that ends in 0 or in 6 (hex). */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  const row = code - (code % 16)
  return String(code - (DIGIT.test(String.fromCodePoint(row)) ? row : row + 6))
}

/**
 * The plain form of a text: compatibility forms and accents resolved, lower case, digits of all scripts as 0 to 9, every
 * kind of white space and control character as a space, Katakana as Hiragana. Punctuation stays. Lone surrogates become U+FFFD.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return text
    .toWellFormed()
    .normalize('NFKD')
    .replace(OPTIONAL_MARKS, '')
    .toLowerCase()
    .replace(OPTIONAL_MARKS, '')
    .replace(PLAIN_LETTER, (letter) => PLAIN[letter] ?? letter)
    .replace(FOREIGN_DIGIT, asciiDigit)
    .replace(BLANK, ' ')
    .normalize('NFC')
    .replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) + TO_HIRAGANA))
}

/** The words (runs of letters, marks and digits) of a folded text. Apostrophes join: O'Brien is one word. */
export function wordsOf(folded: string): string[] {
  if (ONE_ASCII_WORD.test(folded)) return [folded] // as most names are
  if (ASCII.test(folded)) return (/['`]/.test(folded) ? folded.replace(/['`]/g, '') : folded).match(ASCII_WORD) ?? []
  return folded.replace(APOSTROPHES, '').match(WORD) ?? []
}

/** Only the digits of a text, of any script, as 0 to 9. */
export function digitsOf(text: string): string {
  return fold(text).replace(/[^0-9]/g, '')
}

/** Whether a word is (partly) of a script written without spaces, where one or two characters can be a whole name. */
export function isUnspaced(word: string): boolean {
  return !ASCII.test(word) && UNSPACED.test(word)
}

/** The length in characters (code points), which is how FTS5 counts for prefixes and trigrams. */
export function lengthOf(text: string): number {
  if (ASCII.test(text)) return text.length
  let length = 0
  for (const _ of text) length++
  return length
}
