// Writers, transactions and readers at the same time, in random order. The law is the one replication lives by: whoever
// follows the changes by checkpoints, from wherever, ends with the latest state of every document.
import { now, type RxStorageDefaultCheckpoint, type RxStorageWriteErrorConflict } from 'rxdb/plugins/core'
import { describe, expect, test } from 'vitest'
import type { RxStorageSQLite } from '../../../src-main/storage/index'
import { type Doc, doc, find, type Instance, ids, onBench, page, plain, type Stored } from './harness'

const SEED = Number(process.env['SCV_SEED'] ?? Math.trunc(Math.random() * 2 ** 31))
console.log(`storage concurrency: SCV_SEED=${SEED}`)

/** Repeatable numbers in [0, 1); the scheduling of promises is repeatable too, that of timers is not. */
function random(seed: number): () => number {
  let state = seed % 2_147_483_647 || 1
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return state / 2_147_483_647
  }
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

interface Bulk {
  readonly ids: readonly string[]
  readonly checkpoint: RxStorageDefaultCheckpoint
}

async function write(
  instance: Instance,
  id: string,
  value: string,
  context: string,
  wait: () => Promise<void>,
): Promise<boolean> {
  const [previous] = await instance.findDocumentsById([id], true)
  // As RxDB does: the stamp is taken first, the turn of the writer comes later.
  const document = {
    ...doc(id, { value }, now()),
    _rev: `${Number.parseInt(previous?._rev ?? '0', 10) + 1}-${value}`,
  } as Stored
  await wait()
  const { error } = await instance.bulkWrite([previous ? { previous, document } : { document }], context)
  const conflict = error[0] as RxStorageWriteErrorConflict<Doc> | undefined
  if (conflict) expect([conflict.status, conflict.documentInDb.id]).toEqual([409, id])
  return conflict === undefined
}

async function scenario(seed: number): Promise<void> {
  await onBench('sqlite', async ({ create, storage }) => {
    const next = random(seed)
    const instances = [
      await create(plain, { multiInstance: true }),
      await create(plain, { multiInstance: true }),
    ] as const
    const [first] = instances
    const wait = async () => {
      while (next() < 0.4) await turn()
    }
    const bulks: Bulk[] = []
    first.changeStream().subscribe(({ events, checkpoint }) => {
      bulks.push({ ids: events.map(({ documentId }) => documentId), checkpoint })
    })
    let writing = 0
    let written = 0
    const lane = async (number: number) => {
      writing += 1
      const instance = instances[number % 2] as Instance
      for (let i = 0; i < 25; i += 1) {
        const id = `d${Math.trunc(next() * 12)}`
        if (next() < 0.25) {
          const transaction = await (storage as unknown as RxStorageSQLite).beginTransaction(instance.databaseName)
          await wait()
          // Documents of its own lane: a conflict inside would be legal, but would make the count below uncertain.
          const own = [`own${number}-${i}-a`, `own${number}-${i}-b`]
          for (const one of own) await write(instance, one, `t${number}.${i}`, transaction.context, wait)
          if (next() < 0.3) await transaction.rollback()
          else {
            await transaction.commit()
            written += 2
          }
        } else if (await write(instance, id, `l${number}.${i}`, 'lane', wait)) written += 1
      }
      writing -= 1
    }
    const followed = new Map<string, Stored>()
    const follow = async () => {
      let checkpoint: RxStorageDefaultCheckpoint | undefined
      for (;;) {
        const isLast = writing === 0
        const limit = 1 + Math.trunc(next() * 6)
        const answer = await (instances[1].getChangedDocumentsSince?.(limit, checkpoint) ?? {
          documents: [],
          checkpoint,
        })
        for (const document of answer.documents) followed.set(document.id, document)
        checkpoint = answer.checkpoint
        if (isLast && answer.documents.length < limit) return
        await turn()
      }
    }
    await Promise.all([...[0, 1, 2, 3].map(lane), follow()])

    const all = await find(first, { selector: {}, sort: [{ id: 'asc' }] })
    const latest = new Map(all.map((document) => [document.id, document]))
    expect(followed).toEqual(latest)
    expect(bulks.reduce((sum, bulk) => sum + bulk.ids.length, 0)).toBe(written)
    expect(new Set(bulks.flatMap((bulk) => bulk.ids))).toEqual(new Set(ids(all)))
    expect((await page(first, 5)).flat().length).toBe(all.length)
    for (const [i, { checkpoint }] of bulks.entries()) {
      const answer = await first.getChangedDocumentsSince?.(1_000, checkpoint)
      const told = new Set(ids(answer?.documents ?? []))
      const later = bulks.slice(i + 1).flatMap((bulk) => bulk.ids)
      expect({ i, missed: later.filter((id) => !told.has(id)) }).toEqual({ i, missed: [] })
    }
  })
}

describe('writers, transactions and readers at once', () => {
  for (let i = 0; i < Number(process.env['SCV_ROUNDS'] ?? 8); i += 1) {
    test(`whoever follows the changes misses none, round ${i}`, () => scenario(SEED + i))
  }
})
