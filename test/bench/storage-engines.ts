// The three engines that the storage bench compares: our storage under an RxDB collection, RxDB's memory storage
// under the same collection, and raw SQLite doing what anybody would write by hand for the same table.
import { join } from 'node:path'
import { createRxDatabase, type RxCollection, type RxDatabase, type RxStorage } from 'rxdb'
import { openSqlite, type SqliteDatabase, type SqliteStatement, type SqliteValue } from '../../src-main/sqlite/database'
import { randomSource } from './harness'

export type Person = {
  id: string
  firstName: string
  lastName: string
  city: string
  birthYear: number
  email: string
  phone: string
  notes: string
}

export type People = { people: RxCollection<Person> }

const schema = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 40 },
    firstName: { type: 'string', maxLength: 60 },
    lastName: { type: 'string', maxLength: 60 },
    city: { type: 'string', maxLength: 60 },
    birthYear: { type: 'number', minimum: 1900, maximum: 2100, multipleOf: 1 },
    email: { type: 'string' },
    phone: { type: 'string' },
    notes: { type: 'string' },
  },
  required: ['id', 'firstName', 'lastName', 'city', 'birthYear', 'email', 'phone', 'notes'],
  indexes: ['city', 'birthYear', ['lastName', 'firstName']],
} as const

export const CITIES = 50
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** A person of about 600 bytes as JSON; ids are spread like random ones, so that indexes are not filled in order. */
export function personOf(number: number): Person {
  const pick = randomSource(number * 7919 + 17)
  const word = (length: number): string => {
    let text = ''
    for (let i = 0; i < length; i++) text += LETTERS[pick(26)]
    return text
  }
  const lastName = word(5 + pick(6))
  return {
    id: idOf(number),
    firstName: word(4 + pick(5)),
    lastName,
    city: `City ${pick(CITIES)}`,
    birthYear: 1930 + pick(80),
    email: `${lastName}.${number}@example.org`,
    phone: `+4179${String(number).padStart(7, '0')}`,
    notes: `${word(60)} ${word(70)} ${word(80)}`,
  }
}

/** The id of a person: 32 hexadecimal digits without visible order. */
export function idOf(number: number): string {
  const hash = Math.imul(number + 1, 2_654_435_761) >>> 0
  return hash.toString(16).padStart(8, '0') + number.toString(16).padStart(24, '0')
}

export async function openPeople(
  storage: RxStorage<unknown, unknown>,
  name: string,
): Promise<{ database: RxDatabase<People>; people: RxCollection<Person> }> {
  const database = await createRxDatabase<People>({ name, storage, multiInstance: false, eventReduce: true })
  const { people } = await database.addCollections({ people: { schema } })
  return { database, people }
}

type Stored = Person & { _deleted: boolean; _attachments: object; _meta: { lwt: number }; _rev: string }

/** The floor: one table with the same columns and indexes, JSON bodies, prepared statements, one transaction a batch. */
export class RawPeople {
  readonly #database: SqliteDatabase
  readonly #insert: SqliteStatement
  readonly #update: SqliteStatement
  readonly #byId: SqliteStatement
  readonly #ascending: SqliteStatement
  readonly #descending: SqliteStatement
  readonly #count: SqliteStatement
  readonly #changes: SqliteStatement
  #time = Date.now()

  constructor(folder: string, synchronous: string) {
    this.#database = openSqlite(join(folder, 'raw.sqlite'))
    this.#database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${synchronous}; PRAGMA wal_autocheckpoint = 2000; PRAGMA cache_size = -64000;
      CREATE TABLE IF NOT EXISTS people (id TEXT NOT NULL PRIMARY KEY, deleted INTEGER NOT NULL, changed NUMERIC NOT NULL, city TEXT,
        birthYear NUMERIC, lastName TEXT, firstName TEXT, rev TEXT NOT NULL, body TEXT NOT NULL);
      CREATE INDEX IF NOT EXISTS people_city ON people (deleted, city, id);
      CREATE INDEX IF NOT EXISTS people_birth ON people (deleted, birthYear, id);
      CREATE INDEX IF NOT EXISTS people_name ON people (deleted, lastName, firstName, id);
      CREATE INDEX IF NOT EXISTS people_changed ON people (changed, id);
      CREATE INDEX IF NOT EXISTS people_cleanup ON people (changed) WHERE deleted = 1`,
    )
    const prepare = (sql: string): SqliteStatement => {
      const statement = this.#database.prepare(sql)
      statement.setReturnArrays(true)
      return statement
    }
    this.#insert = prepare('INSERT INTO people VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#update = prepare('UPDATE people SET birthYear = ?, changed = ?, rev = ?, body = ? WHERE id = ?')
    this.#byId = prepare('SELECT body FROM people WHERE id = ?')
    const range = 'SELECT body FROM people WHERE deleted = 0 AND birthYear'
    this.#ascending = prepare(`${range} >= ? ORDER BY birthYear, id LIMIT 50`)
    this.#descending = prepare(`${range} <= ? ORDER BY birthYear DESC, id DESC LIMIT 50`)
    this.#count = prepare('SELECT count(*) FROM people WHERE deleted = 0 AND city = ?')
    this.#changes = prepare('SELECT body FROM people WHERE (changed, id) > (?, ?) ORDER BY changed, id LIMIT 1000')
  }

  #stored(person: Person, revision: number): Stored {
    const _rev = `${revision}-abcdefghij`
    return { ...person, _deleted: false, _attachments: {}, _meta: { lwt: this.#time + 0.01 }, _rev }
  }

  #inTransaction(work: () => void): void {
    this.#time++
    this.#database.exec('BEGIN IMMEDIATE')
    work()
    this.#database.exec('COMMIT')
  }

  insert(people: readonly Person[]): void {
    this.#inTransaction(() => {
      for (const person of people) {
        const stored = this.#stored(person, 1)
        const { id, city, birthYear, lastName, firstName } = person
        const body = JSON.stringify(stored)
        this.#insert.run(id, 0, stored._meta.lwt, city, birthYear, lastName, firstName, stored._rev, body)
      }
    })
  }

  /** Replaces bodies and the one indexed column that changes. */
  update(people: readonly Person[]): void {
    this.#inTransaction(() => {
      for (const person of people) {
        const stored = this.#stored(person, 2)
        this.#update.run(person.birthYear, stored._meta.lwt, stored._rev, JSON.stringify(stored), person.id)
      }
    })
  }

  byId(id: string): Stored | undefined {
    return parse(this.#byId.get(id))
  }

  range(direction: 'asc' | 'desc', birthYear: number): (Stored | undefined)[] {
    return all(direction === 'asc' ? this.#ascending : this.#descending, birthYear)
  }

  count(city: string): number {
    const row: unknown = this.#count.get(city)
    return Array.isArray(row) ? Number(row[0]) : Number.NaN
  }

  changesSince(time: number, id: string): (Stored | undefined)[] {
    return all(this.#changes, time, id)
  }

  close(): void {
    this.#database.close()
  }
}

function all(statement: SqliteStatement, ...values: SqliteValue[]): (Stored | undefined)[] {
  return statement.all(...values).map(parse)
}

function parse(row: unknown): Stored | undefined {
  return Array.isArray(row) && typeof row[0] === 'string' ? (JSON.parse(row[0]) as Stored) : undefined
}
