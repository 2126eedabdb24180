// Lists are read from an index of their own, in its order, however much there is.

import { expect, test } from 'vitest'
import { createStatements, type Statements } from '../../src-main/projections/file/statements'
import { createTables } from '../../src-main/projections/file/tables'
import { createPersonCache } from '../../src-main/projections/people/person-cache'
import { createReader, type ReadViews } from '../../src-main/projections/read/reader'
import { openSqlite } from '../../src-main/sqlite/database'
import { asAuditId, asInteractionId, asPersonId, asStamp } from '../../src-shared/model/ids'
import { queryPlan } from '../support/query-plan'

/** How SQLite goes about the last statement that `read` runs. */
function planOf(read: (views: ReadViews) => unknown): string {
  const db = openSqlite(':memory:')
  createTables(db)
  const sql = createStatements(db)
  let last = ''
  const watched: Statements = {
    run: sql.run,
    get: (text, ...values) => sql.get(text, ...values),
    all(text, ...values) {
      if (text.includes('ORDER BY')) last = text
      return sql.all(text, ...values)
    },
  }
  read(createReader(watched, () => [], createPersonCache()))
  const plan = queryPlan(db, last)
  db.close()
  return plan.join('; ')
}

const sorted = (sort: 'firstName' | 'middleName' | 'lastName' | 'title', descending: boolean) => (views: ReadViews) =>
  views.listPeople({ sort, descending, offset: 100, limit: 25 })

const behind = (sort: 'firstName' | 'title', descending: boolean) => (views: ReadViews) =>
  views.listPeople({ sort, descending, offset: 0, limit: 25, after: { value: 'a', id: asPersonId('a') } })

test.each<[string, string, (views: ReadViews) => unknown]>([
  ['edited last', 'person_modified', (views) => views.recentPeople(50)],
  ['auto-created', 'person_active', (views) => views.autoCreated(false, 100, 50)],
  ['dismissed', 'person_active', (views) => views.autoCreated(true, 100, 50)],
  ['about to expire', 'person_renewed', (views) => views.expirable(1, 50)],
  ['deleted', 'person_deleted', (views) => views.deletedPeople(0, 100, 50)],
  ['behind one by first name', 'person_first', behind('firstName', false)],
  ['behind one by title, backwards', 'person_title', behind('title', true)],
  ['by first name', 'person_first', sorted('firstName', false)],
  ['by first name, backwards', 'person_first', sorted('firstName', true)],
  ['by middle name', 'person_middle', sorted('middleName', false)],
  ['by last name', 'person_last', sorted('lastName', false)],
  ['by last name, backwards', 'person_last', sorted('lastName', true)],
  ['by title', 'person_title', sorted('title', true)],
  ['one after the other', 'person_curated', (views) => views.peopleAfter(asPersonId('b'), 500)],
  ['erased and not done with', 'person_erased', (views) => views.unfinishedErasures()],
])('people %s are read in the order of %s', (_, index, read) => {
  const plan = planOf(read)
  expect(plan).toMatch(new RegExp(`p USING (COVERING )?INDEX ${index}\\b`))
  expect(plan).not.toContain('TEMP B-TREE')
  expect(plan).not.toMatch(/SCAN (?!p\b)/) // nor is anything else looked through
  // What comes before the person a page goes on behind is not read.
  if (_.startsWith('behind')) expect(plan).toMatch(/SEARCH p USING .*\((first_name|title),id\)[<>]\(\?,\?\)/)
})

test.each([false, true])('conversations are read as they began, backwards %s', (isDescending) => {
  const after = { conversationId: 'a', id: asInteractionId('a'), startedMs: 5 }
  const plan = planOf((views) =>
    views.conversationsBegun({ fromMs: 0, toMs: 9 }, { isDescending, after, offset: 0, limit: 25 }),
  )
  expect(plan).toMatch(/SEARCH interaction USING INDEX interaction_opening/)
  expect(plan).not.toContain('TEMP B-TREE')
})

test('the audit trail is read in the order of its two indexes, as far as the page goes', () => {
  const behind = { at: asStamp('5'), id: asAuditId('a') }
  const plan = planOf((views) => views.auditEntries({ fromMs: 1 }, behind, 50))
  // From the entry that it goes on behind: what is newer is not read.
  expect(plan).toContain('SEARCH audit USING COVERING INDEX audit_at (at>? AND (at,id)<(?,?))')
  expect(plan).toContain('SEARCH contact USING COVERING INDEX contact_made (made>? AND (made,id)<(?,?))')
  expect(plan).toMatch(/^MERGE/)
  expect(plan).not.toContain('TEMP B-TREE')
})

test('sessions are read from the one that a page goes on behind, as far as it goes', () => {
  const plan = planOf((views) => views.interactionsBehind([asPersonId('a')], { channels: ['web'], limit: 25 }))
  expect(plan).toMatch(/SEARCH interaction USING INDEX interaction_owner \(owner=\? AND \(started,at\)<\(\?,\?\)\)/)
  // What one moment has several of is sorted, and nothing else.
  expect(plan.replace('USE TEMP B-TREE FOR LAST TERM OF ORDER BY', '')).not.toContain('TEMP B-TREE')
})
