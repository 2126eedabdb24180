// One text per JSON value, whatever the order of its keys: to compare contents and to break ties the same everywhere.

/** JSON with sorted keys; `undefined` members are left out as JSON does. */
export function canonicalJson(value: unknown): string {
  if (value === undefined) return 'null'
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** Whether two JSON values say the same; as comparing `canonicalJson` of both, which takes several times as long. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return (a ?? null) === (b ?? null)
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (Array.isArray(a) || Array.isArray(b)) {
    if (!Array.isArray(a) || !Array.isArray(b) || a.length !== b.length) return false
    return a.every((member, i) => sameJson(member, b[i]))
  }
  return sameMembers(a as Record<string, unknown>, b as Record<string, unknown>)
}

function sameMembers(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
  let members = 0
  for (const [key, value] of Object.entries(a)) {
    if (value === undefined) continue
    if (!Object.hasOwn(b, key) || b[key] === undefined || !sameJson(value, b[key])) return false
    members += 1
  }
  return Object.values(b).filter((value) => value !== undefined).length === members
}

/** The greater of two JSON values in one fixed total order; equal contents give the first. */
export function greaterJson<T>(a: T, b: T): T {
  return canonicalJson(a) >= canonicalJson(b) ? a : b
}
