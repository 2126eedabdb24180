// The storage against raw SQLite and RxDB's memory storage.
// Options: --docs N (100000), --million N (1000000; 0 leaves that part out), --synchronous FULL|NORMAL, --json, --strict.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { RxCollection, RxDocumentData } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { getRxStorageSQLite, type StorageSettings } from '../../src-main/storage'
import {
  type BenchRow,
  flag,
  median,
  numberOption,
  randomSource,
  report,
  row,
  scratchFolder,
  timed,
  watchEventLoop,
} from './harness'
import { CITIES, idOf, openPeople, type Person, personOf, RawPeople } from './storage-engines'
import { benchMillion, measureOpening } from './storage-million'

const BATCH = 1000
const docs = numberOption('docs', 100_000)
const million = numberOption('million', 1_000_000)
const synchronous: 'FULL' | 'NORMAL' = flag('normal') ? 'NORMAL' : 'FULL'
const pick = randomSource(42)
const rows: BenchRow[] = []

// A fresh process for one opening, started by benchMillion.
const opening = process.argv.indexOf('--open')
if (opening >= 0) {
  await measureOpening(process.argv[opening + 1] ?? '', numberOption('open-count', 0))
  process.exit(0)
}

const settingsFor = (folder: string): StorageSettings => ({ folder, synchronous })

/** Alternates the contenders and takes the median of each, so that a busy moment of the machine hits all alike. */
async function race<Name extends string>(
  repetitions: number,
  contenders: Record<Name, (repetition: number) => unknown>,
): Promise<Record<Name, number>> {
  const names = Object.keys(contenders) as Name[]
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let i = 0; i < repetitions; i++) {
    for (const name of names) times[name].push(await timed(() => contenders[name](i)))
  }
  return Object.fromEntries(names.map((name) => [name, median(times[name])])) as Record<Name, number>
}

const people = Array.from({ length: docs }, (_, i) => personOf(i))
const batchesOf = (from: number, to: number): Person[][] => {
  const batches: Person[][] = []
  for (let i = from; i < to; i += BATCH) batches.push(people.slice(i, Math.min(to, i + BATCH)))
  return batches
}
const someIds = (count: number): string[] => Array.from({ length: count }, () => idOf(pick(docs)))

const folder = scratchFolder()
const oursFolder = join(folder, 'ours')
const rawFolder = join(folder, 'raw')
mkdirSync(rawFolder)
let ours = await openPeople(getRxStorageSQLite(settingsFor(oursFolder)), 'people')
const memory = await openPeople(getRxStorageMemory(), 'people')
let raw = new RawPeople(rawFolder, synchronous)

/** Inserts ten tenths of all documents, alternating, and compares the sums of their times. */
async function benchInsert(): Promise<void> {
  const times = { ours: 0, raw: 0, memory: 0 }
  for (const batch of batchesOf(0, docs)) {
    times.ours += await timed(() => ours.people.bulkInsert(batch))
    times.raw += await timed(() => raw.insert(batch))
    // The memory storage puts documents into its indexes at the next read, so that belongs to the insert.
    times.memory += await timed(async () => {
      await memory.people.bulkInsert(batch)
      await memory.people.storageInstance.findDocumentsById(['none'], false)
    })
  }
  const perSecond = (ms: number): number => (docs / ms) * 1000
  rows.push(row('bulk insert', 'docs/s', perSecond(times.ours), perSecond(times.raw), '≥ 0.7'))
  rows.push(row('bulk insert, against memory', 'docs/s', perSecond(times.ours), perSecond(times.memory), ''))
}

const changedPerson = (person: Person, round: number): Person => ({
  ...person,
  birthYear: 1930 + ((person.birthYear + round + 1) % 80),
  notes: `${person.notes} ${round}`,
})

type Row = { previous: RxDocumentData<Person>; document: RxDocumentData<Person> }

async function updateRows(collection: RxCollection<Person>, batch: Person[], round: number): Promise<Row[]> {
  const stored = await collection.storageInstance.findDocumentsById(
    batch.map((person) => person.id),
    false,
  )
  const byId = new Map(stored.map((document) => [document.id, document]))
  return batch.flatMap((person) => {
    const previous = byId.get(person.id)
    return previous ? [{ previous, document: { ...previous, ...changedPerson(person, round) } }] : []
  })
}

