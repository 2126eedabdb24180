// From records to values that compare quickly: folded, interned, with what says nothing left out.
// Invariant: a value that is missing, or stands for none (`n/a`), is 0 everywhere; equal texts have equal numbers.
import { isMissing } from '@shared/model/placeholder'
import type { Without } from './ingredients'
import type { PersonRecord } from './record'

/** Texts by number from 1, with how many records have each. */
class Words {
  readonly texts: string[] = ['']
  readonly counts: number[] = [0]
  readonly #numbers = new Map<string, number>()

  /** The number of a text, which a record has; 0 for the empty one. */
  take(text: string): number {
    if (text === '') return 0
    let number = this.#numbers.get(text)
    if (number === undefined) {
      number = this.texts.length
      this.#numbers.set(text, number)
      this.texts.push(text)
      this.counts.push(0)
    }
    this.counts[number] = this.count(number) + 1
    return number
  }

  /** A record that had the text is gone. */
  release(number: number): void {
    if (number !== 0) this.counts[number] = this.count(number) - 1
  }

  text(number: number): string {
    return this.texts[number] ?? ''
  }

  count(number: number): number {
    return this.counts[number] ?? 0
  }
}

/** Names, of one word or several: `maria clara` is not `mariaclara`, though their letters are equal. */
class Names extends Words {
  readonly #letters: string[] = ['']
  readonly #words: (readonly string[])[] = [[]]

  /** Its letters without the gaps. */
  letters(number: number): string {
    let letters = this.#letters[number]
    if (letters === undefined) {
      letters = this.text(number).replaceAll(' ', '')
      this.#letters[number] = letters
    }
    return letters
  }

  words(number: number): readonly string[] {
    let words = this.#words[number]
    if (!words) {
      words = this.text(number).split(' ')
      this.#words[number] = words
    }
    return words
  }
}

/** A column of which each record has one value, or none. */
export class Column {
  readonly words = new Words()
  readonly of: number[] = []

  constructor(readonly read: (record: PersonRecord) => string) {}

  add(record: PersonRecord): void {
    this.of.push(this.words.take(this.read(record)))
  }

  at(row: number): number {
    return this.of[row] ?? 0
  }

  text(row: number): string {
    return this.words.text(this.at(row))
  }

  retire(row: number): void {
    this.words.release(this.at(row))
    this.of[row] = 0
  }
}

const NONE: readonly number[] = []

/** A column of which a record may have several values. */
export class SetColumn {
  readonly words = new Words()
  readonly of: (readonly number[])[] = []

  constructor(readonly read: (record: PersonRecord) => readonly string[]) {}

  add(record: PersonRecord): void {
    const texts = [...new Set(this.read(record))].filter((text) => text !== '')
    this.of.push(texts.length === 0 ? NONE : texts.map((text) => this.words.take(text)))
  }

  at(row: number): readonly number[] {
    return this.of[row] ?? NONE
  }

  retire(row: number): void {
    for (const number of this.at(row)) this.words.release(number)
    this.of[row] = NONE
  }
}

export interface Mail {
  local: string
  domain: string
  /** Of an office, not of a person: `info@`, `sales@`. */
  role: boolean
}

/** Further fields that are compared, at most: those that most records have. */
const MOST_OTHERS = 8

/** Records as columns. Given and family names share their words, so that swapped ones compare by number. */
export class Table {
  readonly ids: string[] = []
  readonly names = new Names()
  readonly given: number[] = []
  readonly family: number[] = []
  /** How many records have a name as their given one, as their family's. */
  readonly givenCounts: number[] = []
  readonly familyCounts: number[] = []
  readonly birthDate = new Column(({ birthDate }) => dateOf(birthDate))
  readonly emails: SetColumn
  readonly phones: SetColumn
  readonly houseNumber = new Column(({ houseNumber }) => compact(houseNumber))
  readonly street = new Column(({ street }) => spaced(street))
  readonly street2 = new Column(({ street2 }) => spaced(street2))
  readonly town = new Column(({ town }) => spaced(town))
  readonly postcode = new Column(({ postcode }) => compact(postcode))
  readonly state = new Column(({ state }) => compact(state))
  readonly others: readonly (Column & { name: string })[]
  /** Records that are there: rows less those retired. */
  size = 0
  readonly #columns: readonly (Column | SetColumn)[]
  readonly #mails: Mail[] = []

