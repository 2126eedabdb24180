// What arrives from elsewhere is checked before it is stored: a malformed document is set aside with a reason and harms
// nothing (domain specification, section 6). Invariant: an accepted document is handed on untouched, members of newer
// versions included, and every join and derivation can work on it.
import type { Documents, Kind } from './kinds'
import { KINDS } from './kinds'
import { ERASED_SHAPES, KIND_SHAPES } from './validate-kinds'
import { type Check, compile, LIMITS } from './validate-shape'

export type Checked<K extends Kind> = { ok: true; document: Documents[K] } | { ok: false; reason: string }

interface KindChecks {
  shape: Check
  erased: Check | undefined
  known: ReadonlySet<string>
}

const unknown = compile({ is: 'json' })

function checksOf(kind: Kind): KindChecks {
  const { members, optional = {} } = KIND_SHAPES[kind]
  const gone = ERASED_SHAPES[kind]
  return {
    shape: compile({ is: 'object', ...KIND_SHAPES[kind] }),
    erased: gone && compile({ is: 'object', ...gone }),
    known: new Set([...Object.keys(members), ...Object.keys(optional)]),
  }
}

let compiled: Readonly<Record<Kind, KindChecks>> | undefined

/**
 * Checks a value that claims to be a document of this kind.
 * @returns the same object, or a reason for people, which names places but no values
 */
export function checkDocument<K extends Kind>(kind: K, value: unknown): Checked<K> {
  // Once, and only where documents arrive: making the checks takes longer than many of them.
  compiled ??= Object.fromEntries(KINDS.map((each) => [each, checksOf(each)])) as Record<Kind, KindChecks>
  const { shape, erased, known } = compiled[kind]
  const fault = shape(value) ?? faultAround(kind, value as Record<string, unknown>, erased, known)
  return fault === undefined
    ? { ok: true, document: value as Documents[K] }
    : { ok: false, reason: fault.startsWith(':') ? `The document${fault}.` : `“${fault.replace(':', '”:')}.` }
}

function faultAround(
  kind: Kind,
  document: Record<string, unknown>,
  erased: Check | undefined,
  known: ReadonlySet<string>,
): string | undefined {
  for (const name of Object.keys(document)) {
    if (known.has(name)) continue
    const fault = name.length > LIMITS.key ? ': shorter names are expected' : unknown(document[name])
    if (fault !== undefined) return name.slice(0, 64) + fault
  }
  if (kind === 'identifiers') return identifierFault(document as unknown as Documents['identifiers'])
  return erased && document['erased'] !== undefined ? erased(document) : undefined
}

/** The value stands as long as anybody's claim does, and nobody erased is left. */
function identifierFault({ value, source, claims, releases, erased = {} }: Documents['identifiers']) {
  const claimed = Object.keys(claims).length > 0
  if (claimed !== (value !== '')) return 'value: it is expected exactly while there are claims'
  if (!claimed && source !== undefined) return 'source: it is expected only while there are claims'
  for (const id of Object.keys(erased))
    if (Object.hasOwn(claims, id) || Object.hasOwn(releases, id))
      return 'erased: nothing may be left of what was erased'
  return undefined
}
