// How likely two rows are one person by a model that was learnt, part by part, so that it can be said why.
// Invariant: the weights of the parts add up to the log odds of the probability.

import { type Circumstances, differInBothNames, type Graded, grade, MOST_OF_OTHER_NAMES } from './certainty'
import { weighValues, wholeNameOf } from './evidence'
import { type Compare, FIELD, type Field } from './levels'
import { type Model, sharesOf, weighLevels } from './model'
import { weighIdentifiers } from './nameless'
import type { Namesakes } from './namesakes'
import { placeOf, type Rarity } from './rarity'
import { type Sharing, sharedOf } from './sharing'
import type { Column, Table } from './values'

/** What is needed to score pairs of a table. */
export interface ScorerParts {
  fields: readonly Field[]
  compare: Compare
  rarity: Rarity
  mails: Sharing
  phones: Sharing
  namesakes: Namesakes
  model: Model
}

export interface Score extends Graded {
  probability: number
}

/** One line of why. */
export interface Part {
  /** A field, `prior` for how rare doubles are, `names` where both differ, or `relatives` for what relatives would share. */
  what: string
  /** How alike the two are in it; 0 where that is not a comparison. */
  level: number
  /** In natural logarithms: above 0 speaks for one person. */
  weight: number
  /** How many others of the book have the value that both have. */
  others?: number
}

export interface Scorer {
  score(i: number, j: number): Score
  /** The parts of a score, in the order of the fields. */
  parts(i: number, j: number): Part[]
}

/** The same bound as log odds against all others. */
const LIKELIEST_OF_OTHER_NAMES = Math.log(MOST_OF_OTHER_NAMES / (1 - MOST_OF_OTHER_NAMES))

/** Scores pairs. */
export function createScorer(
  table: Table,
  { fields, compare, rarity, mails, phones, namesakes, model }: ScorerParts,
): Scorer {
  const levels = new Uint8Array(fields.length)

  function weigh(i: number, j: number) {
    compare(i, j, levels)
    const isNameless = !table.isNamed(i) || !table.isNamed(j)
    const sums = weighLevels(model, levels)
    const { rareOther, ...values } = weighValues(rarity, i, levels)
    const rareGiven = values.rareGiven + namesakes.weight(wholeNameOf(table, i, levels))
    const shared = { mail: sharedOf(table.emails, i, j), phone: sharedOf(table.phones, i, j) }
    const { mail, phone } = weighIdentifiers(
      { mails, phones, model, without: table.without },
      shared,
      isNameless,
      levels,
    )
    const sum = sums.same + rareOther + rareGiven + mail + phone
    const related = isNameless ? Number.NEGATIVE_INFINITY : sums.related + rareOther
    const most = differInBothNames(levels) ? LIKELIEST_OF_OTHER_NAMES + softplus(related) : Number.POSITIVE_INFINITY
    const same = Math.min(sum, most)
    return { same, related, rareGiven, mail, phone, isNameless, withheld: sum - same }
  }

  const circumstances = (isNameless: boolean): Circumstances => ({
    levels,
    isNameless,
    relatedPerThousand: model.relatedPerThousand,
  })

  return {
    score(i, j) {
      const { same, related, isNameless } = weigh(i, j)
      const probability = sharesOf(same, related).same
      return { probability, ...grade(probability, circumstances(isNameless)) }
    },
    parts(i, j) {
      const [low, high] = i < j ? [i, j] : [j, i]
      const { related, rareGiven, mail, phone, withheld } = weigh(low, high)
      const isStraight = (levels[FIELD.order] as number) <= 1
      /** What the value adds to its field, and how many others have it. */
      const values = new Map<number, { adds: number; others: number }>([
        [FIELD.given, { adds: rareGiven, others: (table.givenCounts[table.given[low] ?? 0] ?? 0) - 2 }],
        [
          FIELD.family,
          {
            adds: isStraight && levels[FIELD.family] === 1 ? rarity.family(low) : 0,
            others: (table.familyCounts[table.family[low] ?? 0] ?? 0) - 2,
          },
        ],
        [
          FIELD.place,
          { adds: levels[FIELD.place] === 1 ? rarity.place(low) : 0, others: othersAt(placeOf(table), low) },
        ],
        [
          FIELD.street,
          { adds: levels[FIELD.street] === 1 ? rarity.street(low) : 0, others: othersAt(table.street, low) },
        ],
        [FIELD.email, { adds: mail, others: table.emails.words.count(sharedOf(table.emails, low, high)) - 2 }],
        [FIELD.phone, { adds: phone, others: table.phones.words.count(sharedOf(table.phones, low, high)) - 2 }],
      ])
      const parts: Part[] = [{ what: 'prior', level: 0, weight: model.priorSame }]
      for (const [at, { name }] of fields.entries()) {
        const level = levels[at] as number
        if (level === 0) continue
        const value = values.get(at)
        const weight = ((model.same[at] as Float64Array)[level] as number) + (value?.adds ?? 0)
        const isSaid = level === 1 && value !== undefined && (isStraight || (at !== FIELD.given && at !== FIELD.family))
        parts.push({ what: name, level, weight, ...(isSaid ? { others: Math.max(0, value.others) } : {}) })
      }
      if (differInBothNames(levels)) parts.push({ what: 'names', level: 0, weight: model.bothNamesDiffer - withheld })
      // Against strangers and relatives together: what relatives would share as well takes from the sum.
      parts.push({ what: 'relatives', level: 0, weight: -softplus(related) })
      return parts
    },
  }
}

const othersAt = (column: Column, row: number): number => column.words.count(column.at(row)) - 2

/** ln(1 + e^x), for large x as well. */
const softplus = (x: number): number => Math.max(0, x) + Math.log1p(Math.exp(-Math.abs(x)))
