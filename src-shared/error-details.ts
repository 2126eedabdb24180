// What a refusal tells beside its sentence, code by code: what a screen or caller goes on with.
// Invariant: a code that is not here tells nothing more; what is here holds no data that the caller may not see. Ids are plain
// texts: errors stand below the model, which knows ids of kinds.

import type { Permission } from './permissions'

/** Of the person a refusal is about. */
interface AboutContact {
  contactId: string
}

export interface ErrorDetails {
  /** Everything that a schema objects to. */
  invalid_input: { issues: readonly { field: string; message: string }[] }
  not_found: AboutContact
  deleted: AboutContact
  erased: AboutContact
  expired: AboutContact
  already_curated: AboutContact
  already_there: AboutContact
  /** The holder, and since when by the clock of the claim. */
  identifier_held: { holder: { id: string; displayName: string }; since: string }
  merge_set_too_large: { setSize: number }
  /** Records, in no order. */
  merge_forbidden_pair: { pair: readonly [string, string] }
  merge_two_of_a_kind: { type: 'Ephemeral' | 'Identified' | 'Curated' }
  merge_not_latest: { mergeId: string }
  undo_needs_assignment: { fields: readonly string[] }
  forbidden: { permission: Permission }
  conflict: { kind: string; ids: readonly string[] }
  views_not_ready: { done: number; total: number }
  unsynced_work: { count: number; user: string }
}
