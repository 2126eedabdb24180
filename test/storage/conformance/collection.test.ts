// RxDB itself on top of the storage: the calls the product makes, live queries, and a schema migration.
import { addRxPlugin, createRxDatabase, type RxCollection, type RxDatabase, type RxJsonSchema } from 'rxdb/plugins/core'
import { RxDBMigrationSchemaPlugin } from 'rxdb/plugins/migration-schema'
import { firstValueFrom, skip } from 'rxjs'
import { type AnyStorage, type Bench, type Case, conform, refusal } from './harness'

addRxPlugin(RxDBMigrationSchemaPlugin)

interface Person {
  id: string
  name: string
  age: number
  title?: string
}
type People = RxCollection<Person>

const schema: RxJsonSchema<Person> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 50 },
    name: { type: 'string', maxLength: 50 },
    age: { type: 'integer', minimum: 0, maximum: 200, multipleOf: 1 },
    title: { type: 'string' },
  },
  required: ['id', 'name', 'age'],
  indexes: ['name', ['age', 'name']],
}
const renewed: RxJsonSchema<Person> = { ...schema, version: 1, indexes: ['age'] }

let counter = 0
const uniqueName = () => {
  counter += 1
  return `people${counter}`
}
async function open(storage: AnyStorage, name: string, of = schema): Promise<{ database: RxDatabase; people: People }> {
  const database = await createRxDatabase({
    name,
    storage,
    multiInstance: false,
    allowSlowCount: true,
    closeDuplicates: true,
  })
  const migrationStrategies = of.version === 0 ? {} : { 1: (old: Person) => ({ ...old, title: `Dr ${old.name}` }) }
  const { people } = await database.addCollections({ people: { schema: of, migrationStrategies } })
  return { database, people: people as unknown as People }
}

/** Opens the collection on a fresh bench, works with it, closes it. */
const withPeople =
  <Outcome>(work: (people: People, database: RxDatabase) => Promise<Outcome>) =>
  async ({ storage }: Bench): Promise<Outcome> => {
    const { database, people } = await open(storage, uniqueName())
    try {
      return await work(people, database)
    } finally {
      await database.close()
    }
  }
const person = (id: string, age: number, name = id.toUpperCase()): Person => ({ id, name, age })
const crowd = Array.from({ length: 30 }, (_, i) => person(`p${String(i).padStart(2, '0')}`, i))
const plain = (documents: { toJSON(): unknown }[]) => documents.map((document) => document.toJSON())

