import type { PersonId } from '@shared/model/ids'

// Where a person stands in the index: the rowid.
// Invariant: rowids order people by the day of their last activity, and within a day by what their ids are made of alone.
// FTS5 can read matches from the highest rowid down and stop, so what the index offers first, if there is more than can be
// looked at, are the recently active, whatever the order in which they were put.
//
// Ids begin with the moment they were made (RFC 9562, section 5.7): people taken in one after the other are neighbours, and
// a transaction touches few pages of what is in order of places. A hash tells apart those of one second; of a second that has
// more people than places, the later ones stand among their neighbours.

const DAY = 86_400_000
/** Days are counted from 1970 in 16 bits, which lasts until 2149; places within a day in 32. Together they fit a number. */
const MOST_DAYS = 2 ** 16 - 1
const PLACES = 2 ** 32
/** As many make a day, of 1,024 ms each; ids of another kind spread over all of them. */
const SECONDS = 2 ** 17
const PER_SECOND = PLACES / SECONDS
const WIDER = 4

/**
 * The rowid for a person. If another has it, ask again.
 * @param attempt how many of those given for this person were taken. The search widens with each, so that a few attempts do
 *   however many were made in one second: to step to the next place instead took minutes for 100,000 of them
 */
export function allocateRowId(personId: PersonId, lastActive: number, attempt = 0): number {
  const spread = hash(attempt === 0 ? personId : `${personId} ${attempt}`)
  const second = secondOf(personId) ?? Math.floor(hash(personId) / PER_SECOND)
  const within = second * PER_SECOND + (spread % Math.min(PER_SECOND * WIDER ** attempt, PLACES))
  return dayOf(lastActive) * PLACES + (within % PLACES)
}

function secondOf(personId: PersonId): number | undefined {
  const made = Number.parseInt(personId.slice(0, 8) + personId.slice(9, 13), 16)
  return made >= 0 ? Math.floor(made / 1024) % SECONDS : undefined
}

/** Whether a person at a rowid may stay there after being active at a moment. */
export function fitsRowId(rowid: number, lastActive: number): boolean {
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
