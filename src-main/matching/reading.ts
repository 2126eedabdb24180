// Reading people for the matcher, in stretches that hold up no other work.
// Invariant: reading everyone goes in the order of ids, so that it may be gone on with behind any of them.
import { setImmediate as nextTurn } from 'node:timers/promises'
import { asContactId, type ContactId } from '@shared/model/ids'
import type { PersonRecord } from '../duplicates/record'
import type { Engine } from '../engine'
import type { DuplicateDecisions } from '../engine/queries/comparable'
import type { Progress } from './index-file'
import { recordOf } from './person-record'

/** Longest stretch: an import changes hundreds of people within the time they are gathered. */
const SLICE_MS = 8

/** Lets others have their turn once a stretch is over. */
function createTurns() {
  let since = performance.now()
  return async () => {
    if (performance.now() - since <= SLICE_MS) return
    await nextTurn()
    since = performance.now()
  }
}

/** What became of changed people. */
export async function readChanged({ comparable }: Pick<Engine['queries'], 'comparable'>, ids: readonly ContactId[]) {
  const put: PersonRecord[] = []
  const remove: string[] = []
  const turn = createTurns()
  for (const id of ids) {
    await turn()
    const person = comparable(id)
    if (person) put.push(recordOf(person))
    else remove.push(id)
  }
  return { put, remove }
}

/** Where reading begins, and how many people are handed over at once. */
interface ReadFrom extends Pick<Progress, 'cursor' | 'shared'> {
  page: number
  isShared: DuplicateDecisions['isShared']
}

/**
 * Reads all people behind the cursor.
 * @param take gets a page of them and how far reading is with it; false: reading is given up
 */
export async function readEveryone(
  { everyoneAfter, comparable }: Pick<Engine['queries'], 'everyoneAfter' | 'comparable'>,
  { cursor, shared, page, isShared }: ReadFrom,
  take: (records: readonly PersonRecord[], read: Pick<Progress, 'cursor' | 'shared'>) => Promise<boolean>,
): Promise<void> {
  const met = new Set(shared)
  const turn = createTurns()
  for (let after = cursor; ; ) {
    const ids = everyoneAfter(after === '' ? '' : asContactId(after), page)
    const last = ids.at(-1)
    if (last === undefined) return
    const records: PersonRecord[] = []
    for (const id of ids) {
      await turn()
      const person = comparable(id)
      if (!person) continue
      for (const { id: identifier, value } of person.identifiers) if (isShared(identifier)) met.add(value)
      records.push(recordOf(person))
    }
    after = last
    if (!(await take(records, { cursor: after, shared: [...met] }))) return
  }
}
