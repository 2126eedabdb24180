// Of two recordings of one interaction the earlier stands, and yet the server takes none that is from long before the one it
// has: a writer who stamps as early as they like could put their own in the place of any. A device whose clock is far behind is
// honest all the same. What it told then joins as told besides, and what the server has stands.
// Invariant: the join of what the server has with what is admitted is never refused for when it was recorded, and lacks
// nothing that people told.
import { type InteractionDocument, type InteractionFacts, LATER_FACTS } from './interaction'
import { withoutUndefined } from './join'
import { type Documents, JOINS, type Kind } from './kinds'
import { joinRegisters } from './register'
import { STAMP_TOLERANCE_MS, stampMs } from './stamp'

/** When an interaction that is known may have been recorded at first, ms: as the server's `earliestRecording`. */
function earliestRecording({ startedAt, at }: InteractionFacts): number {
  return Math.min(Date.parse(startedAt), stampMs(at)) - STAMP_TOLERANCE_MS
}

function admittedInteraction(theirs: InteractionDocument, ours: InteractionDocument): InteractionDocument {
  const { facts } = ours
  if (facts.at >= theirs.facts.at || stampMs(facts.at) >= earliestRecording(theirs.facts)) return ours
  const isTold = !ours.erased && !theirs.erased
  const later = Object.fromEntries(
    LATER_FACTS.flatMap((name) => {
      const value = facts[name]
      const told = isTold && value !== undefined && value !== theirs.facts[name]
      const register = joinRegisters(ours.later?.[name], told ? [{ v: value, t: facts.at, b: facts.by }] : undefined)
      return register.length > 0 ? [[name, register] as const] : []
    }),
  )
  return withoutUndefined({
    ...ours,
    facts: theirs.facts,
    later: Object.keys(later).length > 0 ? { ...ours.later, ...later } : ours.later,
  }) as InteractionDocument
}

/** What of a document of ours may be joined with the one that the server has, and be sent then. */
export function admitted<K extends Kind>(kind: K, theirs: Documents[K], ours: Documents[K]): Documents[K] {
  if (kind !== 'interactions') return ours
  return admittedInteraction(theirs as InteractionDocument, ours as InteractionDocument) as Documents[K]
}

/** The join of what the server has with what it takes of ours. */
export function joinAdmitted<K extends Kind>(kind: K, theirs: Documents[K], ours: Documents[K]): Documents[K] {
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  return join(theirs, admitted(kind, theirs, ours))
}

/** Whether the server takes a document over the one that it has, as far as that depends on when it was recorded. */
export function isAdmitted<K extends Kind>(kind: K, theirs: Documents[K], ours: Documents[K]): boolean {
  return admitted(kind, theirs, ours) === ours
}
