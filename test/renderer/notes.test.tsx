// @vitest-environment happy-dom
// Notes on a person as they are shown: changed with the change kept as a draft, taken back, put back, with what they said before.

import { MantineProvider } from '@mantine/core'
import type { NoteView, PersonView } from '@shared/model/views'
import { act, cleanup, fireEvent, render, renderHook, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { asContactId, asNoteId } from '../../src-shared/model/ids'

const pretend = vi.hoisted(() => {
  const calls: { name: string; input: unknown }[] = []
  Object.assign(document, { fonts: new EventTarget() }) // asked by fields that grow
  Object.assign(window, {
    scv: {
      invoke: async (name: string, input: unknown) => {
        if (!name.startsWith('drafts.')) calls.push({ name, input })
        return { ok: true, value: { id: 'new' } }
      },
      subscribe: () => () => undefined,
    },
  })
  return { calls, offered: [] as { text: string; onUndo: () => unknown }[] }
})
vi.mock('../../src-renderer/components/undo-notice', () => ({
  showUndo: (notice: (typeof pretend.offered)[number]) => pretend.offered.push(notice),
}))

import { drafts } from '../../src-renderer/drafts/use-draft'
import { Notes } from '../../src-renderer/person/Notes'
import { useTab } from '../../src-renderer/person/use-tab'

const at = '2026-06-01T09:00:00.000Z'
const note = (more: Partial<NoteView> = {}): NoteView => ({
  id: asNoteId('n1'),
  contactId: asContactId('p1'),
  text: 'Likes tea',
  createdAt: at,
  modifiedAt: at,
  by: 'ann',
  earlier: [],
  ...more,
})
const shown = (notes: NoteView[], removedNotes: NoteView[] = []) =>
  render(
    <MantineProvider>
      <Notes
        person={{ id: 'p1', displayName: 'Jo', type: 'Curated', notes, removedNotes } as unknown as PersonView}
        readOnly={false}
      />
    </MantineProvider>,
  )
const press = (name: string | RegExp) => act(async () => fireEvent.click(screen.getByRole('button', { name })))
const type = (label: string, value: string) =>
  act(async () => fireEvent.change(screen.getByLabelText(label), { target: { value } }))

beforeEach(() => {
  pretend.calls.length = 0
  pretend.offered.length = 0
  drafts.load(null, [])
})
afterEach(cleanup)

test('a change outlives the page, and can be taken back once it is saved', async () => {
  const page = shown([note()])
  await press('Edit the note “Likes tea”')
  await type('The note', 'Likes coffee')
  page.unmount()

  shown([note()])
  expect(screen.getByLabelText<HTMLTextAreaElement>('The note').value).toBe('Likes coffee')
  await press('Save the note')
  expect(pretend.calls).toEqual([{ name: 'people.editNote', input: { noteId: 'n1', text: 'Likes coffee' } }])
  await pretend.offered[0]?.onUndo()
  expect(pretend.calls[1]).toEqual({ name: 'people.editNote', input: { noteId: 'n1', text: 'Likes tea' } })
})

test('adding one and taking one back can each be undone', async () => {
  shown([note()])
  await type('New note', 'Hello')
  await press('Add note')
  await press('Take back the note “Likes tea”')
  for (const { onUndo } of pretend.offered) await onUndo()
  expect(pretend.calls).toEqual([
    { name: 'people.addNote', input: { contactId: asContactId('p1'), text: 'Hello' } },
    { name: 'people.removeNote', input: { noteId: 'n1' } },
    { name: 'people.removeNote', input: { noteId: 'new' } },
    { name: 'people.restoreNote', input: { noteId: 'n1' } },
  ])
})

test('what it said before, and notes taken back, are read on demand and put back', async () => {
  shown(
    [note({ earlier: [{ text: 'Likes milk', at, by: 'bo' }], editedBy: 'bo' })],
    [note({ id: asNoteId('n2'), text: 'Wrong person', removed: { at, by: 'bo' } })],
  )
  expect(screen.queryByText('Likes milk')).toBeNull()
  await press(/Show what the note “Likes tea” said before/)
  expect(screen.getByText('Likes milk')).toBeTruthy()
  expect(screen.queryByText('Wrong person')).toBeNull()
  await press('Taken back (1)')
  expect(screen.getByText(/taken back by bo/)).toBeTruthy()
  await press('Put back the note “Wrong person”')
  expect(pretend.calls).toEqual([{ name: 'people.restoreNote', input: { noteId: 'n2' } }])
})

test('a note begun before a restart is in sight as soon as the file tells of it, unless another tab was chosen', () => {
  const late = renderHook((begun: boolean) => useTab(begun), { initialProps: false })
  expect(late.result.current[0]).toBe('journey')
  late.rerender(true)
  expect(late.result.current[0]).toBe('notes')
  late.rerender(false)
  expect(late.result.current[0]).toBe('notes')
  const chosen = renderHook((begun: boolean) => useTab(begun), { initialProps: false })
  act(() => chosen.result.current[1]('journey'))
  chosen.rerender(true)
  expect(chosen.result.current[0]).toBe('journey')
})
