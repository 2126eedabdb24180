// Other keys of the same subscriber or mailbox: a person who is not known by one of them is looked for by the others.
// Invariant: an alias never is claimed in place of what was given; keys stay what they are.
import { emailSpellings } from './email'
import type { Identifier } from './identifier'
import { otherDigits } from './numbering-changes'
import { otherSpelling } from './phone'

/** The other keys of a normalised identifier: by former numbering plans, and by the ASCII spelling of a mail domain. */
export function aliasesOf({ type, value }: Identifier): Identifier[] {
  if (type === 'Email') return emailSpellings(value).map((spelling) => ({ type, value: spelling }))
  const other = type === 'Phone' ? otherSpelling(value) : type === 'SocialWhatsapp' ? otherDigits(value) : undefined
  return other === undefined ? [] : [{ type, value: other }]
}
