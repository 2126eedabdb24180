// Learns the weights on the book at hand, without labels: expectation and maximisation over patterns of levels, with bounds
// that keep "household" from becoming the match class and a book of few duplicates from inventing some.
// Invariant: the same evidence gives the same model, in whatever order its pairs come.
import type { Evidence } from './evidence'
import type { Without } from './ingredients'
import { FIELD } from './levels'
import {
  boundDifferent,
  expectedRelated,
  expectedSame,
  type Kinds,
  type Model,
  modelOf,
  type Shares,
  UNRELATED,
  weighLevels,
} from './model'
import { weighIdentifiers } from './nameless'
import type { Namesakes } from './namesakes'
import type { Sharing } from './sharing'

const ROUNDS = 15
/** Rare values count once the levels have found their weights. */
const VALUES_FROM_ROUND = 3
/** How many pairs the expected shares count for. */
const PRIOR = 30
/** A book of next to none counts as one of so many: of two records one cannot tell how rare doubles are. */
const LEAST_SIZE = 50
const NEXT_TO_NONE = 4
/** How many strangers are taken to differ in a field that no two of the book have. */
const UNMET_DIFFERENT = 0.95
/** At least this part of what the book shows is strangers. */
const LEAST_LEFT = 0.03

/** Log odds below which a pair adds nothing to any sum: a hundred million of them are not one. */
const NEXT_TO_IMPOSSIBLE = -25

/** What of a book is learnt from. */
export interface Lesson {
  evidence: Evidence
  /** Records of the book. */
  size: number
  /** How many random pairs are at each level. */
  sampled: readonly Float64Array[]
  /** Exact share of all pairs that are equal, by field; NaN where it is not counted. */
  equalShares: Float64Array
  mails: Sharing
  phones: Sharing
  namesakes: Namesakes
  without: Without
}

/** What was learnt, and how likely each pair is the same person by it. */
export interface Learnt {
  model: Model
  probabilities: Float64Array
}

/** Learns the weights. */
export function learn(given: Lesson): Learnt {
  const lesson = given.size > NEXT_TO_NONE ? given : { ...given, size: LEAST_SIZE }
  const { evidence, size, mails, phones, namesakes, without } = lesson
  const rounds = without.has('learning') ? 0 : ROUNDS
  const { fields } = evidence
  const total = (size * (size - 1)) / 2
  const shown = strangersShown(lesson)
  const defaults = { same: expectedSame(fields), related: expectedRelated(fields, shown.shares) }
  let kinds: Kinds = {
    ...defaults,
    strangers: shown.shares,
    sameShare: (0.05 * size) / total,
    relatedShare: (0.05 * size) / total,
    relatedPerThousand: 0,
    doublesPerRecord: 0.05,
  }
  for (let round = 0; ; round++) {
    const model = modelOf(kinds)
    if (without.has('households')) model.priorRelated = Number.NEGATIVE_INFINITY
    const useValues = round >= VALUES_FROM_ROUND
    const expected = expect(model, lesson, useValues)
    if (round === rounds) return { model, probabilities: expected.probabilities }
    if (useValues) {
      for (const one of without.has('sharing') ? [] : [mails, phones]) one.learn(expected.probabilities)
      if (!without.has('namesakes')) namesakes.learn(expected.probabilities)
    }
    const same = sharesBy(evidence, expected.same, defaults.same)
    for (const [at, field] of fields.entries()) boundDifferent(same[at] as Shares, field)
    const strangers = strangersLeft(evidence, shown, expected)
    const related = sharesBy(evidence, expected.related, defaults.related)
    for (const at of UNRELATED) related[at] = strangers[at] as Shares
    const sum = (all: Float64Array) => all.reduce((a, b) => a + b, 0)
    kinds = {
      same,
      related,
      strangers,
      sameShare: Math.max(sum(expected.same), 1) / total,
      relatedShare: Math.max(sum(expected.related), 1) / total,
      relatedPerThousand: (1000 * sum(expected.related)) / size,
      doublesPerRecord: expected.named / size,
    }
  }
}

interface Shown {
  /** Shares of the levels among random pairs. */
  shares: readonly Shares[]
  /** Pairs of the book in which both have a value, by field. */
  present: readonly number[]
}

