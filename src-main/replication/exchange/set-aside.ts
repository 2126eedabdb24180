// What to do with a change that was set aside: try it again, or give it up.
// Invariant: an entry goes only when its document went through, or when a person gave it up.
import type { Database } from '../../database'
import { joinAdmitted } from '../../engine/documents/admitted'
import { asIdOf, type Documents, type Kind } from '../../engine/documents/kinds'
import type { Change, DocumentStore } from '../../engine/ports'
import { stateOf } from '../couch/branches'
import type { Remote } from '../couch/remote'
import { remoteId } from '../couch/wire'
import type { AsideKey, SetAsideList } from '../state/sync-file'
import { toldReason } from './in-its-time'
import { type Deletable, push } from './push'

/** Meetings of one document with the server's in a row, before it is left for another time. */
const ROUNDS = 4

/** Notes that the server would not have a change of ours. */
export function noteRefused(setAside: SetAsideList, kind: Kind, id: string, reason: string, now: number): void {
  setAside.put({
    kind: 'refused',
    collection: kind,
    documentId: id,
    reason: toldReason(reason),
    at: new Date(now).toISOString(),
    document: '', // read from the database when it is shown: no copy that an erasure would not reach
  })
}

/** Notes that the server names a revision which none of its copies gives. */
export function noteLost(setAside: SetAsideList, kind: Kind, id: string, rev: string, now: number): void {
  setAside.put({
    kind: 'unreadable',
    collection: kind,
    documentId: id,
    reason: `The server names revision ${rev}, and none of its copies gives it.`,
    at: new Date(now).toISOString(),
    document: '',
  })
}

/** Sends what was refused, or reads what could not be read, once more. @throws RemoteError, ScvError */
export async function retryAside(
  remote: Pick<Remote, 'read' | 'readRevision' | 'write' | 'copies'>,
  store: DocumentStore,
  setAside: SetAsideList,
  { kind: direction, collection: kind, documentId: id }: AsideKey,
  now: () => number,
  user = '',
): Promise<void> {
  /** What the server was found to have: ours contains it by now, so it is no conflict any more. */
  let assumed: Deletable<Kind> | undefined
  for (let round = 0; round < ROUNDS; round += 1) {
    const mine = (await store.get(kind, [asIdOf(kind, id)])).get(asIdOf(kind, id))
    if (direction === 'refused') {
      if (!mine) return setAside.remove('refused', kind, id)
      const next = { ...mine, _deleted: false } as Deletable<Kind>
      const { conflicts, refused, sent } = await push(remote, kind, [{ assumed, next }], true, user)
      if (sent.length > 0) return setAside.remove('refused', kind, id)
      const [no] = refused
      if (no) return noteRefused(setAside, kind, id, no.reason, now())
      const [master] = conflicts
      if (!master || master._deleted) return
      assumed = master
      await keepJoined(store, kind, mine, master)
      // The join may say no more than the server has: then it is sent already, and the next round finds so.
    } else {
      const theirs = (await remote.read([remoteId(kind, id)])).get(remoteId(kind, id))
      if (!theirs || theirs.deleted) return setAside.remove('unreadable', kind, id)
      const read = await stateOf(remote, kind, id, theirs)
      if (!read.ok) return
      await keepJoined(store, kind, mine, read.found.state)
      return setAside.remove('unreadable', kind, id)
    }
  }
}

async function keepJoined<K extends Kind>(
  store: DocumentStore,
  kind: K,
  mine: Documents[K] | undefined,
  theirs: Documents[K],
): Promise<void> {
  const { _deleted, ...content } = theirs as Deletable<K>
  const next = mine
    ? joinAdmitted(kind, content as unknown as Documents[K], mine)
    : (content as unknown as Documents[K])
  await store.commit([{ kind, previous: mine, next } as unknown as Change])
}

/**
 * Gives an entry up: this device takes what the server has, or nothing where it has nothing. What could not be read is
 * forgotten, and comes again when it is changed.
 * @throws RemoteError, ScvError
 */
export async function dropAside(
  remote: Pick<Remote, 'read' | 'readRevision'> | undefined,
  database: Pick<Database, 'store' | 'purge'>,
  setAside: SetAsideList,
  { kind: direction, collection: kind, documentId: id }: AsideKey,
): Promise<void> {
  if (direction === 'refused' && remote) {
    const theirs = (await remote.read([remoteId(kind, id)])).get(remoteId(kind, id))
    const read = theirs?.body && (await stateOf(remote, kind, id, theirs))
    const previous = (await database.store.get(kind, [asIdOf(kind, id)])).get(asIdOf(kind, id))
    if (read?.ok) await database.store.commit([{ kind, previous, next: read.found.state } as unknown as Change])
    else if (!theirs?.body) await database.purge(kind, [id])
  }
  setAside.remove(direction, kind, id)
}