async function benchUpdate(): Promise<void> {
  const upsert = { ours: 0, raw: 0, memory: 0 }
  const write = { ours: 0, raw: 0 }
  let count = 0
  for (const [i, batch] of batchesOf(0, Math.min(docs, 30_000)).entries()) {
    count += batch.length
    const changed = batch.map((person) => changedPerson(person, i))
    upsert.ours += await timed(() => ours.people.bulkUpsert(changed))
    upsert.raw += await timed(() => raw.update(changed))
    upsert.memory += await timed(async () => {
      await memory.people.bulkUpsert(changed)
      await memory.people.storageInstance.findDocumentsById(['none'], false)
    })
    const again = await updateRows(ours.people, batch, i + 50)
    write.ours += await timed(() => ours.people.storageInstance.bulkWrite(again, 'bench'))
    write.raw += await timed(() => raw.update(again.map(({ document }) => document)))
  }
  const perSecond = (ms: number): number => (count / ms) * 1000
  rows.push(row('bulk update, bulkWrite', 'docs/s', perSecond(write.ours), perSecond(write.raw), '≥ 0.5'))
  rows.push(
    row('bulk update, bulkUpsert (reads, then writes)', 'docs/s', perSecond(upsert.ours), perSecond(upsert.raw), ''),
  )
  rows.push(row('bulkUpsert, against memory', 'docs/s', perSecond(upsert.ours), perSecond(upsert.memory), ''))
}

/** Inserts one document at a time, each acknowledged before the next. */
async function benchSingleWrites(): Promise<void> {
  const from = docs + 10_000_000
  const times = await race(101, {
    raw: (i) => raw.insert([personOf(from + i)]),
    ours: (i) => ours.people.insert(personOf(from + i)),
  })
  rows.push(row('insert one, acknowledged', 'ms', times.ours, times.raw, ''))
}

async function benchPointReads(): Promise<void> {
  const perCall = 100
  const each = async (read: (id: string) => unknown): Promise<void> => {
    for (const id of someIds(perCall)) await read(id)
  }
  // Caches as they are in a program that has run for a while.
  for (const id of someIds(20_000)) {
    raw.byId(id)
    await ours.people.storageInstance.findDocumentsById([id], false)
  }
  const times = await race(61, {
    raw: () => each((id) => raw.byId(id)),
    storage: () => each((id) => ours.people.storageInstance.findDocumentsById([id], false)),
    findOne: () => each((id) => ours.people.findOne(id).exec()),
    memory: () => each((id) => memory.people.findOne(id).exec()),
  })
  const micros = (ms: number): number => (ms / perCall) * 1000
  rows.push(row('one by id, storage', 'µs', micros(times.storage), micros(times.raw), '≤ 1.5'))
  rows.push(row('one by id, findOne', 'µs', micros(times.findOne), micros(times.raw), '≤ 4'))
  rows.push(row('findOne, against memory', 'µs', micros(times.findOne), micros(times.memory), ''))

  const many = await race(15, {
    raw: () => someIds(BATCH).map((id) => raw.byId(id)),
    ours: () => ours.people.findByIds(someIds(BATCH)).exec(),
    memory: () => memory.people.findByIds(someIds(BATCH)).exec(),
  })
  rows.push(row('1,000 by id', 'ms', many.ours, many.raw, '≤ 2'))
  rows.push(row('1,000 by id, against memory', 'ms', many.ours, many.memory, ''))
}

async function benchRanges(): Promise<void> {
  for (const direction of ['asc', 'desc'] as const) {
    // A new year each time: neither RxDB's query cache nor anybody's result cache may answer.
    const find = (collection: RxCollection<Person>, year: number): Promise<unknown> =>
      collection
        .find({
          selector: { birthYear: direction === 'asc' ? { $gte: year } : { $lte: year } },
          sort: [{ birthYear: direction }],
          limit: 50,
        })
        .exec()
    const times = await race(31, {
      raw: (i) => raw.range(direction, 1940 + i),
      ours: (i) => find(ours.people, 1940 + i),
      memory: (i) => find(memory.people, 1940 + i),
    })
    rows.push(row(`indexed range, ${direction}, limit 50`, 'ms', times.ours, times.raw, '≤ 2.5'))
    const goal = direction === 'desc' ? '≤ 1' : ''
    rows.push(row(`indexed range, ${direction}, against memory`, 'ms', times.ours, times.memory, goal))
  }
}

