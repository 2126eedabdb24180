// No statement of the views reads the whole of what grows with the book: what random commands, every query and a load prepare
// is explained by SQLite. Plans do not depend on the size: the files hold no statistics.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test, vi } from 'vitest'
import { createTables, createTablesToLoad } from '../../src-main/projections/file/tables'
import type { ReadViews } from '../../src-main/projections/read/reader'
import { openSqlite, type SqliteDatabase } from '../../src-main/sqlite/database'
import { asIdentifierId, asInteractionId, asItemId, asPersonId } from '../../src-shared/model/ids'
import { drafts } from '../engine/model/commands'
import { play } from '../engine/model/compare'
import { checkLoad } from '../engine/model/invariants'
import { openDevice } from '../support/device'
import { queryPlan } from '../support/query-plan'
import { seedIds } from '../support/seeded-ids'

const prepared = vi.hoisted(() => new Set<string>())
vi.mock(import('../../src-main/projections/file/statements'), async (original) => {
  const module = await original()
  const createStatements: typeof module.createStatements = (db) => {
    const sql = module.createStatements(db)
    const note = (text: string) => {
      prepared.add(text)
      return text
    }
    return {
      run: (text, ...values) => sql.run(note(text), ...values),
      get: (text, ...values) => sql.get(note(text), ...values),
      all: (text, ...values) => sql.all(note(text), ...values),
    }
  }
  return { ...module, createStatements }
})

/** Every answer once, with a limit where there is one: `satisfies` sees to it that none is left out. */
const ASKED = {
  latestStamp: (v) => v.latestStamp(),
  setOf: (v) => v.setOf(asPersonId('a')),
  contact: (v) => v.contact(asPersonId('a')),
  person: (v) => v.person(asPersonId('a')),
  personRow: (v) => v.personRow(asPersonId('a')),
  recentPeople: (v) => v.recentPeople(5),
  autoCreated: (v) => [v.autoCreated(true, 0, 5), v.autoCreated(false, 0, 5)],
  dismissal: (v) => v.dismissal(asPersonId('a')),
  deletedPeople: (v) => v.deletedPeople(0, 0, 5),
  expirable: (v) => v.expirable(0, 5),
  listPeople: (v) =>
    (['firstName', 'middleName', 'lastName', 'title'] as const).flatMap((sort) =>
      [false, true].flatMap((descending) => [
        v.listPeople({ sort, descending, offset: 0, limit: 5 }),
        v.listPeople({ sort, descending, offset: 0, limit: 5, among: ['a'] }),
      ]),
    ),
  peopleAfter: (v) => v.peopleAfter(asPersonId('a'), 5),
  everyoneAfter: (v) => v.everyoneAfter(asPersonId('a'), 5),
  claimsOn: (v) => [v.claimsOn(asIdentifierId('a')), v.claimsOn(asIdentifierId('a'), 0)],
  claimCount: (v) => v.claimCount(asIdentifierId('a')),
  holderOf: (v) => v.holderOf(asIdentifierId('a')),
  claimsBy: (v) => v.claimsBy([asPersonId('a')]),
  identifiers: (v) => v.identifiers([asIdentifierId('a')]),
  identifiersByValue: (v) => v.identifiersByValue('a'),
  formerKeys: (v) => v.formerKeys('a@example.org'),
  search: (v) => v.search('a', 5),
  interactionCount: (v) => v.interactionCount([asPersonId('a')]),
  journey: (v) => v.journey([asPersonId('a')], {}, 0, 5),
  journeySpan: (v) => v.journeySpan([asPersonId('a')], {}),
  journeyMarks: (v) => v.journeyMarks([asPersonId('a')], {}, 1000),
  journeyDensity: (v) => v.journeyDensity([asPersonId('a')], {}, { from: 0, to: 1 }, 5),
  journeyGroups: (v) => v.journeyGroups([asPersonId('a')], {}),
  interactionOwner: (v) => v.interactionOwner(asInteractionId('a')),
  interactionsIn: (v) => v.interactionsIn(['a']),
  conversationsBegun: (v) => {
    const after = { conversationId: 'a', id: asInteractionId('a'), startedMs: 0 }
    return [{}, { after }].map((more) =>
      v.conversationsBegun({ fromMs: 0, toMs: 1 }, { isDescending: true, offset: 0, limit: 5, ...more }),
    )
  },
  conversationCount: (v) => v.conversationCount({ fromMs: 0, toMs: 1 }),
  interactionsOf: (v) => v.interactionsOf([asPersonId('a')]),
  untiedFrom: (v) => v.untiedFrom([asPersonId('a')]),
  interactionsBehind: (v) => v.interactionsBehind([asPersonId('a')], { limit: 5 }),
  noteIds: (v) => v.noteIds([asPersonId('a')]),
  identifiersMet: (v) => v.identifiersMet([asPersonId('a')]),
  mergesOf: (v) => v.mergesOf([asPersonId('a')]),
  cannotLink: (v) => v.cannotLink(asPersonId('a'), asPersonId('b')),
  unfinishedErasures: (v) => v.unfinishedErasures(),
  decisionsOn: (v) => v.decisionsOn([asPersonId('a')]),
  recordsOf: (v) => v.recordsOf([asPersonId('a')]),
  auditEntries: (v) => [v.auditEntries({}, 0, 5), v.auditEntries({ contactIds: [asPersonId('a')] }, 0, 5)],
  activityStampsOf: (v) => v.activityStampsOf([asPersonId('a')]),
  openItems: (v) => [v.openItems(undefined, 0, 5), v.openItems('dispute', 0, 5)],
  openItem: (v) => v.openItem(asItemId('a')),
  openCounts: (v) => v.openCounts(),
  counts: (v) => v.counts(),
} satisfies Record<keyof ReadViews, (views: ReadViews) => unknown>

