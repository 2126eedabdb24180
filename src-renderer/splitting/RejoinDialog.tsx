// Asks before two people become one again who were taken apart: what was edited since, and whose value counts.
// Invariant: what is confirmed is what is shown; a value that does not count stays readable as an earlier one.
import { Modal, NativeSelect, Stack, Text } from '@mantine/core'
import type { RejoinPreview } from '@shared/contract/splitting'
import { useEffect, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { NO_REASON, useDraft } from '../drafts/use-draft'
import { fieldLabel, valueText } from '../format/field-values'
import { formatMoment } from '../format/locale'
import { givenReason, LookingSince, TakeBackForm, WrittenSince } from '../merging/TakeBackForm'
import { useToldApart } from '../merging/use-told-apart'
import { WIDTH } from '../theme'
import { afterRejoining, type Rejoining, useRejoining } from './undoing'

const NOT_YET: RejoinPreview['people'] = []

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
  const nameOf = useToldApart(told?.people ?? NOT_YET)
  const { run } = preview
  const { contactId } = asked
  useEffect(() => {
    // A failure stands in `preview.error`, which is shown below.
    run({ contactId }).then(setTold, () => setTold(null))
  }, [run, contactId])
  const confirm = async (): Promise<void> => {
    try {
      const person = await undo.run({
        contactId,
        choices: Object.fromEntries(Object.entries(choices).filter(([, id]) => id !== '')),
        ...givenReason(reason),
      })
      draft.end()
      onClose()
      afterRejoining(asked, person)
    } catch {
      // It stands in `undo.error`, which is shown below.
    }
  }
  if (!told || preview.error) return <LookingSince what="Looking for what was edited since…" error={preview.error} />
  const fields = [...new Set(told.edits.map(({ field }) => field))]
  return (
    <TakeBackForm
      draft={draft}
      keep="Keep them apart"
      confirm="One person again"
      pending={undo.pending}
      error={undo.error}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
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
              nameOf={nameOf}
              onChoose={(id) => draft.set({ [field]: id })}
            />
          ))}
        </Stack>
      )}
    </TakeBackForm>
  )
}

interface EditedProps {
  field: string
  told: RejoinPreview
  choice: string
  nameOf: (id: string) => string
  onChoose: (contactId: string) => void
}

function Edited({ field, told, choice, nameOf, onChoose }: EditedProps) {
  const edits = told.edits.filter((edit) => edit.field === field)
  return (
    <WrittenSince
      choice={
        <NativeSelect
          size="sm"
          w={WIDTH.choice}
          className="scv-fixed"
          aria-label={`Whose ${fieldLabel(field)} counts`}
          value={choice}
          onChange={(event) => onChoose(event.currentTarget.value)}
          data={[
            { value: '', label: 'As suggested' },
            ...told.people.map(({ id }) => ({ value: id, label: nameOf(id) })),
          ]}
        />
      }
    >
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
    </WrittenSince>
  )
}
