// How much each level of agreement says. All pairs of a book are a mixture of three kinds: the same person, people who are
// related (a household, an office), and strangers. The second is what keeps families apart: they share a name, an address
// and a number, not a first name. Invariant: a weight is the logarithm of how much likelier a level is than among strangers.
import { DIFFERENT, DIFFERENT_KNOWN, FAMILY_DIFFERENT, FIELD, type Field } from './levels'

/** For each field, of each level; index 0, for a value that is missing, is 0. */
type Weights = readonly Float64Array[]

export interface Model {
  same: Weights
  related: Weights
  /** Log odds against strangers before anything is compared. */
  priorSame: number
  priorRelated: number
  /** What is left of the weights where given and family name both differ: the two errors come together. */
  bothNamesDiffer: number
  /** How many of a thousand records are expected to be related to one other: whether the book has households. */
  relatedPerThousand: number
  /** Beside those who are known to have an address or number, so many more may: a contact without a name is one of them. */
  unknownHolders: number
}

/** Sums of the weights of a pair's levels, in natural logarithms. */
export function weighLevels(model: Model, levels: Uint8Array, from = 0): { same: number; related: number } {
  let [same, related] = [model.priorSame, model.priorRelated]
  for (let at = 0; at < model.same.length; at++) {
    const level = levels[from + at] as number
    same += (model.same[at] as Float64Array)[level] as number
    related += (model.related[at] as Float64Array)[level] as number
  }
  if (
    (levels[from + FIELD.given] as number) >= DIFFERENT &&
    (levels[from + FIELD.family] as number) >= FAMILY_DIFFERENT
  )
    same += model.bothNamesDiffer
  return { same, related }
}

/** Shares of the three kinds, from their log odds against strangers. */
export function sharesOf(same: number, related: number): { same: number; related: number } {
  const most = Math.max(0, same, related)
  const [a, b, c] = [Math.exp(same - most), Math.exp(related - most), Math.exp(-most)]
  return { same: a / (a + b + c), related: b / (a + b + c) }
}

/** Shares of the levels among records of one person, before anything is learnt. */
const SAME: Readonly<Record<string, readonly number[]>> = {
  given: [0.72, 0.08, 0.06, 0.04, 0.01, 0.02, 0.04, 0.03],
  family: [0.76, 0.09, 0.04, 0.03, 0.02, 0.06],
  order: [0.955, 0.035, 0.01],
  birthDate: [0.8, 0.08, 0.04, 0.02, 0.02, 0.02, 0.02],
  email: [0.55, 0.06, 0.05, 0.1, 0.06, 0.18],
  phone: [0.62, 0.06, 0.04, 0.28],
  place: [0.68, 0.1, 0.07, 0.04, 0.11],
  street: [0.65, 0.1, 0.07, 0.18],
  houseNumber: [0.72, 0.1, 0.18],
  street2: [0.65, 0.12, 0.23],
  state: [0.9, 0.1],
}
const SAME_OTHER = [0.65, 0.12, 0.23]
/** The same among relatives; a field that is not here says as much of them as of strangers. */
const RELATED: Readonly<Record<string, readonly number[]>> = {
  family: [0.75, 0.05, 0.03, 0.02, 0.01, 0.14],
  order: [0.98, 0.01, 0.01],
  email: [0.03, 0.01, 0.01, 0.02, 0.25, 0.68],
  phone: [0.45, 0.02, 0.03, 0.5],
  place: [0.85, 0.05, 0.03, 0.02, 0.05],
  street: [0.82, 0.06, 0.02, 0.1],
  houseNumber: [0.85, 0.05, 0.1],
  street2: [0.8, 0.08, 0.12],
  state: [0.97, 0.03],
}
/** Fields in which relatives are strangers whatever the book shows: that is what makes them a kind of their own. */
export const UNRELATED = [FIELD.given, FIELD.birthDate]
/** How many relatives have one given name, father and son; and one date of birth, twins. */
const NAMESAKES = 0.02
const TWINS = 0.006
/** The most that the worst level may hold: errors are rarer than a book full of strangers makes believe. */
const MOST_DIFFERENT: Readonly<Record<string, number>> = {
  given: 0.25,
  family: 0.25,
  birthDate: 0.22,
  email: 0.35,
  phone: 0.35,
  street: 0.35,
  place: 0.35,
}
/** The most that two known given names which differ may hold: few people go by another one. */
const MOST_KNOWN = 0.06
/** How often both names differ among records of one person, at most. */
const MOST_BOTH_NAMES = 0.01

