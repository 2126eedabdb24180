// @vitest-environment happy-dom
// Drafts in the window: what was typed outlives the form, the user's absence and a file that cannot be written.
import { DRAFT_FORMS, type Draft } from '@shared/contract/drafts'
import type { ImportFile } from '@shared/model/import'
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

const sent = vi.hoisted(() => {
  const calls: { name: string; input: Draft }[] = []
  const state = { refuse: false, tell: (_value: unknown): void => undefined }
  Object.assign(window, {
    scv: {
      invoke: async (name: string, input: Draft) => {
        if (state.refuse) return { ok: false, error: { code: 'storage_full', message: 'full' } }
        calls.push({ name, input })
        return { ok: true, value: {} }
      },
      subscribe(_name: string, _input: unknown, signal: (signal: object) => void) {
        state.tell = (value) => signal({ type: 'next', value })
        return () => undefined
      },
    },
  })
  return { calls, state }
})

import { SAVE_MS } from '../../src-renderer/drafts/draft-store'
import { draftText, draftTitle, peopleOf, placeOf } from '../../src-renderer/drafts/draft-words'
import {
  drafts,
  useBegun,
  useDraft,
  useDrafts,
  useKeptDrafts,
  useMovedDrafts,
} from '../../src-renderer/drafts/use-draft'
import { keepChoices, takeOpened } from '../../src-renderer/importing/import-draft'
import { LOOKED_UP, lookedUp, useLookupMemory } from '../../src-renderer/lookup/lookup-memory'
import { useImportMemory } from '../../src-renderer/state/import'

beforeEach(async () => {
  vi.useFakeTimers()
  sent.state.refuse = false
  drafts.load(null, [])
  for (const { form, subject } of Object.values(drafts.store.getState().drafts)) drafts.end({ form, subject })
  await drafts.flush()
  sent.calls.length = 0
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))
const note = (subject = 'ann') =>
  renderHook((props: { subject: string }) => useDraft('note', props.subject, { text: '' }), {
    initialProps: { subject },
  })
const kept = (user: string | null, subject: string, text: string): Draft => ({
  user,
  form: 'note',
  subject,
  values: { text },
  at: '2026-01-01T00:00:00.000Z',
})

describe('a text that is typed', () => {
  test('outlives its form, and is kept while one types on', async () => {
    const { result, unmount } = note()
    act(() => result.current.set({ text: 'a' }))
    await wait(SAVE_MS - 1)
    act(() => result.current.set({ text: 'ab' }))
    expect(sent.calls).toEqual([])
    await wait(1)
    expect(sent.calls).toMatchObject([
      { name: 'drafts.keep', input: { form: 'note', subject: 'ann', values: { text: 'ab' } } },
    ])
    unmount()
    expect(note().result.current).toMatchObject({ values: { text: 'ab' }, begun: true })
  })

  test('is of its subject alone', () => {
    const { result, rerender } = note('ann')
    act(() => result.current.set({ text: 'about Ann' }))
    rerender({ subject: 'bo' })
    expect(result.current).toMatchObject({ values: { text: '' }, begun: false })
    rerender({ subject: 'ann' })
    expect(result.current.values.text).toBe('about Ann')
  })

  test('typed back to where it began, or sent, is no draft any more', async () => {
    const { result } = note()
    act(() => result.current.set({ text: 'a' }))
    act(() => result.current.set({ text: '' }))
    expect(result.current.begun).toBe(false)
    act(() => result.current.set({ text: 'b' }))
    act(() => result.current.end())
    await wait(SAVE_MS)
    expect(sent.calls.map(({ name }) => name)).toEqual(['drafts.end'])
  })

  test('is tried again until the device has it', async () => {
    sent.state.refuse = true
    const { result } = note()
    act(() => result.current.set({ text: 'a' }))
    await wait(SAVE_MS)
    expect(drafts.store.getState().failure).toMatchObject({ code: 'storage_full' })
    sent.state.refuse = false
    await wait(3_000)
    expect(sent.calls).toHaveLength(1)
    expect(drafts.store.getState().failure).toBeNull()
  })

  test('a lock, or a page that goes, waits for nothing: all of it is on its way at once', async () => {
    const frame = renderHook(() => useKeptDrafts())
    drafts.put({ form: 'note', subject: 'ann' }, { text: 'half a sentence' })
    drafts.put({ form: 'note', subject: 'bo' }, { text: 'another' })
    frame.unmount()
    expect(sent.calls.map(({ input }) => input.subject)).toEqual(['ann', 'bo'])
    renderHook(() => useKeptDrafts())
    drafts.put({ form: 'note', subject: 'cy' }, { text: 'more' })
    act(() => void window.dispatchEvent(new Event('pagehide')))
    expect(sent.calls.map(({ input }) => input.subject)).toContain('cy')
  })
})

