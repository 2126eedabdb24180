// The contract plumbing over a loop that clones every message as Electron does, with no Electron in between.
import { ScvError } from '@shared/errors'
import { command, type Handlers, live, query } from '@shared/ipc/contract'
import type { Bridge, LiveSignal } from '@shared/ipc/wire'
import { BehaviorSubject, firstValueFrom, NEVER, Observable, of, Subject, toArray } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createDispatcher, type Dispatcher, deferredDispatcher } from '../../src-main/ipc/dispatch'
import { asLiveRequest, LiveQueries } from '../../src-main/ipc/live-queries'
import { createClient } from '../../src-renderer/bridge/client'

const contract = {
  'sum.of': query(z.object({ numbers: z.array(z.number()), scale: z.number().default(1) }), z.number()),
  'note.add': command(z.object({ text: z.string().min(1) }), z.object({ id: z.string() })),
  'wrong.answer': query(z.object({}), z.string()),
  'count.watch': live(z.object({ from: z.number() }), z.number()),
} as const

const HELD = { holder: { id: 'c1', displayName: 'Ann' }, since: '2026-01-01T00:00:00Z' }

const answers: Handlers<typeof contract> = {
  'sum.of': ({ numbers, scale }) => scale * numbers.reduce((a, b) => a + b, 0),
  'note.add': async ({ text }) => {
    if (text === 'held') throw new ScvError('identifier_held', 'Someone else holds it.', { details: HELD })
    if (text === 'bug') throw new Error('the secret path is /root/secret')
    return { id: text }
  },
  'wrong.answer': () => 7 as unknown as string,
  'count.watch': ({ from }) => of(from, from + 1),
}

interface Loop {
  bridge: Bridge
  live: LiveQueries
  logged: string[]
  /** Acknowledges one emission; by hand, so that tests decide when the page is ready for the next. */
  ack(): void
}

