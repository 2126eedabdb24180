// A CouchDB database in memory, by CouchDB's revision rules (Apache CouchDB 3.5 documentation, "Replication and conflict
// model" and "Changes Feed"; each rule was tried on a real server): revision trees of which the longest living branch wins,
// tombstones that may be written over without naming their revision, and a changes feed over two shards with each
// document once, at its last change. Invariant: what a client sees of it is what the port `Remote` promises, no more.
import { createHash } from 'node:crypto'
import type {
  ChangesPage,
  RemoteBody,
  RemoteDocument,
  RemoteWrite,
  WriteOutcome,
} from '../../src-main/replication/couch/remote'
import { type Draw, shuffled } from '../support/exchange'

/** The end of a branch of a document's revision tree. */
interface Leaf {
  rev: string
  generation: number
  deleted: boolean
  body: RemoteBody
  /** Revisions before it on its branch, nearest first. */
  ancestors: readonly string[]
}

interface Stored {
  leaves: readonly Leaf[]
  /** Place in its shard's order of changes. */
  sequence: number
}

interface Shard {
  /** In the order of their last change. */
  documents: Map<string, Stored>
  sequence: number
}

/** A database as of one moment. */
export interface Backup {
  readonly uuid: string
  readonly shards: readonly Shard[]
  readonly locals: ReadonlyMap<string, RemoteBody>
}

/** Why a row is not taken, or nothing. */
export type Validator = (
  id: string,
  body: RemoteBody | undefined,
  client: string,
) => { code: 'forbidden' | 'too_large'; reason: string } | undefined

/** Revisions of a branch that are remembered; CouchDB's own limit is 1000. */
const ANCESTORS = 20

export class Couch {
  #uuid: string
  #shards: Shard[] = [emptyShard(), emptyShard()]
  #locals = new Map<string, RemoteBody>()
  #count = 0
  /** Judges rows; to be replaced at will. */
  validator: Validator = () => undefined
  /** Told after every change. */
  onChange: () => void = () => undefined

  constructor(readonly draw: Draw) {
    this.#uuid = this.#newUuid()
  }