const cases: Case[] = [
  {
    title: 'insert, find, upsert, patch, modify, remove',
    run: withPeople(async (people) => {
      const inserted = await people.insert(person('a', 1))
      await people.upsert(person('a', 2))
      await people.upsert(person('b', 3))
      await inserted.incrementalPatch({ age: 4, title: 'Prof' })
      await (await people.findOne('b').exec(true)).incrementalModify((old) => ({ ...old, age: old.age + 10 }))
      const before = plain(await people.find({ sort: [{ id: 'asc' }] }).exec())
      await (await people.findOne('a').exec(true)).incrementalRemove()
      return [before, plain(await people.find().exec()), await people.findOne('a').exec()]
    }),
    expected: [
      [
        { id: 'a', name: 'A', age: 4, title: 'Prof' },
        { id: 'b', name: 'B', age: 13 },
      ],
      [{ id: 'b', name: 'B', age: 13 }],
      null,
    ],
  },
  {
    title: 'a second insert of an id is a conflict; a deleted one can be inserted again',
    run: withPeople(async (people) => {
      const first = await people.insert(person('a', 1))
      const conflict = (await refusal(() => people.insert(person('a', 2)))).slice(0, 8)
      await first.remove()
      await people.insert(person('a', 3))
      return [conflict, plain(await people.find().exec())]
    }),
    expected: ['CONFLICT', [{ id: 'a', name: 'A', age: 3 }]],
  },
  {
    title: 'bulk insert, bulk upsert, find by ids, bulk remove, count',
    run: withPeople(async (people) => {
      const { error } = await people.bulkInsert(crowd)
      await people.bulkUpsert(crowd.slice(0, 5).map((one) => ({ ...one, age: 150 })))
      const found = await people.findByIds(['p03', 'nobody', 'p29']).exec()
      const counted = await people.count({ selector: { age: { $gte: 20 } } }).exec()
      await people.bulkRemove(['p00', 'p01', 'p02'])
      return [error.length, [...found.keys()].sort(), counted, await people.count().exec()]
    }),
    expected: [0, ['p03', 'p29'], 15, 27],
  },
  {
    title: 'many changes of one document at once are all applied',
    run: withPeople(async (people) => {
      const one = await people.insert(person('a', 0))
      await Promise.all(
        Array.from({ length: 40 }, () => one.incrementalModify((old) => ({ ...old, age: old.age + 1 }))),
      )
      return one.getLatest().age
    }),
    expected: 40,
  },
  {
    title: 'a query with order, skip and limit, and its first document',
    run: withPeople(async (people) => {
      await people.bulkInsert(crowd)
      const query = people.find({ selector: { age: { $lt: 20 } }, sort: [{ age: 'desc' }], skip: 3, limit: 4 })
      const first = await people.findOne({ selector: { age: { $gt: 25 } }, sort: [{ age: 'asc' }] }).exec()
      return [(await query.exec()).map(({ id }) => id), first?.id]
    }),
    expected: [['p16', 'p15', 'p14', 'p13'], 'p26'],
  },
  {
    title: 'a live query tells of insert, update into and out of its range, and removal',
    run: withPeople(async (people) => {
      await people.bulkInsert([person('a', 10), person('b', 20)])
      const seen: string[] = []
      const adults = people.find({ selector: { age: { $gte: 18 } }, sort: [{ age: 'asc' }] })
      const subscription = adults.$.subscribe((found) => seen.push(found.map(({ id }) => id).join(' ')))
      const change = async (work: () => Promise<unknown>) => {
        const later = firstValueFrom(adults.$.pipe(skip(1)))
        await work()
        await later
      }
      await firstValueFrom(adults.$)
      await change(() => people.insert(person('c', 30)))
      await change(async () => (await people.findOne('a').exec(true)).incrementalPatch({ age: 25 }))
      await change(async () => (await people.findOne('b').exec(true)).incrementalPatch({ age: 5 }))
      await change(async () => (await people.findOne('c').exec(true)).incrementalRemove())
      subscription.unsubscribe()
      return seen
    }),
    expected: ['b', 'b c', 'b a c', 'a c', 'a'],
  },
  {
    title: 'a document tells of its own changes',
    run: withPeople(async (people) => {
      const one = await people.insert(person('a', 1))
      const later = firstValueFrom(one.$.pipe(skip(1)))
      await one.incrementalPatch({ age: 2 })
      return (await later).age
    }),
    expected: 2,
  },
  {
    title: 'closed and opened again, everything is there; removed, nothing is',
    run: async ({ storage, again }) => {
      const name = uniqueName()
      const first = await open(storage, name)
      await first.people.bulkInsert(crowd)
      await first.database.close()
      const second = await open(again(), name)
      const there = await second.people.count().exec()
      await second.database.remove()
      const third = await open(again(), name)
      const left = await third.people.count().exec()
      await third.database.close()
      return [there, left]
    },
    expected: [30, 0],
  },
  {
    title: 'a new schema version migrates the documents and their indexes',
    run: async ({ storage, again }) => {
      const name = uniqueName()
      const old = await open(storage, name)
      await old.people.bulkInsert(crowd)
      await old.people.bulkRemove(['p00'])
      await old.database.close()
      const migrated = await open(again(), name, renewed)
      const found = await migrated.people.find({ selector: { age: { $gt: 27 } }, sort: [{ age: 'asc' }] }).exec()
      const counted = await migrated.people.count().exec()
      await migrated.database.close()
      const later = await open(again(), name, renewed)
      const titles = (await later.people.find({ selector: { age: 1 } }).exec()).map(({ title }) => title)
      await later.database.close()
      return [plain(found), counted, titles]
    },
    expected: [
      [
        { id: 'p28', name: 'P28', age: 28, title: 'Dr P28' },
        { id: 'p29', name: 'P29', age: 29, title: 'Dr P29' },
      ],
      29,
      ['Dr P01'],
    ],
  },
]

conform('through RxDB', cases)
