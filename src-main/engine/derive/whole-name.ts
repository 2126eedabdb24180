// A name is one choice of a merge: where the latest parts come from two whole names, one of the names is taken as it is.
// Invariant: no merge makes a first and a last name of two different people's, unless a person chose the parts.
import type { ContactId, Stamp } from '@shared/model/ids'
import { canonicalJson } from '../documents/canonical-json'
import type { Person } from './person'

/** What a name is made of, as registers of a contact. */
export const NAME_KEYS: readonly string[] = ['salutation', 'firstName', 'middleName', 'lastName']
const FIRST = 'firstName'
const LAST = 'lastName'

const partOf = (person: Person, key: string): string => {
  const value = person.values.get(key)?.v ?? null
  return value === null ? '' : canonicalJson(value).toLowerCase()
}

const isWhole = (person: Person): boolean => partOf(person, FIRST) !== '' && partOf(person, LAST) !== ''

/** When a name was last written. */
const writtenAt = (person: Person): Stamp | '' =>
  [FIRST, LAST].reduce<Stamp | ''>((latest, key) => {
    const at = person.values.get(key)?.t ?? ''
    return at > latest ? at : latest
  }, '')

function latestOf(people: readonly Person[], key: string): Person | undefined {
  const filled = people.filter((person) => partOf(person, key) !== '')
  return filled.sort((a, b) => (at(a, key) !== at(b, key) ? (at(a, key) < at(b, key) ? 1 : -1) : tie(a, b, key)))[0]
}
const at = (person: Person, key: string): Stamp | '' => person.values.get(key)?.t ?? ''
const tie = (a: Person, b: Person, key: string): number =>
  partOf(a, key) !== partOf(b, key) ? (partOf(a, key) < partOf(b, key) ? 1 : -1) : a.id < b.id ? -1 : 1

/**
 * Whose parts of a name the merged contact gets, where each part by itself would mix two names; by register key. A part that
 * this name lacks comes from the latest of those whose name does not contradict it; null: it stays empty.
 */
export function wholeName(people: readonly Person[]): ReadonlyMap<string, ContactId | null> {
  const [first, last] = [latestOf(people, FIRST), latestOf(people, LAST)]
  if (!first || !last || !isWhole(first) || !isWhole(last)) return new Map()
  const isOnes = people.some(
    (person) => partOf(person, FIRST) === partOf(first, FIRST) && partOf(person, LAST) === partOf(last, LAST),
  )
  if (isOnes) return new Map()
  const [taken] = people
    .filter(isWhole)
    .sort((a, b) =>
      writtenAt(a) !== writtenAt(b) ? (writtenAt(a) < writtenAt(b) ? 1 : -1) : tie(a, b, FIRST) || tie(a, b, LAST),
    )
  if (!taken) return new Map()
  const agreeing = people.filter((person) =>
    [FIRST, LAST].every((key) => partOf(person, key) === '' || partOf(person, key) === partOf(taken, key)),
  )
  return new Map(
    NAME_KEYS.map((key) => [key, partOf(taken, key) !== '' ? taken.id : (latestOf(agreeing, key)?.id ?? null)]),
  )
}
