// From a change on the server to a document for a collection: checked, its branches joined, and what cannot be read set
// aside. Invariant: nothing that arrives is dropped silently, and nothing of ours goes because of it.
import { joinAdmitted } from '../../engine/documents/admitted'
import { sameJson } from '../../engine/documents/canonical-json'
import { type AnyDocument, type Documents, JOINS, type Kind } from '../../engine/documents/kinds'
import { isNoId } from '../../engine/documents/validate'
import type { DocumentStore } from '../../engine/ports'
import { stateOf } from '../couch/branches'
import type { Remote, RemoteDocument } from '../couch/remote'
import { fromRemoteId, remoteId, toRemoteBody } from '../couch/wire'
import type { SetAsideList } from '../state/sync-file'
import { patienceWith } from './patience'
import { contentOf, type Deletable, living, type Pulled, type PushOutcome, type PushRow, push } from './push'

/** @throws RemoteError when branches have to be read and cannot be; `LagError` when they are not there yet */
export async function takeIn(
  change: RemoteDocument,
  context: {
    remote: Pick<Remote, 'readRevision'>
    setAside: SetAsideList
    now(): number
    /** It stands there in several branches. */
    onBranches?(kind: Kind, id: string): void
  },
): Promise<{ kind: Kind; document: Pulled } | undefined> {
  const place = fromRemoteId(change.id)
  if (!place) return undefined // not of this product, such as a document of an administrator
  const { kind, id } = place
  const { remote, setAside, now, onBranches } = context
  if (change.deleted) {
    setAside.remove('unreadable', kind, id)
    if (isNoId(id)) return undefined
    return { kind, document: { id, _deleted: true } as Pulled }
  }
  const read = await stateOf(remote, kind, id, change)
  if (!read.ok) {
    setAside.put({
      kind: 'unreadable',
      collection: kind,
      documentId: id,
      reason: read.reason,
      at: new Date(now()).toISOString(),
      document: JSON.stringify({ _id: change.id, ...change.body }, null, 2),
    })
    return undefined
  }
  setAside.remove('unreadable', kind, id)
  if (change.conflicts) onBranches?.(kind, id)
  return { kind, document: { ...read.found.state, _deleted: false } as Pulled }
}

/**
 * News, each joined with what this device has. A page may have been read before something of ours was written, or hold a
 * document of which the server refused ours: RxDB believes that ours was sent, and would put the older one in its place.
 * To be called when RxDB is about to store them, not earlier.
 * @param isAside whether the server would not have ours of that id
 * @throws RemoteError when a document's deletion has to be looked at again and cannot be
 */
export async function notOlder<K extends Kind>(
  store: DocumentStore,
  remote: Pick<Remote, 'read' | 'copies'>,
  kind: K,
  news: readonly Deletable<K>[],
  isAside: (id: string) => boolean = () => false,
): Promise<Deletable<K>[]> {
  if (news.length === 0) return []
  const own = await store.get(
    kind,
    news.map(({ id }) => id),
  )
  // Ours may have been written over the tombstone meanwhile: the deletion is as old as its page.
  const deleted = news.filter(({ id, _deleted }) => _deleted && own.has(id)).map(({ id }) => remoteId(kind, id))
  const now = await livingOf(remote, deleted)
  return news.map((theirs) => {
    const ours = own.get(theirs.id)
    if (!ours) return theirs
    // What the server would not have of ours over its deletion stands here until it is decided.
    if (theirs._deleted) return isAside(theirs.id) || now.has(remoteId(kind, theirs.id)) ? living(ours) : theirs
    return joined(kind, theirs, ours)
  })
}

/** Those that live all the same; of several copies one may not have heard of the deletion yet. */
async function livingOf(remote: Pick<Remote, 'read' | 'copies'>, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const patience = patienceWith(remote)
  let asked = ids
  while (asked.length > 0) {
    const found = await remote.read(asked)
    asked = asked.filter((id) => found.get(id)?.body)
    if (asked.length === 0 || !(await patience.again())) break
  }
  return new Set(asked)
}

/**
 * Sends what ours says more than the news, so that RxDB is not told that the server has what it has not: others may have
 * made a document anew that was deleted there, without what we had sent of it. A page that was read too early costs a look.
 * @param theirs as they came, in the order of `news`
 * @throws RemoteError
 */
export function sendMore<K extends Kind>(
  remote: Pick<Remote, 'read' | 'readRevision' | 'write' | 'copies'>,
  kind: K,
  theirs: readonly Deletable<K>[],
  news: readonly Deletable<K>[],
  user = '',
): Promise<PushOutcome<K>> {
  const rows = news.flatMap((next, i): PushRow<K>[] => {
    const assumed = theirs[i]
    if (!assumed || next === assumed || sameJson(next, assumed)) return []
    return assumed._deleted || join(kind, contentOf(assumed), next) ? [{ assumed, next }] : []
  })
  return push(remote, kind, rows, true, user)
}

function joined<K extends Kind>(kind: K, theirs: Deletable<K>, ours: Documents[K]): Deletable<K> {
  if (sameJson(toRemoteBody(theirs as AnyDocument), toRemoteBody(ours))) return theirs
  // What cannot be joined is set aside when it is sent, and stands here until a person decides.
  return living(attempt(() => joinAdmitted(kind, contentOf(theirs), ours)) ?? ours)
}

/** @returns undefined where the two cannot be joined */
export function join<K extends Kind>(kind: K, theirs: Documents[K], ours: Documents[K]): Documents[K] | undefined {
  return attempt(() => JOINS[kind](theirs, ours))
}

function attempt<T>(joining: () => T): T | undefined {
  try {
    return joining()
  } catch {
    return undefined
  }
}
