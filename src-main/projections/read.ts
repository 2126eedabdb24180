// Reading the projections: every answer of `Views` that is plain SQL over the derived rows.
import { CONTACT_TYPES } from '@shared/model/contact'
import { CHANNELS } from '@shared/model/interaction'
import type { ClaimSource } from '@shared/model/views'
import { latestPerDevice, touchesOf } from '../engine/derive/knowledge'
import { ITEM_KINDS, type ItemKind } from '../engine/derive/open-items'
import { derivePerson, type Person } from '../engine/derive/person'
import { deriveSet, type MergeSet } from '../engine/derive/sets'
import type { ContactDocument } from '../engine/documents/contact'
import { makeStamp } from '../engine/documents/stamp'
import type { ClaimRow, IdentifierRow, InteractionRow, ItemRow, PersonRow, Views } from '../engine/ports'
import { journeyReader } from './journeys'
import type { LatestPeople } from './latest-people'
import { readLonePerson } from './lone-person'
import type { SearchIndex } from './search'
import { standingMergesIn } from './standing-merges'
import { IN_JSON, type Statements } from './statements'
import { CURATED, IS_AUTO_CREATED, IS_CURATED, memberOf, type PersonColumns } from './tables'
import { readTally } from './tally'
import { hungOn, mergedAt } from './touches'

type RawPerson = Pick<
  PersonColumns,
  'id' | 'type' | 'status' | 'name' | 'detail' | 'last_active' | 'renewed' | 'modified' | 'merged'
>

const PERSON = 'p.id, p.type, p.status, p.name, p.detail, p.last_active, p.renewed, p.modified, p.merged'

function personRow(raw: RawPerson): PersonRow {
  return {
    id: raw.id,
    type: CONTACT_TYPES[raw.type] ?? 'Ephemeral',
    status: raw.status,
    name: raw.name,
    detail: raw.detail,
    lastActive: raw.last_active,
    renewed: raw.renewed,
    modified: raw.modified,
    merged: raw.merged === 1,
  }
}

const identifierRow = (raw: { id: string; type: string; value: string; source: string | null }): IdentifierRow => ({
  id: raw.id,
  type: raw.type as IdentifierRow['type'],
  value: raw.value,
  ...(raw.source === null ? {} : { source: raw.source }),
})

/** Earliest claim first. Sorted here: a sorter of SQLite's costs more than the few rows there are. */
const byAge = (a: { since: string; contact_id: string }, b: { since: string; contact_id: string }): number =>
  a.since < b.since || (a.since === b.since && a.contact_id < b.contact_id) ? -1 : 1

interface RawEntry {
  id: string
  made: number
}

interface RawItem {
  id: string
  kind: string
  at: string
  subject: string
}

const itemRow = (raw: RawItem): ItemRow => ({
  id: raw.id,
  kind: raw.kind as ItemKind,
  at: raw.at,
  subject: JSON.parse(raw.subject) as string[],
})

export type ReadViews = Omit<Views, 'settle' | 'searchable' | 'scrub' | 'changes$'>

