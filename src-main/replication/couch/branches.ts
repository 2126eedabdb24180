// Branches of a document that replication between servers left behind: joined into one, the losers removed.
// Invariant: nothing of a branch is lost, whether or not this user may remove it; joining twice changes nothing.
import { sameJson } from '../../engine/documents/canonical-json'
import { type Documents, JOINS, type Kind } from '../../engine/documents/kinds'
import { checkDocument } from '../../engine/documents/validate'
import type { Remote, RemoteDocument } from './remote'
import { fromRemoteBody, toRemoteBody } from './wire'

/**
 * The join of a document's branches, written back where it says more than the winning one. Branches that cannot be read
 * stay where they are.
 * @throws RemoteError
 */
export async function joinBranches<K extends Kind>(
  remote: Pick<Remote, 'readRevision' | 'write'>,
  kind: K,
  id: string,
  winner: RemoteDocument,
  document: Documents[K],
): Promise<Documents[K]> {
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  let joined = document
  const losers: string[] = []
  for (const rev of winner.conflicts ?? []) {
    const branch = await remote.readRevision(winner.id, rev)
    const checked = branch?.body && checkDocument(kind, fromRemoteBody(id, branch.body))
    if (!checked?.ok) continue
    joined = join(joined, checked.document)
    losers.push(rev)
  }
  if (losers.length === 0) return joined
  if (!sameJson(joined, document)) {
    const { rev, attachments } = winner
    const [answer] = await remote.write([
      { id: winner.id, rev, body: toRemoteBody(joined), ...(attachments ? { attachments } : {}) },
    ])
    // Somebody was faster, or this user may not: the branches stay, and whoever may joins them.
    if (answer?.status !== 'written') return joined
  }
  for (const rev of losers) await remote.write([{ id: winner.id, rev, body: {}, deleted: true }])
  return joined
}
