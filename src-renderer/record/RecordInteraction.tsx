// Writing down an interaction by hand: the form says live which person it will belong to.
// Invariant: what is recorded is what the notice below the identifier was asked about; closing it keeps what was typed.

import { Modal } from '@mantine/core'
import { useLive } from '../bridge/hooks'
import { type RecordFrom, useNavigation } from '../state/navigation'
import { RecordForm } from './RecordForm'

export function RecordInteraction() {
  const { recording, stopRecording } = useNavigation()
  return (
    <Modal opened={recording !== null} onClose={stopRecording} title="Record an interaction" size="lg">
      {recording && <WithPerson key={JSON.stringify(recording)} from={recording} />}
    </Modal>
  )
}

function WithPerson({ from }: { from: RecordFrom }) {
  const person = useLive('people.get', from.contactId === undefined ? null : { contactId: from.contactId })
  if (from.contactId !== undefined && person.status === 'loading') return null // a moment; a flash would be worse
  return <RecordForm from={from} person={person.status === 'ready' ? person.value : null} />
}
