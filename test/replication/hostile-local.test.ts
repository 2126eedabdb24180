// What an insider does to the note that a device keeps on the server (`_local`, which CouchDB cannot refuse to any member):
// whatever it says, everything goes on in both directions, nothing is lost, and little is exchanged anew.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { doubtServer, FREE, isComparisonDue, LONGEST_MS } from '../../src-main/replication/state/doubt'
import { recognition } from '../../src-main/replication/state/replica-marker'
import { beginGeneration } from '../../src-main/replication/state/server-generation'
import { openSyncFile, type SyncFile } from '../../src-main/replication/state/sync-file'
import { asDeviceId } from '../../src-shared/model/ids'
import { type AlteringProxy, startAlteringProxy } from './support/altering-proxy'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { contact } from './support/documents'
import { ask, createOrganisation, type Organisation, type TestServer, testServer } from './support/organisation'

const MB = 1024 * 1024

describe('on a server', () => {
  let server: TestServer
  let organisation: Organisation
  let proxy: AlteringProxy
  let victim: BareDevice
  let mallory: { name: string; password: string }
  let count = 0
  beforeAll(async () => {
    server = await testServer()
    organisation = await createOrganisation(server, { validation: false })
    proxy = await startAlteringProxy(server.url)
    const { user, password } = await organisation.user('mallory', ['agent'])
    mallory = { name: user, password }
    victim = await openBareDevice()
    await victim.connect(organisation, await organisation.user('ann', ['admin']), proxy.url)
    await exchanged()
  }, 60_000)
  afterEach(() => {
    proxy.instead = undefined
  })
  afterAll(async () => {
    await victim?.close()
    await proxy?.close()
    await organisation?.remove()
    await server?.close()
  }, 60_000)

  const note = () => `${organisation.path}/_local/scv-${victim.deviceId}`
  const read = (path: string) => ask(server.url, mallory, 'GET', path)
  /** Over whatever is there, as any agent may. */
  async function overwrite(path: string, body: string): Promise<number> {
    const { body: found } = await read(path)
    const rev = typeof found?._rev === 'string' ? `"_rev":${JSON.stringify(found._rev)}` : ''
    const text = rev === '' ? body : body.replace('{', `{${rev}${body.trim() === '{}' ? '' : ','}`)
    const answer = await fetch(server.url + path, {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`${mallory.name}:${mallory.password}`).toString('base64')}`,
      },
      body: text,
    })
    await answer.text()
    return answer.status
  }
  const isOnServer = async (id: string) => (await organisation.ask('GET', `/contacts:${id}`)).status === 200
  /** One document each way arrives, and nothing is left to do. */
  async function exchanged(): Promise<void> {
    const [mine, theirs] = [`mine${count}`, `theirs${count++}`]
    await victim.put('contacts', contact(mine, 'Ann', 'ann'))
    await organisation.write(`contacts:${theirs}`, toRemoteBody(contact(theirs, 'Bob', 'bob')))
    const end = Date.now() + 30_000
    while (!((await victim.get('contacts', theirs)) && (await isOnServer(mine)))) {
      if (Date.now() > end) throw new Error(`not exchanged: ${JSON.stringify(victim.status())}`)
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
    await victim.live(30_000)
  }

  const hostilities: [string, (path: string) => Promise<unknown>][] = [
    ['deletes it', async (path) => ask(server.url, mallory, 'DELETE', `${path}?rev=${(await read(path)).body._rev}`)],
    ['empties it', (path) => overwrite(path, '{}')],
    ['writes lists and null', (path) => overwrite(path, '{"epoch":[1],"mark":null,"run":{},"seal":[]}')],
    ['writes numbers without end', (path) => overwrite(path, '{"epoch":1,"mark":1e308,"run":"x","seal":1e308}')],
    ['claims a later mark', (path) => overwrite(path, '{"epoch":1,"mark":900000,"run":"another","seal":"00"}')],
    ['writes __proto__', (path) => overwrite(path, '{"__proto__":{"mark":9},"constructor":1,"mark":-0.5}')],
    [
      'puts another device’s there',
      async (path) => {
        const { _id, _rev, ...mine } = (await read(path)).body
        return overwrite(path, JSON.stringify({ ...mine, seal: 'A'.repeat(mine.seal.length) }))
      },
    ],
    [
      'puts an older one back',
      async (path) => {
        const { _id, _rev, ...older } = (await read(path)).body
        await exchanged()
        return overwrite(path, JSON.stringify(older))
      },
    ],
    ['nests it deeply', (path) => overwrite(path, `{"mark":${'['.repeat(900)}${']'.repeat(900)}}`)],
    ['makes it 5 MB', (path) => overwrite(path, `{"mark":"${'x'.repeat(5 * MB)}"}`)],
  ]
  test.each(hostilities)('an agent %s: exchange goes on', { timeout: 60_000 }, async (_, harm) => {
    await harm(note())
    await exchanged()
    expect(victim.status().state).toBe('live')
    expect(await victim.setAside()).toEqual([])
    expect(victim.defects).toEqual([])
    // However often it was done by now.
    expect(victim.file.state.epoch).toBeLessThanOrEqual(1 + FREE)
  })

  test('an answer of 60 MB in its place is not read', { timeout: 60_000 }, async () => {
    const most = { rss: process.memoryUsage().rss }
    const before = most.rss
    proxy.instead = async ({ method, path }, response) => {
      if (method !== 'GET' || !path.includes('/_local/')) return false
      response.writeHead(200, { 'content-type': 'application/json', date: new Date().toUTCString() })
      response.write('{"mark":"')
      const chunk = Buffer.alloc(MB, 'x')
      for (let n = 0; n < 60 && !response.destroyed; n += 1) {
        most.rss = Math.max(most.rss, process.memoryUsage().rss)
        if (!response.write(chunk)) await new Promise((resolve) => setTimeout(resolve, 5))
      }
      response.end('"}')
      return true
    }
    await exchanged()
    expect((most.rss - before) / MB).toBeLessThan(100)
  })

  test('no write of it is ever taken: told, and everything else goes on', { timeout: 60_000 }, async () => {
    proxy.instead = ({ method, path }, response) => {
      if (method !== 'PUT' || !path.includes('/_local/')) return false
      response.writeHead(409, { 'content-type': 'application/json', date: new Date().toUTCString() })
      response.end('{"error":"conflict","reason":"Document update conflict."}')
      return true
    }
    await exchanged()
    await exchanged()
    expect(victim.status().message).toMatch(/compared/)
    expect(victim.file.state.epoch).toBeLessThanOrEqual(1 + FREE)
  })

  test('written without a pause: exchange goes on, and what was lost meanwhile comes back in the end', {
    timeout: 60_000,
  }, async () => {
    let writing = true
    const writer = (async () => {
      for (let n = 0; writing; n += 1) await overwrite(note(), `{"epoch":1,"mark":${n},"run":"x"}`)
    })()
    for (let round = 0; round < 3; round += 1) await exchanged()
    expect(victim.file.state.epoch).toBeLessThanOrEqual(1 + FREE)
    expect(victim.status().message).toMatch(/compared/)
    // What the server loses while the note says nothing.
    const lost = `mine${count - 1}`
    const { body } = await organisation.ask('GET', `/contacts:${lost}`)
    await organisation.ask('POST', '/_purge', { [`contacts:${lost}`]: [body._rev] })
    writing = false
    await writer
    victim.file.save({ doubt: { times: 9, at: 0, until: 0, open: true } }) // the pause is over
    await victim.until(() => victim.file.state.doubt?.open === false)
    await exchanged()
    expect(await isOnServer(lost)).toBe(true)
    expect(victim.status().message).toBeUndefined()
  })
})

describe('on this device', () => {
  let folder: string
  let file: SyncFile
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'scv-doubt-'))
    file = openSyncFile(join(folder, 'sync.sqlite'))
  })
  afterEach(() => {
    file.close()
    rmSync(folder, { recursive: true })
  })

  test('some comparisons are free, then each waits longer than the one before; a quiet day forgives', () => {
    const begun: number[] = []
    const DAY = 24 * 60 * 60_000
    // An insider who writes every minute, for two days.
    for (let now = 0; now < 2 * DAY; now += 60_000) {
      doubtServer(file)
      if (!isComparisonDue(file, now)) continue
      beginGeneration(file, now)
      begun.push(now)
    }
    expect(begun.slice(0, FREE)).toEqual([0, 60_000, 120_000])
    const pauses = begun.slice(FREE).map((at, i) => at - (begun[i + FREE - 1] ?? 0))
    for (const [i, pause] of pauses.entries()) expect(pause).toBeGreaterThanOrEqual(pauses[i - 1] ?? 60_000)
    expect(begun.length).toBeLessThanOrEqual(FREE + 4 + (2 * DAY) / LONGEST_MS)
    const later = (begun.at(-1) ?? 0) + 2 * DAY
    doubtServer(file)
    expect(isComparisonDue(file, later)).toBe(true)
    beginGeneration(file, later)
    doubtServer(file)
    expect(isComparisonDue(file, later)).toBe(true)
  })
  test('a clock that was set back does not put a comparison off for years', () => {
    const now = Date.UTC(2030, 0)
    for (let n = 0; n < 6; n += 1) {
      doubtServer(file)
      beginGeneration(file, now)
    }
    doubtServer(file)
    expect(isComparisonDue(file, now)).toBe(false)
    expect(isComparisonDue(file, Date.UTC(2026, 0))).toBe(true)
  })
  test('what bears no seal of this device says nothing, once it has sealed one', async () => {
    file.save({ mark: 10, markRun: file.run, markSecret: 'secret', markSealed: true })
    const unsealed = { epoch: 1, mark: 12, run: 'another' }
    expect(await recognition({ getLocal: async () => unsealed }, file, asDeviceId('device0001'))).toBe('lost')
    file.save({ markSealed: false })
    expect(await recognition({ getLocal: async () => unsealed }, file, asDeviceId('device0001'))).toBe('copied')
  })
})
