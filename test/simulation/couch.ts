// A CouchDB database in memory, by CouchDB's rules (Apache CouchDB 3.5 documentation, "Replication and conflict model" and
// "Changes Feed"; each rule was tried on a real server): revision trees, tombstones that may be written over without naming
// their revision, a changes feed over two shards with each document once, at its last change; and on a cluster whose nodes
// lag, keyed reads behind the feed, writes that one copy alone takes, branches from writes through different nodes, and copies
// of `_local` that disagree.
// Invariant: what a client sees of it is what the port `Remote` promises, no more; every write is judged by the rules.
import { createHash } from 'node:crypto'
import type {
  ChangesPage,
  Named,
  RemoteBody,
  RemoteDocument,
  RemoteWrite,
  WriteOutcome,
} from '../../src-main/replication/couch/remote'
import { type Draw, shuffled } from '../support/exchange'
import {
  generationOf,
  hashOf,
  knows,
  type Leaf,
  leafAfter,
  leafNamed,
  revisionsOf,
  shown,
  winnerOf,
  withLeaf,
} from './revisions'
import type { Judged, Security, Writer } from './validation'

interface Stored {
  leaves: readonly Leaf[]
  /** Place in its shard's order of changes. */
  sequence: number
}

interface Shard {
  documents: Map<string, Stored>
  /** Ids by place in the order of changes; of one document only the last counts. */
  log: string[]
}

/** A `_local` document: what was written last, and the copy that was not reached, if they disagree. */
interface Local {
  body: RemoteBody
  /** When it was sent: an older one that arrives late is left out here. */
  number: number
  /** How often in a row that copy answered each that asks. */
  stale?: { body: RemoteBody | undefined; answered: WeakMap<object, number> }
}

/** A database as of one moment. */
export interface Backup {
  readonly uuid: string
  readonly shards: readonly Shard[]
  readonly locals: ReadonlyMap<string, Local>
}

/** Why a row is not taken, or nothing. */
export type Refusal = { code: 'forbidden' | 'too_large'; reason: string } | undefined

/** Judges a write: what `validate_doc_update` is handed, and who wrote. */
export type Judge = (next: Judged, former: Judged | null, writer: Writer, server: Couch) => Refusal

/** CouchDB's own administrator, as whom servers replicate. */
export const SERVER_ADMIN: Writer = { name: 'admin', roles: ['_admin'] }

/** How often in a row a copy answers that was not reached. */
const STALE_ANSWERS = 5

/** How long a node that was away is behind at most. */
const BEHIND_MS = 6000

export class Couch {
  #uuid: string
  #shards: Shard[] = [emptyShard(), emptyShard()]
  #locals = new Map<string, Local>()
  #count = 0
  /** What a node that was away still answers, until it has caught up. */
  #behind = new Map<string, { leaves: readonly Leaf[]; until: number }>()
  /** Judges rows; to be replaced at will. */
  judge: Judge = () => undefined
  /** What one copy alone has taken (202), until the others get it. */
  #alone = new Map<string, Leaf>()
  /** `_local` documents in which one process wrote over what another one did, and had not seen it. */
  readonly #unseen = new Set<string>()
  /** Earlier states of `_local` documents, the last first. */
  readonly #formerLocals: { id: string; body: RemoteBody }[] = []
  /** Does something after a while; by default at once. */
  later: (ms: number, task: () => void) => void = (_ms, task) => task()
  /** Told after every change. */
  onChange: () => void = () => undefined
  security: Security = {}
  /** Its clock minus the true time; and whether answers bear a date. */
  skewMs = 0
  tellsDate = true
  /** How much the clock of the last of its nodes is off that of the others. */
  nodeSkewMs = 0
  #answering = 0
  /** Nodes come and go: what one has may be behind the others for some seconds. */
  lags = false
  /** Raised when what it has is not what it had: who replicates with it compares everything. */
  era = 0

  /** @param trueTime ms since the epoch */
  constructor(
    readonly name: string,
    readonly draw: Draw,
    readonly trueTime: () => number,
    /** Of each document; only with several nodes can one be behind. */
    readonly copies = 1,
  ) {
    this.#uuid = this.#newUuid()
  }

  /** The clock of the node that answers, ms. */
  now(): number {
    const isLast = this.copies > 1 && this.#answering === this.copies - 1
    return this.trueTime() + this.skewMs + (isLast ? this.nodeSkewMs : 0)
  }

  /** Another request may be another node's. */
  turn(): void {
    this.#answering = this.nodeSkewMs === 0 ? 0 : this.draw(this.copies)
  }

