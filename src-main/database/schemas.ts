// The RxDB schema of each document kind. They name the members so that RxDB knows them; what the members may hold is the
// engine's business. No schema has an index: every query but "by id" is answered by the projections.
import type { RxJsonSchema } from 'rxdb'
import { AUDIT_KEYS } from '../engine/documents/audit'
import { CONTACT_KEYS } from '../engine/documents/contact'
import { IDENTIFIER_KEYS } from '../engine/documents/identifier'
import type { Documents, Kind } from '../engine/documents/kinds'
import { MERGE_KEYS } from '../engine/documents/merge'

/**
 * Members the first version named. RxDB knows a schema by what it names, and refuses to open a folder whose schema has
 * another name; members it does not know it keeps all the same, so those added since are not named.
 */
const INTERACTION_KEYS: ReadonlySet<string> = new Set(['id', 'facts', 'link', 'wrapUp', 'erased'])
const NOTE_KEYS: ReadonlySet<string> = new Set(['id', 'contactId', 'created', 'text', 'deleted', 'erased'])
const DECISION_KEYS: ReadonlySet<string> = new Set(['id', 'kind', 'subjects', 'standing', 'seen', 'reason', 'erased'])

/** Longest document id: uuids and prefixed digests are shorter; ids from elsewhere have room. */
const ID_LENGTH = 128

function schema<K extends Kind>(kind: K, keys: ReadonlySet<string>): RxJsonSchema<Documents[K]> {
  const properties = Object.fromEntries(
    [...keys].map((key) => [key, key === 'id' ? { type: 'string', maxLength: ID_LENGTH } : {}]),
  )
  return {
    title: kind,
    version: 0,
    primaryKey: 'id',
    type: 'object',
    properties,
    required: ['id'],
  } as unknown as RxJsonSchema<Documents[K]>
}

export const SCHEMAS: { readonly [K in Kind]: RxJsonSchema<Documents[K]> } = {
  contacts: schema('contacts', CONTACT_KEYS),
  identifiers: schema('identifiers', IDENTIFIER_KEYS),
  interactions: schema('interactions', INTERACTION_KEYS),
  merges: schema('merges', MERGE_KEYS),
  notes: schema('notes', NOTE_KEYS),
  decisions: schema('decisions', DECISION_KEYS),
  audit: schema('audit', AUDIT_KEYS),
}
