// Which pairs are compared at all: those that agree in one of many keys, since all pairs of a book are too many.
// Invariant: depends on the values alone, not on the order of records; a key that too many share is left out, since
// records that belong together share a finer one.
import type { SoundOf } from './levels'
import type { Table } from './values'

/** Records that share a key, at most. */
const MOST_SHARING = 60
const ROW_SPACE = 2 ** 21

/** FNV-1a of some texts one after the other, 32 bits. */
function hash(kind: string, a: string, b: string, c: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < kind.length; at++) value = Math.imul(value ^ kind.charCodeAt(at), 0x01000193)
  for (let at = 0; at < a.length; at++) value = Math.imul(value ^ a.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ 0x7c, 0x01000193)
  for (let at = 0; at < b.length; at++) value = Math.imul(value ^ b.charCodeAt(at), 0x01000193)
  value = Math.imul(value ^ 0x7c, 0x01000193)
  for (let at = 0; at < c.length; at++) value = Math.imul(value ^ c.charCodeAt(at), 0x01000193)
  return value >>> 0
}

/** Numbers one after the other, as many as come: outside the heap, since there are tens of millions in a large book. */
class Numbers {
  #room = new Float64Array(1024)
  #count = 0

  push(number: number): void {
    if (this.#count === this.#room.length) {
      const larger = new Float64Array(2 * this.#count)
      larger.set(this.#room)
      this.#room = larger
    }
    this.#room[this.#count++] = number
  }

  /** All of them, ascending. */
  sorted(): Float64Array {
    return this.#room.slice(0, this.#count).sort()
  }
}

/** Takes a key of a kind; one with an empty part is none. */
type Add = (kind: string, a: string, b?: string, c?: string) => void

/** Tells every key of a row. */
function eachKey(table: Table, soundOf: SoundOf, row: number, tell: (key: number) => void): void {
  const add: Add = (kind, a, b = '-', c = '-') => {
    if (a !== '' && b !== '' && c !== '') tell(hash(kind, a, b, c))
  }
  const given = table.names.letters(table.given[row] as number)
  const family = table.names.letters(table.family[row] as number)
  if (!table.without.has('blocking-names')) nameKeys(table, soundOf, row, add)
  if (!table.without.has('blocking-dates')) dateAndPlaceKeys(table, row, add)
  if (table.without.has('blocking-identifiers')) return
  for (const number of table.emails.at(row)) {
    const { local, domain, role } = table.mail(number)
    add('m', local, domain)
    if (role) continue
    add('ml', local)
    add('md', domain, local.slice(0, 3))
    add('mb', local.slice(0, 6))
    add('me', local.slice(-6))
    if (local.includes(given)) add('mg', given, domain)
    if (local.includes(family)) add('nm', family, given.slice(0, 1))
  }
  for (const number of table.phones.at(row)) {
    const phone = table.phones.words.text(number)
    add('p', phone)
    add('pl', phone.slice(-6))
    add('pf', phone.slice(0, 6))
    add('pn', phone.slice(0, 3), phone.slice(-3))
    add('pg', given, phone.slice(-4))
    add('pk', family, phone.slice(0, 4))
  }
}

function nameKeys(table: Table, soundOf: SoundOf, row: number, add: Add): void {
  const [g, f] = [table.given[row] as number, table.family[row] as number]
  const [given, family] = [table.names.letters(g), table.names.letters(f)]
  const date = table.birthDate.text(row)
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)]
  const [town, postcode, street] = [table.town.text(row), table.postcode.text(row), table.street.text(row)]
  const inOrder = (kind: string, a: string, b: string) => (a < b ? add(kind, a, b) : add(kind, b, a))
  inOrder('nn', given, family)
  inOrder('ss', soundOf(g), soundOf(f))
  inOrder('n4', given.slice(0, 3), family.slice(0, 4))
  add('nl', family.slice(-4), given.slice(0, 1))
  for (const number of g === f ? [g] : [g, f]) {
    if (number === 0) continue
    const [name, sound] = [table.names.letters(number), soundOf(number)]
    add('nd', name, year, month)
    add('ne', name, month, day)
    add('ny', name, year, day)
    add('sm', sound, month, day)
    add('sy', sound, year, month)
    add('sd', sound, year, day)
    add('np', name, postcode)
    add('nt', name, town)
    add('sp', sound, postcode)
    add('s3', sound, town.slice(0, 3))
    add('nh', name, table.houseNumber.text(row))
    add('ns', name, street)
    add('na', name.slice(0, 3), street.slice(0, 6), town.slice(0, 4))
  }
}

