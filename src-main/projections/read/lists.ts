// Reading lists of people, each in the order of an index of its own.
import type { PersonId } from '@shared/model/ids'
import type { PersonRow, Views } from '../../engine/ports'
import { IN_JSON, limitTo, type Statements } from '../file/statements'
import { CURATED, IS_AUTO_CREATED, IS_CURATED } from '../file/tables'
import { readCounters } from './counters'
import { PERSON, personRow, type RawPerson } from './person-row'

type Lists = Pick<
  Views,
  | 'recentPeople'
  | 'autoCreated'
  | 'dismissal'
  | 'deletedPeople'
  | 'expirable'
  | 'listPeople'
  | 'peopleAfter'
  | 'everyoneAfter'
>

/** Versions of files that do not count the queue. */
const UNCOUNTED_QUEUE: ReadonlySet<string | undefined> = new Set(['14.1'])

export function listReader(sql: Statements): Lists {
  const version = sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'version'")?.value

  /**
   * Ids first, from the index alone: what is left out on the way to a later page is not looked up.
   * @param order of an index that holds all that the condition and the order name
   */
  function page(where: string, order: string, values: (string | number)[], offset: number, limit: number): PersonRow[] {
    const ids = sql
      .all<{ id: PersonId }>(
        `SELECT p.id FROM person p WHERE ${where} ORDER BY ${order} ${limitTo(limit)} OFFSET ?`,
        ...values,
        offset,
      )
      .map(({ id }) => id)
    const rows = new Map(
      sql
        .all<RawPerson>(`SELECT ${PERSON} FROM person p WHERE p.id ${IN_JSON}`, JSON.stringify(ids))
        .map((raw) => [raw.id, personRow(raw)]),
    )
    return ids.flatMap((id) => rows.get(id) ?? [])
  }

  /** Of what is not counted with each change. */
  const count = (where: string, values: (string | number)[]) =>
    sql.get<{ n: number }>(`SELECT count(*) AS n FROM person p WHERE ${where}`, ...values)?.n ?? 0

  return {
    recentPeople: (limit) =>
      sql
        .all<RawPerson>(
          `SELECT ${PERSON} FROM person p WHERE ${IS_CURATED} ORDER BY modified DESC, id ${limitTo(limit)}`,
        )
        .map(personRow),

    autoCreated(dismissed, offset, limit) {
      // A dismissal is over when they got in touch again.
      const where = `${IS_AUTO_CREATED} AND p.merged = 0 AND ${dismissed ? '' : 'NOT '}EXISTS (
        SELECT 1 FROM dismissal d WHERE d.contact_id = p.id AND d.standing = 1 AND d.at >= p.last_active)`
      const total = UNCOUNTED_QUEUE.has(version)
        ? count(where, [])
        : (readCounters(sql).get(dismissed ? 'queue dismissed' : 'queue open') ?? 0)
      return { total, items: page(where, 'p.last_active DESC, p.id', [], offset, limit) }
    },

    dismissal: (contactId) =>
      sql.get<{ at: number; by: string }>(
        'SELECT at, by FROM dismissal WHERE contact_id = ? AND standing = 1',
        contactId,
      ),

    deletedPeople(sinceMs, offset, limit) {
      const where = "p.status = 'deleted' AND p.deleted >= ?"
      return { total: count(where, [sinceMs]), items: page(where, 'p.deleted DESC, p.id', [sinceMs], offset, limit) }
    },

    expirable: (ms, limit) =>
      sql
        .all<RawPerson>(
          `SELECT ${PERSON} FROM person p WHERE ${IS_AUTO_CREATED} AND merged = 0 AND renewed < ?
           ORDER BY renewed, id ${limitTo(limit)}`,
          ms,
        )
        .map(personRow),

    listPeople({ sort, descending, offset, limit, among, after }) {
      const column = { firstName: 'first_name', middleName: 'middle_name', lastName: 'last_name', title: 'title' }[sort]
      const direction = descending ? 'DESC' : 'ASC'
      const order = `p.${column} ${direction}, p.id ${direction}`
      const listed = among ? `${IS_CURATED} AND p.id ${IN_JSON}` : IS_CURATED
      const values = among ? [JSON.stringify(among)] : []
      const total = among ? count(listed, values) : (readCounters(sql).get(`person active ${CURATED}`) ?? 0)
      const where = after ? `${listed} AND (p.${column}, p.id) ${descending ? '<' : '>'} (?, ?)` : listed
      const found = page(where, order, after ? [...values, after.value, after.id] : values, offset, limit + 1)
      const items = found.slice(0, limit)
      const last = found.length > limit ? items.at(-1) : undefined
      const key = last && sql.get<{ value: string }>(`SELECT ${column} AS value FROM person WHERE id = ?`, last.id)
      return { total, items, ...(last && key ? { next: { value: key.value, id: last.id } } : {}) }
    },

    peopleAfter: (after, limit) =>
      sql
        .all<RawPerson>(
          `SELECT ${PERSON} FROM person p WHERE ${IS_CURATED} AND p.id > ? ORDER BY p.id ${limitTo(limit)}`,
          after,
        )
        .map(personRow),

    everyoneAfter: (after, limit) =>
      sql
        .all<{ id: PersonId }>(
          `SELECT id FROM person WHERE id > ? AND status = 'active' ORDER BY id ${limitTo(limit)}`,
          after,
        )
        .map(({ id }) => id),
  }
}
