// A long live list, of which only the pages in view are asked for.
// Invariant: at most two pages are watched, and a row is only ever taken from the page it belongs to; while another
// question is being answered, the rows of the former one stay.
import type { ScvContract } from '@shared/contract'
import type { ScvError } from '@shared/errors'
import type { InputOf, LiveName, OutputOf } from '@shared/ipc/contract'
import { useCallback, useState } from 'react'
import { useLive } from '../bridge/hooks'
import { pagesInView, rowFrom } from './pages'

/** A page of a list as the contract has it. */
interface PageOf<T> {
  total: number
  items: readonly T[]
}

/** Live queries that answer a page at a time. */
export type PagedName = {
  [N in LiveName<ScvContract>]: OutputOf<ScvContract[N]> extends PageOf<unknown> ? N : never
}[LiveName<ScvContract>]
export type ItemOf<N extends PagedName> = OutputOf<ScvContract[N]>['items'][number]
export type AskedOf<N extends PagedName> = Omit<InputOf<ScvContract[N]>, 'offset' | 'limit'>

export interface Paged<T> {
  /** How many there are; undefined until the first answer. */
  total: number | undefined
  error: ScvError | undefined
  /** The answer to a former question is still shown. */
  stale: boolean
  /** undefined while the row's page is on its way. */
  row(index: number): T | undefined
  /** To be told which rows are in view. */
  onRange(first: number, last: number): void
}

/**
 * Follows a list of any length.
 * @param asked what is asked besides the page; plain JSON
 * @param size rows a page
 */
export function usePaged<N extends PagedName>(name: N, asked: AskedOf<N>, size: number): Paged<ItemOf<N>> {
  const [[even, odd], setOffsets] = useState<[number | null, number | null]>([0, null])
  const onRange = useCallback(
    (first: number, last: number) => {
      const next = pagesInView(first, last, size)
      setOffsets((now) => (now[0] === next[0] && now[1] === next[1] ? now : next))
    },
    [size],
  )
  const input = (offset: number | null) =>
    offset === null ? null : ({ ...asked, offset, limit: size } as InputOf<ScvContract[N]>)
  const live = [
    useLive(name, input(even), { keepPrevious: true }),
    useLive(name, input(odd), { keepPrevious: true }),
  ] as const
  const pages = live.flatMap(({ value, of }) => {
    const offset = (of as { offset?: number } | null | undefined)?.offset
    return value && offset !== undefined ? [[offset, value.items as readonly ItemOf<N>[]] as const] : []
  })
  const ready = live.filter(({ status }) => status === 'ready')
  const [newest] = ready.length > 0 ? ready : live.filter(({ value }) => value !== undefined)
  return {
    total: newest?.value?.total,
    error: live.find(({ error }) => error !== undefined)?.error,
    stale: ready.length === 0,
    row: (index) => rowFrom(index, size, pages),
    onRange,
  }
}
