// Reading what was decided and done: merges, decisions, erasures not done with, and the audit trail.
import {
  type AuditId,
  type ContactId,
  type DecisionId,
  type MergeId,
  NO_DEVICE,
  type PersonId,
} from '@shared/model/ids'
import { makeStamp } from '../../engine/documents/stamp'
import type { Views } from '../../engine/ports'
import { IN_JSON, limitTo, type Statements } from '../file/statements'
import { memberOf } from '../file/tables'

type Trail = Pick<
  Views,
  'mergesOf' | 'cannotLink' | 'unfinishedErasures' | 'decisionsOn' | 'recordsOf' | 'auditEntries'
>

type RawEntry = { id: AuditId; made: 0 } | { id: ContactId; made: 1 }

export function trailReader(sql: Statements): Trail {
  return {
    mergesOf: (contactIds) =>
      sql
        .all<{ id: MergeId }>(
          `SELECT DISTINCT m.id, m.at FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
           WHERE mm.contact_id ${IN_JSON} ORDER BY m.at DESC, m.id`,
          JSON.stringify(contactIds),
        )
        .map((row) => row.id),

    cannotLink: (a, b) => {
      const pair = [a, b].sort()
      return sql.get('SELECT 1 FROM cannot_link WHERE a = ? AND b = ? AND standing = 1', ...pair) !== undefined
    },

    unfinishedErasures: () => {
      const unfinished = sql.all<{ id: PersonId }>(
        `SELECT p.id FROM person p WHERE p.status = 'erased' AND EXISTS (
           SELECT 1 FROM contact c WHERE (${memberOf('p.id')}) AND (
             c.erased = 0
             OR EXISTS (SELECT 1 FROM claim k WHERE k.contact_id = c.id)
             OR EXISTS (SELECT 1 FROM interaction i WHERE i.owner = c.id AND i.erased = 0)
             OR EXISTS (SELECT 1 FROM untied u WHERE u.contact_id = c.id)
             OR EXISTS (SELECT 1 FROM note n WHERE n.owner = c.id)))
         ORDER BY p.id`,
      )
      // Taken out of a person by one who did not know that they were erased, or unknown to the eraser.
      const takenOut = sql.all<{ id: PersonId }>(
        `SELECT n.set_id AS id FROM person p
         CROSS JOIN contact c ON (${memberOf('p.id')}) AND c.erased = 1
         CROSS JOIN contact n ON n.id IN (
           SELECT l.b FROM cannot_link l WHERE l.a = c.id UNION ALL SELECT l.a FROM cannot_link l WHERE l.b = c.id)
         WHERE p.status = 'erased' AND n.erased = 0 AND n.document ->> '$.created.from' = c.id
           AND (n.document ->> '$.created.at' > c.document ->> '$.erased.at'
             OR (c.document -> '$.erased.splits' IS NOT NULL
               AND n.id NOT IN (SELECT value FROM json_each(c.document, '$.erased.splits'))))`,
      )
      return [...new Set([...unfinished, ...takenOut].map((row) => row.id))]
    },

    decisionsOn: (contactIds) =>
      sql
        .all<{ id: DecisionId }>(
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
        for (const { result } of sql.all<{ result: ContactId }>(
          `SELECT m.result FROM merge_member mm JOIN merge m ON m.id = mm.merge_id
           WHERE mm.contact_id = ? AND m.result <> ?`,
          id,
          id,
        ))
          records.add(result)
      return [...records]
    },

    auditEntries({ contactIds, fromMs, toMs }, begin, limit) {
      const from = fromMs === undefined ? '' : makeStamp(fromMs, 0, NO_DEVICE)
      const before = { at: toMs === undefined ? '~' : makeStamp(toMs, 0, NO_DEVICE), id: '' }
      // What an entry goes on behind is within the time asked for, or all of that is behind it.
      const { at, id } = typeof begin === 'number' || begin.at > before.at ? before : begin
      const offset = typeof begin === 'number' ? begin : 0
      const span = [from, at, id]
      const rows = contactIds
        ? sql.all<RawEntry>(
            `SELECT DISTINCT audit_id AS id, at, 0 AS made FROM audit_contact
               WHERE contact_id ${IN_JSON} AND at >= ? AND (at, audit_id) < (?, ?)
             UNION ALL SELECT id, made AS at, 1 FROM contact WHERE id ${IN_JSON} AND made >= ? AND (made, id) < (?, ?)
             ORDER BY at DESC, id DESC ${limitTo(limit)} OFFSET ?`,
            ...[JSON.stringify(contactIds), ...span, JSON.stringify(contactIds), ...span, offset],
          )
        : sql.all<RawEntry>(
            `SELECT id, at, 0 AS made FROM audit WHERE at >= ? AND (at, id) < (?, ?)
             UNION ALL SELECT id, made AS at, 1 FROM contact WHERE made >= ? AND (made, id) < (?, ?)
             ORDER BY at DESC, id DESC ${limitTo(limit)} OFFSET ?`,
            ...[...span, ...span, offset],
          )
      return rows.map((row) => (row.made === 1 ? { id: row.id, isContact: true } : { id: row.id, isContact: false }))
    },
  }
}
