// Where a person stands in the index: the rowid.
// Invariant: rowids order people by the day of their last activity, and within a day by a hash of their id. FTS5 can read
// matches from the highest rowid down and stop, so what the index offers first, if there is more than can be looked at, are
// the recently active, whatever the order in which they were put.

const DAY = 86_400_000
/** Days are counted from 1970 in 16 bits, which lasts until 2149; places within a day in 28. Together they fit a number. */
const MOST_DAYS = 2 ** 16 - 1
const PLACES = 2 ** 28

/** The rowid for a person; if another has it, the next free one will do. */
export function placeOf(personId: string, lastActive: number): number {
  return dayOf(lastActive) * PLACES + (hash(personId) % PLACES)
}

/** Whether a person at a rowid may stay there after being active at a moment. */
export function fits(rowid: number, lastActive: number): boolean {
  return Math.floor(rowid / PLACES) === dayOf(lastActive)
}

/** A moment to store: whole milliseconds, 0 for what is none. */
export function momentOf(lastActive: number): number {
  return Number.isFinite(lastActive) ? Math.min(Math.max(0, Math.floor(lastActive)), MOST_DAYS * DAY) : 0
}

function dayOf(lastActive: number): number {
  return Math.floor(momentOf(lastActive) / DAY)
}

/** FNV-1a with a final mix: spreads ids that differ in one character. Not for secrets. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}
