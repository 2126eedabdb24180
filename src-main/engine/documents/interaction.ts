// The interaction document: immutable facts, and registers for what may change (link, wrap-up) or is learnt later.
// Invariant: `joinInteractions` is a join; facts once written are never edited, and erasure takes all personal data away.

import type { Identifier, IdentifierType } from '@shared/model/identifier'
import type { ContactId, InteractionId, Stamp } from '@shared/model/ids'
import type { Channel, Direction, SessionEvent } from '@shared/model/interaction'
import { canonicalJson, greaterJson } from './canonical-json'
import { joinErased, joinUnknown, withoutUndefined } from './join'
import { current, joinRegisters, type Register } from './register'

/** What came with an interaction and could not be read as an identifier, as it was sent. */
export interface UnreadIdentifier {
  type: IdentifierType
  value: string
  source?: string
}

export interface InteractionFacts {
  /** When it was recorded: of two recordings of one interaction the earlier stands. */
  at: Stamp
  by: string
  conversationId: string
  communicationId?: string
  channel: Channel
  direction: Direction
  /** RFC 3339, UTC. */
  startedAt: string
  endedAt?: string
  /** Normalised, in the order they were tried. */
  identifiers: Identifier[]
  /** Withheld numbers, extensions, sender names: no person is found by them, and nothing of them is lost. */
  unread?: UnreadIdentifier[]
  queue?: string
  agent?: string
  subject?: string
  note?: string
  events?: SessionEvent[]
}

/** What may be known only after an interaction was recorded, as at its end. */
export const LATER_FACTS = ['endedAt', 'queue', 'agent', 'subject', 'note'] as const
type LaterFact = (typeof LATER_FACTS)[number]
const LATER_KEYS: ReadonlySet<string> = new Set([...LATER_FACTS, 'events'])

export interface InteractionDocument {
  id: InteractionId
  facts: InteractionFacts
  /** The contact it belongs to, as of then; null: unlinked by a person. */
  link: Register<ContactId>
  wrapUp?: Register<string>
  /**
   * What the facts left open and a later teller added. Facts come first, and what they tell is never changed; but a note
   * says what an agent thought, and may be corrected.
   */
  later?: Partial<Record<LaterFact, Register<string>>> & {
    /** Each entry has the steps that one telling added to those known before: all of them happened, none replaces another. */
    events?: Register<SessionEvent[]>
  }
  erased?: { at: Stamp; by: string }
}

const INTERACTION_KEYS: ReadonlySet<string> = new Set(['id', 'facts', 'link', 'wrapUp', 'later', 'erased'])

const stepKey = ({ at, name, detail }: SessionEvent) => canonicalJson([Date.parse(at), name, detail ?? ''])

/** Those of some steps that are not among others, each once. */
export function stepsBeside(steps: readonly SessionEvent[], known: readonly SessionEvent[]): SessionEvent[] {
  const keys = new Set(known.map(stepKey))
  return steps.filter((step) => {
    const key = stepKey(step)
    return !keys.has(key) && keys.add(key)
  })
}

/** All steps of a session, in the order in which they happened. */
function stepsNow({ facts, later }: InteractionDocument): SessionEvent[] | undefined {
  const added = later?.events?.flatMap(({ v }) => v ?? []) ?? []
  if (!facts.events && added.length === 0) return undefined
  const told = facts.events ?? []
  return [...told, ...stepsBeside(added, told)]
    .map((step) => ({ step, ms: Date.parse(step.at) }))
    .sort((a, b) => a.ms - b.ms)
    .map(({ step }) => step)
}

/** The facts with what was learnt since, and the note as it was corrected last. */
export function factsNow(document: InteractionDocument): InteractionFacts {
  const { later } = document
  const events = stepsNow(document)
  const facts = events ? { ...document.facts, events } : document.facts
  if (!later) return facts
  const learnt = LATER_FACTS.flatMap((name) => {
    const value = facts[name] === undefined ? current(later[name])?.v : undefined
    return typeof value === 'string' ? [[name, value] as const] : []
  })
  const { note: first, ...others } = facts
  const corrected = current(later.note)
  const note = corrected ? corrected.v : first
  return { ...others, ...Object.fromEntries(learnt), ...(typeof note === 'string' ? { note } : {}) }
}

/** What of the facts may stay after an erasure: that something happened, when and over which channel. */
function withoutPersonalData(facts: InteractionFacts): InteractionFacts {
  const { at, by, channel, direction, startedAt, endedAt, queue } = facts
  const kept = { at, by, conversationId: '', channel, direction, startedAt, endedAt, queue, identifiers: [] }
  return withoutUndefined(kept) as InteractionFacts
}

/** The earlier recording; ties are broken by what survives an erasure first, so that erasing commutes with joining. */
function joinFacts(a: InteractionFacts, b: InteractionFacts): InteractionFacts {
  if (a.at !== b.at) return a.at < b.at ? a : b
  const [x, y] = [canonicalJson(withoutPersonalData(a)), canonicalJson(withoutPersonalData(b))]
  if (x !== y) return x > y ? a : b
  return greaterJson(a, b)
}

function joinLater(a: InteractionDocument['later'], b: InteractionDocument['later']): InteractionDocument['later'] {
  if (!a && !b) return undefined
  const unknown = joinUnknown(a ?? {}, b ?? {}, LATER_KEYS)
  const known = LATER_FACTS.flatMap((name) => {
    const register = joinRegisters(a?.[name], b?.[name])
    return register.length > 0 ? [[name, register] as const] : []
  })
  const events = joinRegisters(a?.events, b?.events)
  return { ...unknown, ...Object.fromEntries(known), ...(events.length > 0 ? { events } : {}) }
}

export function joinInteractions(a: InteractionDocument, b: InteractionDocument): InteractionDocument {
  const erased = joinErased(a.erased, b.erased)
  const facts = joinFacts(a.facts, b.facts)
  const wrapUp = joinRegisters(a.wrapUp, b.wrapUp)
  return withoutUndefined({
    ...(erased ? {} : joinUnknown(a, b, INTERACTION_KEYS)),
    id: a.id,
    facts: erased ? withoutPersonalData(facts) : facts,
    link: joinRegisters(a.link, b.link),
    wrapUp: erased || wrapUp.length === 0 ? undefined : wrapUp,
    later: erased ? undefined : joinLater(a.later, b.later),
    erased,
  }) as InteractionDocument
}