  /**
   * @param shared mail addresses and phone numbers that several people use: they count as missing
   * @param others further fields that are compared
   * @param without parts of the matcher that are left out
   */
  constructor(
    records: readonly PersonRecord[],
    shared: readonly string[] = [],
    others: readonly string[] = otherNames(records),
    readonly without: Without = new Set(),
  ) {
    const left = new Set(shared.map((value) => (value.includes('@') ? mailTextOf(value) : phoneOf(value))))
    const isOwn = (text: string) => !left.has(text)
    this.emails = new SetColumn(({ emails = [] }) => emails.map(mailTextOf).filter(isOwn))
    this.phones = new SetColumn(({ phones = [] }) => phones.map(phoneOf).filter(isOwn))
    this.others = others.map((name) => Object.assign(new Column(({ others }) => spaced(others?.[name])), { name }))
    const { birthDate, emails, phones, houseNumber, street, street2, town, postcode, state } = this
    this.#columns = [birthDate, emails, phones, houseNumber, street, street2, town, postcode, state, ...this.others]
    for (const record of records) this.add(record)
  }

  /** Puts a record in. @returns its row */
  add(record: PersonRecord): number {
    const row = this.ids.length
    this.ids.push(record.id)
    const name = (text: string | undefined, counts: number[]) => {
      const number = this.names.take(named(text))
      if (number !== 0) counts[number] = (counts[number] ?? 0) + 1
      return number
    }
    this.given.push(name(record.given, this.givenCounts))
    this.family.push(name(record.family, this.familyCounts))
    for (const column of this.#columns) column.add(record)
    this.size++
    return row
  }

  /** Takes a record out; its row stays, without a value, unless it is the last. */
  retire(row: number): void {
    for (const [names, counts] of [
      [this.given, this.givenCounts],
      [this.family, this.familyCounts],
    ] as const) {
      const number = names[row] ?? 0
      this.names.release(number)
      if (number !== 0) counts[number] = (counts[number] ?? 0) - 1
      names[row] = 0
    }
    for (const column of this.#columns) column.retire(row)
    this.size--
    if (row === this.ids.length - 1)
      for (const column of [this.ids, this.given, this.family, ...this.#columns.map(({ of }) => of)]) column.pop()
  }

  /** Parts of a mail address by its number. */
  mail(number: number): Mail {
    let mail = this.#mails[number]
    if (!mail) {
      mail = mailOf(this.emails.words.text(number))
      this.#mails[number] = mail
    }
    return mail
  }

  isNamed(row: number): boolean {
    return this.given[row] !== 0 || this.family[row] !== 0
  }
}

function otherNames(records: readonly PersonRecord[]): string[] {
  const counts = new Map<string, number>()
  for (const { others } of records)
    for (const [name, value] of Object.entries(others ?? {}))
      if (value !== '') counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts.entries()]
    .sort(([a, n], [b, k]) => k - n || (a < b ? -1 : 1))
    .slice(0, MOST_OTHERS)
    .map(([name]) => name)
    .sort()
}

const plain = (text: string | undefined): string => {
  if (text === undefined || text === '' || isMissing(text)) return ''
  // The plain letters that most values have are folded already.
  if (/^[\x20-\x7e]*$/.test(text)) return text.toLowerCase().trim()
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()
}
/** Letters that no decomposition folds, as they are written without them. */
const FOLDED: Readonly<Record<string, string>> = { ß: 'ss', ø: 'o', æ: 'ae', ł: 'l', đ: 'd', ð: 'd', þ: 'th', œ: 'oe' }
/** Letters alone; one word after the other, of which an apostrophe is no end. */
const named = (text: string | undefined): string =>
  plain(text)
    .replace(/[ßøæłđðþœ]/g, (letter) => FOLDED[letter] ?? letter)
    .replace(/['’‘`´ʻ]/g, '')
    .replace(/[^\p{L}]+/gu, ' ')
    .trim()
const spaced = (text: string | undefined): string =>
  plain(text)
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
const compact = (text: string | undefined): string => plain(text).replace(/[^\p{L}\p{N}]+/gu, '')

const ROLE =
  /^(?:info|office|sales|admin|contact|hello|mail|enquir\w*|inquir\w*|support|service|accounts?|billing|reception|team|help|kontakt|buero|vertrieb|no-?reply|post|hr|jobs|marketing|orders?|shop|webmaster|postmaster)\d*$/

const mailTextOf = (text: string): string => {
  const folded = plain(text)
  return folded.length < 4 ? '' : folded
}

function mailOf(text: string): Mail {
  const at = text.lastIndexOf('@')
  // An address that lost its sign is one with a typing error.
  const local = (at < 1 ? text : text.slice(0, at)).replace(/\+.*$/, '')
  return { local, domain: at < 1 ? '' : text.slice(at + 1), role: ROLE.test(local) }
}

/** Last nine digits: what is left of national and international notation. */
function phoneOf(text: string): string {
  const digits = text.replace(/\D/g, '')
  return digits.length < 6 ? '' : digits.slice(-9)
}

/** Year, month and day as eight digits; empty where one of them is not known. */
function dateOf(text: string | undefined): string {
  const parts = /^\s*(\d{4})\D?(\d{2})\D?(\d{2})/.exec(text ?? '')
  if (!parts || parts.slice(1).some((part) => Number(part) === 0)) return ''
  return parts.slice(1).join('')
}
