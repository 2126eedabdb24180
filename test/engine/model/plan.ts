// What a merge does to fields, said as the domain specification says it (section 5).
import type { Person, Write } from './state'
import { EMAIL_SLOTS, identifierIn, PHONE_SLOTS } from './universe'

export interface Planned {
  value: string | null
  /** Number of the command that wrote it, where the merge does not write it anew. */
  seq?: number
}

const fieldOf = (field: string) => (field.startsWith('record/') ? 'externalIds' : field)

const NAME = ['firstName', 'lastName']

/** The person whose name is taken as a whole, where the latest parts are of two whole names that neither is; else undefined. */
function wholeName(people: readonly Person[]): Person | undefined {
  const part = (person: Person, field: string) => person.values.get(field)?.value?.toLowerCase() ?? ''
  const seq = (person: Person, field: string) => person.values.get(field)?.seq ?? 0
  const latest = (field: string) =>
    people.filter((person) => part(person, field) !== '').sort((a, b) => seq(b, field) - seq(a, field))[0]
  const whole = people.filter((person) => NAME.every((field) => part(person, field) !== ''))
  const [first, last] = [latest('firstName'), latest('lastName')]
  if (!first || !last || !whole.includes(first) || !whole.includes(last)) return undefined
  const mixed = [part(first, 'firstName'), part(last, 'lastName')]
  if (whole.some((one) => NAME.every((field, i) => part(one, field) === mixed[i]))) return undefined
  const written = (person: Person) => Math.max(...NAME.map((field) => seq(person, field)))
  return whole.sort((a, b) => written(b) - written(a))[0]
}

/** @returns field → value of the new contact, with the command that wrote it where it is taken over as it was */
export function plan(people: readonly Person[], choices: ReadonlyMap<string, string>): Map<string, Planned> {
  const result = new Map<string, Planned>()
  const chosenFields = new Set<string>()
  const losers: { field: string; write: Write; person: Person }[] = []
  const name = ['firstName', 'lastName'].some((part) => choices.has(part)) ? undefined : wholeName(people)
  const fields = [...new Set(people.flatMap((person) => [...person.values.keys()]))].sort()
  for (const field of fields) {
    const offers = people
      .flatMap((person) => {
        const write = person.values.get(field)
        return write ? [{ field, write, person }] : []
      })
      .sort((a, b) => b.write.seq - a.write.seq)
    const chosen = choices.get(fieldOf(field))
    // The person's choice wins, an empty one too; else the most recently modified value.
    const winner =
      chosen === undefined
        ? offers.find(
            ({ write, person }) =>
              write.value !== null && (name === undefined || !NAME.includes(field) || person === name),
          )
        : offers.find(({ person }) => person.id === chosen)
    if (chosen !== undefined) chosenFields.add(field)
    if (winner || chosen !== undefined) {
      // The latest of all says itself when it was written; a choice, or what an emptied field gives way to, is news.
      const kept = chosen === undefined && winner === offers[0] ? winner?.write.seq : undefined
      result.set(field, { value: winner?.write.value ?? null, ...(kept === undefined ? {} : { seq: kept }) })
    }
    losers.push(...offers.filter((offer) => offer !== winner && offer.write.value !== null))
  }
  // Phones and addresses that lose a slot move to a free one of their kind, the most recently modified first.
  losers.sort(
    (a, b) => b.write.seq - a.write.seq || (a.person.id < b.person.id ? -1 : a.person.id > b.person.id ? 1 : 0),
  )
  for (const { field, write } of losers) {
    const slots = [PHONE_SLOTS, EMAIL_SLOTS].find((kind) => kind.includes(field)) ?? []
    const key = identifierIn(field, write.value ?? '')
    const there = slots.some((slot) => identifierIn(slot, result.get(slot)?.value ?? '') === key)
    const free = slots.find(
      (slot) => !result.has(slot) || (result.get(slot)?.value === null && !chosenFields.has(slot)),
    )
    if (!there && free !== undefined) result.set(free, { value: write.value })
  }
  return result
}
