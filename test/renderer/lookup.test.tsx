// @vitest-environment happy-dom
// Looking up while typing: one question at a time, the latest text next, and answers that stay and follow.
import type { LiveSignal } from '@shared/ipc/wire'
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'

interface Asked {
  text: string
  signal(signal: LiveSignal): void
}

let open: Asked[]
let useLookup: typeof import('../../src-renderer/lookup/use-lookup')['useLookup']

beforeEach(async () => {
  open = []
  vi.resetModules()
  Object.assign(window, {
    scv: {
      subscribe(_name: string, input: { text: string }, signal: (signal: LiveSignal) => void) {
        const entry = { text: input.text, signal }
        open.push(entry)
        return () => open.splice(open.indexOf(entry), 1)
      },
    },
  })
  ;({ useLookup } = await import('../../src-renderer/lookup/use-lookup'))
})
afterEach(cleanup)

const typing = (text: string) =>
  renderHook((props: { text: string }) => useLookup(props.text), { initialProps: { text } })
const answer = (id: string): void => act(() => open[0]?.signal({ type: 'next', value: { hits: [{ id }] } }))
const texts = (): string[] => open.map(({ text }) => text)

test('while a question is being answered, only the latest text waits', async () => {
  const { result, rerender } = typing('a')
  expect(texts()).toEqual(['a'])
  rerender({ text: 'an' })
  rerender({ text: 'ann' })
  expect(texts()).toEqual(['a'])
  answer('1')
  await act(async () => undefined)
  expect(texts()).toEqual(['ann'])
  expect(result.current).toMatchObject({ pending: true, result: { hits: [{ id: '1' }] } })
  answer('2')
  expect(result.current).toMatchObject({ pending: false, result: { hits: [{ id: '2' }] } })
})

test('an answer follows the people', () => {
  const { result } = typing('ann')
  answer('1')
  answer('2')
  expect(result.current.result).toMatchObject({ hits: [{ id: '2' }] })
})

test('an emptied field asks nothing and shows nothing, whatever was on its way', async () => {
  const { result, rerender } = typing('ann')
  rerender({ text: '' })
  await act(async () => undefined)
  expect(texts()).toEqual([])
  expect(result.current).toMatchObject({ pending: false, result: undefined })
})

test('a question that failed is shown as failed, and can be asked again', async () => {
  const { result } = typing('ann')
  act(() => open[0]?.signal({ type: 'error', error: { code: 'internal', message: 'no' } }))
  expect(result.current.error?.code).toBe('internal')
  act(() => result.current.retry())
  await act(async () => undefined)
  answer('1')
  expect(result.current).toMatchObject({ pending: false, error: undefined, result: { hits: [{ id: '1' }] } })
})
