// How alike people are who are to be one, in words.
import type { Certainty } from '@shared/contract/duplicates'
import type { Likeness, LikenessReason } from '@shared/contract/merging'
import { IDENTIFIER_WORDS } from '../format/words'

/** By grade: a title, and what it means for the one who merges. */
export const GRADE_WORDS: Readonly<Record<Likeness['grade'], { title: string; advice: string }>> = {
  alike: { title: 'They look like one person', advice: '' },
  unclear: { title: 'They may be one person, or two', advice: 'Merge them only if you know.' },
  unlike: {
    title: 'They do not look like one person',
    advice: 'Merge them only if you know better: everything they did becomes one journey.',
  },
}

/** The grade of two who stand among the likely doubles: never at odds with how certain is said there. */
export function gradeOf(own: Likeness['grade'], certainty: Certainty): Likeness['grade'] {
  if (certainty === 'veryLikely') return 'alike'
  if (certainty === 'likely') return own === 'unlike' ? 'unclear' : own
  return own === 'alike' ? 'unclear' : own
}

const ABOUT_WORDS: Readonly<Record<Exclude<LikenessReason['about'], keyof typeof IDENTIFIER_WORDS>, string>> = {
  firstName: 'first name',
  lastName: 'last name',
  street: 'street',
  city: 'city',
  organisation: 'organisation',
  record: 'id in another system',
}

/** `Phone number` as `phone number`; what is a name stays, such as LINE. */
const inSentence = (words: string): string =>
  /^(LINE|X |[A-Z][a-z]+(App|book|gram| Messages))/.test(words)
    ? words
    : words.charAt(0).toLocaleLowerCase() + words.slice(1)

const aboutWords = (about: LikenessReason['about']): string =>
  Object.hasOwn(ABOUT_WORDS, about)
    ? ABOUT_WORDS[about as keyof typeof ABOUT_WORDS]
    : inSentence(IDENTIFIER_WORDS[about as keyof typeof IDENTIFIER_WORDS])

/** One reason as a line, such as `Same phone number: +61 412 345 678`. */
export function reasonWords({ about, verdict, values }: LikenessReason): string {
  const what = aboutWords(about)
  if (verdict === 'differs') return `Different ${what}: ${values.join(' and ')}`
  if (verdict === 'similar') return `Similar ${what}: ${values.join(' and ')}`
  const said = values.length === 0 ? '' : `: ${values.join(', ')}`
  return `Same ${what}${said}${verdict === 'shared' ? ', which others have, too' : ''}`
}
