// The words of likely doubles: how certain, why not more so, and each line of why.
import type { Alikeness, Doubt, DuplicateReason } from '@shared/contract/duplicates'
import { formatNumber } from '../format/locale'

export const DOUBT_WORDS: Readonly<Record<Doubt, string>> = {
  uncertain: 'Not very likely: too little agrees for that.',
  nameless: 'Not very likely: one of them has no name, so it may be anybody who uses that number or address.',
  conflict: 'Not very likely: a name or a date of birth speaks against it.',
  nothingPersonal: 'Not very likely: all that agrees, a household may share. It could be parent and child of one name.',
}

const WHAT_WORDS: Readonly<Record<string, string>> = {
  prior: 'How rare doubles are here',
  names: 'Both names differ',
  relatives: 'Could be family or colleagues',
  given: 'First name',
  family: 'Last name',
  order: 'Order of names',
  birthDate: 'Date of birth',
  email: 'E-mail',
  phone: 'Phone',
  place: 'Postcode and town',
  street: 'Street',
  houseNumber: 'House number',
  street2: 'Second line of the address',
  state: 'State',
  middleName: 'Middle name',
  organisation: 'Organisation',
}

const ALIKENESS_WORDS: Readonly<Record<Alikeness, string>> = {
  equal: 'the same',
  misspelt: 'the same but for a typing error',
  sameName: 'two forms of one name',
  alike: 'alike',
  swapped: 'first and last name swapped',
  sameParty: 'of one organisation, or one name elsewhere',
  different: 'different',
}

/** What a line of why is about. */
export const whatWords = ({ what }: Pick<DuplicateReason, 'what'>): string =>
  WHAT_WORDS[what] ?? what.replace(/^custom:/, '')

/** Weights nearer to nothing than this say nothing: odds of ten to nine. */
const SAYS_SOMETHING = 0.1

export const SPEAKING_WORDS = {
  for: 'speaks for it',
  against: 'speaks against it',
  neither: 'says nothing either way',
} as const

/** Which way a line of why speaks. */
export function speakingOf({ weight }: Pick<DuplicateReason, 'weight'>): keyof typeof SPEAKING_WORDS {
  if (Math.abs(weight) < SAYS_SOMETHING) return 'neither'
  return weight > 0 ? 'for' : 'against'
}

/** What it says: how alike, and how rare. */
export function sayingWords({ alikeness, others }: Pick<DuplicateReason, 'alikeness' | 'others'>): string {
  if (!alikeness) return ''
  if (alikeness !== 'equal' || others === undefined) return ALIKENESS_WORDS[alikeness]
  const rarity = others === 0 ? 'none of the others has it' : `${formatNumber(others)} of the others have it, too`
  return `${ALIKENESS_WORDS.equal}; ${rarity}`
}
