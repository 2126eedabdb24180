// Asks before two people become one again who were taken apart: what was edited since, and whose value counts.
// Invariant: what is confirmed is what is shown; a value that does not count stays readable as an earlier one.
import { Box, Button, Group, Loader, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import type { RejoinPreview } from '@shared/contract/splitting'
import { REASON_MAX } from '@shared/model/limits'
import { useEffect, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { discard } from '../drafts/discard'
import { NO_REASON, useDraft } from '../drafts/use-draft'
import { fieldLabel, valueText } from '../format/field-values'
import { formatMoment } from '../format/locale'
import { personName } from '../format/words'
import { WIDTH } from '../theme'
import { afterRejoining, type Rejoining, useRejoining } from './undoing'

export function RejoinDialog() {
  const { asked, close } = useRejoining()
  return (
    <Modal opened={asked !== null} onClose={close} title="Make them one person again?" size="lg">
      {asked && <Question key={asked.contactId} asked={asked} onClose={close} />}
    </Modal>
  )
}

function Question({ asked, onClose }: { asked: Rejoining; onClose: () => void }) {
  const preview = useCall('splits.undoPreview')
  const undo = useCall('splits.undo')
  const [told, setTold] = useState<RejoinPreview | null>(null)
  const draft = useDraft('undo-split', asked.contactId, NO_REASON)
  const { reason, ...choices } = draft.values
  const { run } = preview
  const { contactId } = asked
  useEffect(() => {
    // A failure stands in `preview.error`, which is shown below.
    run({ contactId }).then(setTold, () => setTold(null))
  }, [run, contactId])
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  const confirm = async (): Promise<void> => {
    try {
      const person = await undo.run({
        contactId,
        choices: Object.fromEntries(Object.entries(choices).filter(([, id]) => id !== '')),
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      })
      draft.end()
      onClose()
      afterRejoining(asked, person)
    } catch {
      // It stands in `undo.error`, which is shown below.
    }
  }
  if (preview.error) return <ErrorNotice error={preview.error} />
  if (!told) {
    return (
      <Group role="status" gap="xs">
        <Loader size="sm" />
        <Text size="sm">Looking for what was edited since…</Text>
      </Group>
    )
  }
  const fields = [...new Set(told.edits.map(({ field }) => field))]
  return (
    <Stack gap="md">
      <Text size="sm">
        {asked.names.join(' and ')} become one person, with everything that each of them has. Links to either of them
        lead there.
      </Text>
      {fields.length > 0 && (
        <Stack gap="xs" role="group" aria-label="Edited since">
          <Text size="sm" fw={600}>
            Edited since. Whose counts?
          </Text>
          {fields.map((field) => (
            <Edited
              key={field}
              field={field}
              told={told}
              choice={choices[field] ?? ''}
              onChoose={(id) => draft.set({ [field]: id })}
            />
          ))}
        </Stack>
      )}
      <TextInput
        label="Reason"
        description="Optional. Stands in the record of changes."
        value={reason}
        maxLength={REASON_MAX}
        onChange={(event) => draft.set({ reason: event.currentTarget.value })}
      />
      {undo.error && <ErrorNotice error={undo.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={cancel}>
          Keep them apart
        </Button>
        <Button loading={undo.pending} onClick={() => void confirm()}>
          One person again
        </Button>
      </Group>
    </Stack>
  )
}

interface EditedProps {
  field: string
  told: RejoinPreview
  choice: string
  onChoose: (contactId: string) => void
}

function Edited({ field, told, choice, onChoose }: EditedProps) {
  const edits = told.edits.filter((edit) => edit.field === field)
  return (
    <Group wrap="nowrap" justify="space-between" align="flex-end">
      <Box miw={0}>
        {edits.map((edit) => (
          <Text key={`${edit.contactId} ${edit.at}`} size="sm" className="scv-wrap">
            <Text component="span" size="sm" c="dimmed">
              {fieldLabel(field)}:{' '}
            </Text>
            {valueText(field, edit.value) || 'emptied'}
            <Text component="span" size="xs" c="dimmed">
              {' '}
              {formatMoment(edit.at)} by {edit.by}
              {edit.taken ? '' : ', kept as an earlier value'}
            </Text>
          </Text>
        ))}
      </Box>
      <NativeSelect
        size="sm"
        w={WIDTH.choice}
        className="scv-fixed"
        aria-label={`Whose ${fieldLabel(field)} counts`}
        value={choice}
        onChange={(event) => onChoose(event.currentTarget.value)}
        data={[
          { value: '', label: 'As suggested' },
          ...told.people.map((person) => ({ value: person.id, label: personName(person) })),
        ]}
      />
    </Group>
  )
}