  /** One page of changes; its rows come in no particular order, its end is opaque. */
  changes(since: string | undefined, limit: number): ChangesPage {
    const from = this.#positions(since)
    const waiting = this.#shards.map((shard, i) => changedAfter(shard, from[i] ?? 0))
    const reached = [...from]
    const documents: RemoteDocument[] = []
    const next = waiting.map(() => 0)
    while (documents.length < limit) {
      // Whichever shard answers first: of each, rows come in its own order.
      const answering = waiting.flatMap((rows, i) => (rows.length > (next[i] ?? 0) ? [i] : []))
      if (answering.length === 0) break
      const shard = answering[this.draw(answering.length)] ?? 0
      const [id, stored] = waiting[shard]?.[next[shard] ?? 0] ?? []
      next[shard] = (next[shard] ?? 0) + 1
      if (id === undefined || !stored) break
      reached[shard] = stored.sequence
      documents.push(shown(id, stored.leaves))
    }
    // Right after something was sent, the feed is read for names alone, and what is not one's own by key, of a quorum.
    const current = this.copies > 1 && this.draw(2) === 0 ? this.read(documents.map(({ id }) => id)) : undefined
    const isThere = ({ id, rev, deleted }: RemoteDocument) => deleted || !current || current.get(id)?.rev === rev
    return {
      documents: shuffled(documents.filter(isThere), this.draw),
      behind: documents.filter((one) => !isThere(one)).map(({ id, rev }) => ({ id, rev })),
      since: `${reached.reduce((a, b) => a + b, 0)}-${btoa(JSON.stringify([this.#uuid, ...reached]))}`,
      pending: waiting.reduce((sum, rows, i) => sum + rows.length - (next[i] ?? 0), 0),
    }
  }

  /** Whether anything changed after a place in the feed. */
  changedSince(since: string | undefined): boolean {
    const from = this.#positions(since)
    return this.#shards.some((shard, i) => shard.log.length > (from[i] ?? 0))
  }

  /** By a quorum of nodes, of which some may be behind the feed. */
  read(ids: readonly string[]): Map<string, RemoteDocument> {
    return new Map(
      ids.flatMap((id) => {
        const leaves = this.#readLeaves(id)
        return leaves.length > 0 ? [[id, shown(id, leaves)] as const] : []
      }),
    )
  }

  /** Documents with these revisions or what was made of them; those that a node is behind with are missing. */
  readAt(named: readonly Named[]): Map<string, RemoteDocument> {
    return new Map(
      named.flatMap(({ id, rev }) => {
        const leaves = this.#readLeaves(id)
        return knows(leaves, rev) ? [[id, shown(id, leaves)] as const] : []
      }),
    )
  }

  readRevision(id: string, rev: string): RemoteDocument | undefined {
    const leaf = this.#readLeaves(id).find((one) => one.rev === rev)
    return leaf && { id, rev, deleted: leaf.deleted, body: leaf.deleted ? undefined : leaf.body }
  }

