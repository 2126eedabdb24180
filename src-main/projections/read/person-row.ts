// A row of `person` as the rest of the product sees it.
import { CONTACT_TYPES } from '@shared/model/contact'
import type { PersonRow } from '../../engine/ports'
import type { PersonColumns } from '../file/tables'

export type RawPerson = Pick<
  PersonColumns,
  'id' | 'type' | 'status' | 'name' | 'detail' | 'last_active' | 'renewed' | 'modified' | 'merged'
>

/** The columns of a `RawPerson`, of `person p`. */
export const PERSON = 'p.id, p.type, p.status, p.name, p.detail, p.last_active, p.renewed, p.modified, p.merged'

export function personRow(raw: RawPerson): PersonRow {
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
