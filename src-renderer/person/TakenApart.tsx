// The people that a person was taken apart from: which agent did it, when, and the way back.
import type { PersonView } from '@shared/model/views'
import { formatMoment } from '../format/locale'
import { personName } from '../format/words'
import { useRejoining } from '../splitting/undoing'
import { ApartFrom, ApartRow } from './ApartFrom'

export function TakenApart({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const ask = useRejoining((state) => state.ask)
  if (person.splits.length === 0) return null
  return (
    <ApartFrom title="Taken apart from" label="Taken apart">
      {person.splits.map(({ contactId, other, at, by }) => {
        const back = {
          label: 'Undo',
          what: `Make this person and ${personName(other)} one again`,
          onClick: () => ask({ contactId, names: [personName(person), personName(other)] }),
        }
        return (
          <ApartRow
            key={contactId}
            other={other}
            settled={`Made two people ${formatMoment(at)} by ${by}`}
            {...(readOnly ? {} : { back })}
          />
        )
      })}
    </ApartFrom>
  )
}
