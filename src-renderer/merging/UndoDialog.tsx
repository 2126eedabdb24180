// Asks before a merge is taken back: who will be there again, and who gets the edits and notes of the time since.
// Invariant: it can only be confirmed once every later edit and note has a home.
import { Modal, NativeSelect, Stack, Text } from '@mantine/core'
import type { contract } from '@shared/contract'
import type { ScvError } from '@shared/errors'
import type { OutputOf } from '@shared/ipc/contract'
import { useEffect, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { NO_REASON, useDraft } from '../drafts/use-draft'
import { fieldLabel, valueText } from '../format/field-values'
import { formatMoment } from '../format/locale'
import { listNames } from '../format/words'
import { WIDTH } from '../theme'
import { givenReason, LookingSince, TakeBackForm, WrittenSince } from './TakeBackForm'
import { afterUndoing, type Undoing, useUndoing } from './undoing'
import { useToldApart } from './use-told-apart'

type LaterEdit = OutputOf<(typeof contract)['merges.editsSince']>[number]

/** A note is told as an edit whose field names it. */
const isNote = (edit: LaterEdit | undefined): boolean => edit?.field.startsWith('notes/') === true
const labelOf = (edit: LaterEdit): string => (isNote(edit) ? 'Note' : fieldLabel(edit.field))
/** Enough of a note to know it by. */
const NOTE_START = 120
function noteStart({ value }: LaterEdit): string {
  const text = String(value ?? '')
  return text.length > NOTE_START ? `${text.slice(0, NOTE_START)}…` : text
}

export function UndoDialog() {
  const { asked, close } = useUndoing()
  return (
    <Modal opened={asked !== null} onClose={close} title="Undo this merge?" size="lg">
      {asked && <Question key={asked.mergeId} asked={asked} onClose={close} />}
    </Modal>
  )
}

function Question({ asked, onClose }: { asked: Undoing; onClose: () => void }) {
  const load = useCall('merges.editsSince')
  const undo = useCall('merges.undo')
  const [edits, setEdits] = useState<LaterEdit[] | null>(null)
  const draft = useDraft('undo-merge', `${asked.resultId} ${asked.mergeId}`, NO_REASON)
  const { reason, ...homes } = draft.values
  const nameOf = useToldApart(asked.inputs)
  const { run: loadEdits } = load
  useEffect(() => {
    // A failure stands in `load.error`, which is shown below.
    loadEdits({ mergeId: asked.mergeId }).then(setEdits, () => setEdits(null))
  }, [loadEdits, asked.mergeId])

  // That edits need a home is what the dialog asks; it is no failure.
  const refusal: ScvError | undefined =
    undo.error ?? (asked.refusal?.code === 'undo_needs_assignment' ? undefined : asked.refusal)
  const open = edits?.filter(({ field }) => !homes[field]) ?? []
  const confirm = async (): Promise<void> => {
    try {
      const people = await undo.run({
        mergeId: asked.mergeId,
        assignments: Object.fromEntries(
          edits?.flatMap(({ field }) => (homes[field] ? [[field, homes[field]]] : [])) ?? [],
        ),
        ...givenReason(reason),
      })
      draft.end()
      onClose()
      afterUndoing(asked, people)
    } catch {
      // It stands in `undo.error`, which is shown below. What was edited meanwhile has to be asked for as well.
      loadEdits({ mergeId: asked.mergeId }).then(setEdits, () => setEdits(null))
    }
  }

  if (!edits || load.error) return <LookingSince what="Looking for what was written since…" error={load.error} />
  return (
    <TakeBackForm
      draft={draft}
      keep="Keep the merge"
      confirm="Undo the merge"
      pending={undo.pending}
      disabled={open.length > 0}
      error={refusal}
      onConfirm={() => void confirm()}
      onClose={onClose}
    >
      <Text size="sm">
        {listNames(asked.inputs)} will have their own pages again, as they were before the merge. What came in since
        goes to the person whose number or address it came by.
      </Text>
      {edits.length > 0 && (
        <Stack gap="xs" role="group" aria-label="Written since the merge">
          <Text size="sm" fw={600}>
            {edits.length === 1
              ? isNote(edits[0])
                ? 'One note was written since. Whose is it?'
                : 'One field was edited since. Who gets the edit?'
              : 'Who gets what was written since?'}
          </Text>
          {edits.map((edit) => (
            <WrittenSince
              key={edit.field}
              choice={
                <NativeSelect
                  size="sm"
                  w={WIDTH.choice}
                  className="scv-fixed"
                  aria-label={`Who gets ${isNote(edit) ? `the note “${noteStart(edit)}”` : fieldLabel(edit.field)}`}
                  value={homes[edit.field] ?? ''}
                  onChange={(event) => draft.set({ [edit.field]: event.currentTarget.value })}
                  data={[
                    { value: '', label: 'Choose who gets it' },
                    ...asked.inputs.map((person) => ({ value: person.id, label: nameOf(person.id) })),
                  ]}
                />
              }
            >
              <Text size="sm" className="scv-wrap">
                <Text component="span" size="sm" c="dimmed">
                  {labelOf(edit)}:{' '}
                </Text>
                {isNote(edit) ? noteStart(edit) : valueText(edit.field, edit.value) || 'emptied'}
              </Text>
              <Text size="xs" c="dimmed">
                {formatMoment(edit.at)} by {edit.by}
              </Text>
            </WrittenSince>
          ))}
        </Stack>
      )}
    </TakeBackForm>
  )
}
