// The people that a person must never be merged with: which agent settled it, when and why, and the way to withdraw it.
import type { NeverMerge, PersonView } from '@shared/model/views'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { formatMoment } from '../format/locale'
import { personName } from '../format/words'
import { ApartFrom, ApartRow } from './ApartFrom'

export function NeverMerged({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  if (person.neverMerge.length === 0) return null
  return (
    <ApartFrom title="Never to be merged with" label="Never to be merged">
      {person.neverMerge.map((pair) => (
        <Pair key={pair.other.id} pair={pair} person={person} readOnly={readOnly} />
      ))}
    </ApartFrom>
  )
}

interface PairProps {
  pair: NeverMerge
  person: PersonView
  readOnly: boolean
}

function Pair({ pair: { other, at, by, reason }, person, readOnly }: PairProps) {
  const settle = useCall('merges.cannotLink')
  const both = { a: person.id, b: other.id }
  const withdraw = async (): Promise<void> => {
    try {
      await settle.run({ ...both, standing: false })
      showUndo({
        text: `Withdrawn: ${personName(person)} and ${personName(other)} may be merged again.`,
        onUndo: () => client.call('merges.cannotLink', { ...both, standing: true, ...(reason ? { reason } : {}) }),
      })
    } catch {
      // It stands in `settle.error`, which is shown below.
    }
  }
  const back = {
    label: 'Withdraw',
    what: `Withdraw that ${personName(other)} must never be merged with this person`,
    pending: settle.pending,
    onClick: () => void withdraw(),
  }
  return (
    <ApartRow
      other={other}
      settled={`Settled ${formatMoment(at)} by ${by}`}
      reason={reason}
      {...(readOnly ? {} : { back })}
    >
      {settle.error && <ErrorNotice error={settle.error} />}
    </ApartRow>
  )
}
