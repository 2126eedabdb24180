// What the parts of an index are made of, by its version: an index of the version before is read and written as it is, so that
// it answers until today's is whole beside it.
// Invariant: what is given to FTS5 for a row is a function of the row and the format alone.
import { SEARCH_INDEX_VERSION } from './document'
import { partsBefore, shortenedBefore } from './format-before'
import { partTokens, piecesOfWord, type Stored, takeApart } from './pieces'
import { partExpression, type SearchQuery, type SharedWith, shortenedExpression } from './query'
import { canBeMisspelt, storedVariants } from './typos'

export interface IndexFormat {
  /** What `search_parts` is given for a row. */
  partsOf(row: Stored): string
  /** The words of a row that the vocabulary is to know. */
  vocabularyOf(row: Stored): ReadonlySet<string>
  /** What `search_typos` is given for a word. */
  variantsOf(word: string): string
  partExpression(query: SearchQuery, sharedWith: SharedWith): string | null
  shortenedExpression(query: SearchQuery): string | null
}

const variantsOf = (word: string): string[] => (canBeMisspelt(word) ? storedVariants(word) : [])

const misspeltIn = ({ words }: Stored): string[] => words.split(' ').filter(canBeMisspelt)

const FORMATS: ReadonlyMap<number, IndexFormat> = new Map([
  [
    SEARCH_INDEX_VERSION,
    {
      partsOf: partTokens,
      vocabularyOf: (row) => new Set([...misspeltIn(row), ...takeApart(row).shared]),
      variantsOf: (word) => [...variantsOf(word), ...piecesOfWord(word)].join(' '),
      partExpression,
      shortenedExpression,
    },
  ],
  // Parts were found by trigrams of everything, with their positions.
  [
    3,
    {
      partsOf: ({ parts }) => parts,
      vocabularyOf: (row) => new Set(misspeltIn(row)),
      variantsOf: (word) => variantsOf(word).join(' '),
      partExpression: partsBefore,
      shortenedExpression: shortenedBefore,
    },
  ],
])

/** @param version 0 is that of an index that is being made */
export function formatOf(version: number): IndexFormat | undefined {
  return FORMATS.get(version === 0 ? SEARCH_INDEX_VERSION : version)
}
