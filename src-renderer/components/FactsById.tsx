// What tells a person from another of the same name, where only their id is at hand; nothing while it is not known.
import { useLive } from '../bridge/hooks'
import { PersonFacts } from './PersonFacts'
import { useNow } from './use-now'

export function FactsById({ contactId }: { contactId: string }) {
  const [line] = useLive('people.lines', { contactIds: [contactId] }).value ?? []
  const now = useNow()
  return line ? <PersonFacts line={line} now={now} size="xs" /> : null
}
