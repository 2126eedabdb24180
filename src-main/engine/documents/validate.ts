// What arrives from elsewhere is checked before it is stored: a malformed document is set aside with a reason and harms
// nothing (domain specification, section 6). Invariant: an accepted document is handed on untouched, members of newer
// versions included, and every join and derivation can work on it.
import { AFTER_ALL_DEVICES, NO_STAMP, type Stamp } from '@shared/model/ids'
import { type Documents, KINDS, type Kind } from './kinds'
import { type Check, compileKind, type Notes, newNotes, sentence } from './shape-check'
import { EARLIEST_MS, isStamp, makeStamp, SET_ASIDE_AHEAD_MS, STAMP_TOLERANCE_MS, stampMs } from './stamp'
import { ERASED_SHAPES, KIND_SHAPES } from './validate-kinds'

export type Checked<K extends Kind> = { ok: true; document: Documents[K] } | { ok: false; reason: string }

const NO_ID = 'The id of the document is not one that devices make.'
/** Why a document is set aside until its time comes near, or it is mended. */
export const FAR_AHEAD = 'Something in it lies far in the future: no device with a right clock wrote that.'

let checks: Readonly<Record<Kind, Check>> | undefined

/**
 * Checks a value that claims to be a document of this kind.
 * @param now ms: nothing in it may lie so far after it that no server would have taken it; absent: that is not asked
 * @returns the same object, or a reason for people, which names places but no values
 */
export function checkDocument<K extends Kind>(kind: K, value: unknown, now?: number): Checked<K> {
  const seen = newNotes()
  if (isNoId((value as { id?: unknown } | null)?.id)) return { ok: false, reason: NO_ID }
  const fault = checkOf(kind)(value, seen)
  if (fault !== undefined) return { ok: false, reason: sentence(fault) }
  if (now !== undefined && isAhead(seen, now)) return { ok: false, reason: FAR_AHEAD }
  return { ok: true, document: value as Documents[K] }
}

/**
 * Whether every object has a member of that name: no device makes such an id, and it would be taken for something else
 * wherever documents are kept by id, here and in libraries.
 */
export const isNoId = (id: unknown): boolean => typeof id === 'string' && id in Object.prototype

function checkOf(kind: Kind): Check {
  // Once, and only where documents arrive: making the checks takes longer than many of them.
  checks ??= Object.fromEntries(
    KINDS.map((each) => [each, compileKind(each, KIND_SHAPES[each], ERASED_SHAPES[each])]),
  ) as Record<Kind, Check>
  return checks[kind]
}

const isAhead = ({ latest, activity }: Notes, now: number): boolean =>
  (latest !== NO_STAMP && stampMs(latest) > now + SET_ASIDE_AHEAD_MS) ||
  activity > now + SET_ASIDE_AHEAD_MS + STAMP_TOLERANCE_MS

/** Whether anything in a document lies so far after `now` (ms) that no server would have taken it. */
export function liesAhead<K extends Kind>(kind: K, document: Documents[K], now: number): boolean {
  const seen = newNotes()
  checkOf(kind)(document, seen)
  return isAhead(seen, now)
}

/** The latest stamp in a document, wherever it stands, and the latest moment of an interaction, both in ms; 0: there is none. */
export function latestIn<K extends Kind>(kind: K, document: Documents[K]): { stampMs: number; activity: number } {
  const seen = newNotes()
  checkOf(kind)(document, seen)
  return { stampMs: seen.latest === NO_STAMP ? 0 : stampMs(seen.latest), activity: seen.activity }
}

/** The stamps in a document that lie before the first that devices make, wherever they stand. */
export function stampsTooEarly<K extends Kind>(kind: K, document: Documents[K]): Stamp[] {
  const seen = newNotes(NO_STAMP)
  checkOf(kind)(document, seen)
  const stamps = Object.keys(seen.found).filter(isStamp)
  return stamps.filter((stamp) => stampMs(stamp) < EARLIEST_MS).sort()
}

/** The stamps in a document that lie after a moment (ms), wherever they stand, members of newer versions included. */
export function stampsAfter<K extends Kind>(kind: K, document: Documents[K], ms: number): Stamp[] {
  const seen = newNotes(makeStamp(ms, 0, AFTER_ALL_DEVICES))
  checkOf(kind)(document, seen)
  return Object.keys(seen.found).filter(isStamp).sort()
}
