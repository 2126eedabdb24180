// Levels of mail addresses and dates of birth. Invariant: symmetric; 1 is equal, the last one says that they differ.
import { bagDistance, edits } from './distance'
import type { Mail } from './values'

/** @param isOfFew whether a domain is an organisation's: one that many have says nothing */
export function mailLevel(a: Mail, b: Mail, isOfFew: (domain: string) => boolean): number {
  const isEqual = a.local === b.local && a.domain === b.domain
  if (a.role || b.role) return isEqual ? 5 : 6
  if (isEqual) return 1
  const far = isOfFew(a.domain) && a.domain === b.domain ? 5 : 6
  // `jane.doe@` and `jane.doe7@` are two people's who share a name, not one's with a typing error.
  if (a.local !== b.local && a.local.replace(/\d+/g, '') === b.local.replace(/\d+/g, '')) return 6
  const [one, other] = [`${a.local}@${a.domain}`, `${b.local}@${b.domain}`]
  const distance = bagDistance(one, other) > 3 ? 4 : edits(one, other, 3)
  if (distance <= 1) return 2
  if (a.local === b.local && a.local.length >= 4) return 4
  if (distance <= 3) return 3
  if (a.local.length >= 4 && bagDistance(a.local, b.local) <= 1 && edits(a.domain, b.domain, 2) <= 2) return 3
  return far
}

/** @param a eight digits */
export function dateLevel(a: string, b: string): number {
  if (a === b) return 1
  const parts = (date: string) => [date.slice(0, 4), date.slice(4, 6), date.slice(6)] as const
  const [[y, m, d], [y2, m2, d2]] = [parts(a), parts(b)]
  const distance = edits(a, b, 2)
  if (distance === 1) return 2
  const equal = (y === y2 ? 1 : 0) + (m === m2 ? 1 : 0) + (d === d2 ? 1 : 0)
  if (equal === 2 || (y === y2 && m === d2 && d === m2)) return 3
  const isClose = edits(y, y2, 1) <= 1 && edits(m, m2, 1) <= 1 && edits(d, d2, 1) <= 1
  if (isClose && distance <= 2) return 4
  if (distance === 2) return 5
  return y === y2 || (m === m2 && d === d2) ? 6 : 7
}
