// Labelled sets as tables of people. Invariant: rows come shuffled, and what is nearly a key (`soc_sec_id`, `blocking_number`)
// or says how a row came about (`kind`) is never read.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PersonRecord } from '../../../src-main/duplicates/record'
import { randomSource } from '../harness'
import { makeContactBook } from './contact-book'

export interface LabelledSet {
  name: string
  records: PersonRecord[]
  /** Of each record, by id: which person it is. */
  truth: ReadonlyMap<string, string>
  /** What people have: benchmark sets have no households. */
  isContactLike: boolean
}

type Row = Readonly<Record<string, string>>
interface Reading {
  person(row: Row): string
  record(row: Row): PersonRecord
}

const list = (...values: (string | undefined)[]): string[] => values.filter((value): value is string => !!value)

const febrl = (row: Row): PersonRecord => ({
  id: row['rec_id'] ?? '',
  given: row['given_name'],
  family: row['surname'],
  birthDate: row['date_of_birth'],
  houseNumber: row['street_number'],
  street: row['address_1'],
  street2: row['address_2'],
  town: row['suburb'],
  postcode: row['postcode'],
  state: row['state'],
  phones: list(row['phone_number']),
  ...(row['age'] ? { others: { age: row['age'] } } : {}),
})

const inRecordId: Reading = { person: (row) => /\d+/.exec(row['rec_id'] ?? '')?.[0] ?? '', record: febrl }
const byTens: Reading = { person: (row) => String(Math.floor(Number(row['rec_id']) / 10)), record: febrl }

const READINGS: Readonly<Record<string, Reading>> = {
  fake_1000: {
    person: (row) => row['cluster'] ?? '',
    record: (row) => ({
      id: row['unique_id'] ?? '',
      given: row['first_name'],
      family: row['surname'],
      birthDate: row['dob'],
      town: row['city'],
      emails: list(row['email']),
    }),
  },
  febrl1: inRecordId,
  febrl2: inRecordId,
  febrl_a_1000: byTens,
  febrl_c_1000: byTens,
  contacts_like_a: {
    person: (row) => row['person'] ?? '',
    record: (row) => ({
      id: row['record'] ?? '',
      given: row['first_name'],
      family: row['last_name'],
      birthDate: row['birth_date'],
      emails: list(row['email']),
      phones: list(row['phone'], row['phone2']),
      houseNumber: row['number'],
      street: row['street'],
      town: row['city'],
      postcode: row['postcode'],
    }),
  },
}

function shuffled<T>(all: readonly T[]): T[] {
  const below = randomSource(11)
  const out = [...all]
  for (let at = out.length - 1; at > 0; at--) {
    const other = below(at + 1)
    ;[out[at], out[other]] = [out[other] as T, out[at] as T]
  }
  return out
}

function readRows(path: string): Row[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/)
  const names = head.split(',').map((name) => name.trim())
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, at) => [names[at] ?? '', value.trim()])))
}

/** The sets that are in a folder, and one that is made here. */
export function labelledSets(folder: string | undefined): LabelledSet[] {
  const read = Object.entries(READINGS).flatMap(([name, { person, record }]): LabelledSet[] => {
    const path = join(folder ?? '', `${name}.csv`)
    if (!folder || !existsSync(path)) return []
    const rows = shuffled(readRows(path))
    return [
      {
        name,
        records: rows.map(record),
        truth: new Map(rows.map((row) => [record(row).id, person(row)])),
        isContactLike: name.startsWith('contacts'),
      },
    ]
  })
  return [...read, ownSet()]
}

/** Names of many languages. */
function ownSet(): LabelledSet {
  const book = makeContactBook(6000, 26)
  return {
    name: 'contacts, names of the world',
    records: book.map(({ record }) => record),
    truth: new Map(book.map(({ record, person }) => [record.id, String(person)])),
    isContactLike: true,
  }
}

/** One record a person: a book without duplicates. */
export function withoutDuplicates({ name, records, truth, isContactLike }: LabelledSet): LabelledSet {
  const seen = new Set<string | undefined>()
  const first = records.filter(({ id }) => !seen.has(truth.get(id)) && seen.add(truth.get(id)))
  return { name: `${name}, each once`, records: first, truth, isContactLike }
}
