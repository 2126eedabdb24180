// The rows of claims on identifiers.
// Invariant: an identifier has a row for each standing and each released claim on it, and one without a contact when there
// is none. Only rows that differ are written: an identifier wanted by thousands costs what has changed.

import { normaliseEmail } from '@shared/model/email'
import { type ContactId, type IdentifierId, NO_CONTACT, NO_STAMP, type Stamp } from '@shared/model/ids'
import { releasedClaims, type StandingClaim, standingClaims } from '../../engine/derive/claims'
import type { IdentifierDocument } from '../../engine/documents/identifier'
import type { Statements } from '../file/statements'
import { fold } from '../search/fold'
import { createKnownAbsent, type KnownAbsent } from './known-absent'

const PUT_CLAIM = `INSERT INTO claim (identifier_id, contact_id, since, by, via, standing, type, value, source, folded)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (identifier_id, contact_id) DO UPDATE SET since = excluded.since, by = excluded.by, via = excluded.via,
    standing = excluded.standing, type = excluded.type, value = excluded.value, source = excluded.source,
    folded = excluded.folded`

/** A value as it is found in any case; nothing where that is how it stands. */
function foldedOf(value: string): string | null {
  const folded = fold(value)
  return folded === value ? null : folded
}

type ClaimColumns = [
  contactId: ContactId,
  since: Stamp,
  by: string,
  via: string,
  standing: number,
  type: string,
  value: string,
  source: string | null,
]

export interface ClaimRows {
  /** Identifiers nothing is known of. */
  readonly absent: KnownAbsent
  /** Contacts that claim an identifier, or did, by its rows. */
  claimantsOf(identifierId: IdentifierId): ContactId[]
  /** @returns how many contacts claim it: one alone has no dispute */
  put(id: IdentifierId, document: IdentifierDocument | undefined): number
  /** As `put` for an identifier nothing is known of, into a heap that `sortLoaded` brings in order. */
  load(id: IdentifierId, document: IdentifierDocument): void
  /** Identifiers are digests: one after the other, each row would touch another page of a table larger than any cache. */
  sortLoaded(): void
  /** Identifiers that several contacts claim, after an id. */
  contendedAfter(id: IdentifierId | '', limit: number): IdentifierId[]
}

/** Into the heap (`file/tables.ts`). */
const LOAD_CLAIM = 'INSERT INTO claim_loaded VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'

export function createClaimRows(sql: Statements): ClaimRows {
  const absent = createKnownAbsent(sql, 'claim', 'identifier_id')

  function rowsOf(id: string): Map<string, string> {
    if (absent.of(id)) return new Map()
    return new Map(
      sql
        .all<Record<string, string | number | null>>(
          'SELECT contact_id, since, by, via, standing, type, value, source FROM claim WHERE identifier_id = ?',
          id,
        )
        .map((row) => [String(row['contact_id']), JSON.stringify(Object.values(row))]),
    )
  }

  /** Notes what the key of an older version is read as today. What is told of an identifier never changes, but for its erasure. */
  function putSpelling(id: string, document: IdentifierDocument | undefined): void {
    if (!document || document.value === '') sql.run('DELETE FROM spelling WHERE identifier_id = ?', id)
    else if (document.type === 'Email') {
      const key = normaliseEmail(document.value)
      if (key !== undefined && key !== document.value)
        sql.run('INSERT OR IGNORE INTO spelling (key, identifier_id, value) VALUES (?, ?, ?)', key, id, document.value)
    }
  }

  return {
    absent,

    claimantsOf: (identifierId) =>
      sql
        .all<{ id: ContactId }>(
          "SELECT contact_id AS id FROM claim WHERE identifier_id = ? AND contact_id <> ''",
          identifierId,
        )
        .map((row) => row.id),

    put(id, document) {
      putSpelling(id, document)
      const former = rowsOf(id)
      const { standing, wanted } = columnsOf(document)
      const folded = foldedOf(document?.value ?? '')
      if (wanted.length > 0) absent.ends(id)
      for (const columns of wanted) {
        const [contactId] = columns
        if (former.get(contactId) !== JSON.stringify(columns)) sql.run(PUT_CLAIM, id, ...columns, folded)
        former.delete(contactId)
      }
      for (const contactId of former.keys())
        sql.run('DELETE FROM claim WHERE identifier_id = ? AND contact_id = ?', id, contactId)
      return standing
    },

    load(id, document) {
      putSpelling(id, document)
      const folded = foldedOf(document.value)
      for (const columns of columnsOf(document).wanted) sql.run(LOAD_CLAIM, id, ...columns, folded)
    },

    sortLoaded() {
      sql.run(`INSERT OR IGNORE INTO claim (identifier_id, contact_id, since, by, via, standing, type, value, source, folded)
        SELECT * FROM claim_loaded ORDER BY identifier_id, contact_id`)
      sql.run('DELETE FROM claim_loaded')
    },

    contendedAfter: (id, limit) =>
      sql
        .all<{ id: IdentifierId }>(
          `SELECT identifier_id AS id FROM claim WHERE identifier_id > ? AND standing = 1
           GROUP BY identifier_id HAVING count(*) > 1 ORDER BY identifier_id LIMIT ?`,
          id,
          limit,
        )
        .map((row) => row.id),
  }
}

/** What the rows of an identifier are to hold. */
function columnsOf(document: IdentifierDocument | undefined): { standing: number; wanted: ClaimColumns[] } {
  if (!document || document.value === '') return { standing: 0, wanted: [] }
  const { type, value, source = null } = document
  const columns = (claim: StandingClaim, stands: 0 | 1): ClaimColumns => [
    ...([claim.contactId, claim.since, claim.by, claim.via] as const),
    ...([stands, type, value, source] as const),
  ]
  const standing = standingClaims(document)
  const wanted = [
    ...standing.map((claim) => columns(claim, 1)),
    ...releasedClaims(document).map((claim) => columns(claim, 0)),
  ]
  if (wanted.length === 0) wanted.push([NO_CONTACT, NO_STAMP, '', '', 0, type, value, source])
  return { standing: standing.length, wanted }
}
