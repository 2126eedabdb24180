// How a document that sync set aside, because the server refused it or this device cannot read it, reads as an item of the
// Reconcile list.

import type { ReconcileItem, ReconcileSide } from '@shared/contract/reconcile'
import type { SetAside, SyncKind } from '@shared/contract/sync'
import { asItemId, type DeviceId, type ItemId, NO_DEVICE, NO_STAMP } from '@shared/model/ids'
import type { PersonRef } from '@shared/model/views'
import { isStamp, stampDevice } from '../engine/documents/stamp'
import type { Permission } from '../engine/permissions'

/** What retrying and dropping need: either changes what this device holds, or sends what it wrote. */
export const ASIDE_NEEDS: Permission = 'externalContacts:contact:edit'

/** In front of the id of a set-aside document, among items whose ids the engine makes. */
const PREFIX = 's-'

const asideItemId = ({ id }: Pick<SetAside, 'id'>): ItemId => asItemId(PREFIX + id)

/** The id of the set-aside document that an item is; undefined for items of the engine. */
export const asideIdOf = (itemId: ItemId): string | undefined =>
  itemId.startsWith(PREFIX) ? itemId.slice(PREFIX.length) : undefined

const WHAT: Readonly<Record<SyncKind, string>> = {
  contacts: 'a contact',
  identifiers: 'the claims on an identifier',
  interactions: 'an interaction',
  merges: 'a merge',
  notes: 'a note',
  decisions: 'a decision',
  audit: 'an entry of the audit trail',
}

const EFFECTS: Readonly<Record<SetAside['kind'], { retry: string; drop: string }>> = {
  refused: {
    retry: 'Sends the change to the server again. If the server refuses it once more, it stays listed.',
    drop: 'Gives the change up: this device takes what the server has. This cannot be undone.',
  },
  unreadable: {
    retry:
      'Reads the document again, for instance after an update of this application. If it cannot be read, it stays listed.',
    drop: 'Forgets the document until the server sends it again. Nothing else on this device changes.',
  },
}

/**
 * @param person the person the document is of, where that is known
 * @param mayDecide whether its reader has what a decision needs
 */
export function asideItem(aside: SetAside, person: PersonRef | undefined, mayDecide: boolean): ReconcileItem {
  const { kind, at, reason, collection } = aside
  const { by, device } = lastAuthor(aside.document)
  const side: ReconcileSide = {
    did: kind === 'refused' ? 'sent' : 'received',
    text: WHAT[collection],
    by,
    at,
    device,
    stands: kind === 'refused',
    ...(person ? { person } : {}),
  }
  const choice = (decision: 'retry' | 'drop') => ({
    decision,
    effect: EFFECTS[kind][decision],
    forbidden: !mayDecide,
  })
  return {
    id: asideItemId(aside),
    kind,
    at,
    subject: reason,
    sides: [side],
    decisions: [choice('retry'), choice('drop')],
  }
}

/** The last writer of a document, as far as it can be told: what could not be read may hold anything. */
function lastAuthor(document: string): { by: string; device: DeviceId } {
  let last = { at: NO_STAMP, by: '' }
  const visit = (value: unknown): void => {
    if (value === null || typeof value !== 'object') return
    const { t, b, at = t, by = b } = value as Record<string, unknown>
    if (isStamp(at) && typeof by === 'string' && at > last.at) last = { at, by }
    for (const member of Object.values(value)) visit(member)
  }
  try {
    visit(JSON.parse(document))
  } catch {
    // Not even JSON: it names no writer.
  }
  return { by: last.by, device: last.at === NO_STAMP ? NO_DEVICE : stampDevice(last.at) }
}
