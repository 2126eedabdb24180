// @vitest-environment happy-dom
// The hooks with a rule of their own: what they ask, what they show of late answers, and what they leave alone.

import { MantineProvider } from '@mantine/core'
import type { Incoming } from '@shared/contract/local-api'
import { ScvError } from '@shared/errors'
import type { IdentifierInput } from '@shared/model/identifier'
import { act, cleanup, render, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { App } from '../../src-renderer/app/App'
import { useKeptFocus } from '../../src-renderer/app/use-kept-focus'
import { useUserChange } from '../../src-renderer/app/use-user-change'
import { useNow } from '../../src-renderer/components/use-now'
import { usePaged } from '../../src-renderer/components/use-paged'
import { useDecisions } from '../../src-renderer/incoming/use-decisions'
import { useResolution } from '../../src-renderer/record/use-resolution'
import { useAccessMemory } from '../../src-renderer/state/access'
import { useIncomingMemory } from '../../src-renderer/state/incoming'
import { useLastStep } from '../../src-renderer/state/last-step'
import { readRefusal, useAsked } from '../../src-renderer/sync/use-refusal'
import { asPersonId } from '../../src-shared/model/ids'

interface Call {
  name: string
  input: Record<string, unknown>
  answer(value: unknown): void
  refuse(error: unknown): void
}
interface Watch {
  name: string
  input: Record<string, unknown>
  next(value: unknown): void
}

const pretend = vi.hoisted(() => {
  const calls: Call[] = []
  const open: Watch[] = []
  Object.assign(window, {
    scv: {
      invoke: (name: string, input: Call['input']) =>
        new Promise((resolve) =>
          calls.push({
            name,
            input,
            answer: (value) => resolve({ ok: true, value }),
            refuse: (error) => resolve({ ok: false, error }),
          }),
        ),
      subscribe(name: string, input: Watch['input'], signal: (signal: object) => void) {
        const entry: Watch = { name, input, next: (value) => signal({ type: 'next', value }) }
        open.push(entry)
        return () => open.splice(open.indexOf(entry), 1)
      },
    },
  })
  return { calls, open, offered: [] as { text: string; onUndo: () => void }[], frames: 0 }
})
vi.mock('../../src-renderer/components/undo-notice', () => ({
  showUndo: (notice: (typeof pretend.offered)[number]) => pretend.offered.push(notice),
}))
vi.mock('../../src-renderer/app/Frame', () => ({
  Frame: () => {
    pretend.frames++
    return null
  },
}))
// Parts that are never drawn here, and cost a second to load.
vi.mock('../../src-renderer/start/FirstStart', () => ({ FirstStart: () => null }))
vi.mock('../../src-renderer/components/ErrorNotice', () => ({ ErrorNotice: () => null }))

const { calls, open, offered } = pretend

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
  for (const list of [calls, open, offered]) list.length = 0
  useIncomingMemory.setState({ decided: {} })
})
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const wait = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms))
const settle = () => act(async () => undefined)

describe('the window', () => {
  test('is not drawn again when a count, a setting or the progress of the sample changes', async () => {
    const info = (contacts: number, retentionDays: number) => ({
      version: '1',
      deviceId: 'd',
      dataDir: '/d',
      started: true,
      settings: { defaultRegion: 'DE', retentionDays, userName: 'Ann' },
      counts: { curated: contacts, autoCreated: 0, interactions: 0 },
    })
    render(
      <MantineProvider>
        <App />
      </MantineProvider>,
    )
    const tell = (name: string, value: unknown) =>
      act(() => open.filter((each) => each.name === name).forEach((each) => void each.next(value)))
    tell('app.sampleProgress', { phase: 'idle', progress: 0 })
    tell('access.state', { is: 'open', user: null, permissions: [] })
    pretend.frames = 0
    tell('app.info', info(1, 60))
    expect(pretend.frames).toBe(1)
    tell('app.info', info(2, 60))
    tell('app.info', info(2, 90))
    tell('app.sampleProgress', { phase: 'done', progress: 1 })
    expect(pretend.frames).toBe(1)
  })
})

