// Erasing a person at their request. There is no way back, so it says plainly what goes and has the name typed.
// Invariant: the typed name is no draft: it is retyped each time, so that erasing is meant each time.
import { Button, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { PersonView } from '@shared/model/views'
import { type FormEvent, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { formatNumber } from '../format/locale'
import { personName } from '../format/words'
import { useLookupMemory } from '../lookup/lookup-memory'
import { useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { SaveSubject } from './SaveSubject'

interface EraseDialogProps {
  person: PersonView
  opened: boolean
  onClose: () => void
}

export function EraseDialog({ person, opened, onClose }: EraseDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Erase ${personName(person)} for good?`} size="lg">
      <Question person={person} onClose={onClose} />
    </Modal>
  )
}

function Question({ person, onClose }: Omit<EraseDialogProps, 'opened'>) {
  const erase = useCall('people.erase')
  const may = useMay()
  const [typed, setTyped] = useState('')
  const name = personName(person)
  const agreed = typed.trim().toLocaleLowerCase() === name.trim().toLocaleLowerCase()
  const records = person.mergeSet?.length ?? 1
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!agreed) return
    try {
      const erased = await erase.run({ contactId: person.id })
      onClose()
      useLookupMemory.getState().setText('') // what the person was found by goes with them
      useNavigation.getState().go({ screen: 'lookup' })
      notifications.show({
        autoClose: false,
        title: `The person is erased: ${formatNumber(erased.records)} ${erased.records === 1 ? 'record' : 'records'}.`,
        message: (
          <Stack gap="xs">
            <Text size="sm">The certificate says what was erased, when and by whom, and nothing about the person.</Text>
            <SaveSubject contactId={person.id} what="subject.saveCertificate" />
          </Stack>
        ),
      })
    } catch {
      // It stands in `erase.error`, which is shown below.
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Text size="sm">
          For when a person asks for their data to be removed. <strong>It cannot be undone</strong>, by anyone:
        </Text>
        <List size="sm" spacing="tight">
          <List.Item>
            Names, numbers, addresses and every other detail are removed
            {records > 1 ? ` from all ${formatNumber(records)} records of this person` : ''}, earlier values too.
          </List.Item>
          <List.Item>Notes, and what was written about their interactions, are removed.</List.Item>
          <List.Item>No number or address recognises them any more.</List.Item>
          <List.Item>No copy stays in the bin, in search or in the audit trail.</List.Item>
          <List.Item>The same happens on every other device, whatever is edited there meanwhile.</List.Item>
        </List>
        <Text size="sm">
          What stays is that there were interactions, when, and over which channel, without saying with whom.
        </Text>
        {may('identity:disclose') && (
          <>
            <Text size="sm">Does the person want to have what is kept about them? Save it first:</Text>
            <SaveSubject contactId={person.id} what="subject.save" />
          </>
        )}
        <TextInput
          label={`Type “${name}” to confirm`}
          data-autofocus
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
        />
        {erase.error && <ErrorNotice error={erase.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color="red.8" loading={erase.pending} disabled={!agreed}>
            Erase for good
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
