// Notes on a person, newest first, a field for the next one, and below them those that were taken back.

import { Button, EmptyState, Group, Stack, Textarea } from '@mantine/core'
import { NOTE_MAX } from '@shared/model/limits'
import type { PersonView } from '@shared/model/views'
import { IconNote } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { personName } from '../format/words'
import { NoteCard, RemovedNotes } from './NoteCard'

const NEW_NOTE = { text: '' }

interface NotesProps {
  person: PersonView
  readOnly: boolean
  /** Counts requests to put the cursor into the field for a new note. */
  focusAsked?: number
}

export function Notes({ person, readOnly, focusAsked = 0 }: NotesProps) {
  const add = useCall('people.addNote')
  const draft = useDraft('note', person.id, NEW_NOTE)
  const { text } = draft.values
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => {
    if (focusAsked > 0) field.current?.focus()
  }, [focusAsked])
  const save = async (): Promise<void> => {
    if (text.trim() === '' || add.pending) return
    try {
      const { id: noteId } = await add.run({ contactId: person.id, text })
      draft.end()
      showUndo({
        text: `Note added to ${personName(person)}.`,
        onUndo: () => client.call('people.removeNote', { noteId }),
      })
    } catch {
      // It stands in `add.error`, and what was typed stays in the field.
    }
  }
  const notes = [...person.notes].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  return (
    <Stack gap="md" h="100%" className="scv-scroll" pr="tight">
      {!readOnly && (
        <Stack gap="xs">
          <Textarea
            ref={field}
            label="New note"
            placeholder="What should the next person who talks to them know?"
            autosize
            minRows={2}
            maxRows={8}
            maxLength={NOTE_MAX}
            value={text}
            onChange={(event) => draft.set({ text: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void save()
            }}
          />
          {add.error && <ErrorNotice error={add.error} />}
          <Group justify="flex-end">
            {draft.begun && (
              <Button size="sm" variant="subtle" color="gray" onClick={() => discard(draft.key)}>
                Discard
              </Button>
            )}
            <Button size="sm" onClick={() => void save()} loading={add.pending} disabled={text.trim() === ''}>
              Add note
            </Button>
          </Group>
        </Stack>
      )}
      {notes.length === 0 ? (
        <EmptyState size="sm" icon={<IconNote aria-hidden />} title="No notes yet" />
      ) : (
        <Stack gap="sm" role="list" aria-label="Notes">
          {notes.map((note) => (
            <NoteCard key={note.id} note={note} personId={person.id} readOnly={readOnly} />
          ))}
        </Stack>
      )}
      <RemovedNotes notes={person.removedNotes} readOnly={readOnly} />
    </Stack>
  )
}
