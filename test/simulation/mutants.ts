// Replication broken on purpose, one part at a time: what the simulation must notice. Each is a mistake that somebody
// could make, or that an earlier version of the product made.
import type { AnyDocument, Kind } from '../../src-main/engine/documents/kinds'
import type { RemoteDocument } from '../../src-main/replication/couch/remote'
import { remoteId, toRemoteBody } from '../../src-main/replication/couch/wire'
import { push } from '../../src-main/replication/exchange/push'
import { resolveByJoin } from './replicator'
import { type Rules, THE_RULES } from './rules'

/** Registers keep their current entry only, as if a field were a value. */
function withoutHistory<T>(value: T): T {
  if (Array.isArray(value)) {
    const isRegister = value.length > 1 && value.every((one) => one !== null && typeof one === 'object' && 't' in one)
    return (isRegister ? value.slice(0, 1) : value.map(withoutHistory)) as T
  }
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutHistory(member)])) as T
}

export interface Mutant {
  rules: Rules
  /** What happens more often than usual in its worlds, or never, so that it shows soon. */
  weights: Readonly<Record<string, number>>
  /** It shows in fewer than one of a hundred worlds: tried only with SCV_MUTANTS=all. */
  rare: boolean
}

const broken = (rules: Partial<Rules>, weights: Mutant['weights'] = {}, rare = false): Mutant => ({
  rules: { ...THE_RULES, ...rules },
  weights,
  rare,
})

const BRANCHES = { 'nodes lag': 40, 'servers apart': 40 }

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  'conflicts: the server wins': broken({ resolve: async (_kind, { realMasterState }) => realMasterState }),
  'conflicts: the device wins': broken({ resolve: async (_kind, { newDocumentState }) => newDocumentState }),
  'the join forgets earlier values': broken({
    resolve: async (kind, input) => withoutHistory(await resolveByJoin(kind, input)),
  }),
  'changes are written over whatever is there': broken({
    push: (remote, kind, rows, ...given) =>
      push({ ...remote, read: async (ids) => believed(kind, rows, await remote.read(ids)) }, kind, rows, ...given),
  }),
  'what was refused counts as sent': broken(
    { push: async (...given) => ({ ...(await push(...given)), refused: [] }) },
    { refusals: 40 },
  ),
  'branches are left alone': broken(
    {
      takeIn: (change, context) => {
        const { conflicts: _conflicts, ...winner } = change
        return THE_RULES.takeIn(winner, context)
      },
    },
    BRANCHES,
  ),
  'branches are never brought together': broken({ tendBranches: async () => 0 }, BRANCHES),
  'what the feed names and a copy does not have yet is passed over': broken(
    { waitsForBehind: false },
    { 'nodes lag': 60 },
  ),
  'what was sent is rewritten when a clock is set': broken(
    {
      sentStamps: () => ({
        upTo: '',
        refused: [],
        onServer: async () => ({ stamps: new Set<string>(), activities: new Set<number>() }),
        noneAfter: () => undefined,
      }),
    },
    { 'server clock': 40 },
  ),
  'what is sent need not be on the disk': broken({ flushesFirst: false }, { 'power cut': 60 }),
  'news replace what was not sent yet': broken({ overwritesUnsent: true }),
  'news replace what was sent since': broken(
    { notOlder: async (_store, _remote, _kind, news) => [...news] },
    { deletion: 30 },
    true,
  ),
  'what a deletion took is believed to be there': broken(
    { sendMore: async () => ({ conflicts: [], refused: [], sent: [], found: false }) },
    { deletion: 30 },
    true,
  ),
  'news are not held back while their document is sent': broken({ waitsForSent: false }, {}, true),
  'a position is stored before what it stands for': broken({ positionFirst: true }),
  'a restored server goes unnoticed': broken({ isSameServer: async () => true }, { restore: 20 }),
  'what was sent is not marked': broken({ marksSeldom: true }, { restore: 30, backup: 30 }, true),
}

/** The server's documents, made to look as the device believes them to be. */
function believed(
  kind: Kind,
  rows: readonly { assumed: AnyDocument | undefined; next: { id: string } }[],
  documents: Map<string, RemoteDocument>,
): Map<string, RemoteDocument> {
  return new Map(
    [...documents].map(([id, document]) => {
      const assumed = rows.find(({ next }) => remoteId(kind, next.id) === id)?.assumed
      return [id, assumed && !document.deleted ? { ...document, body: toRemoteBody(assumed) } : document]
    }),
  )
}
