// How a JavaScript string becomes SQLite text so that both sort and compare the same way.
// Invariant: for all strings a and b, a < b (UTF-16 code units, as JavaScript and RxDB compare) exactly when
// sortableText(a) < sortableText(b) (UTF-8 bytes, as SQLite's BINARY collation compares); different strings stay different.

const FIRST_HIGH_UNIT = 0xd800
const needsMapping = /[\uD800-\uFFFF]/

/**
 * Code units below U+D800 sort the same in UTF-8 and are kept. Surrogates and U+E000–U+FFFF do not (an astral
 * character sorts before U+E000 in JavaScript and after it in UTF-8), and a lone surrogate has no UTF-8 at all; so each
 * such unit becomes one code point from U+10000 on, in the same order. Text without them, nearly all, is kept as it is.
 */
export function sortableText(text: string): string {
  if (!needsMapping.test(text)) return text
  let mapped = ''
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    mapped += unit < FIRST_HIGH_UNIT ? text[i] : String.fromCodePoint(0x10000 + (unit - FIRST_HIGH_UNIT))
  }
  return mapped
}
