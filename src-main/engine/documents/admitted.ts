// What of a document the server admits beside what it has, where that depends on the order in which two devices met it.
// Two of one folder, copied while it held work of a clock that was ahead, correct their stamps each in its own way; and a
// clock far behind records long before a conversation began. Both are honest, and yet what is written once stands on the
// server as it came first: a writer who stamps as early as they like could replace it otherwise. So does the device give way.
// Invariant: the join of what the server has with what is admitted is never refused for that, and lacks nothing that people told.
import { sameJson } from './canonical-json'
import type { ContactDocument } from './contact'
import type { Claim, IdentifierDocument } from './identifier'
import { type InteractionDocument, type InteractionFacts, LATER_FACTS, stepsBeside } from './interaction'
import { withoutUndefined } from './join'
import { type Documents, JOINS, type Kind } from './kinds'
import { joinRegisters } from './register'
import { STAMP_TOLERANCE_MS, stampMs } from './stamp'

/** Members that are written with the document, and never again. */
const WRITTEN_ONCE = {
  contacts: ['created'],
  merges: ['inputs', 'result', 'at', 'by', 'choices', 'builtOn'],
  notes: ['contactId', 'created'],
  audit: ['at', 'by', 'action', 'contactIds', 'subjectId', 'details', 'reason'],
} as const satisfies { [K in Kind]?: readonly (keyof Documents[K])[] }

/** What of a document of ours may be joined with the one that the server has, and be sent then: the same object if all of it. */
export function admitted<K extends Kind>(kind: K, theirs: Documents[K], ours: Documents[K]): Documents[K] {
  const give = GIVE_WAY[kind] as ((theirs: Documents[K], ours: Documents[K]) => Documents[K]) | undefined
  return give ? give(theirs, ours) : ours
}

/** The join of what the server has with what it takes of ours. */
export function joinAdmitted<K extends Kind>(kind: K, theirs: Documents[K], ours: Documents[K]): Documents[K] {
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  return join(theirs, admitted(kind, theirs, ours))
}

const GIVE_WAY: { readonly [K in Kind]?: (theirs: Documents[K], ours: Documents[K]) => Documents[K] } = {
  contacts: admittedContact,
  identifiers: admittedIdentifier,
  interactions: admittedInteraction,
  merges: (theirs, ours) => asWritten(theirs, ours, WRITTEN_ONCE.merges),
  notes: (theirs, ours) => asWritten(theirs, ours, WRITTEN_ONCE.notes),
  audit: (theirs, ours) => asWritten(theirs, ours, WRITTEN_ONCE.audit),
}

function asWritten<T extends object>(theirs: T, ours: T, names: readonly (keyof T)[]): T {
  if (names.every((name) => sameJson(theirs[name], ours[name]))) return ours
  return withoutUndefined({ ...ours, ...Object.fromEntries(names.map((name) => [name, theirs[name]])) })
}

function admittedContact(theirs: ContactDocument, ours: ContactDocument): ContactDocument {
  const given = asWritten(theirs, ours, WRITTEN_ONCE.contacts)
  // It was of that type when it was made.
  return given !== ours && ours.type.value === theirs.type.value ? { ...given, type: theirs.type } : given
}

/** A device claims anew only once its claim was released: of two that its copies made the one that the server has stands. */
function admittedIdentifier(theirs: IdentifierDocument, ours: IdentifierDocument): IdentifierDocument {
  let result = ours
  for (const [contactId, devices] of Object.entries(theirs.claims))
    for (const [device, known] of Object.entries(devices)) {
      const claim = claimIn(ours, contactId, device)
      if (!claim || sameJson(claim, known)) continue
      const [released, releasedHere] = [releaseIn(theirs, contactId, device), releaseIn(ours, contactId, device)]
      const isReleased = [released, releasedHere].some((stamp) => stamp !== undefined && stamp >= known.at)
      const isAnother = claim.at === known.at || (claim.at > known.at && claim.since > known.since && !isReleased)
      if (!isAnother) continue
      result = withClaim(result, contactId, device, known)
    }
  return result
}

function withClaim(document: IdentifierDocument, contactId: string, device: string, claim: Claim): IdentifierDocument {
  const { claims, releases } = document
  const released = releaseIn(document, contactId, device)
  return {
    ...document,
    claims: { ...claims, [contactId]: { ...claims[contactId], [device]: claim } },
    // It reaches no further than the claim it gives up.
    ...(released === undefined || released <= claim.at
      ? {}
      : { releases: { ...releases, [contactId]: { ...releases[contactId], [device]: claim.at } } }),
  }
}

const own = <T>(record: Record<string, T>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined
const claimIn = ({ claims }: IdentifierDocument, contactId: string, device: string) =>
  own(own(claims, contactId) ?? {}, device)
const releaseIn = ({ releases }: IdentifierDocument, contactId: string, device: string) =>
  own(own(releases, contactId) ?? {}, device)

/** When an interaction that is known may have been recorded at first, ms: as the server's `earliestRecording`. */
function earliestRecording({ startedAt, at }: InteractionFacts): number {
  return Math.min(Date.parse(startedAt), stampMs(at)) - STAMP_TOLERANCE_MS
}

/** What a recording from long before the one that the server has tells joins as told besides. */
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
  const steps = isTold ? stepsBeside(facts.events ?? [], theirs.facts.events ?? []) : []
  const added = steps.length > 0 ? [{ v: steps, t: facts.at, b: facts.by }] : undefined
  const events = joinRegisters(ours.later?.events, added)
  const learnt = { ...ours.later, ...later, ...(events.length > 0 ? { events } : {}) }
  return withoutUndefined({
    ...ours,
    facts: theirs.facts,
    later: Object.keys(learnt).length > 0 ? learnt : undefined,
  }) as InteractionDocument
}
