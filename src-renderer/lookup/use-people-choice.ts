// Choosing a person from a field that takes anything: what is typed, who it may be, and who of them is marked.
// Invariant: arrows move the mark, Enter chooses the marked one and never from an answer to a former text: it waits for
// that of the present one.
import type { ScvError } from '@shared/errors'
import type { LookupHit, LookupResult, PersonLine, PersonRef } from '@shared/model/views'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useLive } from '../bridge/hooks'
import { useLookup } from './use-lookup'

interface Asked {
  text: string
  /** Index of the marked person. */
  marked: number
  onMark: (index: number) => void
  onChoose: (person: PersonRef) => void
  /** Ids of people who are not offered. */
  exclude?: readonly string[]
  /** Rows that Page Up and Page Down move by. */
  page: number
  /** Names the list for the field, and its options. */
  listId: string
}

export interface PeopleChoice {
  listId: string
  /** What is looked up: the text without blanks around it; empty: people seen or changed lately are offered. */
  wanted: string
  people: readonly (PersonLine | LookupHit)[]
  current: number
  /** Nothing has been answered yet. */
  loading: boolean
  /** The answer to the present text is on its way. */
  pending: boolean
  result: LookupResult | undefined
  error: ScvError | undefined
  /** Asks again; only after a look-up that failed. */
  retry: (() => void) | undefined
  choose(index: number): void
  mark(index: number): void
  onKeyDown(event: KeyboardEvent): void
}

export function usePeopleChoice({ text, marked, onMark, onChoose, exclude, page, listId }: Asked): PeopleChoice {
  const wanted = text.trim()
  const recent = useLive('people.recent', { limit: 30 })
  const lookup = useLookup(wanted)
  const found: readonly (PersonLine | LookupHit)[] | undefined = wanted === '' ? recent.value : lookup.result?.hits
  const people = exclude ? (found?.filter((person) => !exclude.includes(person.id)) ?? []) : (found ?? [])
  const current = Math.min(marked, Math.max(0, people.length - 1))
  const error = wanted === '' ? recent.error : lookup.error

  const choose = (index: number): void => {
    const person = people[index]
    if (person) onChoose({ id: person.id, displayName: person.displayName, type: person.type })
  }
  /** The text whose answer Enter waits for. */
  const entered = useRef<string>(undefined)
  useEffect(() => {
    if (entered.current === undefined || lookup.pending) return
    const isStillMeant = entered.current === wanted && error === undefined
    entered.current = undefined
    if (isStillMeant) choose(current)
  })
  return {
    listId,
    wanted,
    people,
    current,
    loading: found === undefined && !error,
    pending: lookup.pending,
    result: lookup.result,
    error,
    retry: lookup.error && wanted !== '' ? lookup.retry : undefined,
    choose,
    mark: onMark,
    onKeyDown(event) {
      entered.current = undefined
      const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page }[event.key]
      if (step !== undefined) {
        event.preventDefault()
        onMark(Math.max(0, Math.min(people.length - 1, current + step)))
      } else if (event.key === 'Enter') {
        event.preventDefault()
        if (lookup.pending) entered.current = wanted
        else choose(current)
      }
    },
  }
}
