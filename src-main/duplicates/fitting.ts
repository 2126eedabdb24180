// What a book has learnt: found anew from its records, or as it was kept.
// Invariant: what was kept scores every pair as what was learnt did.
import type { KeyIndex } from './blocking'
import { POSSIBLE } from './certainty'
import { gatherEvidence, type Stretches, sampleStrangers } from './evidence'
import { learn } from './learning'
import { createCompare, fieldsOf, type SoundOf } from './levels'
import type { Model } from './model'
import { createNamesakes, type Namesakes } from './namesakes'
import { type Averages, averagesOf, createRarity, equalShares } from './rarity'
import { createScorer, type Scorer } from './scoring'
import { createSharing, type Learnt, type Sharing } from './sharing'
import type { Table } from './values'

/** What was learnt of the values of one record, in their order. */
export interface Said {
  mails: readonly Learnt[]
  phones: readonly Learnt[]
  /** Of its family name. */
  family: number
}

/** What was learnt of the whole book. */
export interface Weights {
  model: Model
  averages: Averages
}

export interface Fitted {
  scorer: Scorer
  weights: Weights
  /** What was learnt of a row's values. */
  said(row: number): Said
}

/** Where two records share nothing that was learnt of. */
const NONE = new Int32Array(0)
const NO_PAIRS = { rows: NONE, nameless: new Uint8Array(0), values: NONE }

const officesOf = (table: Table) => (value: number) => table.mail(value).role

/** Learns from a table, and tells each pair that is worth keeping. */
export function learnFrom(
  table: Table,
  { index, soundOf, stretches }: { index: KeyIndex; soundOf: SoundOf; stretches: Stretches | undefined },
  tell: (a: number, b: number, probability: number) => void,
): Fitted {
  const fields = fieldsOf(table)
  const compare = createCompare(table, soundOf)
  const averages = averagesOf(table)
  const rarity = createRarity(table, averages)
  const evidence = gatherEvidence(table, { fields, compare, rarity }, index.pairs(), stretches)
  const { rows, nameless } = evidence
  const mails = createSharing(table, table.emails, { rows, nameless, values: evidence.mails }, officesOf(table))
  const phones = createSharing(table, table.phones, { rows, nameless, values: evidence.phones })
  const namesakes = createNamesakes(table, evidence)
  const { model, probabilities } = learn({
    evidence,
    size: table.size,
    sampled: sampleStrangers(table, fields, compare),
    equalShares: equalShares(table, fields.length),
    ...{ mails, phones, namesakes, without: table.without },
  })
  const scorer = createScorer(table, { fields, compare, rarity, mails, phones, namesakes, model })
  for (const [pair, probability] of probabilities.entries()) {
    if (probability < POSSIBLE) continue
    const [a, b] = [rows[2 * pair] as number, rows[2 * pair + 1] as number]
    tell(a, b, scorer.score(a, b).probability)
  }
  return { scorer, weights: { model, averages }, said: saidBy(table, { mails, phones, namesakes }) }
}

const saidBy =
  (table: Table, { mails, phones, namesakes }: { mails: Sharing; phones: Sharing; namesakes: Namesakes }) =>
  (row: number): Said => ({
    mails: table.emails.at(row).map(mails.keep),
    phones: table.phones.at(row).map(phones.keep),
    family: namesakes.weight(table.family[row] ?? 0),
  })

/** Goes on with what was learnt before of a table. @param said of each row; undefined: nothing */
export function goOnWith(
  table: Table,
  soundOf: SoundOf,
  weights: Weights,
  said: (row: number) => Said | undefined,
): Fitted {
  const { model, averages } = weights
  const mails = createSharing(table, table.emails, NO_PAIRS, officesOf(table))
  const phones = createSharing(table, table.phones, NO_PAIRS)
  const namesakes = createNamesakes(table, { families: NONE })
  for (let row = 0; row < table.ids.length; row++) {
    const known = said(row)
    if (!known) continue
    for (const [at, value] of table.emails.at(row).entries()) mails.restore(value, known.mails[at] ?? [0, 1])
    for (const [at, value] of table.phones.at(row).entries()) phones.restore(value, known.phones[at] ?? [0, 1])
    namesakes.restore(table.family[row] ?? 0, known.family)
  }
  const scorer = createScorer(table, {
    fields: fieldsOf(table),
    compare: createCompare(table, soundOf),
    rarity: createRarity(table, averages),
    ...{ mails, phones, namesakes, model },
  })
  return { scorer, weights, said: saidBy(table, { mails, phones, namesakes }) }
}
