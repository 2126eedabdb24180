// How certain it is that two people are one, in words.
import type { Certainty, Likeness } from '@shared/contract/duplicates'
import { formatChance } from './locale'

export const CERTAINTY_WORDS: Readonly<Record<Certainty, { label: string; plural: string; color: string }>> = {
  veryLikely: { label: 'Very likely', plural: 'Very likely', color: 'green' },
  likely: { label: 'Likely', plural: 'Likely', color: 'petrol' },
  possible: { label: 'Possible', plural: 'Possible', color: 'gray' },
}

/** e.g. `very likely the same person (98 %)`. */
export const likenessWords = ({ certainty, probability }: Pick<Likeness, 'certainty' | 'probability'>): string =>
  `${CERTAINTY_WORDS[certainty].label.toLowerCase()} the same person (${formatChance(probability)})`
