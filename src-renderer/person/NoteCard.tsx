// One note: its text, who wrote and changed it, what stood there before; it can be changed, taken back and put back.
// Invariant: a changed or taken-back note is still to be read here, with who did it and when.
import { Box, Button, Card, Group, Stack, Text, Textarea } from '@mantine/core'
import { NOTE_MAX } from '@shared/model/limits'
import type { NoteView } from '@shared/model/views'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { useNow } from '../components/use-now'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'

interface NoteCardProps {
  note: NoteView
  personId: string
  readOnly: boolean
}

/** The beginning of a note, to tell its buttons from those of others. */
const beginning = ({ text }: NoteView): string => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

export function NoteCard({ note, personId, readOnly }: NoteCardProps) {
  const remove = useCall('people.removeNote')
  const draft = useDraft('note-edit', `${personId}/${note.id}`, { text: note.text })
  const [opened, setOpened] = useState(false)
  const now = useNow()
  const takeBack = async (): Promise<void> => {
    try {
      await remove.run({ noteId: note.id })
      showUndo({
        text: 'The note is taken back. It stands below, under “Taken back”.',
        onUndo: () => client.call('people.restoreNote', { noteId: note.id }),
      })
    } catch {
      // It stands in `remove.error`, which is shown below the note.
    }
  }
  if (!readOnly && (opened || draft.begun))
    return (
      <Card role="listitem" padding="sm">
        <EditForm note={note} draft={draft} onClose={() => setOpened(false)} />
      </Card>
    )
  return (
    <Card role="listitem" padding="sm">
      <Text size="sm" className="scv-text">
        {note.text}
      </Text>
      <Group justify="space-between" gap="xs" mt="snug" align="flex-end">
        <Text size="xs" c="dimmed" title={formatMoment(note.createdAt)}>
          {note.by} · {formatRelative(note.createdAt, now)}
          {note.earlier.length > 0 &&
            ` · changed ${note.editedBy ? `by ${note.editedBy} ` : ''}${formatRelative(note.modifiedAt, now)}`}
        </Text>
        {!readOnly && (
          <Group gap="tight">
            <Button
              size="compact-xs"
              variant="subtle"
              aria-label={`Edit the note “${beginning(note)}”`}
              onClick={() => setOpened(true)}
            >
              Edit
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              aria-label={`Take back the note “${beginning(note)}”`}
              loading={remove.pending}
              onClick={() => void takeBack()}
            >
              Take back
            </Button>
          </Group>
        )}
      </Group>
      <Earlier note={note} />
      {remove.error && <ErrorNotice error={remove.error} />}
    </Card>
  )
}

interface EditFormProps {
  note: NoteView
  draft: ReturnType<typeof useDraft<{ text: string }>>
  onClose: () => void
}

function EditForm({ note, draft, onClose }: EditFormProps) {
  const edit = useCall('people.editNote')
  const field = useRef<HTMLTextAreaElement>(null)
  const { text } = draft.values
  useEffect(() => field.current?.focus(), [])
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  const save = async (): Promise<void> => {
    const { id: noteId, text: former } = note
    if (text.trim() === '' || edit.pending) return
    try {
      if (text.trim() !== former) {
        await edit.run({ noteId, text })
        showUndo({
          text: 'The note is changed. What stood there before is kept with it.',
          onUndo: () => client.call('people.editNote', { noteId, text: former }),
        })
      }
      draft.end()
      onClose()
    } catch {
      // It stands in `edit.error`, and the form stays open with what was typed.
    }
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void save()
  }
  return (
    <form onSubmit={submit} aria-label="Change the note">
      <Stack gap="xs">
        <Textarea
          ref={field}
          label="The note"
          autosize
          minRows={2}
          maxRows={12}
          maxLength={NOTE_MAX}
          value={text}
          onChange={(event) => draft.set({ text: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save()
          }}
        />
        {edit.error && <ErrorNotice error={edit.error} />}
        <Group gap="xs" justify="flex-end">
          <Button size="xs" variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button size="xs" type="submit" loading={edit.pending} disabled={text.trim() === ''}>
            Save the note
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** What stood in a note before, on demand. */
function Earlier({ note }: { note: NoteView }) {
  const [shown, setShown] = useState(false)
  const { earlier } = note
  if (earlier.length === 0) return null
  return (
    <>
      <Button
        size="compact-xs"
        variant="subtle"
        className="scv-start"
        aria-expanded={shown}
        aria-label={`${shown ? 'Hide' : 'Show'} what the note “${beginning(note)}” said before`}
        onClick={() => setShown(!shown)}
      >
        {shown ? 'Hide what it said before' : 'What it said before'}
      </Button>
      {shown && (
        <Stack gap="xs" mt="tight" role="list" aria-label="What it said before">
          {earlier.map(({ text, at, by }) => (
            <Box key={`${at} ${text}`} role="listitem">
              <Text size="sm" c="dimmed" className="scv-text">
                {text}
              </Text>
              <Text size="xs" c="dimmed">
                {by} · {formatMoment(at)}
              </Text>
            </Box>
          ))}
        </Stack>
      )}
    </>
  )
}

/** Notes that were taken back, folded away, each with a way back. */
export function RemovedNotes({ notes, readOnly }: { notes: readonly NoteView[]; readOnly: boolean }) {
  const [shown, setShown] = useState(false)
  if (notes.length === 0) return null
  return (
    <Stack gap="xs">
      <Button
        size="compact-sm"
        variant="subtle"
        color="gray"
        className="scv-start"
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        {shown ? 'Hide notes taken back' : `Taken back (${formatNumber(notes.length)})`}
      </Button>
      {shown && (
        <Stack gap="sm" role="list" aria-label="Notes taken back">
          {notes.map((note) => (
            <Removed key={note.id} note={note} readOnly={readOnly} />
          ))}
        </Stack>
      )}
    </Stack>
  )
}

function Removed({ note, readOnly }: { note: NoteView; readOnly: boolean }) {
  const restore = useCall('people.restoreNote')
  const putBack = async (): Promise<void> => {
    try {
      await restore.run({ noteId: note.id })
      showUndo({
        text: 'The note is put back.',
        onUndo: () => client.call('people.removeNote', { noteId: note.id }),
      })
    } catch {
      // It stands in `restore.error`, which is shown below the note.
    }
  }
  return (
    <Card role="listitem" padding="sm">
      <Text size="sm" c="dimmed" className="scv-text">
        {note.text}
      </Text>
      <Group justify="space-between" gap="xs" mt="snug">
        <Text size="xs" c="dimmed">
          {note.by}, {formatMoment(note.createdAt)}
          {note.removed && ` · taken back by ${note.removed.by}, ${formatMoment(note.removed.at)}`}
        </Text>
        {!readOnly && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Put back the note “${beginning(note)}”`}
            loading={restore.pending}
            onClick={() => void putBack()}
          >
            Put back
          </Button>
        )}
      </Group>
      <Earlier note={note} />
      {restore.error && <ErrorNotice error={restore.error} />}
    </Card>
  )
}
