// Reading lists of people, each in the order of an index of its own.
import type { Views } from '../../engine/ports'
import { IN_JSON, type Statements } from '../file/statements'
import { IS_AUTO_CREATED, IS_CURATED } from '../file/tables'
import { PERSON, personRow, type RawPerson } from './person-row'

type Lists = Pick<
  Views,
  'recentPeople' | 'autoCreated' | 'dismissal' | 'deletedPeople' | 'expirable' | 'listPeople' | 'peopleAfter'
>

export function listReader(sql: Statements): Lists {
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

  return {
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
  }
}
