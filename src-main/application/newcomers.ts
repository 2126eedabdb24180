// Who of the book a person of a file likely is, asked of the matcher once it has read the book.
// Invariant: an answer is of a whole book; while there is none, the caller waits, and is given no answer where the search is given up.
import type { ContactInput } from '@shared/model/contact'
import type { IdentifierInput } from '@shared/model/identifier'
import { asContactId, type ContactId } from '@shared/model/ids'
import { tryNormalise } from '@shared/model/normalise'
import { filter, firstValueFrom } from 'rxjs'
import { asTyped } from './likenesses'
import type { MatchingPort } from './ports'

interface Newcomer {
  input: ContactInput
  identifiers?: readonly IdentifierInput[]
}

interface LikePerson {
  id: ContactId
  probability: number
  certainty: 'veryLikely' | 'likely'
}

/** How many people of the book are named for one of a file. */
const NAMED_MOST = 3

export function findNewcomers(matching: MatchingPort) {
  /** @param region ISO 3166 alpha-2: in which the file's national numbers are read */
  return async ({ input, identifiers = [] }: Newcomer, region: string): Promise<LikePerson[] | undefined> => {
    matching.start()
    const settled$ = matching.state$.pipe(filter(({ phase }) => phase === 'ready' || phase === 'idle'))
    if ((await firstValueFrom(settled$)).phase === 'idle') return undefined
    const known = identifiers.flatMap((one) => tryNormalise(one, region) ?? [])
    const found = await matching.like({ id: '', fields: asTyped(input, region), identifiers: known })
    return found
      .flatMap(({ id, probability, certainty }) =>
        certainty === 'possible' ? [] : [{ id: asContactId(id), probability, certainty }],
      )
      .slice(0, NAMED_MOST)
  }
}