describe('another user', () => {
  test('sees their own texts and not those of the one before, whose last words are kept in their name', async () => {
    renderHook(() => useKeptDrafts())
    act(() => sent.state.tell({ user: 'anna', drafts: [kept('anna', 'x', 'of Anna')] }))
    const { result } = note('ann')
    act(() => result.current.set({ text: 'Anna types' }))
    act(() => sent.state.tell({ user: 'ben', drafts: [kept('ben', 'y', 'of Ben')] }))
    expect(result.current.values.text).toBe('')
    expect(renderHook(() => useDrafts()).result.current.map(({ values }) => values['text'])).toEqual(['of Ben'])
    await wait(SAVE_MS)
    expect(sent.calls[0]?.input).toMatchObject({ user: 'anna', values: { text: 'Anna types' } })
  })

  test('a text that comes from the file does not take the place of one that is being typed', () => {
    renderHook(() => useKeptDrafts())
    const { result } = note('ann')
    act(() => result.current.set({ text: 'newer' }))
    act(() => sent.state.tell({ user: null, drafts: [kept(null, 'ann', 'older'), kept(null, 'bo', 'another')] }))
    expect(result.current.values.text).toBe('newer')
    expect(drafts.get({ form: 'note', subject: 'bo' })?.values).toEqual({ text: 'another' })
  })

  test('their own text comes before one typed while no user was signed in', () => {
    drafts.load('anna', [kept('anna', 'ann', 'hers'), kept(null, 'ann', 'of the device')])
    expect(drafts.get({ form: 'note', subject: 'ann' })?.values).toEqual({ text: 'hers' })
  })
})

describe('when people become one', () => {
  test('what was begun on each goes with them, notes one after the other', async () => {
    drafts.put({ form: 'note', subject: 'new' }, { text: 'first' })
    drafts.put({ form: 'note', subject: 'old' }, { text: 'second' })
    drafts.put({ form: 'field', subject: 'old/firstName' }, { text: 'Anne' })
    drafts.put({ form: 'note', subject: 'other' }, { text: 'elsewhere' })
    renderHook(() => useMovedDrafts('new', ['new', 'old']))
    await wait(0)
    expect(drafts.get({ form: 'note', subject: 'new' })?.values).toEqual({ text: 'first\n\nsecond' })
    expect(drafts.get({ form: 'field', subject: 'new/firstName' })?.values).toEqual({ text: 'Anne' })
    expect(drafts.get({ form: 'note', subject: 'old' })).toBeUndefined()
    expect(drafts.get({ form: 'note', subject: 'other' })?.values).toEqual({ text: 'elsewhere' })
  })
})

test('who asks only which drafts there are is not told of every letter', () => {
  let read = 0
  const { result } = renderHook(() => {
    read++
    return useBegun()
  })
  const typing = note('ann')
  act(() => typing.result.current.set({ text: 'a' }))
  expect(result.current).toMatchObject([{ form: 'note', subject: 'ann' }])
  const before = read
  act(() => typing.result.current.set({ text: 'ab' }))
  expect(read).toBe(before)
})

test('every form has its words and its place, told apart from the others', () => {
  const titles = DRAFT_FORMS.map((form) => {
    const draft: Draft = { ...kept(null, 'id1', 'x'), form }
    expect(placeOf(draft)).toHaveProperty('screen')
    expect(draftText(draft)).not.toBe('')
    return draftTitle(draft, 'Ann')
  })
  expect(new Set(titles).size).toBe(DRAFT_FORMS.length)
  expect(titles.filter((title) => title.trim() === '')).toEqual([])
})

