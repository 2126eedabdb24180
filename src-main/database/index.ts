// The database: RxDB collections on our SQLite storage, offered to the engine as its document store and to the
// projections as their feed. Invariant: a commit is one storage transaction over all collections, or nothing.
import { join } from 'node:path'
import { ScvError } from '@shared/errors'
import {
  createRxDatabase,
  getChangedDocumentsSince,
  type RxCollection,
  type RxDatabase,
  type RxDocumentData,
} from 'rxdb'
import { map, merge as mergeStreams } from 'rxjs'
import type { Changed, DocumentFeed } from '../engine/document-feed'
import { type AnyDocument, type Documents, KINDS, type Kind } from '../engine/documents/kinds'
import type { Change, DocumentStore } from '../engine/ports'
import { getRxStorageSQLite, type RxStorageInstanceSQLite, type StorageSettings } from '../storage'
import { conflictHandler } from './conflict-handler'
import { SCHEMAS } from './schemas'
import { storageFailure } from './storage-failure'

type Collections = { [K in Kind]: RxCollection<Documents[K]> }

export interface Database {
  readonly store: DocumentStore
  readonly feed: DocumentFeed
  /** The RxDB side, for replication. */
  readonly rx: RxDatabase<Collections>
  /** How many documents of a kind were written after a checkpoint of RxDB's (undefined: all), purged ones included. */
  countSince(kind: Kind, checkpoint: { id: string; lwt: number } | undefined): number
  /** Per kind, a checkpoint behind everything that is stored. */
  newestChanges(): Record<Kind, { id: string; lwt: number }>
  /** Takes documents out of this device alone, as if they had never arrived. */
  purge(kind: Kind, ids: readonly string[]): Promise<void>
  close(): Promise<void>
}

/** What our storage offers beyond RxDB's interface. */
type OurInstance = Pick<
  RxStorageInstanceSQLite<AnyDocument>,
  'countChangedDocumentsSince' | 'newestChange' | 'textsAfter' | 'committedUpTo' | 'lastRow'
>

const NAME = 'scv'
/** Behind every id: changes may bear one time. */
const LAST_ID = '\uffff'

/** Contexts in which RxDB's replication writes. A power cut may take those back: the feed's position waits for `flush`. */
const isReplication = (context: string): boolean => context.startsWith('replication-')

/**
 * Opens the documents in a folder, creating what is missing.
 * @param settings `synchronous` less than FULL gives up durability for speed: for tests and throw-away copies
 * @throws ScvError `folder_in_use`, `storage_corrupt`, `storage_failed`
 */
