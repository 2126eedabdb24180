// Answers that are too much: of a server that went wrong, or of somebody between on plain HTTP. Each is told, or set aside
// where it is one document; nothing else stops, memory stays flat and the process answers meanwhile.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { createGzip, gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { BoundedJson } from '../../src-main/replication/couch/bounded-json'
import { createHttp } from '../../src-main/replication/couch/http'
import { toRemoteBody } from '../../src-main/replication/couch/wire'
import { type AlteringProxy, startAlteringProxy } from './support/altering-proxy'
import { type BareDevice, openBareDevice } from './support/bare-device'
import { contact, contacts } from './support/documents'
import {
  type Credentials,
  createOrganisation,
  type Organisation,
  type TestServer,
  testServer,
} from './support/organisation'

const MB = 1024 * 1024
/** Idle engines of the machine that tests run on: a wish of 50 ms, doubled for its noise. */
const BUSY_MS = 100

let server: TestServer
let proxy: AlteringProxy

beforeAll(async () => {
  server = await testServer()
}, 60_000)
afterAll(() => server?.close())
beforeEach(async () => {
  proxy = await startAlteringProxy(server.url)
}, 60_000)
afterEach(() => proxy.close())

/** Runs something, and says how long the process was busy at a stretch and how much memory it took at most. */
async function measured(work: () => Promise<unknown>): Promise<{ busyMs: number; grownMb: number }> {
  const delay = monitorEventLoopDelay({ resolution: 5 })
  const before = process.memoryUsage().rss
  let most = before
  const looking = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss)
  }, 20)
  delay.enable()
  try {
    await work()
  } finally {
    delay.disable()
    clearInterval(looking)
  }
  return { busyMs: delay.max / 1e6, grownMb: (most - before) / MB }
}

/** Writes for as long as the other side reads. */
async function pour(response: ServerResponse, chunk: Buffer, times: number): Promise<void> {
  for (let n = 0; n < times && !response.destroyed; n += 1)
    if (!response.write(chunk)) await Promise.race([once(response, 'drain'), pause(100)])
}