function dateAndPlaceKeys(table: Table, row: number, add: Add): void {
  const date = table.birthDate.text(row)
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6)]
  const [town, postcode, houseNumber] = [table.town.text(row), table.postcode.text(row), table.houseNumber.text(row)]
  const [street, second] = [table.street.text(row), table.street2.text(row)]
  add('d', date)
  add('dp', year, postcode)
  add('dt', month, day, town)
  add('dq', month, day, postcode)
  add('dr', year, month, town)
  add('du', year, day, town)
  add('dy', year, town.slice(0, 3))
  add('ds', year, day, street)
  add('sh', street, houseNumber)
  add('sq', street, postcode)
  add('st', street, town)
  add('a2', second, street)
  add('ap', second, postcode)
  add('ah', second, houseNumber)
  add('hp', houseNumber, postcode, town)
}

/** Which rows share a key. */
export interface KeyIndex {
  /** Puts a row of the table in, with the values it has now. */
  add(row: number): void
  /** Rows that share a key with a row, itself left out. */
  around(row: number): number[]
  /** All pairs of rows that share a key, each once, as `i * rows + j` with i < j, in ascending order. */
  pairs(): Float64Array
}

/** Indexes the rows that a table has now. */
export function createKeyIndex(table: Table, soundOf: SoundOf): KeyIndex {
  const rows = table.ids.length
  const codes = new Numbers()
  for (let row = 0; row < rows; row++) eachKey(table, soundOf, row, (key) => codes.push(key * ROW_SPACE + row))
  const sorted = codes.sorted()
  /** Of rows put in since. */
  const later = new Map<number, number[]>()

  /** The first place whose code is not below. */
  const placeOf = (code: number): number => {
    let [low, high] = [0, sorted.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sorted[middle] as number) < code) low = middle + 1
      else high = middle
    }
    return low
  }

  return {
    add(row) {
      eachKey(table, soundOf, row, (key) => {
        const all = later.get(key)
        if (!all) later.set(key, [row])
        else if (all.at(-1) !== row) all.push(row)
      })
    },
    around(row) {
      const found = new Set<number>()
      eachKey(table, soundOf, row, (key) => {
        const [from, to] = [placeOf(key * ROW_SPACE), placeOf((key + 1) * ROW_SPACE)]
        const added = later.get(key) ?? []
        if (to - from + added.length > MOST_SHARING) return
        for (let at = from; at < to; at++) found.add((sorted[at] as number) - key * ROW_SPACE)
        for (const one of added) found.add(one)
      })
      found.delete(row)
      return [...found]
    },
    pairs: () => pairsOf(sorted, rows),
  }
}

function pairsOf(sorted: Float64Array, rows: number): Float64Array {
  const pairs = new Numbers()
  for (let from = 0; from < sorted.length; ) {
    const key = Math.floor((sorted[from] as number) / ROW_SPACE)
    const end = (key + 1) * ROW_SPACE
    let to = from + 1
    while (to < sorted.length && (sorted[to] as number) < end) to++
    if (to - from <= MOST_SHARING)
      for (let a = from; a < to; a++)
        for (let b = a + 1; b < to; b++) {
          const i = (sorted[a] as number) - key * ROW_SPACE
          const j = (sorted[b] as number) - key * ROW_SPACE
          if (i !== j) pairs.push(i * rows + j)
        }
    from = to
  }
  const all = pairs.sorted()
  let kept = 0
  for (let at = 0; at < all.length; at++) if (at === 0 || all[at] !== all[at - 1]) all[kept++] = all[at] as number
  return all.slice(0, kept)
}
