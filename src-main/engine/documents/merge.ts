// The merge document: immutable inputs, result and choices, and a register that says whether it stands.
// Invariant: `joinMerges` is a join; it holds ids only, no value of a field, so erasure leaves nothing of a person in it.

import type { ContactId, MergeId, Stamp } from '@shared/model/ids'
import { greaterJson } from './canonical-json'
import { joinErased, joinUnknown, withoutUndefined } from './join'
import { joinRegisters, type Register } from './register'

export interface MergeDocument {
  id: MergeId
  inputs: ContactId[]
  /** The new contact, canonical while the merge stands and is the latest of its set. */
  result: ContactId
  at: Stamp
  by: string
  /** Field → the input whose value the person chose. Never a register key: those of external ids hold the id. */
  choices: Record<string, ContactId>
  /**
   * The merges that held its inputs together, as the merger saw them; absent: none. It builds on them, so they cannot
   * be undone before it; one that is not named here was made apart.
   */
  builtOn?: MergeId[]
  /** Current value `true`: undone. */
  undone?: Register<boolean>
  /** Why, as typed. Gone once `erased`. */
  reason?: Register<string>
  /** The person concerned was erased: what was typed about them is gone. */
  erased?: { at: Stamp; by: string }
}

export const MERGE_KEYS: ReadonlySet<string> = new Set([
  'id',
  'inputs',
  'result',
  'at',
  'by',
  'choices',
  'builtOn',
  'undone',
  'reason',
  'erased',
])

export function joinMerges(a: MergeDocument, b: MergeDocument): MergeDocument {
  const facts = ({ inputs, result, at, by, choices, builtOn }: MergeDocument) =>
    withoutUndefined({ inputs, result, at, by, choices, builtOn })
  const undone = joinRegisters(a.undone, b.undone)
  const erased = joinErased(a.erased, b.erased)
  const reason = erased ? [] : joinRegisters(a.reason, b.reason)
  return withoutUndefined({
    ...joinUnknown(a, b, MERGE_KEYS),
    id: a.id,
    ...greaterJson(facts(a), facts(b)),
    undone: undone.length > 0 ? undone : undefined,
    reason: reason.length > 0 ? reason : undefined,
    erased,
  }) as MergeDocument
}
