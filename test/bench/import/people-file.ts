// A file of people for measuring imports: names, numbers and addresses as a shared address book has them.
// Invariant: the same seed gives the same file; every fiftieth row names the number of the row before it.
import { closeSync, openSync, writeSync } from 'node:fs'
import { base, en, Faker } from '@faker-js/faker'

const CHUNK_ROWS = 2_000

export interface WrittenPerson {
  name: string
  /** As it stands in the file: national Australian notation. */
  phone: string
  mail: string
}

/**
 * Writes a CSV of `count` people, chunk by chunk.
 * @returns every hundredth person, to be looked up
 */
export function writePeopleFile(path: string, count: number, seed = 11): WrittenPerson[] {
  const faker = new Faker({ locale: [en, base], seed })
  const some: WrittenPerson[] = []
  const file = openSync(path, 'w')
  try {
    let lines = 'First Name,Last Name,Email,Mobile Phone,City\n'
    let former = ''
    for (let at = 0; at < count; at++) {
      const [first, last] = [faker.person.firstName(), faker.person.lastName()]
      const own = `0412${String(at % 1_000_000).padStart(6, '0')}`
      const phone = at % 50 === 49 ? former : own
      const mail = `${first}.${last}.${at}@example.org`.toLowerCase().replaceAll(/[^a-z0-9.@-]/g, '')
      lines += `"${first}","${last}",${mail},${phone},"${faker.location.city()}"\n`
      if (at % 100 === 0) some.push({ name: `${first} ${last}`, phone, mail })
      former = phone
      if ((at + 1) % CHUNK_ROWS === 0) {
        writeSync(file, lines)
        lines = ''
      }
    }
    writeSync(file, lines)
  } finally {
    closeSync(file)
  }
  return some
}
