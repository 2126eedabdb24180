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

/** Whether two JSON values say the same. */
export function sameJson(a: unknown, b: unknown): boolean {
  return a === b || canonicalJson(a) === canonicalJson(b)
}

/** The greater of two JSON values in one fixed total order; equal contents give the first. */
export function greaterJson<T>(a: T, b: T): T {
  return canonicalJson(a) >= canonicalJson(b) ? a : b
}
