// A made-up book as a contact centre has it: households with one number, companies with a switchboard, contacts that were made
// of a bare number, the same people again with errors. Names as five languages have them, and English ones.
// Invariant: the same seed gives the same book; a mail address is under `example`, and a person is known by `person` alone.
import { base, en, Faker } from '@faker-js/faker'
import type { PersonRecord } from '../../../src-main/duplicates/record'
import { NAMINGS, type Naming, type NamingKind } from './name-lists'

type Culture = NamingKind | 'english'
const CULTURES: readonly Culture[] = ['english', 'english', 'vietnamese', 'chinese', 'arabic', 'spanish', 'icelandic']

export interface KnownRecord {
  record: PersonRecord
  /** The truth. */
  person: number
  culture: Culture
}

interface Person {
  culture: Culture
  given: string
  family: string
  birthDate: string
  mail: string
  phones: string[]
  address: Pick<PersonRecord, 'houseNumber' | 'street' | 'town' | 'postcode'>
}

/** Part of the people who stand in the book again, unless it is said otherwise. */
const TWICE = 0.3

/** Makes a book of about so many records. */
export function makeContactBook(records: number, seed: number, twice = TWICE): KnownRecord[] {
  const faker = new Faker({ locale: [en, base], seed })
  const chance = (part: number) => faker.number.float() < part
  function pick<T>(all: readonly T[]): T {
    return faker.helpers.arrayElement(all)
  }
  const naming = (culture: Culture): Naming | undefined => (culture === 'english' ? undefined : NAMINGS[culture])
  const book: KnownRecord[] = []
  const towns = Array.from({ length: Math.max(20, Math.round(records / 60)) }, () => ({
    town: faker.location.city(),
    postcode: faker.string.numeric(4),
  }))
  let persons = 0

  const phone = (start: string) => `+${start}${faker.string.numeric(8)}`
  const address = () => ({
    houseNumber: String(faker.number.int({ min: 1, max: 180 })),
    street: faker.location.street(),
    ...pick(towns),
  })
  const person = (culture: Culture, family: string, shared: Partial<Person> = {}): Person => {
    const names = naming(culture)
    const isWoman = chance(0.5)
    const first = names ? pick(names.given) : faker.person.firstName(isWoman ? 'female' : 'male')
    const given = names?.middle ? `${pick(names.middle)} ${first}` : first
    const plain = (names?.plain?.(given) ?? given).toLowerCase().replace(/[^a-z]/g, '') || faker.word.noun()
    const born = faker.date.birthdate({ mode: 'age', min: 5, max: 90 })
    return {
      culture,
      given,
      family: names?.surname?.(family, pick, isWoman) ?? family,
      birthDate: born.toISOString().slice(0, 10),
      mail: `${pick([plain, faker.word.adjective() + plain])}${faker.number.int(9999)}@${pick(['mail', 'post', 'web'])}.example`,
      phones: [phone('614')],
      address: address(),
      ...shared,
    }
  }
  const familyName = (culture: Culture) =>
    culture === 'english' ? faker.person.lastName() : pick(NAMINGS[culture].family)

  /** As one form has it: some of what is known. */
  const written = (one: Person, again: boolean): PersonRecord => {
    const { given, family, birthDate, mail, phones } = again ? changed(one) : one
    return {
      id: faker.string.uuid(),
      given,
      family,
      ...(chance(0.45) ? { birthDate } : {}),
      ...(chance(0.6) ? { emails: [mail] } : {}),
      ...(chance(0.7) ? { phones } : {}),
      ...(chance(0.5) ? one.address : {}),
    }
  }
  const misspelt = (word: string): string => {
    if (word.length < 4) return word
    const at = faker.number.int({ min: 1, max: word.length - 2 })
    return pick([
      word.slice(0, at) + word.slice(at + 1),
      word.slice(0, at) + word.charAt(at) + word.slice(at),
      word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
    ])
  }
  const changed = (one: Person): Person => {
    const plain = naming(one.culture)?.plain ?? ((name: string) => name)
    return pick<() => Person>([
      () => one,
      () => ({ ...one, given: plain(one.given), family: plain(one.family) }),
      () => ({ ...one, given: misspelt(one.given) }),
      () => ({ ...one, family: misspelt(one.family) }),
      () => ({ ...one, given: one.family, family: one.given }),
      () => ({ ...one, address: address() }),
      () => ({ ...one, phones: [phone('614')] }),
      () => ({ ...one, mail: `${faker.word.noun()}${faker.number.int(999)}@web.example` }),
    ])()
  }

  const add = (one: Person): void => {
    const truth = persons++
    const put = (record: PersonRecord) => book.push({ record, person: truth, culture: one.culture })
    put(written(one, false))
    if (chance(twice)) put(written(one, true))
    if (chance(twice / 5)) put(written(one, true))
    // Made of a call or a mail that no contact was known for.
    if (chance(twice / 4)) put({ id: faker.string.uuid(), phones: one.phones.slice(0, 1) })
  }

  while (book.length < records) {
    const culture = pick(CULTURES)
    const kind = faker.number.float()
    if (kind < 0.3) add(person(culture, familyName(culture)))
    else if (kind < 0.85) {
      const [family, home, line] = [familyName(culture), address(), phone('612')]
      const members = faker.number.int({ min: 2, max: 4 })
      for (let member = 0; member < members; member++)
        add(person(culture, family, { address: home, phones: [phone('614'), line] }))
    } else {
      const [office, line, domain] = [address(), phone('613'), `${faker.word.noun()}${persons}.example`]
      const members = faker.number.int({ min: 2, max: 8 })
      for (let member = 0; member < members; member++)
        add(
          person(culture, familyName(culture), {
            address: office,
            phones: [line],
            mail: chance(0.2) ? `info@${domain}` : `${faker.word.noun()}${member}@${domain}`,
          }),
        )
    }
  }
  return faker.helpers.shuffle(book)
}
