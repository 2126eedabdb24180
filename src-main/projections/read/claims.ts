// Reading claims: who holds an identifier, who contends for it, and what contacts claim.
import { asPersonId, type ContactId, type IdentifierId, type Stamp } from '@shared/model/ids'
import type { ClaimSource } from '@shared/model/views'
import type { ClaimRow, IdentifierRow, Views } from '../../engine/ports'
import { IN_JSON, type Statements } from '../file/statements'
import { PROJECTION_VERSION } from '../file/tables'
import { readSingleRecordPerson } from '../people/single-record-person'
import { fold } from '../search/fold'
import type { PeopleReader } from './people'
import { PERSON, personRow, type RawPerson } from './person-row'

type Claims = Pick<
  Views,
  'claimsOn' | 'claimCount' | 'holderOf' | 'claimsBy' | 'identifiers' | 'identifiersByValue' | 'formerKeys'
>

const identifierRow = (raw: {
  id: IdentifierId
  type: string
  value: string
  source: string | null
}): IdentifierRow => ({
  id: raw.id,
  type: raw.type as IdentifierRow['type'],
  value: raw.value,
  ...(raw.source === null ? {} : { source: raw.source }),
})

/** Earliest claim first. Sorted here: a sorter of SQLite's costs more than the few rows there are. */
const byAge = (a: { since: Stamp; contact_id: ContactId }, b: { since: Stamp; contact_id: ContactId }): number =>
  a.since < b.since || (a.since === b.since && a.contact_id < b.contact_id) ? -1 : 1

const IDENTIFIER = 'SELECT identifier_id AS id, type, value, source FROM claim WHERE'
const BY_VALUE = `${IDENTIFIER} value = ?1 UNION ${IDENTIFIER} value = ?2`
const BY_FOLDED = `UNION ${IDENTIFIER} folded = ?2`

/** Claims that are read at one go: most identifiers have one. Of more, only those that are asked for are looked at closely. */
const AT_ONCE = 32
/** As it stands, not bound: a bound limit has SQLite plan the statement anew at each call (67 µs instead of 7). */
const A_FEW = `LIMIT ${AT_ONCE + 1}`

interface Claimed {
  contact_id: ContactId
  since: Stamp
}
type RawClaim = RawPerson & Claimed & { by: string; via: string }

export function claimReader(sql: Statements, { canonicalOf, person }: PeopleReader): Claims {
  // Older versions of files that answer until they are derived anew have no folded values, nor an index of them.
  const isFolded =
    sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'version'")?.value === PROJECTION_VERSION
  const byValue = `SELECT id, type, value, source FROM (${BY_VALUE} ${isFolded ? BY_FOLDED : ''})
    ORDER BY value <> ?1, type, id LIMIT 100`
  const CLAIMS = `SELECT k.contact_id, k.since, k.by, k.via, ${PERSON}
    FROM claim k JOIN contact c ON c.id = k.contact_id JOIN person p ON p.id = c.set_id
    WHERE k.identifier_id = ? AND k.standing = 1 AND p.status = 'active'`

  const claimRow = (identifierId: IdentifierId, raw: RawClaim): ClaimRow => {
    const { contact_id, since, by, via } = raw
    return { identifierId, contactId: contact_id, since, by, via: via as ClaimSource, person: personRow(raw) }
  }

  /** All who claim an identifier that many do, and since when: what tells who is the first, and no more. */
  const byClaim = (identifierId: IdentifierId): Claimed[] =>
    sql
      .all<Claimed>('SELECT contact_id, since FROM claim WHERE identifier_id = ? AND standing = 1', identifierId)
      .sort(byAge)

  /** The first of many claims of living people. */
  function firstClaims(identifierId: IdentifierId, limit: number): ClaimRow[] {
    const claims: ClaimRow[] = []
    for (const { contact_id } of byClaim(identifierId)) {
      if (claims.length >= limit) break
      const raw = sql.get<RawClaim>(`${CLAIMS} AND k.contact_id = ?`, identifierId, contact_id)
      if (raw) claims.push(claimRow(identifierId, raw))
    }
    return claims
  }

  return {
    claimsOn(identifierId, limit = Number.MAX_SAFE_INTEGER) {
      const isBounded = limit < Number.MAX_SAFE_INTEGER
      const found = sql.all<RawClaim>(isBounded ? `${CLAIMS} ${A_FEW}` : CLAIMS, identifierId)
      if (isBounded && found.length > AT_ONCE) return firstClaims(identifierId, limit)
      const claims = found.sort(byAge).slice(0, limit)
      return claims.map((raw) => claimRow(identifierId, raw))
    },

    claimCount: (identifierId) =>
      sql.get<{ n: number }>('SELECT count(*) AS n FROM claim WHERE identifier_id = ? AND standing = 1', identifierId)
        ?.n ?? 0,

    holderOf(identifierId) {
      const found = sql.all<Claimed & { is_single: number; person: string; document: string }>(
        `SELECT k.contact_id, k.since, c.alone AS is_single, c.person, c.document FROM claim k JOIN contact c ON c.id = k.contact_id
         WHERE k.identifier_id = ? AND k.standing = 1 ${A_FEW}`,
        identifierId,
      )
      const readAt = new Map(found.map((claim) => [claim.contact_id, claim]))
      for (const { contact_id } of found.length > AT_ONCE ? byClaim(identifierId) : found.sort(byAge)) {
        const read = readAt.get(contact_id)
        const claimant =
          read?.is_single === 1
            ? readSingleRecordPerson(asPersonId(contact_id), read.person, read.document)
            : person(canonicalOf(contact_id) ?? contact_id)
        if (claimant?.status === 'active') return claimant
      }
      return undefined
    },

    claimsBy: (contactIds, released = false) =>
      sql
        .all<{
          id: IdentifierId
          type: string
          value: string
          source: string | null
          contact_id: ContactId
          since: Stamp
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
        .all<{ id: IdentifierId; type: string; value: string; source: string | null }>(
          `SELECT DISTINCT identifier_id AS id, type, value, source FROM claim WHERE identifier_id ${IN_JSON}`,
          JSON.stringify(ids),
        )
        .map(identifierRow),

    formerKeys: (key) =>
      sql.all<{ value: string }>('SELECT value FROM spelling WHERE key = ? LIMIT 100', key).map(({ value }) => value),

    identifiersByValue: (value) =>
      sql
        .all<{ id: IdentifierId; type: string; value: string; source: string | null }>(byValue, value, fold(value))
        .map(identifierRow),
  }
}
