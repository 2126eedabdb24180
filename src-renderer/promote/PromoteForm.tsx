// Keeping a contact that was created automatically: asks what to call the person; their id and history stay.
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ContactFields } from '@shared/model/contact'
import type { FormEvent } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { LineInput } from '../components/LineInput'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { fieldLine } from '../format/fields'
import { personName } from '../format/words'
import { sayKept } from './kept-notice'

interface PromoteFormProps {
  contactId: string
  fields: ContactFields
  opened: boolean
  onClose: () => void
  /** Told when the person is kept. */
  onKept?: () => void
  /** Told when that was taken back. */
  onTakenBack?: () => void
}

export function PromoteForm({ opened, onClose, ...rest }: PromoteFormProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keep this person">
      <Fields key={rest.contactId} onClose={onClose} {...rest} />
    </Modal>
  )
}

const LINES = ['firstName', 'lastName', 'externalOrganization.name'].map(fieldLine)

function Fields({ contactId, fields, onClose, onKept, onTakenBack }: Omit<PromoteFormProps, 'opened'>) {
  const promote = useCall('people.promote')
  const draft = useDraft(
    'promote',
    contactId,
    Object.fromEntries(LINES.map((line): [string, string] => [line.key, line.read(fields)])),
  )
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  const values = LINES.map((line) => draft.values[line.key] ?? '')
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    const changes = Object.assign(
      {},
      ...LINES.map((line, at) => {
        const text = (values[at] ?? '').trim()
        return text === line.read(fields) ? {} : line.write(fields, text)
      }),
    )
    try {
      const person = await promote.run({ contactId, changes })
      sayKept(`${personName(person)} is kept as a contact.`, [person.id], onTakenBack)
      draft.end()
      onKept?.()
      onClose()
    } catch {
      // It stands in `promote.error`, and the form stays open with what was typed.
    }
  }
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Text size="sm">
          They become a contact: found by look-up, and kept until someone deletes them. Their history stays.
        </Text>
        {LINES.map((line, at) => (
          <LineInput
            key={line.key}
            line={line}
            value={values[at] ?? ''}
            onChange={(value) => draft.set({ [line.key]: value })}
            {...(at === 0 ? { 'data-autofocus': true } : {})}
          />
        ))}
        {promote.error && <ErrorNotice error={promote.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button type="submit" loading={promote.pending} disabled={values.every((value) => value.trim() === '')}>
            Keep
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