/** A page connected to a dispatcher. With `acks: 'at once'` the page acknowledges as the preload script does. */
function loop(
  handlers: Handlers<typeof contract> = answers,
  { checkOutput = false, acks = 'at once' as 'at once' | 'by hand' } = {},
): Loop {
  const logged: string[] = []
  const log = (event: string, error: unknown, call?: string): void => {
    logged.push(`${event}, ${call}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const dispatcher: Dispatcher = createDispatcher(contract, handlers, { log, checkOutput })
  const listeners = new Map<string, (signal: LiveSignal) => void>()
  const waiting: string[] = []
  const page = new LiveQueries(
    dispatcher,
    (id, signal) => {
      const received = structuredClone(signal)
      listeners.get(id)?.(received)
      if (received.type !== 'next') return
      waiting.push(id)
      if (acks === 'at once') queueMicrotask(ack)
    },
    log,
  )
  const ack = (): void => page.acknowledge(waiting.shift() ?? '')
  let ids = 0
  const bridge: Bridge = {
    invoke: async (name, input) =>
      structuredClone(await dispatcher.answer(name, structuredClone(input), { signal: new AbortController().signal })),
    subscribe: (name, input, listener) => {
      const id = `test/${++ids}`
      listeners.set(id, listener)
      page.start(asLiveRequest(structuredClone({ id, name, input })))
      return () => {
        listeners.delete(id)
        page.stop(id)
      }
    },
    offerFile: async () => '',
  }
  return { bridge, live: page, logged, ack }
}

/** The error that a promise is rejected with, as it would travel on. */
const refusal = async (promise: Promise<unknown>): Promise<unknown> => {
  const error = await promise.then(
    () => expect.unreachable('was not refused'),
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ScvError)
  return (error as ScvError).toJSON()
}

describe('commands and queries', () => {
  test('an answer comes back, with the defaults of the schema filled in for the handler', async () => {
    const client = createClient(contract, loop().bridge)
    expect(await client.call('sum.of', { numbers: [1, 2, 3] })).toBe(6)
    expect(await client.call('sum.of', { numbers: [1, 2, 3], scale: 2 })).toBe(12)
  })

  test('input of the wrong shape is refused with the path of the field, and no handler sees it', async () => {
    let seen = 0
    const client = createClient(contract, loop({ ...answers, 'sum.of': () => ++seen }).bridge)
    const input = { numbers: [1, 'two'] } as unknown as { numbers: number[] }
    expect(await refusal(client.call('sum.of', input))).toEqual({
      code: 'invalid_input',
      message: 'numbers.1: Invalid input: expected number, received string',
      field: 'numbers.1',
      details: { issues: [{ field: 'numbers.1', message: 'Invalid input: expected number, received string' }] },
    })
    expect(seen).toBe(0)
  })

  test('a refusal keeps its code and details', async () => {
    const client = createClient(contract, loop().bridge)
    expect(await refusal(client.call('note.add', { text: 'held' }))).toEqual({
      code: 'identifier_held',
      message: 'Someone else holds it.',
      details: HELD,
    })
  })

  test('an exception says nothing of the inside to the page, and everything to the log', async () => {
    const { bridge, logged } = loop()
    expect(await refusal(createClient(contract, bridge).call('note.add', { text: 'bug' }))).toEqual({
      code: 'internal',
      message: 'Something unexpected went wrong; the log has more.',
    })
    expect(logged).toEqual(['call failed, note.add: the secret path is /root/secret'])
  })

  test.each(['no.such', '__proto__', 'constructor', 'toString', 'count.watch'])('%s is no call', async (name) => {
    const answer = await loop().bridge.invoke(name, {})
    expect(answer).toEqual({
      ok: false,
      error: { code: 'invalid_input', message: `There is no call named ${name}.` },
    })
    expect(await refusal(createClient(contract, loop().bridge).call(name as 'sum.of', { numbers: [] }))).toEqual({
      code: 'invalid_input',
      message: `There is no call named ${name}.`,
    })
  })

  test.each([
    ['a name that is no text', { toString: (): string => 'sum.of' }, {}],
    ['a name as long as a book', 'x'.repeat(1e6), {}],
    ['more text than any call takes', 'note.add', { text: 'x'.repeat(5_000_000) }],
    ['more values than any call takes', 'sum.of', { numbers: Array.from({ length: 200_000 }, () => 1) }],
    ['more names than any call takes', 'sum.of', Object.fromEntries(Array.from({ length: 200_000 }, (_, i) => [i, 1]))],
    ['levels without end', 'sum.of', JSON.parse('['.repeat(5000) + ']'.repeat(5000))],
    ['bytes', 'sum.of', { numbers: new Uint8Array(60_000_000) }],
  ])('%s is refused at once', async (_what, name, input) => {
    const dispatcher = createDispatcher(contract, answers, { log: () => undefined, checkOutput: false })
    const started = performance.now()
    const answer = await dispatcher.answer(name, input, { signal: new AbortController().signal })
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } })
    expect(JSON.stringify(answer).length).toBeLessThan(500)
    expect(performance.now() - started).toBeLessThan(500)
  })

  test('an answer that breaks the contract is an error where outputs are checked', async () => {
    const { bridge, logged } = loop(answers, { checkOutput: true })
    expect(await refusal(createClient(contract, bridge).call('wrong.answer', {}))).toMatchObject({ code: 'internal' })
    expect(logged[0]).toContain('wrong.answer returned what its contract does not allow')
  })

  test('an input that cannot be cloned is refused and not lost', async () => {
    const client = createClient(contract, loop().bridge)
    const text = (() => 'text') as unknown as string
    expect(await refusal(client.call('note.add', { text }))).toMatchObject({ code: 'internal' })
  })

  test('calls before the application is open wait for it; if it cannot open they fail', async () => {
    const signal = new AbortController().signal
    const logged: string[] = []
    const log = (event: string, _error: unknown, call?: string): void => void logged.push(`${event}, ${call}`)
    let open: (dispatcher: Dispatcher) => void = () => undefined
    const waiting = deferredDispatcher(new Promise((resolve) => (open = resolve)), log)
    const answer = waiting.answer('sum.of', { numbers: [4] }, { signal })
    const emissions = firstValueFrom(waiting.open('count.watch', { from: 1 }, { signal }).pipe(toArray()))
    open(createDispatcher(contract, answers, { log, checkOutput: true }))
    expect(await answer).toEqual({ ok: true, value: 4 })
    expect(await emissions).toEqual([1, 2])

    const failing = deferredDispatcher(Promise.reject(new Error('damaged')), log)
    expect(await failing.answer('sum.of', { numbers: [] }, { signal })).toMatchObject({ error: { code: 'internal' } })
    expect(logged).toEqual(['call failed, sum.of'])
  })
})

describe('live queries', () => {
  test('emissions and the end arrive in order', async () => {
    const { bridge, live: page } = loop()
    const emissions = createClient(contract, bridge).watch('count.watch', { from: 5 })
    expect(await firstValueFrom(emissions.pipe(toArray()))).toEqual([5, 6])
    expect(page.size).toBe(0)
  })

  test('unsubscribing ends the source; a hundred subscriptions leave nothing behind', () => {
    const source = new BehaviorSubject(0)
    const signals: AbortSignal[] = []
    const { bridge, live: page } = loop({
      ...answers,
      'count.watch': (_input, { signal }) => {
        signals.push(signal)
        return source
      },
    })
    const client = createClient(contract, bridge)
    const open = Array.from({ length: 100 }, () => client.watch('count.watch', { from: 0 }).subscribe())
    expect(page.size).toBe(100)
    expect(source.observed).toBe(true)
    for (const subscription of open) subscription.unsubscribe()
    expect(page.size).toBe(0)
    expect(source.observed).toBe(false)
    expect(signals.every((signal) => signal.aborted)).toBe(true)
  })

  test('a page that is gone leaves nothing behind, whatever it had open', () => {
    let open = 0
    const { bridge, live: page } = loop({
      ...answers,
      'count.watch': () =>
        new Observable<number>(() => {
          open += 1
          return () => {
            open -= 1
          }
        }),
    })
    for (let i = 0; i < 50; i++) createClient(contract, bridge).watch('count.watch', { from: i }).subscribe()
    expect(open).toBe(50)
    page.stopAll()
    expect(open).toBe(0)
    expect(page.size).toBe(0)
  })

  test('a busy page gets the latest state next, not every one in between', () => {
    const source = new Subject<number>()
    const { bridge, ack } = loop({ ...answers, 'count.watch': () => source }, { acks: 'by hand' })
    const seen: number[] = []
    let ended = false
    createClient(contract, bridge)
      .watch('count.watch', { from: 0 })
      .subscribe({ next: (value) => seen.push(value), complete: () => (ended = true) })
    for (let i = 1; i <= 1000; i++) source.next(i)
    expect(seen).toEqual([1])
    ack()
    expect(seen).toEqual([1, 1000])
    source.next(1001)
    source.complete()
    expect(seen).toEqual([1, 1000])
    ack()
    expect(seen).toEqual([1, 1000, 1001])
    expect(ended).toBe(false)
    ack()
    expect(ended).toBe(true)
  })

  test('an error of the source arrives as the product’s error, after the last emission', async () => {
    const {
      bridge,
      live: page,
      logged,
    } = loop({
      ...answers,
      'count.watch': ({ from }) =>
        new Observable<number>((observer) => {
          observer.next(from)
          observer.error(from === 1 ? new ScvError('not_found', 'No such person.') : new Error('secret'))
        }),
    })
    const client = createClient(contract, bridge)
    const outcome = (from: number): Promise<unknown[]> =>
      new Promise((resolve) => {
        const seen: unknown[] = []
        client.watch('count.watch', { from }).subscribe({
          next: (value) => seen.push(value),
          error: (error: ScvError) => resolve([...seen, error.toJSON()]),
        })
      })
    expect(await outcome(1)).toEqual([1, { code: 'not_found', message: 'No such person.' }])
    expect(await outcome(2)).toEqual([
      2,
      { code: 'internal', message: 'Something unexpected went wrong; the log has more.' },
    ])
    expect(logged).toEqual(['call failed, count.watch: secret'])
    expect(page.size).toBe(0)
  })

  test('an emission that cannot be cloned ends the query with an error', async () => {
    const { bridge, live: page } = loop({
      ...answers,
      'count.watch': () => new BehaviorSubject((() => 1) as unknown as number),
    })
    const emissions = firstValueFrom(createClient(contract, bridge).watch('count.watch', { from: 0 }))
    expect(await refusal(emissions)).toMatchObject({ code: 'internal' })
    expect(page.size).toBe(0)
  })

  test('wrong input and unknown names are refused', async () => {
    const client = createClient(contract, loop().bridge)
    const from = 'one' as unknown as number
    expect(await refusal(firstValueFrom(client.watch('count.watch', { from })))).toMatchObject({ field: 'from' })
    const name = 'sum.of' as 'count.watch'
    expect(await refusal(firstValueFrom(client.watch(name, { from: 1 })))).toEqual({
      code: 'invalid_input',
      message: 'There is no live query named sum.of.',
    })
    for (const message of [undefined, 'text', { id: 1, name: 'count.watch', input: {} }, { id: 'a', name: 'b' }]) {
      expect(() => asLiveRequest(message)).toThrow('A live query needs id, name and input.')
    }
  })

  test('an id names one live query for good', () => {
    const dispatcher = createDispatcher(
      contract,
      { ...answers, 'count.watch': () => NEVER },
      {
        log: () => undefined,
        checkOutput: false,
      },
    )
    const page = new LiveQueries(
      dispatcher,
      () => undefined,
      () => undefined,
    )
    const request = { id: 'same', name: 'count.watch', input: { from: 1 } }
    page.start(request)
    page.start(request)
    expect(page.size).toBe(1)
  })
})