/** What stays small however many people there are. */
const SMALL = ['meta', 'tally', 'json_each', 'wanted', 'met', 'search_told']
/** Walks that take all of it on purpose, a page at a time or once in a rebuild: the statement's beginning. */
const WALKS = [
  'INSERT OR IGNORE INTO claim (identifier_id',
  'SELECT identifier_id AS id FROM claim WHERE identifier_id > ?',
  'DELETE FROM claim_loaded',
]

/** The whole tables and indexes that a statement reads, without being stopped by a limit in the order of the index. */
function readWhole(db: SqliteDatabase, text: string): string[] {
  const plan = queryPlan(db, text)
  const isSorted = plan.some((detail) => detail.includes('TEMP B-TREE FOR ORDER BY'))
  const isPaged = /LIMIT (?:\?|\d+)(?! OFFSET \? GROUP)/.test(text) && !isSorted
  return (
    plan
      .filter((detail) => /^SCAN \w/.test(detail) && !SMALL.includes(detail.split(' ')[1] ?? ''))
      .filter((detail) => !(isPaged && detail.includes('INDEX')))
      // Partial indexes over what is few: people that were erased and are not done with.
      .filter((detail) => !detail.endsWith('INDEX person_erased'))
  )
}

const folder = mkdtempSync(join(tmpdir(), 'scv-statements-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('no statement reads the whole of what grows', { timeout: 120_000 }, async () => {
  const genuine = seedIds(1)
  const device = await openDevice()
  for (const sequence of fc.sample(drafts(), { numRuns: 3, seed: 7 }))
    await play(device, sequence, { tally: new Map(), commits: () => device.memory.commits() }).catch(() => undefined)
  for (const ask of Object.values(ASKED)) ask(device.views)
  await checkLoad(device, device.memory.feed)
  await device.close()
  genuine()

  const db = openSqlite(join(folder, 'views.sqlite'))
  createTablesToLoad(db)
  createTables(db)
  expect(prepared.size).toBeGreaterThan(80)
  const whole = [...prepared]
    .filter((text) => !WALKS.some((walk) => text.startsWith(walk)))
    .flatMap((text) => readWhole(db, text).map((detail) => `${detail}: ${text.replace(/\s+/g, ' ')}`))
  db.close()
  expect(whole).toEqual([])
})

test('a statement that reads a whole table is noticed', () => {
  const db = openSqlite(':memory:')
  createTables(db)
  expect(readWhole(db, 'DELETE FROM merge_member WHERE merge_id = ?')).toEqual(['SCAN merge_member'])
  expect(readWhole(db, "SELECT count(*) FROM person p WHERE status = 'active' AND type = 2")).toHaveLength(1)
  expect(readWhole(db, 'SELECT * FROM person ORDER BY detail LIMIT ?')).toHaveLength(1)
  db.close()
})
