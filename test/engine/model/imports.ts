// What a row of an import means: whom it matches, what it fills in, and what it claims without a field.
// Invariant: a record id alone never makes a row somebody; importing the same rows again adds no contact.

import { canonicalJson } from '../../../src-main/engine/documents/canonical-json'
import { identifierId, importedRow } from '../../../src-main/engine/documents/ids'
import type { Outcome } from './commands'
import { changesIn, Records } from './records'
import { CURATED, mirrored, nameOf, type Person } from './state'
import { EMAIL_SLOTS, identifierIn, PHONE_SLOTS, type Typed } from './universe'

type OnMatch = 'fill' | 'overwrite' | 'skip'
type Values = ReadonlyMap<string, { value: string | null }>
type Verdict = NonNullable<Outcome['rows']>[number]

const isRecord = (key: string) => key.startsWith('ExternalId ')
const words = (name: string) => name.toLowerCase().split(' ').filter(Boolean)
const own = (values: Values) =>
  words(['firstName', 'lastName'].map((field) => values.get(field)?.value ?? '').join(' '))
const includes = (all: readonly string[], some: readonly string[]) =>
  some.length > 0 && some.every((word) => all.includes(word))
const sameWords = (a: readonly string[], b: readonly string[]) => includes(a, b) && includes(b, a)

/** What a row or a person is called in lists: its name, else its first address, else its first number. */
function shown(values: Values): string {
  const number = PHONE_SLOTS.map((slot) => [slot, values.get(slot)?.value] as const).find(([, value]) => value)
  return (nameOf(values) ?? (number?.[1] ? identifierIn(number[0], number[1]) : undefined) ?? '').toLowerCase()
}

export class Imports extends Records {
  protected importRows(rows: readonly Typed[], onMatch: OnMatch, made: readonly Verdict[]): Verdict[] {
    const alike = new Map<string, number>()
    return rows.map((row, i) => {
      try {
        this.check(row)
      } catch {
        return { verdict: 'reject', created: false, disputes: 0 }
      }
      const given = changesIn(row, new Map())
      const keys = mirrored(valuesIn(given))
      if (keys.length > 0) return this.importRow(row, given, keys, onMatch, made[i]?.id)
      // A row without any identifier is known by its values, and by how many alike stand above it.
      const text = canonicalJson(Object.fromEntries(given))
      const place = alike.get(text) ?? 0
      alike.set(text, place + 1)
      const rowKey = identifierId(importedRow(text, place))
      return this.importRow(row, given, keys, onMatch, made[i]?.id, rowKey)
    })
  }

  private importRow(
    row: Typed,
    given: ReadonlyMap<string, string | null>,
    keys: readonly string[],
    onMatch: OnMatch,
    madeId: string | undefined,
    rowKey?: string,
  ): Verdict {
    const match = this.meant(valuesIn(given), keys, rowKey)
    const disputes = keys.filter((key) => {
      const holder = this.holder(key)
      return holder && holder.id !== match?.id
    }).length
    this.seq += 1
    if (!match) {
      const contact = this.add(madeId, CURATED, row)
      if (rowKey !== undefined) this.claim(contact.id, rowKey)
      return { verdict: 'create', id: contact.id, created: true, disputes }
    }
    const members = match.members.map((member) => member.id)
    const { changes, spare } = combined(match, [...this.claimedBy(members).keys()], given, onMatch)
    const rises = match.type < CURATED && onMatch !== 'skip'
    const same = { id: match.id, created: false, disputes }
    if (changes.size + spare.length === 0 && !rises) return { verdict: 'unchanged', ...same }
    const head = this.headOf(match)
    if (changes.size > 0) this.put(head, members, match.values, [...changes])
    for (const key of spare) this.claim(head.id, key)
    this.raise(head, CURATED)
    return { verdict: 'update', ...same }
  }

  /** Whom a row means. */
  private meant(row: Values, keys: readonly string[], rowKey: string | undefined): Person | undefined {
    for (const key of keys.filter(isRecord))
      for (const person of this.claimants(key)) if (this.agrees(row, keys, person)) return person
    for (const key of keys.filter((one) => !isRecord(one)))
      for (const person of this.claimants(key)) {
        if (person.type !== CURATED) continue
        if (shown(person.values) === shown(row)) return person
        if (key.startsWith('Email ') && sameWords(words(shown(person.values)), own(row))) return person
      }
    return rowKey === undefined ? undefined : this.claimants(rowKey)[0]
  }

  /** Whether anything but the record id speaks for it, or nothing there is to compare speaks against it. */
  private agrees(row: Values, keys: readonly string[], person: Person): boolean {
    const [mine, theirs] = [own(row), own(person.values)]
    const named = mine.length > 0 && theirs.length > 0
    if (named && (includes(mine, theirs) || includes(theirs, mine))) return true
    const channels = keys.filter((key) => !isRecord(key))
    if (channels.some((key) => this.claimants(key).some(({ id }) => id === person.id))) return true
    if (named) return false
    const [called, known] = [shown(row), shown(person.values)]
    if (mine.length + theirs.length === 0 && called !== '' && called === known) return true
    return channels.length === 0 || mirrored(person.values).every(isRecord)
  }
}

const valuesIn = (given: ReadonlyMap<string, string | null>): Values =>
  new Map([...given].map(([field, value]) => [field, { value }]))

/** What a row changes on the person it means, and which identifiers find no field there. */
function combined(
  person: Person,
  claimed: readonly string[],
  given: ReadonlyMap<string, string | null>,
  onMatch: OnMatch,
): { changes: Map<string, string | null>; spare: string[] } {
  const changes = new Map<string, string | null>()
  const spare: string[] = []
  if (onMatch === 'skip') return { changes, spare }
  const known = [...mirrored(person.values), ...claimed]
  const standing = (field: string) => person.values.get(field)?.value ?? null
  for (const [field, value] of given) {
    if (value === null || standing(field) === value) continue
    const key = identifierIn(field, value)
    if (!field.startsWith('record/') && key !== undefined && known.includes(key)) continue // there already, in any field
    const slots = [PHONE_SLOTS, EMAIL_SLOTS].find((kind) => kind.includes(field))
    const free = [field, ...(slots ?? [])].find(
      (slot) => standing(slot) === null && !changes.has(slot) && (slot === field || (given.get(slot) ?? null) === null),
    )
    if (onMatch === 'overwrite') changes.set(field, value)
    else if (free !== undefined) changes.set(free, value)
    else if (slots && key !== undefined && !spare.includes(key)) spare.push(key)
  }
  return { changes, spare }
}
