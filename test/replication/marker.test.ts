// How a device and a server recognise each other: marks, their revisions, and copies of them that disagree.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { couchRemote } from '../../src-main/replication/couch/couch-remote'
import type { RemoteBody } from '../../src-main/replication/couch/remote'
import { createSession } from '../../src-main/replication/couch/session'
import { raiseMark, recognise, recognition } from '../../src-main/replication/state/replica-marker'
import { isSameServer } from '../../src-main/replication/state/server-generation'
import { openSyncFile, type SyncFile } from '../../src-main/replication/state/sync-file'
import { asDeviceId } from '../../src-shared/model/ids'
import { createOrganisation, httpOf, type Organisation, type TestServer, testServer } from './support/organisation'

describe('what a server remembers', () => {
  const ours = { epoch: 2, mark: 10, markPending: false, markRun: 'run a' }
  test.each([
    ['the same', { epoch: 2, mark: 10, run: 'run a' }, 'known'],
    ['the same, written by a version that names no process', { epoch: 2, mark: 10 }, 'known'],
    ['an earlier mark', { epoch: 2, mark: 9, run: 'run a' }, 'lost'],
    ['nothing', undefined, 'lost'],
    ['a mark of a former generation', { epoch: 1, mark: 10, run: 'run a' }, 'lost'],
    ['the same mark of another process', { epoch: 2, mark: 10, run: 'run b' }, 'copied'],
    ['a later mark', { epoch: 2, mark: 14, run: 'run b' }, 'copied'],
    ['a generation that this device has not come to', { epoch: 3, mark: 1, run: 'run b' }, 'copied'],
  ] as const)('%s: %s', (_name, theirs, expected) => {
    expect(recognise(ours, theirs)).toBe(expected)
  })
  test('before the first mark there is none, unless another process bears our name', () => {
    const fresh = { epoch: 2, mark: 0, markPending: false }
    expect(recognise(fresh, undefined)).toBe('known')
    expect(recognise(fresh, { epoch: 1, mark: 10, run: 'run a' })).toBe('known')
    expect(recognise(fresh, { epoch: 2, mark: 10, run: 'run a' })).toBe('copied')
    expect(recognise(fresh, { epoch: 3, mark: 1, run: 'run a' })).toBe('copied')
  })
  test('a mark under way may be there or not', () => {
    const pending = { ...ours, markPending: true }
    expect(recognise(pending, { epoch: 2, mark: 9, run: 'before' })).toBe('known')
    expect(recognise(pending, { epoch: 2, mark: 10, run: 'run a' })).toBe('known')
    expect(recognise(pending, { epoch: 2, mark: 8, run: 'run a' })).toBe('lost')
  })
})

