// People of the book that those in view likely are. Invariant: only those in view are asked for, all of them with one question.
import type { Likeness } from '@shared/contract/duplicates'
import type { ContactId } from '@shared/model/ids'
import type { AutoContact } from '@shared/model/views'
import { useCallback, useState } from 'react'
import { useLive } from '../bridge/hooks'
import type { Paged } from '../components/use-paged'

const NONE: readonly Likeness[] = []
/** People of a question at most; more than ever fit a window. */
const ASKED_MOST = 100

export function useDoubles({ row, onRange: tell }: Paged<AutoContact>) {
  const [[first, last], setRange] = useState([0, 0])
  const onRange = useCallback(
    (from: number, to: number) => {
      setRange((now) => (now[0] === from && now[1] === to ? now : [from, to]))
      tell(from, to)
    },
    [tell],
  )
  const contactIds: ContactId[] = []
  for (let at = first; at <= last && contactIds.length < ASKED_MOST; at++) {
    const contact = row(at)
    if (contact) contactIds.push(contact.id)
  }
  const { value = [] } = useLive('duplicates.of', contactIds.length > 0 ? { contactIds } : null, { keepPrevious: true })
  const doublesOf = (id: ContactId): readonly Likeness[] =>
    value.find(({ contactId }) => contactId === id)?.like ?? NONE
  return { doublesOf, onRange }
}