describe('one document', () => {
  let organisation: Organisation
  let ann: Credentials
  let device: BareDevice
  beforeEach(async () => {
    organisation = await createOrganisation(server, { validation: false })
    ann = await organisation.user('ann', ['admin'])
    device = await openBareDevice()
  }, 60_000)
  afterEach(async () => {
    await device.close()
    await organisation.remove()
  }, 60_000)

  test.each([
    ['nests 200,000 levels deep', () => `${'['.repeat(200_000)}${']'.repeat(200_000)}`, /deep/],
    ['has 20 MB', () => JSON.stringify('x'.repeat(20 * MB)), /large/],
  ])('that %s is set aside, and no other waits for it', async (_, swollen, reason) => {
    for (const one of contacts('c', 20, ann.user)) await organisation.write(`contacts:${one.id}`, toRemoteBody(one))
    await organisation.write('contacts:bad', { ...toRemoteBody(contact('bad', 'Bad', ann.user)), swollen: 'here' })
    await organisation.write('contacts:after', toRemoteBody(contact('after', 'After', ann.user)))
    const text = swollen()
    proxy.alter = (_asked, status, body) => ({
      status,
      body: body.replace('"swollen":"here"', () => `"swollen":${text}`),
    })
    const { busyMs, grownMb } = await measured(async () => {
      await device.connect(organisation, ann, proxy.url)
      await device.live(60_000)
    })
    expect(await device.count('contacts')).toBe(21)
    expect(await device.get('contacts', 'after')).toBeDefined()
    expect(await device.setAside()).toMatchObject([
      { kind: 'unreadable', documentId: 'bad', reason: expect.stringMatching(reason) },
    ])
    expect(grownMb).toBeLessThan(400) // the proxy lives in this process, too
    expect(busyMs).toBeLessThan(2000)
    // Ours still goes out, and over what cannot be read nothing is written.
    await device.put('contacts', contact('ours', 'Ours', ann.user))
    await device.live()
    expect((await organisation.documents()).has('contacts:ours')).toBe(true)
    // Mended, it comes.
    proxy.alter = undefined
    await organisation.write('contacts:bad', toRemoteBody(contact('bad', 'Fine', ann.user)))
    await expect.poll(() => device.get('contacts', 'bad'), { timeout: 10_000 }).toBeDefined()
    expect(await device.setAside()).toEqual([])
  })

  test('that does not end is passed in the feed, and set aside', async () => {
    await organisation.write('contacts:before', toRemoteBody(contact('before', 'Before', ann.user)))
    await organisation.write('contacts:endless', toRemoteBody(contact('endless', 'Endless', ann.user)))
    await organisation.write('contacts:after', toRemoteBody(contact('after', 'After', ann.user)))
    const chunk = Buffer.alloc(64 * 1024, 'x')
    proxy.instead = async ({ path, query, body }, response) => {
      const withDocuments =
        (path.endsWith('/_changes') && query.get('include_docs') === 'true') || path.endsWith('/_all_docs')
      if (!withDocuments || query.get('feed') === 'longpoll') return false
      const at = new URL(`${path}?${query}`, server.url)
      const { name, password } = server.admin
      const credentials = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
      const theirs = await fetch(at, {
        method: body === '' ? 'GET' : 'POST',
        headers: { authorization: credentials, 'content-type': 'application/json' },
        ...(body === '' ? {} : { body }),
      })
      const text = await theirs.text()
      const place = text.indexOf('"Endless"')
      response.writeHead(200, { 'content-type': 'application/json' })
      if (place < 0) response.end(text)
      else {
        response.write(text.slice(0, place + 1))
        await pour(response, chunk, 20_000)
      }
      return true
    }
    const { grownMb } = await measured(async () => {
      await device.connect(organisation, ann, proxy.url)
      await device.live(60_000)
    })
    expect(await device.count('contacts')).toBe(2)
    expect(await device.setAside()).toMatchObject([{ documentId: 'endless', reason: expect.stringMatching(/large/) }])
    expect(grownMb).toBeLessThan(400)
  })

  test('a page of 100,000 rows is told, and what was asked for is taken when it comes', async () => {
    await organisation.write('contacts:c', toRemoteBody(contact('c', 'Ada', ann.user)))
    const row = (n: number) => ({
      seq: null,
      id: `contacts:x${n}`,
      changes: [{ rev: '1-0' }],
      doc: { _id: `contacts:x${n}`, _rev: '1-0' },
    })
    const page = JSON.stringify({
      results: Array.from({ length: 100_000 }, (_, n) => row(n)),
      last_seq: '5-x',
      pending: 0,
    })
    proxy.alter = ({ path, query }, status, body) => ({
      status,
      body: path.endsWith('/_changes') && query.get('feed') !== 'longpoll' ? page : body,
    })
    await device.connect(organisation, ann, proxy.url)
    const told = await device.until(({ state }) => state === 'failed')
    expect(told.message).toMatch(/more members/)
    proxy.alter = undefined
    device.replication.tryNow()
    await device.live()
    expect(await device.count('contacts')).toBe(1)
    expect(device.file.state.since).not.toBe('5-x')
  })
})

