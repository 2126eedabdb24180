// A document that stands on the server in several branches: concurrent writes through different nodes leave them in a few per
// cent of all documents, and so does replication between servers. What the server says of it is the join of its branches.
// How branches go away, and why so: docs/decisions/0029-branches-are-one-document.md.
// Invariants: nothing of a branch is lost, whether or not this user may write it elsewhere; nothing is written that the server's
// validation would call another's; joining twice changes nothing.
import { sameJson } from '../../engine/documents/canonical-json'
import { type Documents, JOINS, type Kind } from '../../engine/documents/kinds'
import { checkDocument } from '../../engine/documents/validate'
import { writableOver } from '../../engine/documents/writable'
import { LagError, type Remote, type RemoteDocument } from './remote'
import { fromRemoteBody, remoteId, toRemoteBody } from './wire'

/** What the server has of a document. */
export interface ServerState<K extends Kind> {
  /** The winning branch. */
  winner: Documents[K]
  /** The join of all branches that can be read. */
  state: Documents[K]
  branches: readonly { rev: string; document: Documents[K] }[]
}

/**
 * Reads a living document with its branches. Branches that have no valid form are left aside.
 * @param current as read last, with its body
 * @throws RemoteError; `LagError` when the copy that answers does not have a branch yet
 */
export async function stateOf<K extends Kind>(
  remote: Pick<Remote, 'readRevision'>,
  kind: K,
  id: string,
  current: RemoteDocument,
): Promise<{ ok: true; found: ServerState<K> } | { ok: false; reason: string }> {
  if (current.leftOut) return { ok: false, reason: `It is too ${current.leftOut} to be read.` }
  const checked = checkDocument(kind, fromRemoteBody(id, current.body ?? {}), current.asOf)
  if (!checked.ok) return checked
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  const winner = checked.document
  let state = winner
  const branches: { rev: string; document: Documents[K] }[] = []
  for (const rev of current.conflicts ?? []) {
    const branch = await remote.readRevision(current.id, rev)
    if (!branch) throw new LagError()
    if (branch.deleted || !branch.body) continue
    const readable = checkDocument(kind, fromRemoteBody(id, branch.body), branch.asOf)
    if (!readable.ok) continue
    state = join(state, readable.document)
    branches.push({ rev, document: readable.document })
  }
  return { ok: true, found: { winner, state, branches } }
}

/** Rounds of writing over a winning branch and reading again. */
const ROUNDS = 3

/**
 * Brings what this user may write of a document's other branches into the winning one, and removes those that say nothing
 * more, where this user may.
 * @returns how many branches are left, and whether the server would not have what this user once wrote in one of them
 * @throws RemoteError
 */
export async function tendBranches<K extends Kind>(
  remote: Pick<Remote, 'read' | 'readRevision' | 'write'>,
  kind: K,
  id: string,
  writer: { user: string; mayRemove: boolean },
): Promise<{ left: number; refused: boolean }> {
  const name = remoteId(kind, id)
  let left = 0
  for (let round = 0; round < ROUNDS; round += 1) {
    const current = (await remote.read([name])).get(name)
    if (!current?.body || !current.conflicts) return { left: 0, refused: false }
    left = current.conflicts.length
    const read = await stateOf(remote, kind, id, current)
    if (!read.ok) return { left, refused: false }
    const lifted = await lift(remote, kind, current, read.found, writer.user)
    if (lifted === 'lifted') continue
    const removed = writer.mayRemove ? await removeSpent(remote, kind, name, read.found) : 0
    return { left: left - removed, refused: lifted === 'refused' }
  }
  return { left, refused: false }
}

/** `lifted`: the winning branch is another one now. `refused`: the server would not have what this user wrote. */
async function lift<K extends Kind>(
  remote: Pick<Remote, 'write'>,
  kind: K,
  current: RemoteDocument,
  { winner, state }: ServerState<K>,
  user: string,
): Promise<'lifted' | 'refused' | 'nothing'> {
  const [all, own] = [true, false].map((nameless) => writableOver(kind, winner, state, state, { user, nameless })) as [
    Documents[K],
    Documents[K],
  ]
  for (const next of sameJson(all, own) ? [own] : [all, own]) {
    if (sameJson(next, winner)) continue
    const { id, rev, attachments } = current
    const write = { id, rev, body: toRemoteBody(next), ...(attachments ? { attachments } : {}) }
    const [answer] = await remote.write([write])
    if (answer?.status === 'written') return 'lifted'
    if (answer?.status === 'conflict') return 'nothing' // another device was faster
  }
  // What bears no name is lifted by a device whose role may write it.
  return sameJson(own, winner) ? 'nothing' : 'refused'
}

/** Removes branches all of whose content stands in the winning one. @returns how many */
async function removeSpent<K extends Kind>(
  remote: Pick<Remote, 'write'>,
  kind: K,
  id: string,
  { winner, branches }: ServerState<K>,
): Promise<number> {
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  const spent = branches.filter(({ document }) => sameJson(join(winner, document), winner))
  let removed = 0
  // One by one: a request holds a document once.
  for (const { rev } of spent) {
    const [answer] = await remote.write([{ id, rev, body: {}, deleted: true }])
    if (answer?.status === 'written') removed += 1
  }
  return removed
}