test('of a form what was typed is shown, not how it is set', () => {
  const values = { channel: 'voice', direction: 'inbound', at: '2026-01-01T10:00', subject: 'Refund', note: 'old card' }
  const draft: Draft = { ...kept(null, 'id1', ''), form: 'interaction', values }
  expect(draftText(draft)).toBe('Refund\nold card')
  expect(draftText({ ...draft, form: 'merge', values: { firstName: 'id2', reason: 'one person' } })).toBe(
    'one person\n1 field chosen',
  )
  expect(peopleOf({ form: 'interaction', subject: '=0412 345 678' })).toEqual([])
  expect(peopleOf({ form: 'field', subject: 'id1/externalOrganization.name' })).toEqual(['id1'])
})

test('what was looked up is kept, and is no work among the drafts', async () => {
  useLookupMemory.getState().mark(4)
  act(() => useLookupMemory.getState().setText('ann'))
  expect(lookedUp()).toBe('ann')
  expect(useLookupMemory.getState().marked).toBe(0)
  expect(renderHook(useBegun).result.current).toEqual([])
  expect(renderHook(useDrafts).result.current).toEqual([])
  act(() => drafts.put({ form: 'note', subject: 'bo' }, { text: 'typed meanwhile' }))
  await wait(SAVE_MS)
  // A note does not wait for it, and takes it along.
  expect(sent.calls.map(({ input }) => input.form)).toEqual(['search', 'note'])
  act(() => useLookupMemory.getState().answer())
  // Who was found is shown; the text stands there for the way back, and not for the next start.
  expect(lookedUp()).toBe('ann')
  expect(drafts.get(LOOKED_UP)).toBeUndefined()
  act(() => useLookupMemory.getState().setText(''))
  expect(lookedUp()).toBe('')
})

describe('what was chosen about a file', () => {
  const column = (header: string, target: string) => ({ header, target, samples: [] })
  const file = (columns = [column('A', 'skip'), column('B', 'lastName')]): ImportFile => ({
    importId: 'i1',
    fileName: 'people.csv',
    bytes: 3,
    format: 'custom',
    encoding: 'UTF-8',
    encodingConfidence: 1,
    encodings: [],
    linesBefore: 0,
    columns,
    targets: ['skip', 'firstName', 'lastName'].map((target) => ({ target, label: target })),
  })
  const targets = () => useImportMemory.getState().columns.map(({ target }) => target)

  test('is chosen again when it is opened again, where its columns still are', () => {
    takeOpened(file(), 'h')
    expect(targets()).toEqual(['skip', 'lastName'])
    useImportMemory.getState().setTarget(0, 'firstName')
    keepChoices(file(), useImportMemory.getState().columns, { onMatch: 'skip', region: 'AU' })
    expect(renderHook(useDrafts).result.current.map((draft) => draftTitle(draft, ''))).toEqual([
      'How to import people.csv',
    ])
    useImportMemory.getState().forget()
    takeOpened(file(), 'h2')
    expect(targets()).toEqual(['firstName', 'lastName'])
    expect(useImportMemory.getState().options).toEqual({ onMatch: 'skip', region: 'AU' })
    takeOpened(file([column('Other', 'skip'), column('B', 'lastName')]), 'h3')
    expect(targets()).toEqual(['skip', 'lastName'])
  })

  test('as it was recognised there is nothing to keep', () => {
    keepChoices(file(), file().columns, { onMatch: 'fill' })
    expect(renderHook(useDrafts).result.current).toEqual([])
  })
})

test('a draft that was discarded comes back, unless it was begun anew', () => {
  const draft = kept(null, 'ann', 'a')
  drafts.restore(draft)
  expect(drafts.get(draft)?.values).toEqual({ text: 'a' })
  drafts.put(draft, { text: 'anew' })
  drafts.restore(draft)
  expect(drafts.get(draft)?.values).toEqual({ text: 'anew' })
})
