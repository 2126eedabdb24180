// Who of the book a person may be, while they are typed or looked at: one line each, with how likely. One component for all places.
// Invariant: it follows the book, so that no person stays who is gone; nothing at all while there is no double.
import { Stack } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { Likeness } from '@shared/contract/duplicates'
import type { ContactInput } from '@shared/model/contact'
import type { ContactId } from '@shared/model/ids'
import { useLive } from '../bridge/hooks'
import { LikelyDouble } from './LikelyDouble'
import { useNow } from './use-now'

interface LikelyDoublesProps {
  /** A person of the book. */
  contactId?: ContactId
  /** What is typed of one. */
  fields?: ContactInput
  /** What they are called; absent where that is plain. */
  who?: string
  /** People who are compared already. */
  except?: readonly ContactId[]
  /** What an agent does with one of them, and what the button says. */
  action: string
  onPick: (person: Likeness['person']) => void
}

/** After the last letter. */
const WAIT_MS = 300

export function LikelyDoubles({ contactId, fields, who, except = [], action, onPick }: LikelyDoublesProps) {
  const [asked] = useDebouncedValue(JSON.stringify({ contactId, fields }), WAIT_MS)
  const found = useLive('duplicates.like', JSON.parse(asked), { keepPrevious: true }).value ?? []
  const now = useNow()
  const likely = found.filter(
    ({ person, certainty }) => person.id !== contactId && certainty !== 'possible' && !except.includes(person.id),
  )
  if (likely.length === 0) return null
  return (
    <Stack gap="tight" role="status" aria-label="Likely the same person">
      {likely.map((likeness) => (
        <LikelyDouble
          key={likeness.person.id}
          likeness={likeness}
          now={now}
          action={action}
          onPick={() => onPick(likeness.person)}
          {...(who === undefined ? {} : { who })}
        />
      ))}
    </Stack>
  )
}
