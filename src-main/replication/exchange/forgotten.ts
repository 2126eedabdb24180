// Whether the server has lost what came from it since the last mark: one that was restored to a moment after that mark
// remembers it all the same (server-generation.ts). What is ours to send needs no such look: a mark follows every write.
import { sameJson } from '../../engine/documents/canonical-json'
import type { Kind } from '../../engine/documents/kinds'
import { checkDocument } from '../../engine/documents/validate'
import type { Remote } from '../couch/remote'
import { fromRemoteBody, remoteId } from '../couch/wire'
import { contentOf, join } from './incoming'
import type { Deletable } from './push'

/**
 * @param believed documents as the server was believed to have them, read before the server is asked: it may have newer
 *   ones, but none that says less
 * @throws RemoteError
 */
export async function hasForgotten<K extends Kind>(
  remote: Pick<Remote, 'read'>,
  kind: K,
  believed: readonly Deletable<K>[],
): Promise<boolean> {
  // A deletion may have been followed by a document of that name, which is news and no loss.
  const living = believed.filter(({ _deleted }) => !_deleted)
  if (living.length === 0) return false
  const current = await remote.read(living.map(({ id }) => remoteId(kind, id)))
  return living.some((document) => {
    const theirs = current.get(remoteId(kind, document.id))
    if (!theirs) return true
    if (!theirs.body) return false
    const checked = checkDocument(kind, fromRemoteBody(document.id, theirs.body))
    if (!checked.ok) return false
    const joined = join(kind, checked.document, contentOf(document))
    return joined !== undefined && !sameJson(joined, checked.document)
  })
}