describe('who an identifier resolves to', () => {
  const mail = (value: string): IdentifierInput => ({ type: 'Email', value })
  const asking = async (first: string) => {
    return renderHook(
      (props: { value: string | null }) => useResolution(props.value === null ? null : mail(props.value)),
      {
        initialProps: { value: first as string | null },
      },
    )
  }

  test('is asked after a pause in typing, for what was typed last', async () => {
    const { result, rerender } = await asking('a@example.org')
    await wait(60)
    rerender({ value: 'ab@example.org' })
    await wait(119)
    expect(calls).toEqual([])
    await wait(1)
    expect(calls.map(({ input }) => input)).toEqual([{ identifiers: [mail('ab@example.org')] }])
    expect(result.current).toEqual({ status: 'asking' })
  })

  test('a late answer about a former identifier is not shown', async () => {
    const { result, rerender } = await asking('a@example.org')
    await wait(120)
    rerender({ value: 'b@example.org' })
    await wait(120)
    calls[0]?.answer({ of: 'a' })
    await settle()
    expect(result.current.status).toBe('asking')
    calls[1]?.answer({ of: 'b' })
    await settle()
    expect(result.current).toEqual({ status: 'ready', value: { of: 'b' } })
    rerender({ value: null })
    expect(result.current.status).toBe('idle')
  })

  test('a refusal is shown as one', async () => {
    const { result } = await asking('a@example.org')
    await wait(120)
    calls[0]?.refuse({ code: 'forbidden', message: 'no' })
    await settle()
    expect(result.current).toMatchObject({ status: 'error', error: { code: 'forbidden' } })
  })
})

describe('deciding about what arrived', () => {
  const arrived = {
    interaction: { id: 'i1', contactId: 'record', channel: 'voice' },
    contact: { id: 'person', displayName: 'Ann', type: 'Curated' },
  } as unknown as Incoming
  const deciding = async () => {
    const { result } = renderHook(() => useDecisions(arrived))
    return { result, decided: () => useIncomingMemory.getState().decided['i1'] }
  }

  test('the right person keeps the record it is tied to, whatever that was merged into since', async () => {
    const { result, decided } = await deciding()
    act(() => void result.current.right())
    expect(calls[0]).toMatchObject({ name: 'incoming.link', input: { interactionId: 'i1', contactId: 'record' } })
    expect(decided()).toBeUndefined()
    calls[0]?.answer({})
    await settle()
    expect(decided()).toBe('right')
  })

  test('someone else is taken back to the record before', async () => {
    const { result, decided } = await deciding()
    act(() => void result.current.someoneElse({ id: asPersonId('other'), displayName: 'Bo', type: 'Curated' }))
    calls[0]?.answer({})
    await settle()
    expect(decided()).toBe('linked')
    act(() => void offered[0]?.onUndo())
    const taken = calls.find(
      ({ name, input }) => name === 'incoming.link' && (input as { contactId?: string }).contactId === 'record',
    )
    expect(taken?.input).toEqual({ interactionId: 'i1', contactId: 'record' })
    taken?.answer({})
    await settle()
    expect(decided()).toBeNull()
  })

  test('a refused link decides nothing and offers nothing', async () => {
    const { result, decided } = await deciding()
    act(() => void result.current.unlink())
    calls[0]?.refuse({ code: 'forbidden', message: 'no' })
    await settle()
    expect(result.current.error?.code).toBe('forbidden')
    expect(decided()).toBeUndefined()
    expect(offered).toEqual([])
  })
})

