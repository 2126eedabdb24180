// The parts of the matcher that can be left out, to see what each is worth (`npm run bench -- duplicates --without NAME`).
// Invariant: the product leaves none out.

/** Each with what is left without it. */
export const INGREDIENTS = {
  households: 'same and stranger are the only kinds of pairs',
  learning: 'the weights are those expected before anything is learnt',
  grades: 'values are equal or different',
  nicknames: 'forms of one given name are names of two people',
  swapped: 'given and family name stand in their places',
  rarity: 'a rare name says as much as a common one',
  namesakes: 'given and family names come together by chance',
  sharing: 'a number says as much however many share it',
  nameless: 'contacts without a name are compared like others',
  linkage: 'whatever hangs together is one cluster',
  'blocking-names': 'pairs are not looked for by names',
  'blocking-dates': 'pairs are not looked for by dates and places',
  'blocking-identifiers': 'pairs are not looked for by addresses and numbers',
} as const
export type Ingredient = keyof typeof INGREDIENTS
export type Without = ReadonlySet<Ingredient>
