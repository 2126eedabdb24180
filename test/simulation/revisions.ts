// Revision trees as CouchDB keeps them: what ends a branch, which branch wins, and what a revision made elsewhere does.
// Invariant: the same edit of the same revision has the same name on every server, so that servers that replicate agree.
import { createHash } from 'node:crypto'
import type { RemoteBody, RemoteDocument } from '../../src-main/replication/couch/remote'

/** The end of a branch. */
export interface Leaf {
  rev: string
  generation: number
  deleted: boolean
  body: RemoteBody
  /** Revisions before it on its branch, nearest first. */
  ancestors: readonly string[]
}

/** Revisions of a branch that are remembered; CouchDB's own limit is 1000. */
const ANCESTORS = 20

export const generationOf = (rev: string): number => Number(rev.slice(0, rev.indexOf('-')))

export const hashOf = (rev: string): string => rev.slice(rev.indexOf('-') + 1)

export function leafAfter(base: Leaf | undefined, deleted: boolean, body: RemoteBody): Leaf {
  const generation = (base?.generation ?? 0) + 1
  const hash = createHash('md5').update(JSON.stringify([base?.rev ?? '', deleted, body]))
  const ancestors = base ? [base.rev, ...base.ancestors].slice(0, ANCESTORS) : []
  return { rev: `${generation}-${hash.digest('hex')}`, generation, deleted, body, ancestors }
}

/** A revision whose writer names its own past, as `new_edits: false` lets them. */
export function leafNamed(rev: string, ancestors: readonly string[], deleted: boolean, body: RemoteBody): Leaf {
  return { rev, generation: generationOf(rev), deleted, body, ancestors: ancestors.slice(0, ANCESTORS) }
}

/** Living before deleted, then the longest branch, then the greater hash. */
export function winnerOf(leaves: readonly Leaf[]): Leaf | undefined {
  const better = (a: Leaf, b: Leaf) =>
    a.deleted !== b.deleted ? b.deleted : a.generation !== b.generation ? a.generation > b.generation : a.rev > b.rev
  return leaves.length === 0 ? undefined : leaves.reduce((a, b) => (better(b, a) ? b : a))
}

/** Whether a tree has a revision, as the end of a branch or before it. */
export const knows = (leaves: readonly Leaf[], rev: string): boolean =>
  leaves.some((one) => one.rev === rev || one.ancestors.includes(rev))

/** The tree with a revision made elsewhere: after the branches it goes on from, or beside what stands here. */
export const withLeaf = (leaves: readonly Leaf[], leaf: Leaf): readonly Leaf[] => [
  ...leaves.filter((one) => !leaf.ancestors.includes(one.rev)),
  leaf,
]

/** What a reader is shown: the winner, and the names of other living branches. */
export function shown(id: string, leaves: readonly Leaf[]): RemoteDocument {
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

/** `_revisions`, as the rules are handed it. */
export function revisionsOf({ generation, rev, ancestors }: Leaf): { start: number; ids: string[] } {
  return { start: generation, ids: [rev, ...ancestors].map(hashOf) }
}