  /** One page of changes; its rows come in no particular order, its end is opaque. */
  changes(since: string | undefined, limit: number): ChangesPage {
    const from = this.#positions(since)
    const waiting = this.#shards.map((shard, i) => {
      const after = from[i] ?? 0
      return [...shard.documents].filter(([, stored]) => stored.sequence > after)
    })
    const reached = [...from]
    const documents: RemoteDocument[] = []
    while (documents.length < limit && waiting.some((rows) => rows.length > 0)) {
      // Whichever shard answers first: of each, rows come in its own order.
      const answering = waiting.flatMap((rows, i) => (rows.length > 0 ? [i] : []))
      const shard = answering[this.draw(answering.length)] ?? 0
      const row = waiting[shard]?.shift()
      if (!row) break
      reached[shard] = row[1].sequence
      documents.push(shown(row[0], row[1].leaves))
    }
    return {
      documents: shuffled(documents, this.draw),
      since: `${reached.reduce((a, b) => a + b, 0)}-${btoa(JSON.stringify([this.#uuid, ...reached]))}`,
      pending: waiting.reduce((sum, rows) => sum + rows.length, 0),
    }
  }

  /** Whether anything changed after a place in the feed. */
  changedSince(since: string | undefined): boolean {
    const from = this.#positions(since)
    return this.#shards.some((shard, i) => {
      const last = [...shard.documents.values()].at(-1)
      return last !== undefined && last.sequence > (from[i] ?? 0)
    })
  }

  read(ids: readonly string[]): Map<string, RemoteDocument> {
    return new Map(
      ids.flatMap((id) => {
        const stored = this.#shardOf(id).documents.get(id)
        return stored ? [[id, shown(id, stored.leaves)] as const] : []
      }),
    )
  }

  readRevision(id: string, rev: string): RemoteDocument | undefined {
    const leaf = this.#shardOf(id)
      .documents.get(id)
      ?.leaves.find((one) => one.rev === rev)
    return leaf && { id, rev, deleted: leaf.deleted, body: leaf.deleted ? undefined : leaf.body }
  }

  write(rows: readonly RemoteWrite[], client: string): WriteOutcome[] {
    const outcomes = rows.map((row) => this.#writeOne(row, client))
    if (outcomes.some((outcome) => outcome.status === 'written')) this.onChange()
    return outcomes
  }

  #writeOne({ id, rev, body, deleted = false }: RemoteWrite, client: string): WriteOutcome {
    const refusal = this.validator(id, deleted ? undefined : body, client)
    const leaves = this.#shardOf(id).documents.get(id)?.leaves ?? []
    const winner = winnerOf(leaves)
    const base = rev === undefined ? winner : leaves.find((leaf) => leaf.rev === rev)
    // Without a revision a document must be new, or a tombstone; with one, it must be the end of a branch.
    if (rev === undefined ? winner && !winner.deleted : !base) return { id, status: 'conflict' }
    if (refusal) return { id, status: 'refused', ...refusal }
    const leaf = leafAfter(base, deleted, body)
    this.#put(id, [...leaves.filter((one) => one !== base), leaf])
    return { id, status: 'written', rev: leaf.rev }
  }

  /**
   * What replication between servers does: a revision made elsewhere arrives beside what stands here, made from one of
   * the revisions before it, or from nothing; it is judged like any other. @returns whether it was news, and taken
   */
  graft(id: string, parent: string | undefined, body: RemoteBody): boolean {
    if (this.validator(id, body, 'another server')) return false
    const leaves = this.#shardOf(id).documents.get(id)?.leaves ?? []
    const branch = parent === undefined ? undefined : leaves.find((leaf) => leaf.ancestors.includes(parent))
    if (parent !== undefined && !branch) return false
    const ancestors = branch?.ancestors.slice(branch.ancestors.indexOf(parent ?? '') + 1) ?? []
    const base = parent === undefined ? undefined : { rev: parent, generation: generationOf(parent), ancestors }
    const leaf = leafAfter(base, false, body)
    if (leaves.some((one) => one.rev === leaf.rev || one.ancestors.includes(leaf.rev))) return false
    this.#put(id, [...leaves, leaf])
    this.onChange()
    return true
  }

  /** Revisions that something elsewhere may have been made from: those before the winning one. */
  ancestorsOf(id: string): readonly string[] {
    return winnerOf(this.#shardOf(id).documents.get(id)?.leaves ?? [])?.ancestors ?? []
  }

  /** All documents as they stand, tombstones included. */
  all(): RemoteDocument[] {
    return this.#shards.flatMap(({ documents }) => [...documents].map(([id, { leaves }]) => shown(id, leaves)))
  }

  getLocal(id: string): RemoteBody | undefined {
    return this.#locals.get(id)
  }

  putLocal(id: string, body: RemoteBody): void {
    this.#locals.set(id, body)
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
    return createHash('md5').update(`database ${this.#count}`).digest('hex')
  }

  #put(id: string, leaves: readonly Leaf[]): void {
    const shard = this.#shardOf(id)
    shard.sequence += 1
    shard.documents.delete(id)
    shard.documents.set(id, { leaves, sequence: shard.sequence })
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

const emptyShard = (): Shard => ({ documents: new Map(), sequence: 0 })
const copyOf = ({ documents, sequence }: Shard): Shard => ({ documents: new Map(documents), sequence })
const generationOf = (rev: string): number => Number(rev.slice(0, rev.indexOf('-')))

function leafAfter(
  base: Pick<Leaf, 'rev' | 'generation' | 'ancestors'> | undefined,
  deleted: boolean,
  body: RemoteBody,
): Leaf {
  const generation = (base?.generation ?? 0) + 1
  const hash = createHash('md5').update(JSON.stringify([base?.rev ?? '', deleted, body]))
  const ancestors = base ? [base.rev, ...base.ancestors].slice(0, ANCESTORS) : []
  return { rev: `${generation}-${hash.digest('hex')}`, generation, deleted, body, ancestors }
}

/** Living before deleted, then the longest branch, then the greater hash. */
function winnerOf(leaves: readonly Leaf[]): Leaf | undefined {
  const better = (a: Leaf, b: Leaf) =>
    a.deleted !== b.deleted ? b.deleted : a.generation !== b.generation ? a.generation > b.generation : a.rev > b.rev
  return leaves.length === 0 ? undefined : leaves.reduce((a, b) => (better(b, a) ? b : a))
}

function shown(id: string, leaves: readonly Leaf[]): RemoteDocument {
  const winner = winnerOf(leaves)
  if (!winner) throw new Error('a document without a revision')
  const conflicts = leaves.filter((leaf) => leaf !== winner && !leaf.deleted).map((leaf) => leaf.rev)
  return {
    id,
    rev: winner.rev,
    deleted: winner.deleted,
    body: winner.deleted ? undefined : winner.body,
    ...(conflicts.length > 0 ? { conflicts } : {}),
  }
}