function strangersShown({ evidence: { fields }, size, sampled, equalShares }: Lesson): Shown {
  const total = (size * (size - 1)) / 2
  const present: number[] = []
  const shares = fields.map(({ levels }, at) => {
    const counts = sampled[at] as Float64Array
    const all = counts.reduce((a, b) => a + b, 0)
    const known = all - (counts[0] as number)
    present.push(known === 0 ? total : Math.max(1, (total * known) / all))
    const share = counts.map((count, level) => (level === 0 ? 0 : (count + 0.3) / (known + 0.3 * levels)))
    // Of a field that no pair has: that strangers differ in it.
    if (known === 0) share.fill((1 - UNMET_DIFFERENT) / (levels - 1), 1, levels).fill(UNMET_DIFFERENT, levels)
    const exact = equalShares[at] as number
    if (!Number.isNaN(exact) && known > 0) share[1] = exact
    return share
  })
  return { shares, present }
}

interface Expected {
  probabilities: Float64Array
  /** How many pairs of each pattern are of a kind. */
  same: Float64Array
  related: Float64Array
  /** How many pairs of named ones are the same. */
  named: number
}

/** How likely each pair is of each kind. Runs over all pairs in each round: what is made for each would be most of its time. */
function expect(model: Model, { evidence, mails, phones, namesakes, without }: Lesson, useValues: boolean): Expected {
  const { fields, patterns, patternOf, nameless, rareGiven, rareOther, families } = evidence
  const width = fields.length
  const count = patterns.length / width
  const [sameWeights, relatedWeights] = [new Float64Array(count), new Float64Array(count)]
  for (let pattern = 0; pattern < count; pattern++) {
    const weight = weighLevels(model, patterns, pattern * width)
    sameWeights[pattern] = weight.same
    relatedWeights[pattern] = weight.related
  }
  const identifiers = { mails, phones, model, without }
  const [same, related] = [new Float64Array(count), new Float64Array(count)]
  const probabilities = new Float64Array(patternOf.length)
  let named = 0
  for (let pair = 0; pair < patternOf.length; pair++) {
    const pattern = patternOf[pair] as number
    const [mail, phone] = [evidence.mails[pair] as number, evidence.phones[pair] as number]
    const rare = useValues ? (rareOther[pair] as number) : 0
    const isNameless = nameless[pair] === 1
    let s = (sameWeights[pattern] as number) + rare
    if (useValues) s += (rareGiven[pair] as number) + namesakes.weight(families[pair] as number)
    if (isNameless) {
      const shared = weighIdentifiers(identifiers, { mail, phone }, true, patterns, pattern * width)
      s += shared.mail + shared.phone
    } else s += mails.weight(mail) + phones.weight(phone)
    const r = isNameless ? Number.NEGATIVE_INFINITY : (relatedWeights[pattern] as number) + rare
    if (s < NEXT_TO_IMPOSSIBLE && r < NEXT_TO_IMPOSSIBLE) continue
    // As `sharesOf` has them: no sum of weights is so large that its odds would overflow.
    const [sameOdds, relatedOdds] = [Math.exp(s), Math.exp(r)]
    const all = sameOdds + relatedOdds + 1
    const share = sameOdds / all
    probabilities[pair] = share
    if (!isNameless) named += share
    same[pattern] = (same[pattern] as number) + share
    related[pattern] = (related[pattern] as number) + relatedOdds / all
  }
  return { probabilities, same, related, named }
}

/** Shares of the levels among pairs, each pattern counted as often as it is of the kind, with what is expected of it. */
function sharesBy({ fields, patterns }: Evidence, counts: Float64Array, defaults: readonly Shares[]): Shares[] {
  const width = fields.length
  return fields.map((_, at) => {
    const sums = (defaults[at] as Shares).map((share) => share * PRIOR)
    for (let pattern = 0; pattern < counts.length; pattern++) {
      const level = patterns[pattern * width + at] as number
      if (level > 0) sums[level] = (sums[level] as number) + (counts[pattern] as number)
    }
    const all = sums.reduce((a, b) => a + b, 0)
    return sums.map((share, level) => (level === 0 ? 0 : Math.max(share / all, 1e-5)))
  })
}

/** What the book shows, less those expected to be the same or related. */
function strangersLeft({ fields, patterns }: Evidence, shown: Shown, { same, related }: Expected): Shares[] {
  const width = fields.length
  const left = shown.shares.map((shares, at) => {
    const taken = new Float64Array(shares.length)
    for (let pattern = 0; pattern < same.length; pattern++) {
      const level = patterns[pattern * width + at] as number
      taken[level] = (taken[level] as number) + (same[pattern] as number) + (related[pattern] as number)
    }
    const present = shown.present[at] as number
    return shares.map((share, level) =>
      level === 0 ? 0 : Math.max(share - (taken[level] as number) / present, share * LEAST_LEFT, 0.3 / present),
    )
  })
  // Swapped names are no coincidence that could be counted: both orders are tried.
  left[FIELD.order] = Float64Array.from([0, 1, 1, 1])
  return left
}
