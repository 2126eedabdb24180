// Replication broken on purpose, one part at a time: what the simulation must notice. Each is a mistake that somebody
// could make, or that an earlier version of the product made.

import { type AnyDocument, JOINS, type Kind } from '../../src-main/engine/documents/kinds'
import { createClock } from '../../src-main/engine/documents/stamp'
import { isNoId } from '../../src-main/engine/documents/validate'
import type { Change } from '../../src-main/engine/ports'
import type { RemoteDocument } from '../../src-main/replication/couch/remote'
import { fromRemoteBody, fromRemoteId, remoteId, toRemoteBody } from '../../src-main/replication/couch/wire'
import { contentOf, type Pulled, push } from '../../src-main/replication/exchange/push'
import { NO_STAMP, type Stamp } from '../../src-shared/model/ids'
import { FAULTS } from './faults'
import { resolveByJoin } from './replicator'
import { type Rules, THE_RULES } from './rules'
import { judgeWrite } from './validation'

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
  /** What happens in its worlds and how often, so that it shows soon. */
  weights: Readonly<Record<string, number>>
  /** The world in which it is noticed at once. */
  world: number
  /** Tried with every run of the tests; the others with SCV_MUTANTS=all, and by `npm run simulate -- --mutants`. */
  always: boolean
}

/** Nothing goes wrong in a world but these. */
const only = (weights: Mutant['weights']): Mutant['weights'] => ({
  ...Object.fromEntries(Object.keys(FAULTS).map((name) => [name, 0])),
  partition: 12,
  ...weights,
})

const broken = (rules: Partial<Rules>, weights: Mutant['weights'] = {}, world = 0): Mutant => ({
  rules: { ...THE_RULES, ...rules },
  weights,
  world,
  always: false,
})

/** One that is tried always: it stands for a row of its own among what sync must hold against. */
const always = (...given: Parameters<typeof broken>): Mutant => ({ ...broken(...given), always: true })

/** The server's rules without what they say in these words. */
const letting = (words: RegExp): Partial<Rules> => ({
  judge: (...asked) => {
    const reason = judgeWrite(...asked)
    return reason !== undefined && words.test(reason) ? undefined : reason
  },
})

const nothingSent: Rules['sentStamps'] = () => ({
  upTo: NO_STAMP,
  refused: [],
  onServer: async () => ({ stamps: new Set<Stamp>(), activities: new Set<number>() }),
  noneAfter: () => undefined,
})

/** What the server would not take of ours is joined all the same, as if what is written once were a value like others. */
const unadmitted: Rules['resolve'] = async (kind, input) => {
  const { realMasterState, newDocumentState } = input
  if (realMasterState._deleted || newDocumentState._deleted) return resolveByJoin(kind, input)
  const join = JOINS[kind] as unknown as (a: AnyDocument, b: AnyDocument) => AnyDocument
  return {
    ...join(contentOf(realMasterState), contentOf(newDocumentState)),
    _deleted: false,
  } as typeof newDocumentState
}

/** The clock of a node is believed at its first word. */
const credulous: Rules['serverClock'] = ({ wall }) => {
  let offset: number | undefined
  return {
    sample(serverMs) {
      offset = serverMs - wall()
    },
    latest: () => wall() + Math.max(0, offset ?? 0),
    offset: () => offset,
  }
}

/** Stamps of others move a clock as far as they like. */
const unbounded: Rules['clock'] = (options) => createClock({ ...options, atLeast: () => Number.MAX_SAFE_INTEGER })

/** Clocks that know nothing of what others stamped, some of them slow. */
const deaf: Rules['clock'] = ({ floor: _floor, ...options }) => {
  const slowBy = Number(options.deviceId.at(-1)) % 2 === 0 ? 0 : 30 * 86_400_000
  return { ...createClock({ ...options, now: () => options.now() - slowBy }), observe: () => undefined }
}

/** Views answer while they are derived anew, when there is nothing in them yet. */
const inPlace: Rules['rebuild'] = async (views) => {
  const { listPeople } = views
  Object.assign(views, { listPeople: () => ({ total: 0, items: [] }) })
  await views.rebuild()
  Object.assign(views, { listPeople })
}

/** Entries do not say what their writer had before them. */
function withoutSeen<T>(value: T): T {
  if (Array.isArray(value)) return value.map(withoutSeen) as T
  if (value === null || typeof value !== 'object') return value
  const rest = 't' in value && 'p' in value ? { ...value, p: undefined } : value
  const members = Object.entries(rest).filter(([, member]) => member !== undefined)
  return Object.fromEntries(members.map(([key, member]) => [key, withoutSeen(member)])) as T
}

const BRANCHES = only({ 'nodes lag': 40, 'servers apart': 40 })

