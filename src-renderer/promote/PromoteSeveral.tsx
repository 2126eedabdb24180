// Keeping several at once: asks what to call each; all of them are kept, or none.

import { Button, Group, Modal, ScrollArea, Stack, Table, Text, TextInput } from '@mantine/core'
import { NAME_MAX } from '@shared/model/limits'
import type { AutoContact } from '@shared/model/views'
import type { FormEvent } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { peopleWords, queueName } from '../format/queue-words'
import { HEIGHT } from '../theme'
import { sayKept } from './kept-notice'

interface PromoteSeveralProps {
  contacts: readonly AutoContact[]
  opened: boolean
  onClose: () => void
  onKept: () => void
}

export function PromoteSeveral({ contacts, opened, onClose, onKept }: PromoteSeveralProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Keep ${peopleWords(contacts.length)}`} size="lg">
      <Names contacts={contacts} onClose={onClose} onKept={onKept} />
    </Modal>
  )
}

const FIELDS = [
  { field: 'firstName', label: 'First name' },
  { field: 'lastName', label: 'Last name' },
] as const
type Field = (typeof FIELDS)[number]['field']

function Names({ contacts, onClose, onKept }: Omit<PromoteSeveralProps, 'opened'>) {
  const promote = useCall('people.promoteMany')
  const draft = useDraft<Record<string, string>>('promote-several', contacts.map(({ id }) => id).join(' '), {})
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  const nameOf = (id: string, field: Field): string => draft.values[`${id}/${field}`] ?? ''
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const people = contacts.map(({ id }) => ({
      contactId: id,
      changes: Object.fromEntries(
        FIELDS.flatMap(({ field }) => {
          const text = nameOf(id, field).trim()
          return text === '' ? [] : [[field, text]]
        }),
      ),
    }))
    try {
      const { promoted } = await promote.run({ people })
      sayKept(
        `${peopleWords(promoted)} kept as contacts.`,
        contacts.map(({ id }) => id),
      )
      draft.end()
      onKept()
      onClose()
    } catch {
      // It stands in `promote.error`, and the form stays open with what was typed.
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Text size="sm">
          They become contacts: found by look-up, and kept until someone deletes them. Those without a name are listed
          by their number or address.
        </Text>
        <ScrollArea.Autosize mah={HEIGHT.list} viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': 'Names' }}>
          <Table verticalSpacing="snug">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Known by</Table.Th>
                {FIELDS.map(({ field, label }) => (
                  <Table.Th key={field}>{label}</Table.Th>
                ))}
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {contacts.map((contact, row) => (
                <Table.Tr key={contact.id}>
                  <Table.Td className="scv-wrap">{queueName(contact)}</Table.Td>
                  {FIELDS.map(({ field, label }, column) => (
                    <Table.Td key={field}>
                      <TextInput
                        size="xs"
                        aria-label={`${label} of ${queueName(contact)}`}
                        maxLength={NAME_MAX}
                        autoComplete="off"
                        {...(row === 0 && column === 0 ? { 'data-autofocus': true } : {})}
                        value={nameOf(contact.id, field)}
                        onChange={(event) => draft.set({ [`${contact.id}/${field}`]: event.currentTarget.value })}
                      />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollArea.Autosize>
        {promote.error && <ErrorNotice error={promote.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button type="submit" loading={promote.pending}>
            Keep {peopleWords(contacts.length)}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
