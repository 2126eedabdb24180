// Whose a recording is, and whether its person is learnt by what it came by.
// Invariant: recorded from a person's page it is theirs, whichever contact has the number; where several share one, a person chooses.
import type { Candidate, PersonLine } from '@shared/model/views'

export interface Choice {
  /** Everybody it may be, the person of the page first; fewer than two: there is nothing to choose. */
  people: readonly (PersonLine | Candidate)[]
  /** Chosen, or proposed: an id, `new`, or nothing while a person has to say. */
  chosen: string
  /** What the person is asked about the number or address; undefined where there is nothing to learn. */
  learning: 'remember' | 'share' | undefined
  learns: boolean
}

/**
 * @param expected the person whose page the form was opened from
 * @param said what was chosen in the form, and of learning; empty: nothing yet
 */
export function choiceOf(
  expected: PersonLine | undefined,
  candidates: readonly Candidate[],
  said: { whose: string; learn: string },
): Choice {
  const own = candidates.find(({ id }) => id === expected?.id)
  const others = candidates.filter(({ id }) => id !== expected?.id)
  const people = [...(own ? [own] : expected ? [expected] : []), ...others]
  const known = said.whose === 'new' || people.some(({ id }) => id === said.whose)
  const [holder] = candidates
  // Of a dispute the first claim says who it is; of what people share nothing does.
  const proposed = expected ? expected.id : candidates.length > 1 && !holder?.disputed ? '' : (holder?.id ?? '')
  const chosen = known ? said.whose : proposed
  const has = candidates.some(({ id }) => id === chosen)
  const unsaid = chosen === '' || has
  const kept = candidates.some(({ type }) => type === 'Curated')
  const learning = unsaid ? undefined : kept ? 'share' : chosen === 'new' ? undefined : 'remember'
  const byDefault = learning === 'remember' || chosen === 'new'
  return {
    people,
    chosen,
    learning,
    learns: learning !== undefined && (said.learn === '' ? byDefault : said.learn === 'yes'),
  }
}
