// Everything about one person, for the one who asks what is known of them.
import { List, Modal, Stack, Text } from '@mantine/core'
import type { PersonView } from '@shared/model/views'
import { personName } from '../format/words'
import { SaveSubject } from './SaveSubject'

interface HandOutDialogProps {
  person: PersonView
  opened: boolean
  onClose: () => void
}

export function HandOutDialog({ person, opened, onClose }: HandOutDialogProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Everything about ${personName(person)}`} size="lg">
      <Stack gap="md">
        <Text size="sm">For when a person asks what is known of them. One file holds:</Text>
        <List size="sm" spacing="tight">
          <List.Item>Details, numbers and addresses, and since when they are known.</List.Item>
          <List.Item>Notes, and what stood in them before.</List.Item>
          <List.Item>Conversations and visits, with what was recorded of them.</List.Item>
          <List.Item>Everything that was changed: when, by whom, from what to what.</List.Item>
        </List>
        <Text size="sm">
          The file has a reference, and the audit trail tells under it that it was handed out. Keep the file safe: it is
          not protected by this application.
        </Text>
        <SaveSubject contactId={person.id} what="subject.save" />
      </Stack>
    </Modal>
  )
}
