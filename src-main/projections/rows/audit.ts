// The rows of the audit trail. Invariant: an entry stands once in `audit`, and once in `audit_contact` for each contact; the
// many parts of one import are found by their contacts alone, since the import has an entry of its own.
import type { Stamp } from '@shared/model/ids'
import type { AuditDocument } from '../../engine/documents/audit'
import type { Statements } from '../file/statements'

const ADD_AUDIT = 'INSERT INTO audit (id, at, contacts) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING'
const REMOVE_AUDIT_CONTACT = 'DELETE FROM audit_contact WHERE contact_id = ? AND at = ? AND audit_id = ?'

/** Comes after every stamp, so that no stretch of time holds it. */
const UNLISTED = '~'

const placeOf = ({ at, action, details }: AuditDocument) =>
  action === 'import' && details?.['part'] !== undefined ? UNLISTED + at : at

export function putAudit(sql: Statements, id: string, document: AuditDocument | undefined): void {
  const contactIds = [...new Set(document?.contactIds)]
  const values = document && ([placeOf(document), JSON.stringify(contactIds)] as const)
  const isNew = values && sql.run(ADD_AUDIT, id, ...values) === 1
  if (!isNew) {
    const former = sql.get<{ at: Stamp; contacts: string }>('SELECT at, contacts FROM audit WHERE id = ?', id)
    for (const contactId of former ? (JSON.parse(former.contacts) as string[]) : [])
      sql.run(REMOVE_AUDIT_CONTACT, contactId, former?.at.replace(UNLISTED, '') ?? '', id)
    if (values) sql.run('UPDATE audit SET at = ?, contacts = ? WHERE id = ?', ...values, id)
    else sql.run('DELETE FROM audit WHERE id = ?', id)
  }
  if (!document) return
  for (const contactId of contactIds)
    sql.run('INSERT INTO audit_contact (contact_id, at, audit_id) VALUES (?, ?, ?)', contactId, document.at, id)
}
