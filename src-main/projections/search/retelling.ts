// Tells the thread of the search index again what it may lack: what the views remember, or all people where they cannot know.
// Invariant: people are told of as they are by now, and a number is noted only with everything up to it.
import type { PersonId } from '@shared/model/ids'
import type { MadeUpTo, SearchChange } from './index-file'
import type { Indexing } from './indexing'

/** People told of at once where the index is made anew. */
const PAGE = 100
/** Commits told of again at once. */
const COMMITS = 20

/** It ended before its time, which is no failure: it is gone on with when it opens again. */
export class IndexClosed extends Error {}

export interface RetellingOptions {
  /** Number of the last notice in the outbox. */
  last(): number
  /** What the index is to know of a person by now. */
  changeOf(personId: PersonId): SearchChange
  /** The notices in the outbox behind a number; without people: what it was about cannot be known. */
  noticesAfter(n: number, limit: number): { n: number; people: PersonId[] | undefined }[]
  /** Ids of people who are found, in their order, after one. */
  foundAfter(personId: PersonId | '', limit: number): PersonId[]
}

export interface Retelling {
  /** Whether the index lacks people who were never told of since. */
  readonly isMakingAnew: boolean
  /**
   * Clears the index and tells of all people, or goes on with that where it was left.
   * @returns up to where that was @throws what the thread failed with
   */
  makeAnew(from: MadeUpTo): Promise<number>
  /** Tells again what came behind a number. @returns up to where that was @throws what the thread failed with */
  tellAfter(n: number): Promise<number>
}

/** @param life `onBegin` is told when the index begins to be made anew; while `isEnding` no further page is told */
export function createRetelling(
  indexing: Indexing,
  { last, changeOf, noticesAfter, foundAfter }: RetellingOptions,
  life: { onBegin(): void; isEnding(): boolean },
): Retelling {
  let isMakingAnew = false

  async function makeAnew({ personId, since }: MadeUpTo): Promise<number> {
    isMakingAnew = true
    life.onBegin()
    if (personId === '') await indexing.clear(undefined, { personId, since })
    let behind = personId
    for (let page = foundAfter(behind, PAGE); page.length > 0; page = foundAfter(behind, PAGE)) {
      if (life.isEnding()) throw new IndexClosed('The search index is closed')
      behind = page.at(-1) ?? behind
      await indexing.take(page.map(changeOf), undefined, undefined, { personId: behind, since })
    }
    await indexing.take([], undefined, since)
    isMakingAnew = false
    return since
  }

  return {
    makeAnew,
    get isMakingAnew() {
      return isMakingAnew
    },
    async tellAfter(n) {
      const notices = noticesAfter(n, COMMITS)
      const upTo = notices.at(-1)?.n
      if (upTo === undefined || notices.some(({ people }) => people === undefined))
        return makeAnew({ personId: '', since: last() })
      const ids = new Set(notices.flatMap(({ people = [] }) => people))
      await indexing.take([...ids].map(changeOf), n, upTo)
      return upTo
    },
  }
}
