// Answers of the main process for states.spec.ts: a connected device, and one open item of each kind that reads otherwise.

import type { ReconcileItem, ReconcileSide } from '@shared/contract/reconcile'
import type { SyncCollection, SyncStatus } from '@shared/contract/sync'
import { asDeviceId, asItemId, asPersonId } from '../../src-shared/model/ids'
import type { Pretence } from './pretend'

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()

const KINDS = ['contacts', 'identifiers', 'interactions', 'merges', 'notes', 'decisions', 'audit'] as const

/** A device of anna's, with three changes to send unless everything is exchanged. */
export const connected = ({ state = 'live', ...more }: Partial<SyncStatus> = {}): SyncStatus => ({
  state,
  server: { url: 'https://sync.example.org', org: 'northwind' },
  user: { name: 'anna', roles: ['supervisor'] },
  signedOut: false,
  passwordKept: 'keychain',
  collections: KINDS.map(
    (kind, at): SyncCollection => ({
      kind,
      pendingUp: at === 0 && state !== 'live' ? 3 : 0,
      pendingDown: state === 'syncing' ? null : 0,
      sent: at,
      received: at * 1234,
      lastExchange: at === 5 ? null : ago(at * 3 + 1),
      refused: 0,
      unreadable: 0,
    }),
  ),
  firstSync: null,
  lastExchange: ago(1),
  nextAttempt: null,
  clockOffset: 0,
  ...more,
})

const alexis = { id: asPersonId('alexis'), displayName: 'Alexis Nguyen', type: 'Curated' as const }
const david = { id: asPersonId('david'), displayName: 'David Smith', type: 'Curated' as const }
const side = (did: ReconcileSide['did'], text: string, more: Partial<ReconcileSide> = {}): ReconcileSide => ({
  did,
  text,
  by: 'anna',
  at: ago(60),
  device: asDeviceId('k2j4h5g6f7'),
  stands: true,
  ...more,
})
const choice = (decision: ReconcileItem['decisions'][number]['decision'], effect: string, forbidden = false) => ({
  decision,
  effect,
  forbidden,
})

export const ITEMS: ReconcileItem[] = [
  {
    id: asItemId('dispute'),
    kind: 'dispute',
    at: ago(30),
    subject: '+1 803 123 0000',
    field: 'Phone',
    sides: [
      side('claimed', '+1 803 123 0000', { person: alexis, at: ago(60_000) }),
      side('claimed', '+1 803 123 0000', { person: david, by: 'bo', device: asDeviceId('q1w2e3r4t5'), stands: false }),
    ],
    decisions: [
      choice('merge', 'Makes one person, “Alexis Nguyen”, of “Alexis Nguyen” and “David Smith”. Can be undone.'),
      choice('hand-over', 'Whoever comes by “+1 803 123 0000” is “David Smith” from now on.'),
      choice(
        'shared-identifier',
        'Both go on using it. A call or message by it counts as “Alexis Nguyen”, who had it first, as now.',
        true,
      ),
    ],
  },
  {
    id: asItemId('overwritten'),
    kind: 'overwritten-value',
    at: ago(90),
    subject: '+61 491 570 157',
    field: 'cellPhone',
    sides: [
      side('wrote', '+61 491 570 156', { person: alexis }),
      side('wrote', '+61 491 570 157', { person: alexis, by: 'bo', stands: false }),
    ],
    decisions: [
      choice('restore-value', '“+61 491 570 157” takes the place of “+61 491 570 156”.'),
      choice('keep', '“+61 491 570 156” stays.'),
    ],
  },
  {
    id: asItemId('deleted'),
    kind: 'edited-deleted',
    at: ago(200),
    subject: 'Chris Old',
    sides: [
      side('deleted', '“Chris Old”', { person: david }),
      side('edited', 'a note', { person: david, stands: false }),
    ],
    decisions: [choice('restore-person', '“Chris Old” comes out of the bin.'), choice('keep', 'Nothing changes.')],
  },
  {
    id: asItemId('s-refused/contacts/c1'),
    kind: 'refused',
    at: ago(300),
    subject: 'This needs the role supervisor.',
    sides: [side('sent', 'a contact')],
    decisions: [choice('retry', 'It is sent again.'), choice('drop', 'This device takes what the server has.')],
  },
]

export const COUNTS = {
  total: ITEMS.length,
  byKind: { dispute: 1, 'joined-merge': 0, 'overwritten-value': 1, 'edited-deleted': 1, refused: 1, unreadable: 0 },
}

export const NOTHING_OPEN: Pretence = {
  'export.state': { kind: null, done: 0, total: null },
  'api.status': { enabled: false, address: null, port: 7070, tokens: [] },
  'reconcile.items': { total: 0, items: [] },
  'reconcile.count': {
    total: 0,
    byKind: { dispute: 0, 'joined-merge': 0, 'overwritten-value': 0, 'edited-deleted': 0, refused: 0, unreadable: 0 },
  },
  'reconcile.document': {
    id: 'refused/contacts/c1',
    kind: 'refused',
    collection: 'contacts',
    documentId: 'c1',
    reason: 'This needs the role supervisor.',
    at: ago(300),
    document: JSON.stringify({ id: 'c1', fields: { firstName: 'Chris' } }),
  },
  'sync.setAside': {
    total: 1,
    items: [
      {
        id: 'refused/contacts/c1',
        kind: 'refused',
        collection: 'contacts',
        documentId: 'c1',
        reason: 'This needs the role supervisor.',
        at: ago(300),
        document: JSON.stringify({ id: 'c1', fields: { firstName: 'Chris' } }),
      },
    ],
  },
}
