// How alike the people of a merge are, and why: what agrees and what contradicts, each with its weight in points.
// Invariant: pure and symmetric; a reason that is shown counts, and what counts is shown.
import type { Likeness, LikenessReason } from '@shared/contract/merging'
import type { ContactFields } from '@shared/model/contact'
import type { IdentifierType } from '@shared/model/identifier'
import type { ContactId } from '@shared/model/ids'

/** An identifier that a person claims. */
interface LikenessClaim {
  id: string
  type: IdentifierType
  /** As a person reads it. */
  display: string
  /** How many people claim it: what half an office has says little. */
  people: number
}

/** What of a person is compared. */
export interface LikenessFacts {
  id: ContactId
  fields: ContactFields
  claims: readonly LikenessClaim[]
}

/** From this on they look like one person. */
const ALIKE = 4
/** Below this they do not. */
const UNLIKE = 1
/** An identifier of more people is a switchboard's or a family's. */
const SHARED_BY = 2
/** Points, as shares of a hundred: a likeness of 50 is as good as none. */
const SLOPE = 2

interface Counted {
  reason: LikenessReason
  points: number
}

const folded = (text: string | undefined): string =>
  (text ?? '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

/** Letters to be changed, added or left out from one text to the other, up to two. */
function isNear(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 4) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  return Math.max(a.length, b.length) - start - end <= 1
}

/** An initial, a short form that the other begins with, or a slip of one letter. */
const isSimilar = (a: string, b: string): boolean => {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a]
  return ((short.length === 1 || short.length >= 3) && long.startsWith(short)) || isNear(a, b)
}

/** Points of one text of each that agree, are similar, or differ; what one of them lacks says nothing. */
function text(
  about: LikenessReason['about'],
  a: string | undefined,
  b: string | undefined,
  [same, similar, different]: readonly [number, number, number],
): Counted[] {
  const [x, y] = [folded(a), folded(b)]
  if (x === '' || y === '') return []
  if (x === y) return [{ reason: { about, verdict: 'agrees', values: [a ?? ''] }, points: same }]
  const verdict = isSimilar(x, y) ? ('similar' as const) : ('differs' as const)
  return [
    { reason: { about, verdict, values: [a ?? '', b ?? ''] }, points: verdict === 'similar' ? similar : different },
  ]
}

const EQUAL: Partial<Record<IdentifierType, number>> = { Email: 5, ExternalId: 6, Phone: 4, Cookie: 2 }
const POINTS_SHARED = 1

/** Identifiers that both claim; else, where each has mail addresses or numbers of its own, that they do. */
function identifiers(a: LikenessFacts, b: LikenessFacts): Counted[] {
  const others = new Set(b.claims.map(({ id }) => id))
  const common = a.claims.filter(({ id }) => others.has(id))
  const agreeing = common.map(({ type, display, people }): Counted => {
    const isShared = people > SHARED_BY
    return {
      reason: {
        about: type,
        verdict: isShared ? 'shared' : 'agrees',
        values: type === 'Cookie' ? [] : [display],
      },
      points: isShared ? POINTS_SHARED : (EQUAL[type] ?? 5),
    }
  })
  const apart = (['Phone', 'Email'] as const).flatMap((type): Counted[] => {
    const [one, other] = [a, b].map(({ claims }) => claims.filter((claim) => claim.type === type))
    if (!one?.[0] || !other?.[0] || common.some((claim) => claim.type === type)) return []
    return [{ reason: { about: type, verdict: 'differs', values: [one[0].display, other[0].display] }, points: -0.5 }]
  })
  return [...agreeing, ...apart]
}

/** Two records of one other system are two people there. */
function recordsElsewhere(a: ContactFields, b: ContactFields): Counted[] {
  for (const one of a.externalIds ?? [])
    for (const other of b.externalIds ?? [])
      if (one.externalSource.id === other.externalSource.id && one.value !== other.value)
        return [{ reason: { about: 'record', verdict: 'differs', values: [one.value, other.value] }, points: -2 }]
  return []
}

/** All that speaks for and against two being one person. */
function compare(a: LikenessFacts, b: LikenessFacts): { points: number; reasons: LikenessReason[] } {
  const names = [
    ...text('firstName', a.fields.firstName, b.fields.firstName, [2, 1, -4]),
    ...text('lastName', a.fields.lastName, b.fields.lastName, [2, 1, -2]),
  ]
  const [home, other] = [a.fields.address, b.fields.address]
  const rest = [
    ...identifiers(a, b),
    ...recordsElsewhere(a.fields, b.fields),
    ...text('street', home?.address1, other?.address1, [2, 1, -0.5]),
    ...text('city', home?.city, other?.city, [1, 0.5, -1]),
    ...text('organisation', a.fields.externalOrganization?.name, b.fields.externalOrganization?.name, [1, 0.5, -0.5]),
  ]
  const sum = [...names, ...rest].reduce((total, { points }) => total + points, 0)
  // There are many of one name: it takes something beside the name.
  const isBacked = rest.some(({ points }) => points > 0)
  const points = isBacked ? sum : Math.min(sum, ALIKE - 1)
  return { points, reasons: [...names, ...rest].map(({ reason }) => reason) }
}

/**
 * How alike the people are who are to be one: as alike as the one who is tied to the others the least.
 * @param people two or more
 */
export function likenessAmong(people: readonly LikenessFacts[]): Likeness {
  const [first, ...others] = people
  // The strongest ties that hold all of them together, one after the other; the weakest of these is what it hangs on.
  let ties = first ? others.map((b) => ({ a: first, b, ...compare(first, b) })) : []
  let weakest: (typeof ties)[number] | undefined
  while (ties.length > 0) {
    const best = ties.reduce((one, next) => (next.points > one.points ? next : one))
    if (!weakest || best.points < weakest.points) weakest = best
    ties = ties
      .filter((tie) => tie !== best)
      .map((tie) => {
        const other = { a: best.b, b: tie.b, ...compare(best.b, tie.b) }
        return other.points > tie.points ? other : tie
      })
  }
  const { a, b, points, reasons } = weakest ?? { points: 0, reasons: [] }
  return {
    grade: points >= ALIKE ? 'alike' : points >= UNLIKE ? 'unclear' : 'unlike',
    percent: Math.round(100 / (1 + Math.exp(-(points - SLOPE) / 1.5))),
    between: a && b ? [a.id, b.id] : [],
    reasons,
  }
}
