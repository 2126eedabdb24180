// Text that is Unicode. Half of a surrogate pair is none: it has no form in UTF-8, and a server refuses a document that has
// one for as long as it has it.
// Invariant: what `wellFormed` gives has no such text at any place, and is the very object that was given if that had none.

/** What a writer is told. */
export const NO_UNICODE = 'Half of a surrogate pair stands in this text: it is no Unicode'

const nested = (value: unknown): value is object => typeof value === 'object' && value !== null

/** The path of the first text that is no Unicode, the names of members being texts as well; undefined: there is none. */
export function illFormedAt(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return value.isWellFormed() ? undefined : path
  if (!nested(value)) return undefined
  for (const [key, one] of Object.entries(value)) {
    const below = path === '' ? key : `${path}.${key}`
    const found = key.isWellFormed() ? illFormedAt(one, below) : below
    if (found !== undefined) return found.toWellFormed()
  }
  return undefined
}

function mended(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(mended)
  if (!nested(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key.toWellFormed(), mended(one)]))
}

/** A document, or what is to be in one, with the sign for what cannot be read (U+FFFD) where a text is no Unicode. */
export const wellFormed = <T>(value: T): T => (illFormedAt(value) === undefined ? value : (mended(value) as T))

/** Whether a JSON text that was made by `JSON.stringify` has such text: nothing else is written as an escape of this kind. */
export const isWellFormedJson = (json: string): boolean => !json.includes('\\ud') || wellFormedJson(json) === json

/** The same for a document that is sent as JSON. A backslash that stands for itself comes in twos. */
export const wellFormedJson = (json: string): string =>
  json.includes('\\ud')
    ? json.replace(/\\\\|\\ud[89a-f][0-9a-f]{2}/g, (found) => (found === '\\\\' ? found : '\ufffd'))
    : json
