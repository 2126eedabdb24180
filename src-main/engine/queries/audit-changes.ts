// What an entry of the audit trail changed, from what to what: read from the histories that the records keep of themselves.
// Invariant: entries hold no values; of an erased person there is nothing to tell, here as everywhere.
import { displayIdentifier } from '@shared/model/display'
import { asIdentifierId, asNoteId, type Stamp } from '@shared/model/ids'
import type { AuditDocument } from '../documents/audit'
import type { JSONValue } from '../documents/json'
import { current, type Register } from '../documents/register'
import type { Runtime } from '../runtime'

/** One value, by the key of its field; `note` and `identifier` stand for those. Null: none. */
export interface AuditChange {
  key: string
  before: JSONValue | null
  after: JSONValue | null
}

/** The entries that write fields of people who are there already. */
const OF_FIELDS: readonly AuditDocument['action'][] = ['update', 'promote', 'reconcile']

/** Values of one entry are told up to here: more are on the person's page. */
const TOLD_MAX = 20

/** What a register said before a moment and since; undefined where nothing was written at it. */
function stepAt<T extends JSONValue>(register: Register<T> | undefined, at: Stamp) {
  const written = register?.find(({ t }) => t === at)
  if (!register || !written) return undefined
  return { before: current(register.filter(({ t }) => t < at))?.v ?? null, after: written.v }
}

export async function changesOf(
  { store, views }: Pick<Runtime, 'store' | 'views'>,
  { action, at, contactIds, subjectId, details }: Omit<AuditDocument, 'id'>,
): Promise<AuditChange[]> {
  if (OF_FIELDS.includes(action)) {
    const [id] = contactIds
    const fields = id === undefined ? undefined : views.contact(id)?.fields
    return Object.entries(fields ?? {})
      .flatMap(([key, register]) => {
        const step = stepAt(register, at)
        return step ? [{ key, ...step }] : []
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1))
      .slice(0, TOLD_MAX)
  }
  if (subjectId === undefined) return []
  if (action === 'note') {
    const note = (await store.get('notes', [asNoteId(subjectId)])).get(asNoteId(subjectId))
    if (!note || note.erased) return []
    const step = stepAt(note.text, at)
    if (step) return [{ key: 'note', ...step }]
    const text = current(note.text)?.v ?? null
    return [
      details?.['change'] === 'remove'
        ? { key: 'note', before: text, after: null }
        : { key: 'note', before: null, after: text },
    ]
  }
  if (action === 'claim' || action === 'release') {
    const [identifier] = views.identifiers([asIdentifierId(subjectId)])
    if (!identifier) return []
    const text = displayIdentifier(identifier)
    return [
      action === 'claim'
        ? { key: 'identifier', before: null, after: text }
        : { key: 'identifier', before: text, after: null },
    ]
  }
  return []
}
