// Reading the projections: every answer of `Views` that is plain SQL over the derived rows.
import type { Stamp } from '@shared/model/ids'
import type { Views } from '../../engine/ports'
import type { Statements } from '../file/statements'
import type { PersonCache } from '../people/person-cache'
import type { SearchIndex } from '../search'
import { attachedReader } from './attached'
import { claimReader } from './claims'
import { conversationReader } from './conversations'
import { journeyReader } from './journeys'
import { listReader } from './lists'
import { openItemReader } from './open-items'
import { peopleReader } from './people'
import { trailReader } from './trail'

export type ReadViews = Omit<Views, 'settle' | 'searchable' | 'scrub' | 'changes$'>

export function createReader(
  sql: Statements,
  search: SearchIndex['search'],
  personCache: Pick<PersonCache, 'of'>,
): ReadViews {
  const people = peopleReader(sql, personCache)
  const { setOf, contact, personRow, person } = people
  return {
    latestStamp: () => sql.get<{ value: Stamp }>("SELECT value FROM meta WHERE key = 'latestStamp'")?.value,
    ...{ setOf, contact, personRow, person },
    ...listReader(sql),
    ...claimReader(sql, people),
    ...journeyReader(sql),
    ...attachedReader(sql, people),
    ...conversationReader(sql),
    ...trailReader(sql),
    ...openItemReader(sql),
    search,
  }
}
