// What arrives from elsewhere is checked before it is stored: a malformed document is set aside with a reason and harms
// nothing (domain specification, section 6). Invariant: an accepted document is handed on untouched, members of newer
// versions included, and every join and derivation can work on it.
import { type Documents, KINDS, type Kind } from './kinds'
import { type Check, compileKind, sentence } from './shape-check'
import { ERASED_SHAPES, KIND_SHAPES } from './validate-kinds'

export type Checked<K extends Kind> = { ok: true; document: Documents[K] } | { ok: false; reason: string }

let checks: Readonly<Record<Kind, Check>> | undefined

/**
 * Checks a value that claims to be a document of this kind.
 * @returns the same object, or a reason for people, which names places but no values
 */
export function checkDocument<K extends Kind>(kind: K, value: unknown): Checked<K> {
  // Once, and only where documents arrive: making the checks takes longer than many of them.
  checks ??= Object.fromEntries(
    KINDS.map((each) => [each, compileKind(each, KIND_SHAPES[each], ERASED_SHAPES[each])]),
  ) as Record<Kind, Check>
  const fault = checks[kind](value)
  return fault === undefined ? { ok: true, document: value as Documents[K] } : { ok: false, reason: sentence(fault) }
}
