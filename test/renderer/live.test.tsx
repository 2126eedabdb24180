// @vitest-environment happy-dom
// Live queries in the window: shared between components, never of another input, ended with their last reader.
import { ScvError } from '@shared/errors'
import { type Client, command, live } from '@shared/ipc/contract'
import { act, cleanup, renderHook } from '@testing-library/react'
import { Observable, type Subscriber } from 'rxjs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createHooks } from '../../src-renderer/bridge/create-hooks'

const contract = {
  'list.page': live(z.object({ page: z.number() }), z.array(z.string())),
  'list.add': command(z.object({ name: z.string() }), z.string()),
}

/** A client whose live queries the test answers by hand. */
function pretend() {
  const open: { name: string; input: unknown; observer: Subscriber<unknown> }[] = []
  const calls: { input: unknown; resolve(value: string): void; reject(error: unknown): void }[] = []
  const client = {
    call: (_name: string, input: unknown) =>
      new Promise((resolve, reject) => calls.push({ input, resolve: resolve as (value: string) => void, reject })),
    watch: (name: string, input: unknown) =>
      new Observable((observer) => {
        const entry = { name, input, observer }
        open.push(entry)
        return () => open.splice(open.indexOf(entry), 1)
      }),
  } as unknown as Client<typeof contract>
  return { open, calls, ...createHooks(client) }
}

let world: ReturnType<typeof pretend>
beforeEach(() => {
  world = pretend()
})
afterEach(cleanup)

const answer = (index: number, value: string[]): void => act(() => world.open[index]?.observer.next(value))

describe('useLive', () => {
  test('two components that ask the same share one subscription, which ends with the second', async () => {
    const one = renderHook(() => world.useLive('list.page', { page: 1 }))
    const two = renderHook(() => world.useLive('list.page', { page: 1 }))
    expect(world.open).toHaveLength(1)
    answer(0, ['Ann'])
    expect(one.result.current).toMatchObject({ status: 'ready', value: ['Ann'] })
    expect(two.result.current).toBe(one.result.current)
    one.unmount()
    await Promise.resolve()
    expect(world.open).toHaveLength(1)
    two.unmount()
    await Promise.resolve()
    expect(world.open).toHaveLength(0)
  })

  test('a component that comes later reads the latest value at once', () => {
    renderHook(() => world.useLive('list.page', { page: 1 }))
    answer(0, ['Ann'])
    const late = renderHook(() => world.useLive('list.page', { page: 1 }))
    expect(late.result.current).toMatchObject({ status: 'ready', value: ['Ann'], of: { page: 1 } })
  })

  test('a component that takes the place of another keeps the query open', async () => {
    const one = renderHook(() => world.useLive('list.page', { page: 1 }))
    const [first] = world.open
    one.unmount()
    renderHook(() => world.useLive('list.page', { page: 1 }))
    await Promise.resolve()
    expect(world.open).toEqual([first])
  })

  test('what was read before all readers left is not shown to the next one', async () => {
    const one = renderHook(() => world.useLive('list.page', { page: 1 }))
    answer(0, ['old'])
    one.unmount()
    await Promise.resolve()
    const next = renderHook(() => world.useLive('list.page', { page: 1 }))
    expect(next.result.current).toEqual({ status: 'loading' })
  })

  test('the value of another input is never shown, unless it was asked to stay, and then as of that input', () => {
    const plain = renderHook(({ page }) => world.useLive('list.page', { page }), { initialProps: { page: 1 } })
    const kept = renderHook(({ page }) => world.useLive('list.page', { page }, { keepPrevious: true }), {
      initialProps: { page: 1 },
    })
    answer(0, ['Ann'])
    plain.rerender({ page: 2 })
    kept.rerender({ page: 2 })
    expect(plain.result.current).toEqual({ status: 'loading' })
    expect(kept.result.current).toEqual({ status: 'loading', value: ['Ann'], of: { page: 1 } })
    act(() => world.open.find(({ input }) => JSON.stringify(input) === '{"page":2}')?.observer.next(['Ben']))
    expect(kept.result.current).toEqual({ status: 'ready', value: ['Ben'], of: { page: 2 } })
  })

  test('null waits without asking', () => {
    const { result } = renderHook(() => world.useLive('list.page', null))
    expect(result.current).toEqual({ status: 'loading' })
    expect(world.open).toHaveLength(0)
  })

  test('an error is shown, is not kept as a former value, and is tried again by a component that comes later', () => {
    const one = renderHook(({ page }) => world.useLive('list.page', { page }, { keepPrevious: true }), {
      initialProps: { page: 1 },
    })
    act(() => world.open[0]?.observer.error(new ScvError('not_found', 'gone')))
    expect(one.result.current).toMatchObject({ status: 'error', error: { code: 'not_found' } })
    renderHook(() => world.useLive('list.page', { page: 1 }))
    expect(world.open).toHaveLength(1)
    answer(0, ['Ann'])
    expect(one.result.current).toMatchObject({ status: 'ready', value: ['Ann'] })
    one.rerender({ page: 2 })
    act(() => world.open.at(-1)?.observer.error(new ScvError('not_found', 'gone')))
    one.rerender({ page: 3 })
    expect(one.result.current).toEqual({ status: 'loading' })
  })
})

describe('useCall', () => {
  test('of several runs at once the last decides the state', async () => {
    const { result } = renderHook(() => world.useCall('list.add'))
    let first: Promise<unknown> = Promise.resolve()
    act(() => {
      first = result.current.run({ name: 'a' }).catch(() => undefined)
      void result.current.run({ name: 'b' })
    })
    expect(result.current.pending).toBe(true)
    await act(async () => {
      world.calls[0]?.reject(new ScvError('conflict', 'lost'))
      await first
    })
    expect(result.current).toMatchObject({ pending: true, error: undefined })
    await act(async () => world.calls[1]?.resolve('b'))
    expect(result.current).toMatchObject({ pending: false, error: undefined })
  })
})