  write(rows: readonly RemoteWrite[], writer: Writer): WriteOutcome[] {
    const outcomes = rows.map((row) => this.#writeOne(row, writer))
    if (outcomes.some((outcome) => outcome.status === 'written')) this.onChange()
    return outcomes
  }

  #writeOne({ id, rev, body, deleted = false }: RemoteWrite, writer: Writer): WriteOutcome {
    // Whoever goes on from what one copy alone has writes through that copy.
    if (rev !== undefined && this.#alone.get(id)?.rev === rev) this.#spread(id)
    const leaves = this.#leaves(id)
    // Through a node that is behind, what was the end of a branch there is one still: the result is a branch beside it.
    const elsewhere = this.#behindNow(id)
    const named = (among: readonly Leaf[]): { base: Leaf | undefined } | undefined => {
      if (rev !== undefined) {
        const base = among.find((leaf) => leaf.rev === rev)
        return base && { base }
      }
      // Without a revision a document must be new, or a tombstone.
      const winner = winnerOf(among)
      return !winner || winner.deleted ? { base: winner } : undefined
    }
    const found = named(leaves) ?? (elsewhere && named(elsewhere))
    if (!found) return { id, status: 'conflict' }
    const { base } = found
    const leaf = leafAfter(base, deleted, deleted ? {} : body)
    // What follows a tombstone without naming it is new to the rules. An edit bears the revision that it follows.
    const former = rev === undefined || base?.deleted ? undefined : base
    const next = { ...leaf.body, _id: id, ...(deleted ? { _deleted: true as const } : {}) }
    const revision =
      rev === undefined ? {} : { _rev: rev, _revisions: { start: generationOf(rev), ids: [hashOf(rev)] } }
    const refusal = this.judge({ ...next, ...revision }, former ? judged(id, former) : null, writer, this)
    if (refusal) return { id, status: 'refused', ...refusal }
    const isAlone = this.lags && !this.#alone.has(id) && this.draw(6) === 0
    if (isAlone) {
      this.#alone.set(id, leaf)
      this.later(this.draw(BEHIND_MS), () => {
        this.#spread(id)
        this.onChange()
      })
    } else this.#put(id, [...leaves.filter((one) => one !== base && one.rev !== leaf.rev), leaf])
    return { id, status: 'written', rev: leaf.rev, ...(isAlone ? { alone: true as const } : {}) }
  }

  /** A node's disk is lost, and with it what that node alone had. @returns how many documents */
  loseAlone(): number {
    const { size } = this.#alone
    this.#alone.clear()
    return size
  }

  /** What one copy alone had comes to the others. */
  #spread(id: string): void {
    const leaf = this.#alone.get(id)
    this.#alone.delete(id)
    if (leaf && !knows(this.#leaves(id), leaf.rev)) this.#put(id, withLeaf(this.#leaves(id), leaf))
  }

  /**
   * A write that names its own revision and past (`new_edits: false`): the rules see that revision, and what it follows only
   * if that is known here. @returns why it was not taken
   */
  writeNamed(
    { id, rev, ancestors, body }: { id: string; rev: string; ancestors: readonly string[]; body: RemoteBody },
    writer: Writer,
  ): Refusal {
    const leaves = this.#leaves(id)
    if (knows(leaves, rev)) return undefined
    const leaf = leafNamed(rev, ancestors, false, body)
    const parent = leaves.find((one) => leaf.ancestors[0] === one.rev && !one.deleted)
    const refusal = this.judge(judged(id, leaf), parent ? judged(id, parent) : null, writer, this)
    if (refusal) return refusal
    this.#put(id, withLeaf(leaves, leaf))
    this.onChange()
    return undefined
  }

  /** What changed after a place in the order of each shard, with every branch: for replication to another server. */
  branchesSince(positions: readonly number[]): { rows: [string, readonly Leaf[]][]; reached: number[] } {
    const rows = this.#shards.flatMap((shard, i) =>
      changedAfter(shard, positions[i] ?? 0).map(([id, { leaves }]): [string, readonly Leaf[]] => [id, leaves]),
    )
    return { rows, reached: this.#shards.map(({ log }) => log.length) }
  }

  /** Takes branches that another server has, as its replicator brings them. @returns how many were new */
  takeBranches(id: string, branches: readonly Leaf[]): number {
    let leaves = this.#leaves(id)
    let taken = 0
    for (const leaf of branches) {
      if (knows(leaves, leaf.rev)) continue
      leaves = withLeaf(leaves, leaf)
      taken += 1
    }
    if (taken > 0) this.#put(id, leaves)
    return taken
  }

  /** All documents as they stand, tombstones included. */
  all(): RemoteDocument[] {
    return this.#shards.flatMap(({ documents }) => [...documents].map(([id, { leaves }]) => shown(id, leaves)))
  }

  /** All documents with the ends of all their branches. */
  everything(): { id: string; leaves: readonly Leaf[] }[] {
    return this.#shards.flatMap(({ documents }) => [...documents].map(([id, { leaves }]) => ({ id, leaves })))
  }

  /**
   * Any copy may answer; the one that was not reached not always, so that it pays to ask again.
   * @param asker one that asks several times in a row
   */
  getLocal(id: string, asker: object = this): RemoteBody | undefined {
    const local = this.#locals.get(id)
    const stale = local?.stale
    const answered = stale?.answered.get(asker) ?? 0
    if (!stale || this.draw(2) === 0 || answered >= STALE_ANSWERS) {
      stale?.answered.delete(asker)
      return local?.body
    }
    stale.answered.set(asker, answered + 1)
    return stale.body
  }

  /** What was written last to a `_local` document, by the number it was sent under. */
  localNumber(id: string): number | undefined {
    return this.#locals.get(id)?.number
  }

  /**
   * No revision is asked for: the last write stands, also over one that its writer has not seen (tried on Apache CouchDB 3.5).
   * @param number of those sent, the later the higher
   * @param seen the number of what stood there when the writer looked
   */
  putLocal(id: string, body: RemoteBody, number = 0, seen = this.localNumber(id)): void {
    const former = this.#locals.get(id)
    if (former && number < former.number) return
    if (former && seen !== former.number && bearerOf(body) !== bearerOf(former.body)) this.#unseen.add(id)
    const missed = this.lags && this.draw(3) === 0
    if (former)
      this.#formerLocals.splice(
        0,
        this.#formerLocals.length,
        { id, body: former.body },
        ...this.#formerLocals.slice(0, 9),
      )
    // A copy that was not reached is not repaired before the next write.
    this.#locals.set(
      id,
      missed ? { body, number, stale: { body: former?.body, answered: new WeakMap() } } : { body, number },
    )
  }

  /** Whether another process of the same name wrote over a note unseen since this was asked last. */
  wasWrittenOver(id: string): boolean {
    return this.#unseen.delete(id)
  }

