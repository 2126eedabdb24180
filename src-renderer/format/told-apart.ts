// People as choices of one list: by name, and where several have it by what else is known of them.
// Invariant: no two choices of a list read the same.
import type { RecordRef } from '@shared/model/views'
import { personName } from './words'

/** Names, made different: by an identifier or two, else by their place in the list. */
export function toldApart(people: readonly RecordRef[], knownOf: (id: string) => readonly string[]): string[] {
  const isAlone = (text: string, all: readonly string[]) => all.filter((one) => one === text).length < 2
  const names = people.map(personName)
  const known = people.map(({ id }, at) => {
    const name = names[at] ?? ''
    return isAlone(name, names)
      ? name
      : [
          name,
          ...knownOf(id)
            .filter((text) => text !== '')
            .slice(0, 2),
        ].join(', ')
  })
  return known.map((text, at) => (isAlone(text, known) ? text : `${text}, record ${at + 1}`))
}
