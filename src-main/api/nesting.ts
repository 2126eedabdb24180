// How deep a JSON text nests, told before it is parsed.
// Invariant: takes one look at each character, and no memory.

const [QUOTE, BACKSLASH] = [0x22, 0x5c]
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]

/** Whether a JSON text nests no deeper than so many lists and objects. Of a text that is no JSON the answer says nothing. */
export function isShallow(json: string, deepest: number): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) {
      at = endOfString(json, at)
      if (at < 0) return true
    } else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1
      if (depth > deepest) return false
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1
  }
  return true
}

/** Where the string that begins at `start` ends: the first quote behind an even number of backslashes; -1: nowhere. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let backslashes = 0
    while (json.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes += 1
    if (backslashes % 2 === 0) return end
  }
  return -1
}
