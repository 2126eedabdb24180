// From a change on the server to a document for a collection: checked, its branches joined, and what cannot be read set
// aside. Invariant: nothing that arrives is dropped silently; what was refused of ours is never overwritten by it.

import { type Documents, JOINS, type Kind } from '../engine/documents/kinds'
import { checkDocument } from '../engine/documents/validate'
import type { DocumentStore } from '../engine/ports'
import { joinBranches } from './branches'
import type { Pulled } from './collections'
import type { Remote, RemoteDocument } from './remote'
import type { SetAsideList } from './sync-file'
import { fromRemoteBody, fromRemoteId } from './wire'

/** @throws RemoteError when branches have to be read and cannot be */
export async function takeIn(
  change: RemoteDocument,
  context: {
    remote: Pick<Remote, 'readRevision' | 'write'>
    store: DocumentStore
    setAside: SetAsideList
    now(): number
  },
): Promise<{ kind: Kind; document: Pulled } | undefined> {
  const place = fromRemoteId(change.id)
  if (!place) return undefined // somebody else's, such as a document of an administrator
  const { kind, id } = place
  const { remote, store, setAside, now } = context
  if (change.deleted || !change.body) {
    setAside.remove('unreadable', kind, id)
    return { kind, document: { id, _deleted: true } as Pulled }
  }
  const checked = checkDocument(kind, fromRemoteBody(id, change.body))
  if (!checked.ok) {
    setAside.put({
      kind: 'unreadable',
      collection: kind,
      documentId: id,
      reason: checked.reason,
      at: new Date(now()).toISOString(),
      document: JSON.stringify({ _id: change.id, ...change.body }, null, 2),
    })
    return undefined
  }
  setAside.remove('unreadable', kind, id)
  let document: Documents[Kind] = checked.document
  if (change.conflicts) document = await joinBranches(remote, kind, id, change, document as never)
  if (setAside.has('refused', kind, id)) {
    // RxDB believes that the server has what it refused, and would take this for news: keep both.
    const mine = (await store.get(kind, [id])).get(id)
    const join: (a: Documents[Kind], b: Documents[Kind]) => Documents[Kind] = JOINS[kind] as never
    if (mine) document = join(document, mine)
  }
  return { kind, document: { ...document, _deleted: false } as Pulled }
}
