// The decision document: what a person settled, e.g. that two contacts must never be merged, or that what happened apart
// was looked at and stays as it is, or how the organisation reads phone numbers and types its custom fields.
// Invariant: `joinDecisions` is a join; the id is made from kind and subjects alone, so two devices' decisions meet in one document.

import type { DecisionId, Stamp } from '@shared/model/ids'
import { greaterJson } from './canonical-json'
import { joinErased, joinUnknown, withoutUndefined } from './join'
import type { JSONValue } from './json'
import { joinRegisters, type Register } from './register'

/**
 * `cannot-link`: the two must never be merged. `dismissed`: the one needs no place in the promotion queue. The others settle
 * an item of the Reconcile list: an identifier that people share, or any item as it is; `setting` is one of the organisation.
 */
export const DECISION_KINDS = ['cannot-link', 'dismissed', 'shared-identifier', 'reviewed', 'setting'] as const
export type DecisionKind = (typeof DECISION_KINDS)[number]

export interface DecisionDocument {
  id: DecisionId
  kind: DecisionKind
  /** The contacts concerned, sorted; of what settles an item its id; of a setting its name. */
  subjects: string[]
  /** Whether it stands. */
  standing: Register<boolean>
  /**
   * What the settler of an item had before them: ids of the records concerned, and stamps of what was done. Sorted; only
   * grows. What is not in here happened since, and opens the item again.
   */
  seen?: string[]
  /** What a setting says. */
  value?: Register<string>
  /** What a setting says for good, as JSON: versions of schemas of custom fields. Older versions carry it along. */
  definition?: { at: Stamp; by: string; says: JSONValue }
  reason?: Register<string>
  /** The person concerned was erased: what was typed about them is gone. */
  erased?: { at: Stamp; by: string }
}

const DECISION_KEYS: ReadonlySet<string> = new Set([
  'id',
  'kind',
  'subjects',
  'standing',
  'seen',
  'value',
  'definition',
  'reason',
  'erased',
])

/** The union of two grow-only sets. */
export function joinSeen(a: readonly string[] = [], b: readonly string[] = []): string[] {
  return [...new Set([...a, ...b])].sort()
}

export function joinDecisions(a: DecisionDocument, b: DecisionDocument): DecisionDocument {
  const erased = joinErased(a.erased, b.erased)
  const reason = erased ? [] : joinRegisters(a.reason, b.reason)
  const seen = joinSeen(a.seen, b.seen)
  const value = joinRegisters(a.value, b.value)
  return withoutUndefined({
    ...joinUnknown(a, b, DECISION_KEYS),
    id: a.id,
    kind: a.kind > b.kind ? a.kind : b.kind,
    subjects: greaterJson(a.subjects, b.subjects),
    standing: joinRegisters(a.standing, b.standing),
    seen: seen.length > 0 ? seen : undefined,
    value: value.length > 0 ? value : undefined,
    definition: a.definition && b.definition ? greaterJson(a.definition, b.definition) : (a.definition ?? b.definition),
    reason: reason.length > 0 ? reason : undefined,
    erased,
  }) as DecisionDocument
}
