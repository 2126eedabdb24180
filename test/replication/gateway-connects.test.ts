// The gateway's first connection, and its password: it is tried again whatever the server answers, and never too often.

import type { SyncStatus } from '@shared/contract/sync'
import { type ErrorCode, ScvError } from '@shared/errors'
import { BehaviorSubject } from 'rxjs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { keepConnected } from '../../src-main/gateway/connect'

let stop: AbortController
let said: string[]
let state: BehaviorSubject<SyncStatus>
let attempts: { at: number; password: string }[]
let password: string
/** What the server answers to a password; undefined: it lets us in. */
let answer: (password: string) => ErrorCode | undefined

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  stop = new AbortController()
  said = []
  attempts = []
  password = 'first'
  answer = () => undefined
  state = new BehaviorSubject({ state: 'off' } as SyncStatus)
})
afterEach(async () => {
  stop.abort()
  await vi.advanceTimersByTimeAsync(1)
  vi.useRealTimers()
})

function begin(): void {
  const access = { url: 'http://127.0.0.1:1', org: 'main', user: 'gateway', password: () => password }
  const connect = async (_server: object, given: { password: string }) => {
    attempts.push({ at: Date.now(), password: given.password })
    const code = answer(given.password)
    if (code) throw new ScvError(code, 'no')
    state.next({ state: 'live' } as SyncStatus)
  }
  void keepConnected({ connect, status$: state }, access, stop.signal, (text) => said.push(text))
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

test.each(['server_unreachable', 'server_unusable', 'server_untrusted', 'update_needed', 'internal'] as const)(
  '%s at first: tried again until it is over, told once',
  async (code) => {
    answer = () => code
    begin()
    await pass(120_000)
    expect(attempts.length).toBeGreaterThan(4)
    expect(said).toHaveLength(1)
    answer = () => undefined
    await pass(61_000)
    expect(state.value.state).toBe('live')
    const before = attempts.length
    await pass(600_000)
    expect(attempts).toHaveLength(before)
  },
)

test('a refused password is repeated at most four times in five minutes', async () => {
  answer = () => 'sign_in_refused'
  begin()
  await pass(3_600_000)
  expect(attempts.length).toBeGreaterThan(8)
  for (const { at } of attempts)
    expect(attempts.filter((one) => one.at >= at && one.at < at + 300_000).length).toBeLessThan(5)
  answer = () => undefined // the user was made again, with the same password
  await pass(301_000)
  expect(state.value.state).toBe('live')
})

test('another password in the file is tried at once: at first, and when the user was made again since', async () => {
  answer = (given) => (given === 'second' ? undefined : 'sign_in_refused')
  begin()
  await pass(200_000)
  password = 'second'
  await pass(5000)
  expect(state.value.state).toBe('live')
  answer = (given) => (given === 'third' ? undefined : 'sign_in_refused')
  state.next({ state: 'signed-out' } as SyncStatus)
  const before = attempts.length
  await pass(600_000)
  expect(attempts).toHaveLength(before) // replication itself tries the old one, seldom
  password = 'third'
  await pass(5000)
  expect(attempts.at(-1)?.password).toBe('third')
  expect(state.value.state).toBe('live')
})
