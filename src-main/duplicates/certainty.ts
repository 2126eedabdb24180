// How certain a pair is, as it is shown: `veryLikely` may be merged after a glance, `likely` is worth looking at.
// Invariant: a clear conflict of name or date, or nothing that is a person's own, is never very likely, whatever the sum says.
import { ALIKE_KNOWN, DIFFERENT, FAMILY_DIFFERENT, FIELD } from './levels'

export const CERTAINTIES = ['veryLikely', 'likely', 'possible'] as const
export type Certainty = (typeof CERTAINTIES)[number]

/** Why a pair is not very likely although nearly all speaks for it; `uncertain` where its probability says so. */
type Doubt = 'uncertain' | 'nameless' | 'conflict' | 'nothingPersonal'

const VERY_LIKELY = 0.99
const LIKELY = 0.5
/** Pairs below are not shown. */
export const POSSIBLE = 0.1

/**
 * The most that the rest can say for two whose first and last names both differ: what two people of one office or one flat
 * share, however much it is, makes them no likelier one person than not.
 */
export const MOST_OF_OTHER_NAMES = 0.4

/** Whether first and last name both speak against one person; swapped ones do not. */
export const differInBothNames = (levels: Uint8Array): boolean =>
  (levels[FIELD.given] as number) >= DIFFERENT && (levels[FIELD.family] as number) >= FAMILY_DIFFERENT

/** Above this many relatives in a thousand records, a shared number or address may be a household's. */
const HOUSEHOLDS = 20

export interface Graded {
  certainty: Certainty
  /** Absent where it is very likely. */
  doubt?: Doubt
}

/** What a pair's certainty depends on beside its probability. */
export interface Circumstances {
  levels: Uint8Array
  isNameless: boolean
  relatedPerThousand: number
}

/** Grades a pair. */
export function grade(probability: number, { levels, isNameless, relatedPerThousand }: Circumstances): Graded {
  if (differInBothNames(levels)) return { certainty: 'possible', doubt: 'conflict' }
  const certainty = probability >= LIKELY ? 'likely' : 'possible'
  if (probability < VERY_LIKELY) return { certainty, doubt: 'uncertain' }
  if (isNameless) return { certainty, doubt: 'nameless' }
  if (isConflict(levels)) return { certainty, doubt: 'conflict' }
  if (relatedPerThousand > HOUSEHOLDS && !hasOwn(levels)) return { certainty, doubt: 'nothingPersonal' }
  return { certainty: 'veryLikely' }
}

const isEqual = (level: number | undefined) => level === 1
const isAlike = (level: number | undefined, worst: number) => level !== undefined && level >= 1 && level <= worst
const differs = (level: number | undefined, worst: number) => level !== undefined && level > worst

/** A name or a date that speaks against one person. */
function isConflict(levels: Uint8Array): boolean {
  const [given, family] = [levels[FIELD.given], levels[FIELD.family]]
  // Of two first names that differ, a rare one is likely misspelt; two known ones are two people's, of twins as well.
  if (differs(given, DIFFERENT) || (differs(given, 5) && !hasOwn(levels))) return true
  if (given === ALIKE_KNOWN && !hasOwnChannel(levels)) return true
  if (differs(levels[FIELD.birthDate], 5)) return true
  // A family name changes; a first name at an address of one's own stays.
  return differs(family, 5) && !(isEqual(given) && hasOwn(levels))
}

/** Something that members of one household do not share. */
const hasOwn = (levels: Uint8Array): boolean => isAlike(levels[FIELD.birthDate], 3) || hasOwnChannel(levels)

/** An address or a number of one's own, which twins do not share either. */
function hasOwnChannel(levels: Uint8Array): boolean {
  if (isAlike(levels[FIELD.email], 2)) return true
  // A number that is kept from one address to another, or is used from one organisation, is no household's.
  const isElsewhere = differs(levels[FIELD.place], 4) || levels[FIELD.email] === 5
  return isEqual(levels[FIELD.phone]) && isElsewhere
}