  /** A member of the organisation writes over what a device noted for itself. @returns whose note, or nothing */
  harmLocal(): string | undefined {
    const ids = [...this.#locals.keys()]
    const id = ids[this.draw(Math.max(1, ids.length))]
    const local = id === undefined ? undefined : this.#locals.get(id)
    if (id === undefined || !local) return undefined
    const older = this.#formerLocals.find((one) => one.id === id)?.body
    const ways: (RemoteBody | undefined)[] = [
      undefined,
      {},
      older ?? {},
      { ...local.body, mark: 1_000_000 },
      { epoch: 99, mark: 3, run: 'another' },
      { ...local.body, seal: 'A'.repeat(43) },
    ]
    const body = ways[this.draw(ways.length)]
    if (body) this.#locals.set(id, { body, number: local.number })
    else this.#locals.delete(id)
    return id
  }

  backup(): Backup {
    return { uuid: this.#uuid, shards: this.#shards.map(copyOf), locals: new Map(this.#locals) }
  }

  /**
   * The database goes back to an earlier state. `files`: its files are put back, sequences and `_local` documents with
   * them. `replicated`: its documents were replicated into a new database, which gives neither. Without a backup: a new,
   * empty database.
   */
  restore(backup: Backup | undefined, how: 'files' | 'replicated'): void {
    this.era += 1
    this.#behind.clear()
    this.#alone.clear()
    if (backup && how === 'files') {
      this.#uuid = backup.uuid
      this.#shards = backup.shards.map(copyOf)
      this.#locals = new Map(backup.locals)
      return
    }
    this.#uuid = this.#newUuid()
    this.#shards = [emptyShard(), emptyShard()]
    this.#locals = new Map()
    const former = (backup?.shards ?? []).flatMap(({ documents }) => [...documents])
    for (const [id, { leaves }] of shuffled(former, this.draw)) this.#put(id, leaves)
  }

  #newUuid(): string {
    this.#count += 1
    return createHash('md5').update(`${this.name} ${this.#count}`).digest('hex')
  }

  #leaves(id: string): readonly Leaf[] {
    return this.#shardOf(id).documents.get(id)?.leaves ?? []
  }

  #readLeaves(id: string): readonly Leaf[] {
    const alone = this.#alone.get(id)
    if (alone && this.draw(2) === 0) return withLeaf(this.#leaves(id), alone)
    const behind = this.#behindNow(id)
    return behind && this.draw(2) === 0 ? behind : this.#leaves(id)
  }

  #behindNow(id: string): readonly Leaf[] | undefined {
    const behind = this.#behind.get(id)
    if (!behind) return undefined
    if (behind.until > this.trueTime()) return behind.leaves
    this.#behind.delete(id)
    return undefined
  }

  #put(id: string, leaves: readonly Leaf[]): void {
    const shard = this.#shardOf(id)
    if (this.lags && this.draw(3) === 0)
      this.#behind.set(id, { leaves: this.#leaves(id), until: this.trueTime() + this.draw(BEHIND_MS) })
    shard.log.push(id)
    shard.documents.set(id, { leaves, sequence: shard.log.length })
  }

  #shardOf(id: string): Shard {
    return this.#shards[(id.charCodeAt(id.length - 1) ^ id.charCodeAt(id.length - 3)) & 1] as Shard
  }

  /** Where the shards stood; a place in another database is the beginning of this one. */
  #positions(since: string | undefined): number[] {
    const [uuid, ...positions] =
      since === undefined ? [] : (JSON.parse(atob(since.slice(since.indexOf('-') + 1))) as [string, ...number[]])
    return uuid === this.#uuid ? (positions as number[]) : this.#shards.map(() => 0)
  }
}

/** A revision as the rules are handed it (tried on Apache CouchDB 3.5). */
const judged = (id: string, leaf: Leaf): Judged => ({
  ...leaf.body,
  _id: id,
  _rev: leaf.rev,
  _revisions: revisionsOf(leaf),
  ...(leaf.deleted ? { _deleted: true } : {}),
})

const emptyShard = (): Shard => ({ documents: new Map(), log: [] })
const copyOf = ({ documents, log }: Shard): Shard => ({ documents: new Map(documents), log: [...log] })

/** Which device wrote a note: the name of its process without its number. */
const bearerOf = ({ run }: RemoteBody): string => String(run).replace(/-\d+$/, '')

/** Each document that changed after a place, once, in the order of the last changes. */
function changedAfter({ documents, log }: Shard, place: number): [string, Stored][] {
  const rows: [string, Stored][] = []
  for (let i = place; i < log.length; i += 1) {
    const id = log[i] ?? ''
    const stored = documents.get(id)
    if (stored?.sequence === i + 1) rows.push([id, stored])
  }
  return rows
}
