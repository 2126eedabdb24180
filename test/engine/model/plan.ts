// What a merge does to fields, said as the domain specification says it (section 5).
import type { Person, Write } from './state'
import { EMAIL_SLOTS, identifierIn, PHONE_SLOTS } from './universe'

const fieldOf = (field: string) => (field.startsWith('record/') ? 'externalIds' : field)

/** @returns field → value of the new contact, and what finds no place */
export function plan(people: readonly Person[], choices: ReadonlyMap<string, string>): Map<string, string | null> {
  const result = new Map<string, string | null>()
  const chosenFields = new Set<string>()
  const losers: { field: string; write: Write; person: Person }[] = []
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
        ? offers.find(({ write }) => write.value !== null)
        : offers.find(({ person }) => person.id === chosen)
    if (chosen !== undefined) chosenFields.add(field)
    if (winner || chosen !== undefined) result.set(field, winner?.write.value ?? null)
    losers.push(...offers.filter((offer) => offer !== winner && offer.write.value !== null))
  }
  // Phones and addresses that lose a slot move to a free one of their kind, the most recently modified first.
  losers.sort(
    (a, b) => b.write.seq - a.write.seq || (a.person.id < b.person.id ? -1 : a.person.id > b.person.id ? 1 : 0),
  )
  for (const { field, write } of losers) {
    const slots = [PHONE_SLOTS, EMAIL_SLOTS].find((kind) => kind.includes(field)) ?? []
    const key = identifierIn(field, write.value ?? '')
    const there = slots.some((slot) => identifierIn(slot, result.get(slot) ?? '') === key)
    const free = slots.find((slot) => !result.has(slot) || (result.get(slot) === null && !chosenFields.has(slot)))
    if (!there && free !== undefined) result.set(free, write.value)
  }
  return result
}