export const MUTANTS: Readonly<Record<string, Mutant>> = {
  // What joins and exchanges.
  'conflicts: the server wins': always({ resolve: async (_kind, { realMasterState }) => realMasterState }),
  'conflicts: the device wins': broken({ resolve: async (_kind, { newDocumentState }) => newDocumentState }),
  'the join forgets earlier values': broken(
    {
      resolve: async (kind, input) => withoutHistory(await resolveByJoin(kind, input)),
    },
    {},
    1,
  ),
  'changes are written over whatever is there': broken(
    {
      push: (remote, kind, rows, ...given) =>
        push({ ...remote, read: async (ids) => believed(kind, rows, await remote.read(ids)) }, kind, rows, ...given),
    },
    {},
    1,
  ),
  'what was refused counts as sent': broken(
    { push: async (...given) => ({ ...(await push(...given)), refused: [] }) },
    only({ refusals: 40 }),
  ),
  'news replace what was not sent yet': broken({ overwritesUnsent: true }, {}, 13),
  'news replace what was sent since': broken(
    { notOlder: async (_store, _remote, _kind, news) => [...news] },
    { deletion: 30 },
    9,
  ),
  'what a deletion took is believed to be there': broken(
    { sendMore: async () => ({ conflicts: [], refused: [], sent: [], found: false }) },
    { deletion: 30 },
  ),
  'news are not held back while their document is sent': broken(
    { waitsForSent: false },
    only({ weather: 40, restore: 25, backup: 25 }),
    4,
  ),
  'a position is stored before what it stands for': broken({ positionFirst: true }, {}, 2),
  'what is sent need not be on the disk': broken({ flushesFirst: false }, only({ 'power cut': 60 })),
  'a restored server goes unnoticed': broken({ isSameServer: async () => true }, only({ restore: 20, backup: 20 })),
  'what was sent is not marked': broken({ marksSeldom: true }, only({ restore: 30, backup: 30 }), 3),
  // Clocks: of servers, of nodes, of devices, and stamps that nobody's clock made. What was sent and is rewritten gives way to
  // what the server has, which heals it mostly: it is noticed where it does not give way, and there not for that alone.
  'what was sent is rewritten when a clock is set': always(
    { sentStamps: nothingSent, resolve: unadmitted },
    only({ 'server clock': 40 }),
    2,
  ),
  'what was sent is rewritten when nodes differ': broken(
    { sentStamps: nothingSent, serverClock: credulous, resolve: unadmitted },
    only({ 'a node’s clock': 40 }),
    1,
  ),
  'what waits for its time is never tried again': broken({ triesInTime: false }, only({ 'server clock': 40 })),
  'a stamp from outside moves clocks': always({ clock: unbounded, boundsArrivals: false }, only({ poison: 20 }), 4),
  'the server takes what lies far ahead': broken(letting(/lies in the future/), only({ forgery: 40 }), 1),
  'an edit does not follow what it replaces': always(
    {
      clock: deaf,
      written: (changes) => changes.map(({ next, ...change }) => ({ ...change, next: withoutSeen(next) }) as Change),
    },
    only({}),
    4,
  ),
  // Views, and what loses.
  'views are derived anew in place': always({ rebuild: inPlace }, only({ rebuild: 40 })),
  'an edit of what was deleted is lost': broken(
    {
      resolve: async (kind, input) =>
        input.realMasterState._deleted ? input.realMasterState : resolveByJoin(kind, input),
    },
    only({ deletion: 40 }),
    3,
  ),
  // Validation: what it must let in, and what not.
  'releases that a claim outlived are forgotten': broken(
    {
      resolve: async (kind, input) => {
        const joined = await resolveByJoin(kind, input)
        return kind === 'identifiers' && 'claims' in joined ? { ...joined, releases: {} } : joined
      },
    },
    {},
    1,
  ),
  'a branch of one’s own is taken': always(letting(/^Branches of documents/), only({ forgery: 40 })),
  'the history of a field may go': broken(letting(/history/), only({ forgery: 40 })),
  'claims bear what one likes': broken(letting(/[Cc]laim/), only({ forgery: 40 })),
  'anyone deletes for good': broken(letting(/^Only administrators delete/), only({ forgery: 40 })),
  'an id that no device makes is stored': always(
    {
      takeIn: async (change, context) => {
        const place = fromRemoteId(change.id)
        if (!isNoId(place?.id) || !place || !change.body) return THE_RULES.takeIn(change, context)
        const document = { ...fromRemoteBody(place.id, change.body), _deleted: false } as unknown as Pulled
        return { kind: place.kind, document }
      },
    },
    only({ 'an odd document': 40 }),
  ),
  // Copies: of data folders, of nodes.
  'a copied folder keeps its name': always({ renames: false }, only({ 'copied folder': 30 })),
  'a copy that is behind is believed': always({ doubtsCopies: false }, only({ 'nodes lag': 40 }), 1),
  'what the feed names and a copy does not have yet is passed over': always(
    { waitsForBehind: false },
    only({ 'nodes lag': 60 }),
    2,
  ),
  'what one copy alone had is not looked for': broken(
    { looksForAlone: false },
    only({ 'nodes lag': 40, 'a copy is lost': 20 }),
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
  'branches are never brought together': broken({ tendBranches: async () => ({ left: 0, refused: false }) }, BRANCHES),
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