async function benchCountAndChanges(): Promise<void> {
  const count = (collection: RxCollection<Person>, i: number): Promise<number> =>
    collection.count({ selector: { city: `City ${i % CITIES}` } }).exec()
  const times = await race(41, {
    raw: (i) => raw.count(`City ${i % CITIES}`),
    ours: (i) => count(ours.people, i),
    memory: (i) => count(memory.people, i),
  })
  rows.push(row('count by an indexed value', 'ms', times.ours, times.raw, '≤ 2'))
  rows.push(row('count, against memory', 'ms', times.ours, times.memory, ''))

  let checkpoint: unknown
  let last = { lwt: 0, id: '' }
  const changes = await race(31, {
    raw: () => {
      const found = raw.changesSince(last.lwt, last.id)
      const end = found[found.length - 1]
      if (end) last = { lwt: end._meta.lwt, id: end.id }
    },
    ours: async () => {
      const found = await ours.people.storageInstance.getChangedDocumentsSince?.(BATCH, checkpoint)
      checkpoint = found?.checkpoint
    },
  })
  rows.push(row('changes since a checkpoint, 1,000', 'ms', changes.ours, changes.raw, '≤ 2'))
}

type UpdateRows = Awaited<ReturnType<typeof updateRows>>

/** Documents with all that RxDB's wrapper adds, for calls to the storage itself. */
function stamped(changes: UpdateRows, round: number): UpdateRows {
  return changes.map(({ previous, document }) => ({
    previous,
    document: {
      ...document,
      _rev: `${Number.parseInt(previous._rev, 10) + 1}-bench`,
      _meta: { lwt: Date.now() + round / 100 },
    },
  }))
}

/** The longest pause of the event loop during each kind of call with 1,000 documents, over several calls. */
async function benchBlocking(): Promise<void> {
  const collection = ours.people
  const instance = collection.storageInstance
  let round = 100
  // Each is prepared outside of what is measured, and returns the call.
  const calls: Record<string, () => Promise<() => Promise<unknown>>> = {
    bulkInsert: async () => {
      round++
      const fresh = Array.from({ length: BATCH }, (_, i) => personOf(docs + round * BATCH + i))
      return () => collection.bulkInsert(fresh)
    },
    'bulkWrite (update)': async () => {
      round++
      const start = pick(docs - BATCH)
      const changes = await updateRows(collection, people.slice(start, start + BATCH), round)
      return () => instance.bulkWrite(changes, 'bench')
    },
    'bulkWrite (update), storage alone': async () => {
      round++
      const start = pick(docs - BATCH)
      const changes = stamped(await updateRows(collection, people.slice(start, start + BATCH), round), round)
      return () => instance.originalStorageInstance.bulkWrite(changes, 'bench')
    },
    findByIds: async () => {
      const ids = someIds(BATCH)
      return () => collection.findByIds(ids).exec()
    },
    'find in index order': async () => {
      const selector = { birthYear: { $gte: 1940 + (round++ % 60) } }
      return () => collection.find({ selector, sort: [{ birthYear: 'asc' }], limit: BATCH }).exec()
    },
    'find 2,000 sorted by a field without index': async () => {
      const selector = { city: `City ${round++ % CITIES}` }
      return () => collection.find({ selector, sort: [{ notes: 'asc' }], limit: BATCH }).exec()
    },
    getChangedDocumentsSince: async () => async () => instance.getChangedDocumentsSince?.(BATCH),
  }
  for (const [name, prepare] of Object.entries(calls)) {
    await (await prepare())()
    const pauses: number[] = []
    for (let i = 0; i < 15; i++) {
      const call = await prepare()
      await new Promise((resolve) => setTimeout(resolve, 20))
      const watch = watchEventLoop()
      await new Promise((resolve) => setImmediate(resolve))
      await call()
      pauses.push(watch.stop())
    }
    rows.push(row(`longest block in a call, ${name}, 1,000 docs`, 'ms', median(pauses), 0, '< 30'))
    rows.push(row('  the same, worst of 15 calls', 'ms', Math.max(...pauses), 0, ''))
  }
}

await benchInsert()
// Both read from a closed and reopened file: no log left over, caches empty.
raw.close()
await ours.database.close()
raw = new RawPeople(rawFolder, synchronous)
ours = await openPeople(getRxStorageSQLite(settingsFor(oursFolder)), 'people')
await benchPointReads()
await benchRanges()
await benchCountAndChanges()
await benchUpdate()
await benchSingleWrites()
await benchBlocking()
await ours.database.close()
await memory.database.close()
raw.close()
if (million > 0) rows.push(...(await benchMillion(join(folder, 'million'), million)))
report(`storage, ${docs.toLocaleString('en')} documents, synchronous ${synchronous}`, rows)
