// What we read of RxDB's private state (`exchange/rxdb-inside.ts`) is still there and means what we take it for: to be looked
// at whenever RxDB is raised.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RxCollection, WithDeleted } from 'rxdb'
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication'
import { firstValueFrom, Subject } from 'rxjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src-main/database'
import type { ContactDocument } from '../../src-main/engine/documents/contact'
import type { Change } from '../../src-main/engine/ports'
import {
  ARRIVED,
  believedDocuments,
  endReplication,
  isBusy,
  sendingNoted,
  sentCheckpoint,
  storedCheckpoint,
} from '../../src-main/replication/exchange/rxdb-inside'
import { contact } from './support/documents'

interface Place {
  page: number
}

let folder: string
let database: Database
let state: RxReplicationState<ContactDocument, Place>
let arriving: WithDeleted<ContactDocument>[]
let page: number
/** Lets a push end; undefined: it ends at once. */
let pushing: Promise<void> | undefined
let pushed: string[]
const rings$ = new Subject<'RESYNC'>()

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scv-rxdb-inside-'))
  database = await openDatabase(folder, { synchronous: 'OFF' })
  arriving = []
  page = 0
  pushing = undefined
  pushed = []
  state = replicateRxCollection<ContactDocument, Place>({
    collection: database.rx.collections.contacts as unknown as RxCollection<ContactDocument>,
    replicationIdentifier: 'inside',
    live: true,
    autoStart: false,
    waitForLeadership: false,
    pull: {
      batchSize: 1,
      stream$: rings$,
      async handler() {
        const documents = arriving.splice(0)
        page += documents.length
        return { documents, checkpoint: { page } }
      },
    },
    push: {
      async handler(rows) {
        await pushing
        pushed.push(...rows.map(({ newDocumentState }) => newDocumentState.id))
        return []
      },
    },
  })
})
afterEach(async () => {
  await database.close()
  rmSync(folder, { recursive: true })
})

const put = (document: ContactDocument) =>
  database.store.commit([{ kind: 'contacts', previous: undefined, next: document } as unknown as Change])

test('positions, what is believed, and whether it is at work', async () => {
  expect(isBusy(state)).toBe(true) // before it has started
  expect([storedCheckpoint(state), sentCheckpoint(state)]).toEqual([undefined, undefined])
  await state.start()
  await state.awaitInitialReplication()
  await expect.poll(() => isBusy(state)).toBe(false)

  const contexts: string[] = []
  const stream = database.rx.collections.contacts.storageInstance.changeStream()
  const watching = stream.subscribe(({ context }) => contexts.push(context))
  arriving = [{ ...contact('theirs', 'Ada', 'ann'), _deleted: false }]
  rings$.next('RESYNC')
  await expect.poll(() => storedCheckpoint(state)).toEqual({ page: 1 })
  expect(contexts.filter((context) => context.startsWith(ARRIVED))).toHaveLength(1)
  watching.unsubscribe()

  await put(contact('ours', 'Bob', 'ann'))
  await expect.poll(() => sentCheckpoint(state)?.id).toBe('ours')
  expect(sentCheckpoint(state)).toEqual({ id: 'ours', lwt: expect.any(Number) })
  expect(database.countSince('contacts', sentCheckpoint(state))).toBe(0)
  const believed = await believedDocuments(state, ['ours', 'theirs', 'never'])
  expect(believed.map((document) => (document as ContactDocument).id).sort()).toEqual(['ours', 'theirs'])
  await endReplication(state)
})

test('what is being sent is waited for, before news is taken in and when it ends', async () => {
  await state.start()
  await state.awaitInitialReplication()
  let release = () => {}
  pushing = new Promise((resolve) => {
    release = resolve
  })
  await put(contact('ours', 'Bob', 'ann'))
  await expect.poll(() => isBusy(state)).toBe(true)
  let noted = false
  const waiting = sendingNoted(state).then(() => {
    noted = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  expect(noted).toBe(false)
  release()
  await waiting
  expect(pushed).toEqual(['ours'])
  await expect.poll(() => sentCheckpoint(state)?.id).toBe('ours')

  pushing = new Promise((resolve) => {
    release = resolve
  })
  const beganAgain = firstValueFrom(state.active$)
  await put(contact('late', 'Cleo', 'ann'))
  await beganAgain
  let ended = false
  const ending = endReplication(state).then(() => {
    ended = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  release()
  await ending
  expect(ended).toBe(true)
  // What was under way when it ended is not noted as sent.
  expect(sentCheckpoint(state)?.id).toBe('ours')
})
