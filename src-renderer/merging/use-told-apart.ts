// Records as choices of one list, told apart by the numbers and addresses that are looked up for it.
import type { RecordRef } from '@shared/model/views'
import { useEffect, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { toldApart } from '../format/told-apart'

/** @returns what a person is called in a list of them */
export function useToldApart(people: readonly RecordRef[]): (id: string) => string {
  const { run } = useCall('merges.records')
  const [known, setKnown] = useState<Readonly<Record<string, readonly string[]>>>({})
  const ids = people.map(({ id }) => id).join(' ')
  useEffect(() => {
    if (ids === '') return
    run({ contactIds: ids.split(' ') }).then(
      (records) => setKnown(Object.fromEntries(records.map(({ id, identifiers }) => [id, identifiers]))),
      () => setKnown({}), // their places tell them apart
    )
  }, [run, ids])
  const labels = toldApart(people, (id) => known[id] ?? [])
  return (id) => labels[people.findIndex((person) => person.id === id)] ?? ''
}
