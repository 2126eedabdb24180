// Levels as words that a reader of an explanation understands. Invariant: every level of every field has one.

/** `sameName`: another form of one name. `sameParty`: of one organisation, or one mailbox elsewhere. */
export type Alikeness = 'equal' | 'misspelt' | 'sameName' | 'alike' | 'swapped' | 'sameParty' | 'different'

/** From level 1 on; what lies behind is different. */
const WORDS: Readonly<Record<string, readonly Alikeness[]>> = {
  given: ['equal', 'misspelt', 'sameName', 'alike', 'alike', 'alike'],
  family: ['equal', 'misspelt', 'sameName', 'alike', 'alike'],
  order: ['equal', 'swapped', 'swapped'],
  birthDate: ['equal', 'misspelt', 'alike', 'alike', 'alike'],
  email: ['equal', 'misspelt', 'alike', 'sameParty', 'sameParty'],
  phone: ['equal', 'misspelt', 'alike'],
  place: ['equal', 'misspelt', 'alike', 'alike'],
  street: ['equal', 'misspelt', 'alike'],
  houseNumber: ['equal', 'misspelt'],
  street2: ['equal', 'misspelt'],
  state: ['equal'],
}
const OTHER: readonly Alikeness[] = ['equal', 'misspelt']

/** How alike two values are at a level of a field, in one word. */
export const alikenessOf = (field: string, level: number): Alikeness =>
  (WORDS[field] ?? OTHER)[level - 1] ?? 'different'
