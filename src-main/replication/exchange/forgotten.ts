// Whether the server has lost what came from it since the last mark: one that was restored to a moment after that mark
// remembers it all the same (replica-marker.ts). What is ours to send needs no such look: a mark follows every write.

import type { Database } from '../../database'
import { sameJson } from '../../engine/documents/canonical-json'
import { KINDS, type Kind } from '../../engine/documents/kinds'
import { stateOf } from '../couch/branches'
import { LagError, type Remote, type RemoteDocument, RemoteError } from '../couch/remote'
import { remoteId } from '../couch/wire'
import { beginGeneration } from '../state/server-generation'
import type { SyncFile } from '../state/sync-file'
import { join } from './incoming'
import type { Marks } from './marks'
import { patienceWith } from './patience'
import { contentOf, type Deletable } from './push'
import type { SentUpTo } from './rxdb-inside'

/**
 * @param believed documents as the server was believed to have them, read before the server is asked: it may have newer
 *   ones, but none that says less
 * @throws RemoteError
 */
async function hasForgotten<K extends Kind>(
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

/** Documents compared between two marks: the first of a connection, which may not last, and the most. */
const COMPARED_FIRST = 20
const COMPARED_MOST = 500

/** A reason to meet again at once, and no failure. */
export const setUpAnew = (): RemoteError => new RemoteError('cancelled', 'The organisation’s database was set up anew.')

/**
 * Looks whether the server still has what came from it since the last mark.
 * @param believed documents as it is believed to have them, of those among the ids that it is believed to have
 * @throws RemoteError when it has not: a new generation has begun then
 */
export async function compareSinceMark(options: {
  database: Pick<Database, 'feed'>
  file: SyncFile
  remote: Pick<Remote, 'read' | 'readRevision' | 'copies'>
  marks: Pick<Marks, 'markUpTo'>
  believed(kind: Kind, ids: readonly string[]): Promise<object[]>
}): Promise<void> {
  const { database, file, remote, marks } = options
  // Before anything is believed of a server it gets a mark: what is stored until the next one is compared then.
  if (!file.state.markedUpTo) return marks.markUpTo()
  let atOnce = COMPARED_FIRST
  for (const kind of KINDS) {
    let checkpoint: unknown = file.state.markedUpTo[kind]
    for (;;) {
      const page = await database.feed.since(kind, checkpoint, atOnce)
      if (page.changes.length === 0) break
      checkpoint = page.checkpoint
      // What was refused of ours RxDB takes for sent.
      const ids = page.changes.map(({ id }) => id).filter((id) => !file.setAside.has('refused', kind, id))
      const believed = (await options.believed(kind, ids)) as Deletable<Kind>[]
      if (believed.length === 0) continue // ours, and not sent yet
      if (await hasForgotten(remote, kind, believed)) {
        beginGeneration(file)
        throw setUpAnew()
      }
      // A connection that does not last gets somewhere, too.
      await marks.markUpTo({ ...file.state.markedUpTo, [kind]: page.checkpoint as SentUpTo })
      atOnce = Math.min(2 * atOnce, COMPARED_MOST)
    }
  }
}