export async function openDatabase(
  folder: string,
  settings: Pick<StorageSettings, 'synchronous'> = {},
): Promise<Database> {
  // Erased values are overwritten in the file, not only unlinked (domain specification, section 3).
  const pragmas = { secure_delete: 'ON' }
  const storage = getRxStorageSQLite({
    folder: join(folder, 'documents'),
    pragmas,
    relaxed: isReplication,
    ...settings,
  })
  let rx: RxDatabase<Collections>
  try {
    rx = await createRxDatabase<Collections>({ name: NAME, storage, multiInstance: false, eventReduce: true })
    await rx.addCollections(
      Object.fromEntries(
        KINDS.map((kind) => [kind, { schema: SCHEMAS[kind], conflictHandler: conflictHandler(kind) }]),
      ),
    )
  } catch (error) {
    throw storageFailure(error)
  }
  const instanceOf = <K extends Kind>(kind: K) => (rx.collections as Collections)[kind].storageInstance
  /** The instance as the storage made it, without what RxDB wraps around it. */
  const storageOf = (kind: Kind) =>
    (rx.collections as Collections)[kind].internalStorageInstance as unknown as OurInstance

  const store: DocumentStore = {
    async get(kind, ids) {
      const documents = await instanceOf(kind).findDocumentsById([...new Set(ids)], false)
      return new Map(documents.map((document) => [document.id, document as Documents[typeof kind]]))
    },

    async commit(changes, { durable } = { durable: true }) {
      if (changes.length === 0) return
      const transaction = await storage.beginTransaction(NAME, { relaxed: !durable })
      try {
        for (const kind of KINDS) {
          const rows = changes.filter((change) => change.kind === kind).map(toRow)
          if (rows.length === 0) continue
          const { error } = await instanceOf(kind).bulkWrite(rows as never, transaction.context)
          if (error.length > 0)
            throw new ScvError('conflict', 'Someone else changed this at the same moment. Try again.', {
              details: { kind, ids: error.map((one) => one.documentId) },
            })
        }
        await transaction.commit()
      } catch (error) {
        await transaction.rollback()
        throw storageFailure(error)
      }
    },

    async flush() {
      try {
        await storage.flush(NAME)
      } catch (error) {
        throw storageFailure(error)
      }
    },

    async scrub() {
      try {
        await storage.cutLog(NAME)
      } catch (error) {
        throw storageFailure(error)
      }
    },

    async *scan(kind, pageSize) {
      let checkpoint: unknown
      for (;;) {
        const page = await getChangedDocumentsSince(instanceOf(kind), pageSize, checkpoint)
        if (page.documents.length === 0) return
        checkpoint = page.checkpoint
        const living = page.documents.filter((document) => !document._deleted)
        if (living.length > 0) yield living as Documents[typeof kind][]
      }
    },
  }

  const feed: DocumentFeed = {
    committed$: mergeStreams(
      ...KINDS.map((kind) =>
        instanceOf(kind)
          .changeStream()
          .pipe(
            map((bulk) => ({
              kind,
              checkpoint: bulk.checkpoint,
              changes: bulk.events.map(({ documentData, operation, previousDocumentData }) =>
                changed(kind, documentData, operation === 'INSERT' && !previousDocumentData),
              ),
            })),
          ),
      ),
    ),
    async since(kind, checkpoint, limit) {
      const page = await getChangedDocumentsSince(instanceOf(kind), limit, checkpoint)
      return { changes: page.documents.map((document) => changed(kind, document)), checkpoint: page.checkpoint }
    },
    async reaches(kind, checkpoint) {
      const moment = { id: '', lwt: (checkpoint as { lwt: number }).lwt }
      return (await getChangedDocumentsSince(instanceOf(kind), 1, moment)).documents.length > 0
    },
    position: () =>
      Object.fromEntries(
        KINDS.map((kind) => [kind, { id: LAST_ID, lwt: storageOf(kind).committedUpTo }]),
      ) as unknown as ReturnType<DocumentFeed['position']>,
    size: (kind) => storageOf(kind).lastRow,
    async texts(kind, after, limit) {
      const { texts, last } = await storageOf(kind).textsAfter(typeof after === 'number' ? after : 0, limit)
      return { texts, after: last }
    },
  }

  return {
    store,
    feed,
    rx,
    countSince: (kind, checkpoint) => storageOf(kind).countChangedDocumentsSince(checkpoint),
    newestChanges: () =>
      Object.fromEntries(KINDS.map((kind) => [kind, { id: LAST_ID, lwt: storageOf(kind).newestChange }])) as ReturnType<
        Database['newestChanges']
      >,
    async purge(kind, ids) {
      const found = await instanceOf(kind).findDocumentsById([...ids], false)
      const rows = found.map((previous) => ({ previous, document: { ...previous, _deleted: true } }))
      if (rows.length > 0) await instanceOf(kind).bulkWrite(rows as never, 'purge')
    },
    close: async () => void (await rx.close()),
  }
}

function changed<K extends Kind>(
  kind: K,
  document: RxDocumentData<Documents[K]> | Documents[K],
  isNew = false,
): Changed {
  const { _deleted, _meta, _rev, _attachments, ...content } = document as RxDocumentData<Documents[Kind]>
  return { kind, id: content.id, document: _deleted ? undefined : content, isNew } as Changed
}

/** RxDB's bookkeeping goes with what was read; the storage refuses the row if that is no longer the latest revision. */
function toRow({ previous, next }: Change) {
  const former = previous as RxDocumentData<Documents[Kind]> | undefined
  return {
    ...(former ? { previous: former } : {}),
    document: {
      ...next,
      _deleted: false,
      _attachments: former?._attachments ?? {},
      _meta: { ...former?._meta },
      _rev: former?._rev ?? '',
    },
  }
}
