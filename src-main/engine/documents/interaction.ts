// The interaction document: immutable facts, and registers for what may change (link, wrap-up).
// Invariant: `joinInteractions` is a join; facts once written are never edited, and erasure takes all personal data away.

import type { Identifier } from '@shared/model/identifier'
import type { Channel, Direction, SessionEvent } from '@shared/model/interaction'
import { canonicalJson, greaterJson } from './canonical-json'
import { joinErased, joinUnknown, withoutUndefined } from './join'
import { joinRegisters, type Register } from './register'
import type { Stamp } from './stamp'

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
  queue?: string
  agent?: string
  subject?: string
  note?: string
  events?: SessionEvent[]
}

export interface InteractionDocument {
  id: string
  facts: InteractionFacts
  /** The contact it belongs to, as of then; null: unlinked by a person. */
  link: Register<string>
  wrapUp?: Register<string>
  erased?: { at: Stamp; by: string }
}

export const INTERACTION_KEYS: ReadonlySet<string> = new Set(['id', 'facts', 'link', 'wrapUp', 'erased'])

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
    erased,
  }) as InteractionDocument
}
