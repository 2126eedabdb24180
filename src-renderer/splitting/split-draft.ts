// What is placed and typed while a person is taken apart, as a draft.
import type { DraftOf } from '../drafts/use-draft'

/** What the form begins with. */
export const START = { placed: '', firstName: '', lastName: '', reason: '' }
export type SplitDraft = DraftOf<typeof START>
/** What is typed of the other person; undefined: nothing is. */
export function typedContact({ firstName, lastName }: Pick<typeof START, 'firstName' | 'lastName'>) {
  const typed = {
    ...(firstName.trim() === '' ? {} : { firstName: firstName.trim() }),
    ...(lastName.trim() === '' ? {} : { lastName: lastName.trim() }),
  }
  return Object.keys(typed).length === 0 ? {} : { contact: typed }
}