/**
 * Further people of each address or number, in a book in which every person stands twice. Where fewer do, the book knows
 * less of those who get in touch: they are more.
 */
const UNKNOWN = 0.05
/** The least and the most of them. */
const LEAST_UNKNOWN = 0.1
const MOST_UNKNOWN = 20

/** How many people an address or number is expected to have that the book does not tell of. */
const unknownHolders = (doublesPerRecord: number): number =>
  Math.min(MOST_UNKNOWN, Math.max(LEAST_UNKNOWN, UNKNOWN / doublesPerRecord))

/** Shares that sum to 1, by level. */
export type Shares = Float64Array

const normal = (shares: readonly number[]): Shares => {
  const sum = shares.reduce((a, b) => a + b, 0)
  return Float64Array.from([0, ...shares.map((share) => share / sum)])
}

/** What is expected of the same people. */
export const expectedSame = (fields: readonly Field[]): Shares[] =>
  fields.map(({ name }) => normal(SAME[name] ?? SAME_OTHER))

/** What is expected of relatives. */
export const expectedRelated = (fields: readonly Field[], strangers: readonly Shares[]): Shares[] =>
  fields.map(({ name }, at) => {
    const shares = RELATED[name]
    return shares ? normal(shares) : Float64Array.from(strangers[at] as Shares)
  })

/** Keeps the levels of a field that say it differs within what errors explain. */
export function boundDifferent(shares: Shares, { name, levels }: Field): void {
  const most = MOST_DIFFERENT[name]
  if (most === undefined) return
  if (name === 'given') bound(shares, DIFFERENT_KNOWN, MOST_KNOWN)
  bound(shares, name === 'given' ? DIFFERENT : levels, most)
}

/** Keeps the levels from one on below a share, and gives the others what they lose. */
function bound(shares: Shares, first: number, most: number): void {
  const held = shares.slice(first).reduce((sum, share) => sum + share, 0)
  if (held <= most) return
  for (let level = 1; level < shares.length; level++)
    shares[level] = (shares[level] as number) * (level >= first ? most / held : (1 - most) / (1 - held))
}

/** Shares of the levels in each kind, and how many pairs are of it. */
export interface Kinds {
  same: readonly Shares[]
  related: readonly Shares[]
  strangers: readonly Shares[]
  sameShare: number
  relatedShare: number
  relatedPerThousand: number
  /** How many named records of one person each record has beside it. */
  doublesPerRecord: number
}

/** The weights that some shares give. */
export function modelOf({ same, related, strangers, ...kinds }: Kinds): Model {
  const logs = (top: readonly Shares[]): Float64Array[] =>
    top.map((shares, at) =>
      shares.map((share, level) => (level === 0 ? 0 : Math.log(share / ((strangers[at] as Shares)[level] as number)))),
    )
  const relatedWeights = logs(related)
  for (const at of UNRELATED) relatedWeights[at]?.fill(0)
  for (const [field, share] of [
    [FIELD.given, NAMESAKES],
    [FIELD.birthDate, TWINS],
  ] as const) {
    const weights = relatedWeights[field] as Float64Array
    weights[1] = Math.max(0, Math.log(share / ((strangers[field] as Shares)[1] as number)))
  }
  const given = same[FIELD.given] as Shares
  const different = given.slice(DIFFERENT).reduce((sum, share) => sum + share, 0)
  const joint = different * ((same[FIELD.family] as Shares)[FAMILY_DIFFERENT] as number)
  const left = Math.max(1e-12, 1 - kinds.sameShare - kinds.relatedShare)
  return {
    same: logs(same),
    related: relatedWeights,
    priorSame: Math.log(kinds.sameShare / left),
    priorRelated: Math.log(kinds.relatedShare / left),
    bothNamesDiffer: Math.min(0, Math.log(MOST_BOTH_NAMES / Math.max(MOST_BOTH_NAMES, joint))),
    relatedPerThousand: kinds.relatedPerThousand,
    unknownHolders: unknownHolders(kinds.doublesPerRecord),
  }
}
