// Whether the server has lost what came from it since the last mark: one that was restored to a moment after that mark
// remembers it all the same (server-generation.ts). What is ours to send needs no such look: a mark follows every write.
import { sameJson } from '../../engine/documents/canonical-json'
import type { Kind } from '../../engine/documents/kinds'
import { stateOf } from '../couch/branches'
import { LagError, type Remote, type RemoteDocument } from '../couch/remote'
import { remoteId } from '../couch/wire'
import { join } from './incoming'
import { patienceWith } from './patience'
import { contentOf, type Deletable } from './push'

/**
 * @param believed documents as the server was believed to have them, read before the server is asked: it may have newer
 *   ones, but none that says less
 * @throws RemoteError
 */
export async function hasForgotten<K extends Kind>(
  remote: Pick<Remote, 'read' | 'readRevision' | 'copies'>,
  kind: K,
  believed: readonly Deletable<K>[],
): Promise<boolean> {
  // A deletion may have been followed by a document of that name, which is news and no loss.
  const living = believed.filter(({ _deleted }) => !_deleted)
  if (living.length === 0) return false
  const patience = patienceWith(remote)
  // A copy that is behind has not forgotten; and a branch can go between two requests.
  let again = true
  for (let asked = living; again; ) {
    const lacking = await lackingOf(remote, kind, asked)
    if (lacking.length === 0) return false
    again = (await patience.again()) || asked === living
    asked = lacking
  }
  return true
}

/** Those of which the server does not have all that was believed. */
async function lackingOf<K extends Kind>(
  remote: Pick<Remote, 'read' | 'readRevision'>,
  kind: K,
  believed: readonly Deletable<K>[],
): Promise<Deletable<K>[]> {
  const current = await remote.read(believed.map(({ id }) => remoteId(kind, id)))
  const lacking: Deletable<K>[] = []
  for (const document of believed) {
    const theirs = current.get(remoteId(kind, document.id))
    if (theirs && !theirs.body) continue
    if (!theirs || !(await says(remote, kind, document, theirs))) lacking.push(document)
  }
  return lacking
}

async function says<K extends Kind>(
  remote: Pick<Remote, 'readRevision'>,
  kind: K,
  document: Deletable<K>,
  theirs: RemoteDocument,
): Promise<boolean> {
  try {
    const read = await stateOf(remote, kind, document.id, theirs)
    if (!read.ok) return true
    const joined = join(kind, read.found.state, contentOf(document))
    return joined === undefined || sameJson(joined, read.found.state)
  } catch (error) {
    if (error instanceof LagError) return false
    throw error
  }
}
