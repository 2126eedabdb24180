// Replication with an organisation's CouchDB: what the application needs of it.

import { join } from 'node:path'
import type { SetAside } from '@shared/contract/sync'
import { NO_STAMP } from '@shared/model/ids'
import type { Database } from '../database'
import { type AnyDocument, asIdOf, type Kind } from '../engine/documents/kinds'
import { toRemoteBody } from './couch/wire'
import { createSecrets, type Keychain } from './state/secrets'
import { createReplication, type Replication, type ReplicationOptions } from './state/service'
import type { SyncFile } from './state/sync-file'

export type { Keychain } from './state/secrets'
export type { Replication } from './state/service'
export { openSyncFile, type SyncFile } from './state/sync-file'

/** @param folder where passwords and the state of sync are kept */
export function openReplication(
  options: Omit<ReplicationOptions, 'secrets'> & { folder: string; keychain: Keychain | undefined },
): {
  replication: Replication
  setAside: ReturnType<typeof setAsideList>
  keychainAvailable(): boolean
  isPassword(text: string): boolean | undefined
} {
  const { folder, keychain, file, database } = options
  const secrets = createSecrets(join(folder, 'password.json'), keychain)
  if (file.state.forSession) file.save({ signedOut: true, forSession: false })
  // A version before did not note what it sent: everything may have been.
  if (file.state.sentStamp === null)
    file.save({ sentStamp: file.state.adopted ? (options.adopting?.latestStamp() ?? NO_STAMP) : NO_STAMP })
  // From now on the name that the marks are under stands beside them.
  if (file.state.markDevice === null) file.save({ markDevice: options.deviceId })
  const replication = createReplication({ ...options, secrets })
  return {
    replication,
    setAside: setAsideList(file, database, replication),
    keychainAvailable: () => secrets.keychainAvailable,
    isPassword: (text) => secrets.is(text),
  }
}

/** What was set aside, with the documents as they are now. */
function setAsideList(file: SyncFile, database: Database, replication: Replication) {
  async function filled(entry: SetAside): Promise<SetAside> {
    if (entry.kind !== 'refused') return entry
    const id = asIdOf(entry.collection, entry.documentId)
    const own = (await database.store.get(entry.collection, [id])).get(id)
    return { ...entry, document: own ? readable(entry.collection, own) : '' }
  }
  return {
    /** Newest first; of one kind or of both. */
    async list(offset: number, limit: number, kind?: SetAside['kind']) {
      const { total, items } = file.setAside.list(offset, limit, kind)
      return { total, items: await Promise.all(items.map(filled)) }
    },
    async get(id: string) {
      const entry = file.setAside.get(id)
      return entry && filled(entry)
    },
    count: (kind: SetAside['kind']): number => [...file.setAside.counts(kind).values()].reduce((sum, n) => sum + n, 0),
    changes$: file.setAside.changes$.asObservable(),
    retry: (id?: string) => replication.retry(id),
    drop: (id: string) => replication.drop(id),
  }
}

const readable = (kind: Kind, document: AnyDocument): string =>
  JSON.stringify({ _id: `${kind}:${document.id}`, ...toRemoteBody(document) }, null, 2)