describe('a long list', () => {
  test('watches the pages in view, and keeps the former rows while another question is answered', async () => {
    const { result, rerender } = renderHook((props: { kind?: 'dispute' }) => usePaged('reconcile.items', props, 10), {
      initialProps: {},
    })
    expect(open.map(({ input }) => input['offset'])).toEqual([0])
    act(() => open[0]?.next({ total: 25, items: Array.from({ length: 10 }, (_, n) => ({ id: `a${n}` })) }))
    expect(result.current).toMatchObject({ total: 25, stale: false })
    expect(result.current.row(9)).toMatchObject({ id: 'a9' })
    expect(result.current.row(10)).toBeUndefined()
    act(() => result.current.onRange(8, 12))
    await settle()
    expect(open.map(({ input }) => input['offset']).sort()).toEqual([0, 10])
    rerender({ kind: 'dispute' })
    await settle()
    expect(result.current).toMatchObject({ total: 25, stale: true })
    expect(result.current.row(0)).toMatchObject({ id: 'a0' })
  })
})

describe('the focus', () => {
  test('of a row that goes away is given to the list around it, and one that stays is let be', async () => {
    document.body.innerHTML =
      '<h1 data-page-title tabindex="-1"></h1><div tabindex="0" id="list"><button>x</button></div>'
    renderHook(() => useKeptFocus())
    const list = document.getElementById('list')
    const row = list?.querySelector('button')
    row?.focus()
    row?.remove()
    await wait(50)
    await new Promise((resolve) => requestAnimationFrame(resolve))
    expect(document.activeElement).toBe(list)
    list?.remove()
    await wait(50)
    await new Promise((resolve) => requestAnimationFrame(resolve))
    expect(document.activeElement).toBe(document.querySelector('h1'))
  })

  test('goes back to what opened a dialog, which gives it back a little after it closed', async () => {
    document.body.innerHTML = '<h1 tabindex="-1" data-page-title></h1><button id="opener"></button><input />'
    renderHook(() => useKeptFocus())
    const opener = document.getElementById('opener')
    const title = document.querySelector('h1')
    const seen: (Element | null)[] = []
    document.addEventListener('focusin', ({ target }) => seen.push(target as Element))
    const field = document.querySelector('input')
    field?.focus()
    field?.remove()
    setTimeout(() => document.activeElement === document.body && opener?.focus(), 30)
    await wait(100)
    expect(document.activeElement).toBe(opener)
    expect(seen).not.toContain(title)
  })
})

test('the owner under another name keeps their steps; a user who signs in begins without', () => {
  const access = (user: string | null, last: string | null) =>
    useAccessMemory.getState().set({ is: 'open', user, last, roles: [], permissions: [], asksPassword: false })
  access('Ada', null)
  const { unmount } = renderHook(useUserChange)
  useLastStep.getState().did({ id: Symbol('step'), takeBack: () => undefined })
  act(() => access('Ada Lee', null))
  expect(useLastStep.getState().steps).toHaveLength(1)
  act(() => access('bo', 'bo'))
  expect(useLastStep.getState().steps).toHaveLength(0)
  useLastStep.getState().did({ id: Symbol('step'), takeBack: () => undefined })
  act(() => access(null, 'bo'))
  expect(useLastStep.getState().steps).toHaveLength(1)
  unmount()
  useLastStep.getState().forgetAll()
})

describe('the present moment', () => {
  test('moves every minute while it is shown', async () => {
    const { result, unmount } = renderHook(() => useNow())
    const before = result.current
    await wait(60_000)
    expect(result.current - before).toBe(60_000)
    unmount()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('a refusal to sign in', () => {
  test('asks its question, and the choice stays until the form is gone', async () => {
    const noKeychain = new ScvError('no_keychain', 'no')
    const { result, rerender } = renderHook((props: { error?: ScvError }) => useAsked(props.error), {
      initialProps: {},
    })
    expect(result.current).toBe(false)
    rerender({ error: noKeychain })
    rerender({})
    expect(result.current).toBe(true)
    expect(readRefusal(new ScvError('unsynced_work', 'no', { details: { count: 3, user: 'ann' } }))).toMatchObject({
      unsent: 3,
    })
    expect(readRefusal(new ScvError('sign_in_refused', 'no'))).toMatchObject({ field: 'password', unsent: undefined })
  })
})
