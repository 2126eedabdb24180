// What a connection does, as a table of the product's own functions: what tests replace by something broken, to see that the
// simulation notices. Invariant: `THE_RULES` is the product.
import { createClock } from '../../src-main/engine/documents/stamp'
import type { Change } from '../../src-main/engine/ports'
import type { Projections } from '../../src-main/projections'
import { tendBranches } from '../../src-main/replication/couch/branches'
import { notOlder, sendMore, takeIn } from '../../src-main/replication/exchange/incoming'
import { push } from '../../src-main/replication/exchange/push'
import { sentStamps } from '../../src-main/replication/exchange/sent-stamps'
import { createServerClock } from '../../src-main/replication/state/server-clock'
import { isSameServer } from '../../src-main/replication/state/server-generation'
import { type Resolve, resolveByJoin } from './replicator'
import { judgeWrite } from './validation'

/** The parts that tests replace by broken ones, to see that the simulation notices. */
export interface Rules {
  resolve: Resolve
  push: typeof push
  takeIn: typeof takeIn
  notOlder: typeof notOlder
  sendMore: typeof sendMore
  tendBranches: typeof tendBranches
  isSameServer: typeof isSameServer
  sentStamps: typeof sentStamps
  /** The clock that commands stamp with. */
  clock: typeof createClock
  serverClock: typeof createServerClock
  /** Derives views anew. */
  rebuild(views: Projections): Promise<void>
  /** What a command commits. */
  written(changes: readonly Change[]): readonly Change[]
  /** What the server's validation says. */
  judge: typeof judgeWrite
  /** What lies far ahead when it arrives is set aside. */
  boundsArrivals: boolean
  /** A copy of another device takes a name of its own. */
  renames: boolean
  /** Where the server keeps copies, one that has forgotten a mark is not believed. */
  doubtsCopies: boolean
  /** News replace local changes that were not sent yet. */
  overwritesUnsent: boolean
  /** News of a kind wait until what is being sent of it was noted as sent. */
  waitsForSent: boolean
  /** A position is stored before what stands before it. */
  positionFirst: boolean
  /** The mark is raised once per connection instead of with everything that was sent. */
  marksSeldom: boolean
  /** What is sent or counted as received is on the disk before. */
  flushesFirst: boolean
  /** What one copy of the server alone had is looked for some time later. */
  looksForAlone: boolean
  /** What was refused for its time is tried again unasked. */
  triesInTime: boolean
  /** What the feed named and could not be read yet is asked for again. */
  waitsForBehind: boolean
}

export const THE_RULES: Rules = {
  resolve: resolveByJoin,
  push,
  takeIn,
  notOlder,
  sendMore,
  tendBranches,
  isSameServer,
  sentStamps,
  clock: createClock,
  serverClock: createServerClock,
  rebuild: (views) => views.rebuild(),
  written: (changes) => changes,
  judge: judgeWrite,
  boundsArrivals: true,
  renames: true,
  doubtsCopies: true,
  overwritesUnsent: false,
  waitsForSent: true,
  positionFirst: false,
  marksSeldom: false,
  flushesFirst: true,
  looksForAlone: true,
  triesInTime: true,
  waitsForBehind: true,
}
