// The decision document: what a person settled about contacts, e.g. that two must never be merged.
// Invariant: `joinDecisions` is a join; the id is made from kind and subjects alone, so two devices' decisions meet in one document.
import { greaterJson } from './canonical-json'
import { joinErased, joinUnknown, withoutUndefined } from './join'
import { joinRegisters, type Register } from './register'
import type { Stamp } from './stamp'

export interface DecisionDocument {
  id: string
  /** `cannot-link`: the two must never be merged. `dismissed`: the one needs no place in the promotion queue. */
  kind: 'cannot-link' | 'dismissed'
  /** The contacts concerned, sorted. */
  subjects: string[]
  /** Whether it stands. */
  standing: Register<boolean>
  reason?: Register<string>
  /** The person concerned was erased: what was typed about them is gone. */
  erased?: { at: Stamp; by: string }
}

export const DECISION_KEYS: ReadonlySet<string> = new Set(['id', 'kind', 'subjects', 'standing', 'reason', 'erased'])

export function joinDecisions(a: DecisionDocument, b: DecisionDocument): DecisionDocument {
  const erased = joinErased(a.erased, b.erased)
  const reason = erased ? [] : joinRegisters(a.reason, b.reason)
  return withoutUndefined({
    ...joinUnknown(a, b, DECISION_KEYS),
    id: a.id,
    kind: a.kind > b.kind ? a.kind : b.kind,
    subjects: greaterJson(a.subjects, b.subjects),
    standing: joinRegisters(a.standing, b.standing),
    reason: reason.length > 0 ? reason : undefined,
    erased,
  }) as DecisionDocument
}