describe('a server of several copies', () => {
  let folder: string
  let file: SyncFile
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scv-marker-'))
    file = openSyncFile(join(folder, 'sync.sqlite'))
    file.save({ mark: 10, markRun: file.run, markDevice: asDeviceId('device0001') })
  })
  afterEach(() => {
    file.close()
    rmSync(folder, { recursive: true })
  })
  const current = () => ({ epoch: 1, mark: 10, run: file.run })
  /** Answers as copies would, one after the other. */
  const answering = (...answers: (RemoteBody | undefined)[]) => ({
    copies: 3,
    asked: 0,
    async getLocal() {
      this.asked += 1
      return answers[Math.min(this.asked, answers.length) - 1]
    },
  })
  const patience = (times: number) => {
    let left = times
    return { again: async () => left-- > 0 }
  }

  test('one stale copy among three is asked again, and not believed', async () => {
    const remote = answering({ epoch: 1, mark: 9, run: 'before' }, undefined, { epoch: 1, mark: 9 }, current())
    expect(await recognition(remote, file, asDeviceId('device0001'), patience(6))).toBe('known')
    expect(remote.asked).toBe(4)
  })
  test('what all copies say again and again is believed', async () => {
    const remote = answering({ epoch: 1, mark: 9, run: 'before' })
    expect(await recognition(remote, file, asDeviceId('device0001'), patience(6))).toBe('lost')
    expect(remote.asked).toBe(7)
  })
  test('a copy of this device at work: another name, and the position stays', async () => {
    file.save({ since: '17-abc' })
    const remote = { ...answering({ epoch: 1, mark: 12, run: 'theirs' }), copies: 1 }
    const identity = {
      deviceId: asDeviceId('device0001'),
      async renew() {
        this.deviceId = asDeviceId('device0002')
      },
    }
    expect(await isSameServer(remote, file, identity)).toBe(true)
    expect(identity.deviceId).toBe('device0002')
    expect(file.state).toMatchObject({ epoch: 1, since: '17-abc', mark: 0, markDevice: 'device0002' })
  })
  test('a folder copied before its first mark: the copy finds the original at work, and takes another name', async () => {
    const fresh = openSyncFile(join(folder, 'fresh.sqlite'))
    fresh.close()
    cpSync(join(folder, 'fresh.sqlite'), join(folder, 'copy.sqlite'))
    const [original, copy] = ['fresh', 'copy'].map((name) => openSyncFile(join(folder, `${name}.sqlite`))) as [
      SyncFile,
      SyncFile,
    ]
    const stored = new Map<string, RemoteBody>()
    const remote = {
      getLocal: async (id: string) => stored.get(id),
      putLocal: async (id: string, body: RemoteBody) => void stored.set(id, body),
    }
    const [first, second] = [asDeviceId('device0001'), asDeviceId('device0002')]
    const identity = {
      deviceId: first,
      async renew() {
        this.deviceId = second
      },
    }
    await raiseMark(remote, original, first)
    expect(await isSameServer(remote, copy, identity)).toBe(true)
    expect(identity.deviceId).toBe(second)
    await raiseMark(remote, copy, second)
    expect(await recognition(remote, original, first)).toBe('known')
    for (const one of [original, copy]) one.close()
  })
  test('a folder that was opened as a copy: the original’s mark counts until it has one of its own', async () => {
    const identity = { deviceId: asDeviceId('device0002'), renew: async () => undefined }
    const stored = new Map<string, RemoteBody>([['scv-device0001', { epoch: 1, mark: 30, run: 'theirs' }]])
    const remote = {
      getLocal: async (id: string) => stored.get(id),
      putLocal: async (id: string, body: RemoteBody) => void stored.set(id, body),
    }
    expect(await isSameServer(remote, file, identity)).toBe(true)
    expect(file.state).toMatchObject({ mark: 0, markDevice: 'device0002' })
    const former = stored.get('scv-device0001') as RemoteBody
    // The connection ended before its first mark, and the server was restored meanwhile.
    stored.set('scv-device0001', { epoch: 1, mark: 4, run: 'theirs' })
    expect(await isSameServer(remote, file, identity)).toBe(false)
    await expect(raiseMark(remote, file, asDeviceId('device0002'))).rejects.toThrow('does not remember')
    stored.set('scv-device0001', former)
    // Or the original found that it was.
    file.save({ doubt: null })
    stored.set('scv-device0001', { epoch: 2, mark: 1, run: 'theirs' })
    expect(await isSameServer(remote, file, identity)).toBe(false)
    stored.set('scv-device0001', former)
    file.save({ doubt: null })
    expect(await isSameServer(remote, file, identity)).toBe(true)
    await raiseMark(remote, file, asDeviceId('device0002'))
    expect(stored.get('scv-device0002')).toMatchObject({ epoch: 1, mark: 1, run: file.run })
    stored.delete('scv-device0001')
    expect(await isSameServer(remote, file, identity)).toBe(true)
  })
})

describe('on a server', () => {
  let server: TestServer
  let organisation: Organisation
  beforeAll(async () => {
    server = await testServer()
    organisation = await createOrganisation(server, { validation: false })
  }, 60_000)
  afterAll(async () => {
    await organisation?.remove()
    await server?.close()
  })

  test('marks 1 to 12 are remembered, and their revisions never gain a digit where the server lets us', async () => {
    const user = await organisation.user('ann', ['admin'])
    const http = httpOf(server)
    const folder = mkdtempSync(join(tmpdir(), 'scv-marker-'))
    const file = openSyncFile(join(folder, 'sync.sqlite'))
    try {
      const remote = couchRemote(createSession(http, user), organisation.path.slice(1))
      // As a version before left it: a revision of one digit.
      await organisation.ask('PUT', '/_local/scv-device0001', { epoch: 1, mark: 0 })
      const lengths = new Set<number>()
      for (let mark = 1; mark <= 12; mark += 1) {
        await raiseMark(remote, file, asDeviceId('device0001'))
        const { body } = await organisation.ask('GET', '/_local/scv-device0001')
        expect(body).toMatchObject({ epoch: 1, mark, run: file.run })
        lengths.add(body._rev.length)
        expect(await recognition(remote, file, asDeviceId('device0001'))).toBe('known')
      }
      if (server.real) expect([...lengths]).toEqual(['0-1000000000'.length])
    } finally {
      file.close()
      rmSync(folder, { recursive: true })
      await http.close()
    }
  })
})