describe('an answer', () => {
  const http = () => createHttp({ url: proxy.url })
  const answerWith = (headers: Record<string, string>, write: (response: ServerResponse) => Promise<unknown>) => {
    proxy.instead = async (_asked, response) => {
      response.writeHead(200, { 'content-type': 'application/json', ...headers })
      await write(response)
      response.end()
      return true
    }
  }
  const call = async () => {
    const client = http()
    try {
      return await client.call({ method: 'GET', path: '/x' })
    } finally {
      await client.close()
    }
  }

  test('without end is given up, in little memory', async () => {
    answerWith({}, (response) => pour(response, Buffer.alloc(MB, '"x",'), 100_000))
    const { grownMb, busyMs } = await measured(() => expect(call()).rejects.toMatchObject({ kind: 'failed' }))
    expect(grownMb).toBeLessThan(200)
    expect(busyMs).toBeLessThan(BUSY_MS * 5)
  })

  test('that unpacks to gigabytes is given up, in little memory', async () => {
    answerWith({ 'content-encoding': 'gzip' }, async (response) => {
      const gzip = createGzip()
      gzip.pipe(response, { end: false })
      gzip.on('error', () => undefined)
      for (let n = 0; n < 2000 && !response.destroyed; n += 1)
        if (!gzip.write(Buffer.alloc(MB)))
          await Promise.race([new Promise((ready) => gzip.once('drain', ready)), pause(200)])
      gzip.destroy()
    })
    const { grownMb } = await measured(() => expect(call()).rejects.toMatchObject({ kind: 'failed' }))
    expect(grownMb).toBeLessThan(200)
  })

  test('that is packed is read', async () => {
    answerWith({ 'content-encoding': 'gzip' }, async (response) =>
      response.write(gzipSync('{"rows":[{"a":1},{"a":[2]}],"b":"c"}')),
    )
    expect(await call()).toMatchObject({ json: { rows: [{ a: 1 }, { a: [2] }], b: 'c' } })
  })

  test('cut in its packing is no answer', async () => {
    answerWith({ 'content-encoding': 'gzip' }, async (response) =>
      response.write(gzipSync('{"rows":[1,2,3]}').subarray(0, 20)),
    )
    await expect(call()).rejects.toMatchObject({ kind: 'unreachable' })
  })

  test('a wait of a month that a server asks for is a wait of minutes', async () => {
    answerWith({ 'retry-after': '2600000' }, async (response) => response.write('{}'))
    expect((await call()).retryAfter).toBe(600_000)
  })
})

describe('reading within budgets', () => {
  const budget = { bytes: 10_000, memberBytes: 100, members: 5, depth: 4 }
  const roomy = { ...budget, memberBytes: 1000, members: 100, depth: 10 }
  const read = (text: string, size: number, most = budget) => {
    const json = new BoundedJson(most)
    const bytes = Buffer.from(text)
    for (let at = 0; at < bytes.length; at += size) json.push(bytes.subarray(at, at + size))
    return { value: json.end(), leftOut: json.leftOut }
  }

  test.each([1, 2, 3, 7, 1000])('in pieces of %i bytes, the value is the one that JSON has', (size) => {
    const values: unknown[] = [
      { results: [{ a: 'x"],[{\\' }, [], {}, 'te\\"xt', 5], last_seq: '7-ü€"', pending: 0 },
      { rows: [], other: [[1, [2]], null], deep: { a: [1, { b: [2] }] } },
      [{ id: 'a', ok: true }, { id: '\\\\"' }],
      [],
      {},
      'text',
      null,
      { a: '\\', b: ['\\\\', '"'], c: [] },
    ]
    for (const value of values)
      for (const text of [JSON.stringify(value), ` ${JSON.stringify(value, null, 2)}\n`])
        expect(read(text, size, roomy).value).toEqual(value)
  })

  test.each([1, 5, 1000])('in pieces of %i bytes, what is over its budget is left out and named', (size) => {
    const long = JSON.stringify({ id: 'a', v: 'x'.repeat(200) })
    const deep = '{"id":"b","v":[[[[[[1]]]]]]}'
    const { value, leftOut } = read(`{"rows":[1,${long},${deep},2],"n":3}`, size)
    expect(value).toEqual({ rows: [1, 2], n: 3 })
    expect(leftOut.map(({ why }) => why)).toEqual(['large', 'deep'])
    expect(leftOut.map(({ head }) => /"id":"(.)"/.exec(head)?.[1])).toEqual(['a', 'b'])
  })

  test('too many bytes, too many members, too deep around the lists, and half of it', () => {
    expect(() => read(`["${'x'.repeat(10_001)}"]`, 100)).toThrow(/more bytes/)
    expect(() => read('[1,2,3,4,5,6]', 100)).toThrow(/more members/)
    expect(() => read('{"a":{"b":{"c":{"d":{}}}}}', 100)).toThrow(/more depth/)
    expect(() => read('{"a":[1,2', 100)).toThrow(SyntaxError)
    expect(() => read('<html>[]</html>', 100)).toThrow(SyntaxError)
  })
})