export function createReader(
  sql: Statements,
  search: SearchIndex['search'],
  latestPeople: Pick<LatestPeople, 'of'>,
): ReadViews {
  const standingMerges = standingMergesIn(sql)
  const canonicalOf = (contactId: string) =>
    sql.get<{ set_id: string }>('SELECT set_id FROM contact WHERE id = ?', contactId)?.set_id

  const setOf = (contactId: string): MergeSet | undefined => {
    if (canonicalOf(contactId) === undefined) return undefined
    return deriveSet(contactId, standingMerges)
  }

  const openCounts = (): Record<ItemKind, number> => {
    const tally = readTally(sql)
    return Object.fromEntries(ITEM_KINDS.map((kind) => [kind, tally.get(`item ${kind}`) ?? 0])) as Record<
      ItemKind,
      number
    >
  }

  const contact = (contactId: string): ContactDocument | undefined => {
    const row = sql.get<{ document: string }>('SELECT document FROM contact WHERE id = ?', contactId)
    return row && (JSON.parse(row.document) as ContactDocument)
  }

  const rowOf = (contactId: string): PersonRow | undefined => {
    const raw = sql.get<RawPerson>(
      `SELECT ${PERSON} FROM contact c JOIN person p ON p.id = c.set_id WHERE c.id = ?`,
      contactId,
    )
    return raw && personRow(raw)
  }

  function people(where: string, order: string, values: (string | number)[], offset: number, limit: number) {
    const total = sql.get<{ n: number }>(`SELECT count(*) AS n FROM person p WHERE ${where}`, ...values)?.n ?? 0
    const items = sql
      .all<RawPerson>(
        `SELECT ${PERSON} FROM person p WHERE ${where} ORDER BY ${order} LIMIT ? OFFSET ?`,
        ...values,
        limit,
        offset,
      )
      .map(personRow)
    return { total, items }
  }

  function person(contactId: string): Person | undefined {
    const known = latestPeople.of(contactId)
    if (known) return known
    const row = sql.get<{ alone: number; person: string; document: string }>(
      'SELECT alone, person, document FROM contact WHERE id = ?',
      contactId,
    )
    if (!row) return undefined
    if (row.alone === 1) return readLonePerson(contactId, row.person, row.document)
    const set = setOf(contactId)
    if (!set) return undefined
    const [head, ...ancestors] = set.members.map(contact).filter((document) => document !== undefined)
    if (!head || head.id !== set.canonicalId) return undefined
    return derivePerson([head, ...ancestors], set.merges, rowOf(head.id)?.status === 'undone')
  }

  return {
    latestStamp: () => sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'latestStamp'")?.value,
    setOf,
    contact,
    personRow: rowOf,

    person,

    recentPeople: (limit) =>
      sql
        .all<RawPerson>(`SELECT ${PERSON} FROM person p WHERE ${IS_CURATED} ORDER BY modified DESC, id LIMIT ?`, limit)
        .map(personRow),

    autoCreated: (dismissed, offset, limit) =>
      people(
        // A dismissal is over when they got in touch again.
        `${IS_AUTO_CREATED} AND p.merged = 0 AND ${dismissed ? '' : 'NOT '}EXISTS (
           SELECT 1 FROM dismissal d WHERE d.contact_id = p.id AND d.standing = 1 AND d.at >= p.last_active)`,
        'p.last_active DESC, p.id',
        [],
        offset,
        limit,
      ),

    dismissal: (contactId) =>
      sql.get<{ at: number; by: string }>(
        'SELECT at, by FROM dismissal WHERE contact_id = ? AND standing = 1',
        contactId,
      ),

    deletedPeople: (sinceMs, offset, limit) =>
      people("p.status = 'deleted' AND p.deleted >= ?", 'p.deleted DESC, p.id', [sinceMs], offset, limit),

    expirable: (ms, limit) =>
      sql
        .all<RawPerson>(
          `SELECT ${PERSON} FROM person p WHERE ${IS_AUTO_CREATED} AND merged = 0 AND renewed < ?
           ORDER BY renewed, id LIMIT ?`,
          ms,
          limit,
        )
        .map(personRow),

    listPeople({ sort, descending, offset, limit, among }) {
      const column = { firstName: 'first_name', middleName: 'middle_name', lastName: 'last_name', title: 'title' }[sort]
      const direction = descending ? 'DESC' : 'ASC'
      const order = `p.${column} ${direction}, p.id ${direction}`
      return among
        ? people(`${IS_CURATED} AND p.id ${IN_JSON}`, order, [JSON.stringify(among)], offset, limit)
        : people(IS_CURATED, order, [], offset, limit)
    },

    peopleAfter: (after, limit) =>
      sql
        .all<RawPerson>(
          `SELECT ${PERSON} FROM person p WHERE ${IS_CURATED} AND p.id > ? ORDER BY p.id LIMIT ?`,
          after,
          limit,
        )
        .map(personRow),

    claimsOn: (identifierId) =>
      sql
        .all<RawPerson & { contact_id: string; since: string; by: string; via: string }>(
          `SELECT k.contact_id, k.since, k.by, k.via, ${PERSON}
           FROM claim k JOIN contact c ON c.id = k.contact_id JOIN person p ON p.id = c.set_id
           WHERE k.identifier_id = ? AND k.standing = 1 AND p.status = 'active'`,
          identifierId,
        )
        .sort(byAge)
        .map((raw): ClaimRow => {
          const { contact_id, since, by, via } = raw
          return { identifierId, contactId: contact_id, since, by, via: via as ClaimSource, person: personRow(raw) }
        }),

    holderOf(identifierId) {
      const claims = sql
        .all<{ contact_id: string; since: string; alone: number; person: string; document: string }>(
          `SELECT k.contact_id, k.since, c.alone, c.person, c.document FROM claim k JOIN contact c ON c.id = k.contact_id
           WHERE k.identifier_id = ? AND k.standing = 1`,
          identifierId,
        )
        .sort(byAge)
      for (const { contact_id, alone, person: kept, document } of claims) {
        const claimant =
          alone === 1 ? readLonePerson(contact_id, kept, document) : person(canonicalOf(contact_id) ?? contact_id)
        if (claimant?.status === 'active') return claimant
      }
      return undefined
    },

    claimsBy: (contactIds, released = false) =>
      sql
        .all<{
          id: string
          type: string
          value: string
          source: string | null
          contact_id: string
          since: string
          by: string
          via: string
        }>(
          `SELECT identifier_id AS id, type, value, source, contact_id, since, by, via
           FROM claim WHERE contact_id ${IN_JSON} AND standing >= ? ORDER BY since, id, contact_id`,
          JSON.stringify(contactIds),
          released ? 0 : 1,
        )
        .map((raw) => ({
          identifier: identifierRow(raw),
          contactId: raw.contact_id,
          since: raw.since,
          by: raw.by,
          via: raw.via as ClaimSource,
        })),

    identifiers: (ids) =>
      sql
        .all<{ id: string; type: string; value: string; source: string | null }>(
          `SELECT DISTINCT identifier_id AS id, type, value, source FROM claim WHERE identifier_id ${IN_JSON}`,
          JSON.stringify(ids),
        )
        .map(identifierRow),

    identifiersByValue: (value) =>
      sql
        .all<{ id: string; type: string; value: string; source: string | null }>(
          `SELECT DISTINCT identifier_id AS id, type, value, source FROM claim WHERE value = ?
           ORDER BY type, id LIMIT 100`,
          value,
        )
        .map(identifierRow),

    search,

    ...journeyReader(sql),

    interactionOwner: (id) =>
      sql.get<{ owner: string | null }>('SELECT owner FROM interaction WHERE id = ?', id)?.owner ?? undefined,

    interactionsOf: (contactIds) =>
      sql
        .all<{
          id: string
          owner: string | null
          started: number
          channel: number
          direction: string
          recorded: string
        }>(
          `SELECT id, owner, started, channel, direction, recorded FROM interaction WHERE owner ${IN_JSON} ORDER BY started, id`,
          JSON.stringify(contactIds),
        )
        .map((row) => ({
          id: row.id,
          contactId: row.owner,
          startedMs: row.started,
          channel: CHANNELS[row.channel] ?? 'voice',
          direction: row.direction as InteractionRow['direction'],
          recorded: row.recorded,
        })),

    identifiersMet: (contactIds) =>
      sql.all<{ identifierId: string; interactionId: string }>(
        `SELECT met.value AS identifierId, max(i.id) AS interactionId
         FROM interaction i JOIN json_each(i.identifiers) met WHERE i.owner ${IN_JSON} GROUP BY met.value ORDER BY 1`,
        JSON.stringify(contactIds),
      ),

    noteIds: (contactIds, deleted = false) =>
      sql
        .all<{ id: string }>(
          `SELECT id FROM note WHERE owner ${IN_JSON} AND deleted <= ? ORDER BY created DESC, id`,
          JSON.stringify(contactIds),
          deleted ? 1 : 0,
        )
        .map((row) => row.id),

    mergesOf: (contactIds) =>
      sql
        .all<{ id: string }>(
          `SELECT DISTINCT m.id, m.at FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
           WHERE mm.contact_id ${IN_JSON} ORDER BY m.at DESC, m.id`,
          JSON.stringify(contactIds),
        )
        .map((row) => row.id),

    cannotLink: (a, b) => {
      const pair = [a, b].sort() as [string, string]
      return sql.get('SELECT 1 FROM cannot_link WHERE a = ? AND b = ? AND standing = 1', ...pair) !== undefined
    },

    unfinishedErasures: () =>
      sql
        .all<{ id: string }>(
          `SELECT p.id FROM person p WHERE p.status = 'erased' AND EXISTS (
             SELECT 1 FROM contact c WHERE (${memberOf('p.id')}) AND (
               c.erased = 0
               OR EXISTS (SELECT 1 FROM claim k WHERE k.contact_id = c.id)
               OR EXISTS (SELECT 1 FROM interaction i WHERE i.owner = c.id AND i.erased = 0)
               OR EXISTS (SELECT 1 FROM note n WHERE n.owner = c.id)))
           ORDER BY p.id`,
        )
        .map((row) => row.id),

    decisionsOn: (contactIds) =>
      sql
        .all<{ id: string }>(
          `SELECT id FROM cannot_link WHERE a ${IN_JSON} UNION SELECT id FROM cannot_link WHERE b ${IN_JSON}
           UNION SELECT id FROM dismissal WHERE contact_id ${IN_JSON}
           UNION SELECT review_id FROM review_about WHERE name ${IN_JSON}`,
          JSON.stringify(contactIds),
          JSON.stringify(contactIds),
          JSON.stringify(contactIds),
          JSON.stringify(contactIds),
        )
        .map((row) => row.id),

    recordsOf(contactIds) {
      const records = new Set(contactIds)
      for (const id of records) // a Set is iterated including what is added
        for (const { result } of sql.all<{ result: string }>(
          `SELECT m.result FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
           WHERE mm.contact_id = ? AND m.result <> ?`,
          id,
          id,
        ))
          records.add(result)
      return [...records]
    },

    auditEntries({ contactIds, fromMs, toMs }, offset, limit) {
      const from = fromMs === undefined ? '' : makeStamp(fromMs, 0, '')
      const to = toMs === undefined ? '~' : makeStamp(toMs, 0, '')
      const rows = contactIds
        ? sql.all<RawEntry>(
            `SELECT DISTINCT audit_id AS id, at, 0 AS made FROM audit_contact
               WHERE contact_id ${IN_JSON} AND at >= ? AND at < ?
             UNION ALL SELECT id, made AS at, 1 FROM contact WHERE id ${IN_JSON} AND made >= ? AND made < ?
             ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`,
            ...[JSON.stringify(contactIds), from, to, JSON.stringify(contactIds), from, to, limit, offset],
          )
        : sql.all<RawEntry>(
            `SELECT id, at, 0 AS made FROM audit WHERE at >= ? AND at < ?
             UNION ALL SELECT id, made AS at, 1 FROM contact WHERE made >= ? AND made < ?
             ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`,
            ...[from, to, from, to, limit, offset],
          )
      return rows.map(({ id, made }) => ({ id, isContact: made === 1 }))
    },

    touchesOf: (contactIds) =>
      latestPerDevice([
        ...contactIds.flatMap((id) => {
          const document = contact(id)
          return document ? touchesOf(document) : []
        }),
        ...hungOn(sql, contactIds),
        ...mergedAt(sql, contactIds),
      ]),

    openItems(kind, offset, limit) {
      const where = kind === undefined ? 'open = 1' : 'open = 1 AND kind = ?'
      const values = kind === undefined ? [] : [kind]
      const total = Object.entries(openCounts()).reduce(
        (sum, [one, n]) => (kind === undefined || one === kind ? sum + n : sum),
        0,
      )
      const items = sql
        .all<RawItem>(
          `SELECT id, kind, at, subject FROM item WHERE ${where} ORDER BY at DESC, id DESC LIMIT ? OFFSET ?`,
          ...values,
          limit,
          offset,
        )
        .map(itemRow)
      return { total, items }
    },

    openItem(id) {
      const raw = sql.get<RawItem>('SELECT id, kind, at, subject FROM item WHERE id = ? AND open = 1', id)
      return raw && itemRow(raw)
    },

    openCounts,

    counts() {
      const tally = readTally(sql)
      const active = (type: number) => tally.get(`person active ${type}`) ?? 0
      return {
        curated: active(CURATED),
        autoCreated: CONTACT_TYPES.map((_, type) => active(type)).reduce((sum, n) => sum + n, 0) - active(CURATED),
        interactions: tally.get('interaction') ?? 0,
      }
    },
  }
}
