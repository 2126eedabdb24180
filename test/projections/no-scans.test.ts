// No statement on the way of a command or an answer looks through what grows with the book. SQLite has no statistics here, so its
// plan for empty tables is the plan at any size: what random commands and all lists have it prepare is asked for its plan.
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { SqliteDatabase } from '../../src-main/sqlite/database'
import { asAuditId, asPersonId, asStamp } from '../../src-shared/model/ids'
import { drafts } from '../engine/model/commands'
import { play } from '../engine/model/compare'
import { openDevice } from '../support/device'
import { hunt } from '../support/hunt'
import { queryPlan } from '../support/query-plan'
import { seedIds } from '../support/seeded-ids'

/** Of few rows at any size, and what is bound as JSON. */
const SMALL = /^SCAN (\(subquery|json_each|met|l|old|CONSTANT ROW|SUBQUERY|meta|tally|erased)\b|VIRTUAL TABLE/

/** Those that read all of a partial index which holds few. */
const OF_FEW = /USING (COVERING )?INDEX (person_erased)\b/

/** What a statement looks through although it grows; nothing where a page of an index is all that is read. */
function scansOf(db: SqliteDatabase, sql: string): string[] {
  const plan = queryPlan(db, sql)
  const isSorted = plan.some((line) => line.includes('TEMP B-TREE FOR ORDER BY'))
  const isPage = /\bLIMIT\b/.test(sql) && !isSorted
  return plan.filter(
    (line) =>
      line.startsWith('SCAN ') && !SMALL.test(line) && !OF_FEW.test(line) && !(isPage && / USING .*INDEX /.test(line)),
  )
}

/** Texts that the views and the search prepared, each with the scans in its plan. */
const found = new Map<string, string[]>()
const { prepare } = SqliteDatabase.prototype

beforeAll(() => {
  vi.spyOn(SqliteDatabase.prototype, 'prepare').mockImplementation(function (this: SqliteDatabase, sql: string) {
    const isOurs = /projections\/(file\/statements|search\/\w)/.test(new Error().stack ?? '')
    if (isOurs && !found.has(sql) && /^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)/i.test(sql)) {
      found.set(sql, [])
      found.set(sql, scansOf(this, sql))
    }
    return prepare.call(this, sql)
  })
})
afterAll(() => vi.restoreAllMocks())

test('whatever commands do and lists show, no statement looks through what grows', { timeout: 120_000 }, async () => {
  await hunt(
    drafts(40),
    async (sequence, ids) => {
      const genuine = seedIds(ids)
      const device = await openDevice()
      try {
        await play(device, sequence)
        const { views } = device
        for (const sort of ['firstName', 'lastName'] as const)
          views.listPeople({
            sort,
            descending: false,
            offset: 1,
            limit: 9,
            after: { value: 'a', id: asPersonId('a') },
          })
        for (const dismissed of [true, false]) views.autoCreated(dismissed, 10, 9)
        views.auditEntries({}, { at: asStamp('5'), id: asAuditId('a') }, 9)
        views.openItems('dispute', 0, 9)
        views.deletedPeople(0, 0, 9)
        views.everyoneAfter(asPersonId('a'), 9)
        views.search('some body example', 9)
      } finally {
        await device.close()
        genuine()
      }
    },
    { runs: 1, seed: 1 },
  )
  expect(found.size).toBeGreaterThan(100)
  const scans = [...found].filter(([, lines]) => lines.length > 0)
  expect(scans.map(([sql, lines]) => `${lines.join('; ')}\n  ${sql}`)).toEqual([])
})
