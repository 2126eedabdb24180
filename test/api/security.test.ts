// What keeps the local API to those who may call it (specification of the API, "Serving it").

import { readFileSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ApiHost } from '../../src-main/api/host'
import { isShallow } from '../../src-main/api/nesting'
import { createApiServer, type ServerOptions } from '../../src-main/api/server'
import { givenToken, hashOf } from '../../src-main/api/tokens'
import { owner, PERMISSIONS } from '../../src-main/engine/permissions'
import { tempFiles } from '../../src-main/files/temp-files'
import { localApiContract } from '../../src-shared/contract/local-api'
import { openApi, SECRET, type TestApi } from '../support/api'

const OTHER = 'another-secret'
const CONTACTS = '/api/v2/externalcontacts/contacts'
const context = { signal: new AbortController().signal }
let api: TestApi
beforeAll(async () => {
  api = await openApi()
})
afterAll(async () => {
  await api.close()
  expect(api.defects).toEqual([])
})

/** A request with headers that `fetch` would not let us set, on a connection of its own unless there is an agent. */
const raw = (headers: Record<string, string>, path = '/api/v2/local/health', agent?: Agent) =>
  new Promise<{ status: number; code: string }>((resolve, reject) => {
    const all = { authorization: `Bearer ${SECRET}`, ...headers }
    httpRequest({ host: '127.0.0.1', port: api.port, path, headers: all, ...(agent ? { agent } : {}) }, (answer) => {
      let text = ''
      answer.on('data', (piece) => {
        text += piece
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, code: JSON.parse(text).code }))
    })
      .on('error', reject)
      .end()
  })

/** What is answered to the head of a request as it stands. */
const wire = (...lines: string[]) =>
  new Promise<string>((resolve, reject) => {
    let text = ''
    connect(api.port, '127.0.0.1')
      .on('data', (piece) => {
        text += piece
      })
      .on('end', () => resolve(text))
      .on('error', reject)
      .end(`${lines.join('\r\n')}\r\n\r\n`)
  })

describe('who is let in', () => {
  test('it listens on loopback alone, and elsewhere only with TLS', async () => {
    expect(api.address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    await expect(api.application.localApi.serve({ port: 0, address: '0.0.0.0' })).rejects.toMatchObject({
      code: 'invalid_input',
      field: 'host',
    })
  })

  test.each(['evil.example', `evil.example:80`, '127.0.0.1.evil.example', '10.0.0.1'])(
    'another name of the host is refused: %j',
    async (host) => {
      const { status } = await raw({ host })
      expect([400, 403]).toContain(status)
    },
  )

  test.each([
    ['a second Host', '/api/v2/local/health', ['Host: evil.example']],
    ['the same Host again', '/api/v2/local/health', ['host: 127.0.0.1']],
    ['an address with a host of its own', 'http://evil.example/api/v2/local/health', []],
    ['an address with the host of this', 'http://127.0.0.1/api/v2/local/health', []],
  ])('a request names its host once: %s', async (_, address, more) => {
    const bearer = `Authorization: Bearer ${SECRET}`
    const answer = await wire(
      `GET ${address} HTTP/1.1`,
      `Host: 127.0.0.1:${api.port}`,
      bearer,
      'Connection: close',
      ...more,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 (.|\s)*"malformed"/)
  })

  test('no name at all is refused, and on a connection that was let in another name', async () => {
    const authorization = `Authorization: Bearer ${SECRET}`
    expect(await wire(`GET ${CONTACTS} HTTP/1.0`, authorization)).toMatch(/^HTTP\/1\.[01] 40[03]/)
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const statuses: number[] = []
    for (const host of [`127.0.0.1:${api.port}`, 'evil.example', 'localhost', `127.0.0.1:${api.port}`])
      statuses.push((await raw({ host }, CONTACTS, agent)).status)
    expect(statuses).toEqual([200, 403, 200, 200])
    agent.destroy()
  })

  test('localhost and the loopback addresses are served', async () => {
    for (const host of ['localhost', '127.0.0.1', '[::1]'])
      expect((await raw({ host: `${host}:${api.port}` })).status).toBe(200)
  })

  test.each(['https://evil.example', 'null', 'http://127.0.0.1:1', 'http://localhost'])(
    'a page of another origin is refused: %s',
    async (origin) => {
      expect(await raw({ origin })).toEqual({ status: 403, code: 'foreign_origin' })
      // The description needs no token, but is nobody else's to read.
      expect(await raw({ origin }, '/openapi.json')).toEqual({ status: 403, code: 'foreign_origin' })
    },
  )

  test('its own origin is not foreign', async () => {
    expect((await raw({ origin: api.address })).status).toBe(200)
    expect((await raw({ 'sec-fetch-site': 'none' }, '/openapi.json')).status).toBe(200)
    expect((await raw({ 'sec-fetch-site': 'same-origin' }, '/openapi.json')).status).toBe(200)
  })

  test.each(['cross-site', 'same-site'])(
    'nor does a script or image of another page get anything: %s',
    async (site) => {
      for (const path of ['/openapi.json', '/api/v2/local/health'])
        expect(await raw({ 'sec-fetch-site': site }, path)).toEqual({ status: 403, code: 'foreign_origin' })
    },
  )

  test('answers are for no other site, are what they say they are, and are not kept', async () => {
    for (const path of ['/openapi.json', '/api/v2/local/health', '/no/such/route']) {
      const { headers } = await api.request('GET', path)
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('access-control-allow-origin')).toBeNull()
    }
  })

  test.each(['', 'Bearer', 'Bearer wrong', `Basic ${SECRET}`, SECRET, `Bearer ${SECRET} `.slice(0, -2)])(
    'without the right token nothing is answered: %j',
    async (authorization) => {
      const answer = await api.request('GET', CONTACTS, undefined, { authorization })
      expect(answer).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
      expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      // Nor is it told what there is.
      expect((await api.request('GET', '/no/such/route', undefined, { authorization })).status).toBe(401)
    },
  )
})

describe('tokens', () => {
  test('are told once, kept as hashes, carry their permissions, and are strangers once revoked', async () => {
    const { handlers } = api.application
    const permissions = ['externalContacts:contact:view' as const]
    const { id, secret } = await handlers['api.createToken']({ name: 'CRM', permissions }, context)
    const authorization = `Bearer ${secret}`
    expect((await api.request('GET', CONTACTS, undefined, { authorization })).status).toBe(200)
    expect(await api.request('POST', CONTACTS, { firstName: 'x' }, { authorization })).toMatchObject({
      status: 403,
      body: { code: 'forbidden', messageParams: { permissions: 'externalContacts:contact:add' } },
    })
    const file = readFileSync(join(api.folder, 'local-api.json'), 'utf8')
    expect(file).not.toContain(secret)
    expect(file).toContain(hashOf(secret))
    const status = await firstValueFrom(handlers['api.status']({}, context))
    expect(status.tokens).toMatchObject([{ id, name: 'CRM', permissions, lastUsedAt: expect.any(String) }])
    expect(JSON.stringify(status)).not.toContain(hashOf(secret))
    await handlers['api.revokeToken']({ id }, context)
    expect((await api.request('GET', CONTACTS, undefined, { authorization })).status).toBe(401)
    expect(() => handlers['api.revokeToken']({ id }, context)).toThrow('There is no token with this id.')
    expect(localApiContract['api.createToken'].input.safeParse({ name: 'x', permissions: ['nose'] }).success).toBe(
      false,
    )
  })

  test('what was accepted on a connection says nothing of what comes next on it', async () => {
    const { handlers } = api.application
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const sockets = new Set<unknown>()
    agent.on('free', (socket) => sockets.add(socket))
    const create = () => handlers['api.createToken']({ name: 'a test', permissions: [...PERMISSIONS] }, context)
    const ask = async (secret: string) => (await raw({ authorization: `Bearer ${secret}` }, CONTACTS, agent)).status
    const [first, second] = [await create(), await create()]
    expect([await ask(first.secret), await ask(first.secret)]).toEqual([200, 200])
    expect([await ask(`${first.secret}x`), await ask(first.secret.slice(0, -1)), await ask('')]).toEqual([
      401, 401, 401,
    ])
    expect([await ask(second.secret), await ask(first.secret)]).toEqual([200, 200])
    await handlers['api.revokeToken']({ id: first.id }, context)
    expect([await ask(first.secret), await ask(second.secret)]).toEqual([401, 200])
    expect((await create()).secret).not.toBe(second.secret)
    expect([await ask(first.secret), await ask(second.secret)]).toEqual([401, 200])
    expect(sockets.size).toBe(1)
    agent.destroy()
  })
})

describe('what is too much', () => {
  test('bodies over 1 MiB: 413, also when their length is not told', async () => {
    const body = JSON.stringify({ firstName: 'x'.repeat(1024 * 1024) })
    expect(await api.request('POST', CONTACTS, body)).toMatchObject({ status: 413, body: { code: 'body_too_large' } })
    const chunked = await fetch(api.address + CONTACTS, {
      method: 'POST',
      headers: { authorization: `Bearer ${SECRET}`, 'content-type': 'application/json' },
      body: new Blob([body]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(chunked.status).toBe(413)
  })

  test.each([
    ['no JSON', '{"firstName":', 400, 'malformed'],
    ['JSON of another kind', '[]', 400, 'malformed'],
    ['deeper than any contact', `{"customFields":{"a":${'['.repeat(40)}${']'.repeat(40)}}}`, 400, 'malformed'],
    ['as deep as the stack', `{"customFields":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`, 400, 'malformed'],
    ['a prototype', '{"firstName":"x","__proto__":{"a":1}}', 400, 'malformed'],
  ])('a body that is %s: %s', async (_what, body, status, code) => {
    expect(await api.request('POST', CONTACTS, body)).toMatchObject({ status, body: { code } })
  })

  test('a token that may only import has no way around the limits: the import takes forms alone', async () => {
    const secret = await api.tokenWith('externalContacts:import:add')
    const headers = { authorization: `Bearer ${secret}` }
    const small = await api.request('POST', '/api/v2/local/import', '{}', headers)
    expect(small).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    const before = process.memoryUsage().heapUsed
    const brackets = '['.repeat(20 * 1024 * 1024)
    const start = performance.now()
    const answer = await api.request('POST', '/api/v2/local/import', brackets, headers)
    expect(answer.status).toBe(415)
    expect(performance.now() - start).toBeLessThan(2000)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * 1024 * 1024)
  })

  test('a body of nothing but brackets is refused before it is parsed, on every route that takes one', async () => {
    const { body: description } = await api.request('GET', '/openapi.json')
    const routes = Object.entries<Record<string, object>>(description.paths).flatMap(([path, methods]) =>
      Object.keys(methods).flatMap((method) => (['post', 'put', 'patch'].includes(method) ? [{ path, method }] : [])),
    )
    expect(routes.length).toBeGreaterThan(25)
    for (const { path, method } of routes) {
      const at = path.replace(/\{[^}]+\}/g, 'x')
      const form = at.endsWith('/local/import') || at === '/oauth/token'
      const isFile = at.includes('/local/uploads/') // taken as it is, and by its key alone
      for (const [length, status] of [
        [1000 * 1024, form ? 415 : 400],
        [1100 * 1024, form ? 415 : isFile ? 400 : 413],
      ] as const) {
        const start = performance.now()
        const answer = await api.request(method.toUpperCase(), at, '['.repeat(length))
        expect({ path, method, length, status: answer.status }).toEqual({ path, method, length, status })
        expect(performance.now() - start).toBeLessThan(1000)
      }
    }
  })

  test('brackets within strings nest nothing', () => {
    const deep = (levels: number) => `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`
    expect(isShallow(deep(32), 32)).toBe(true)
    expect(isShallow(deep(34), 32)).toBe(false)
    expect(isShallow(JSON.stringify({ a: '['.repeat(99), b: '\\"[[[['.repeat(20), c: '\\\\' }), 2)).toBe(true)
    expect(isShallow(`{"a":"\\\\",${'"b":['.repeat(40)}`, 32)).toBe(false)
    expect(isShallow(`["never ends ${'['.repeat(99)}`, 32)).toBe(true)
  })

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'a body of another type: 415 (%s)',
    async (type) => {
      const answer = await api.request('POST', CONTACTS, 'a=b', { 'content-type': type })
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported_media_type' } })
    },
  )

  test('bytes that are no HTTP get an error body as well, and the connection ends', async () => {
    const text = await new Promise<string>((resolve) => {
      const socket = connect(api.port, '127.0.0.1', () => socket.write('\x16\x03\x01 not HTTP\r\n\r\n'))
      let all = ''
      socket.on('data', (piece) => {
        all += piece
      })
      socket.on('close', () => resolve(all))
    })
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status: 400, code: 'malformed' })
  })

  test('a token that runs wild: 429 with Retry-After; others go on', async () => {
    const { address, close } = await another({ requestsMax: 5 })
    const get = (secret: string) => fetch(address + CONTACTS, { headers: { authorization: `Bearer ${secret}` } })
    const answers = await Promise.all(Array.from({ length: 12 }, () => get(SECRET)))
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(await refused[0]?.json()).toMatchObject({ code: 'too_many_requests', status: 429 })
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await get(OTHER)).status).toBe(200)
    await close()
  })

  test('guessing tokens: refused unseen after a while, and those with a token do not notice', async () => {
    const { address, close } = await another()
    const get = (secret: string) => fetch(address + CONTACTS, { headers: { authorization: `Bearer ${secret}` } })
    const statuses = new Set<number>()
    for (let i = 0; i < 16; i += 1)
      for (const { status } of await Promise.all(Array.from({ length: 20 }, () => get('guess')))) statuses.add(status)
    expect([...statuses].sort()).toEqual([401, 429])
    expect((await get(SECRET)).status).toBe(200)
    await close()
  })
})

describe('HTTP', () => {
  const head = `Host: 127.0.0.1\r\nAuthorization: Bearer ${SECRET}\r\n`
  /** Sends bytes; all that comes back until the server ends the connection. */
  const sent = (bytes: string) =>
    new Promise<string>((resolve) => {
      let all = ''
      const socket = connect(api.port, '127.0.0.1', () => socket.write(bytes))
      socket.on('data', (piece) => {
        all += piece
      })
      socket.on('close', () => resolve(all))
    })
  const packed = (bytes: Buffer, encoding: string) =>
    fetch(api.address + CONTACTS, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${SECRET}`,
        'content-type': 'application/json',
        'content-encoding': encoding,
      },
      body: new Uint8Array(bytes),
    })

  test('HEAD answers as GET would, without a body', async () => {
    const answer = await api.request('HEAD', CONTACTS)
    expect(answer).toMatchObject({ status: 200, body: undefined })
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(10)
    expect((await api.request('HEAD', CONTACTS, undefined, { authorization: '' })).status).toBe(401)
  })

  test('OPTIONS tells the methods of an address, and others are refused with them', async () => {
    const options = await api.request('OPTIONS', `${CONTACTS}/some-id`)
    const allow = options.headers.get('allow')
    expect(options).toMatchObject({ status: 204, body: undefined })
    expect(allow?.split(', ').sort()).toEqual(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'PUT'])
    expect(options.headers.get('access-control-allow-origin')).toBeNull()
    const wrong = await api.request('POST', `${CONTACTS}/some-id`, '['.repeat(1000))
    expect(wrong).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } })
    expect(wrong.headers.get('allow')).toBe(allow)
    expect((await api.request('OPTIONS', '/no/such/route')).status).toBe(404)
    // Those that no route can be made for as well.
    for (const method of ['PROPFIND', 'TRACE']) {
      const answer = await sent(`${method} ${CONTACTS}/some-id HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 405 /)
      expect(answer).toContain(`allow: ${allow}`)
    }
    expect(await sent(`TRACE /no/such/route HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 404 /)
    expect((await raw({ origin: 'https://evil.example' })).status).toBe(403)
  })

  test('headers that are too large: 431', async () => {
    expect(await sent(`GET ${CONTACTS} HTTP/1.1\r\n${head}X: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 (.|\s)*"headers_too_large"/,
    )
  })

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('a body packed with %s is read, and is no larger unpacked than another may be', async (encoding, pack) => {
    const answer = await packed(pack(JSON.stringify({ firstName: 'Packed' })), encoding)
    expect(await answer.json()).toMatchObject({ firstName: 'Packed' })
    const large = pack(Buffer.alloc(2 * 1024 * 1024, '['))
    const start = performance.now()
    expect((await packed(large, encoding)).status).toBe(413)
    expect(performance.now() - start).toBeLessThan(2000)
  })

  test('a body that is not packed as it says is malformed; packed as nobody knows: 415', async () => {
    expect((await packed(Buffer.from('{"firstName":"x"}'), 'gzip')).status).toBe(400)
    expect((await packed(gzipSync('{"firstName":"x"}').subarray(0, 20), 'gzip')).status).toBe(400)
    expect((await packed(Buffer.from('{"firstName":"x"}'), 'zstd')).status).toBe(415)
    expect((await packed(Buffer.from('{"firstName":"x"}'), 'identity')).status).toBe(200)
  })

  test('a body is UTF-8, whatever it calls that; another charset is refused, and so are bytes that are none', async () => {
    const post = (type: string, bytes = Buffer.from('{"firstName":"Zoë"}')) =>
      fetch(api.address + CONTACTS, {
        method: 'POST',
        headers: { authorization: `Bearer ${SECRET}`, 'content-type': type },
        body: new Uint8Array(bytes),
      })
    for (const type of ['application/json', 'application/json; charset=UTF-8', 'application/json;charset="utf-8"'])
      expect(await (await post(type)).json()).toMatchObject({ firstName: 'Zoë' })
    for (const charset of ['utf-16', 'iso-8859-1', 'nonsense'])
      expect((await post(`application/json; charset=${charset}`)).status).toBe(415)
    expect((await post('application/json', Buffer.from('{"firstName":"Zoë"}', 'latin1'))).status).toBe(400)
    expect((await post('application/json', Buffer.from('\ufeff{"firstName":"Marked"}'))).status).toBe(200)
  })

  test('what is sent on one connection without waiting is carried out in order', async () => {
    const { id } = (await api.request('POST', CONTACTS, { firstName: 'none' })).body
    const get = `GET ${CONTACTS}/${id} HTTP/1.1\r\n${head}\r\n`
    const put = (firstName: string) => {
      const body = JSON.stringify({ firstName })
      const type = `Content-Type: application/json\r\nContent-Length: ${body.length}`
      return `PUT ${CONTACTS}/${id} HTTP/1.1\r\n${head}${type}\r\n\r\n${body}`
    }
    const all = [put('one'), get, put('two'), get, `DELETE ${CONTACTS}/${id} HTTP/1.1\r\n${head}\r\n`, get]
    const answers = await sent(`${all.join('')}GET /none HTTP/1.1\r\n${head}Connection: close\r\n\r\n`)
    expect(answers.match(/HTTP\/1\.1 \d+|"firstName":"\w+"/g)?.join(' ')).toBe(
      [
        ...['one', 'one', 'two', 'two'].map((name) => `HTTP/1.1 200 "firstName":"${name}"`),
        'HTTP/1.1 200',
        'HTTP/1.1 404',
        'HTTP/1.1 404',
      ].join(' '),
    )
  })
})

describe('what is told', () => {
  test('a defect is answered without its message or stack', async () => {
    const { engine } = api.application
    const counts = () => {
      throw new TypeError('secret of the inside')
    }
    const broken = await another({}, { engine: { ...engine, queries: { ...engine.queries, counts } } })
    const answer = await fetch(`${broken.address}/api/v2/local/health`, {
      headers: { authorization: `Bearer ${SECRET}` },
    })
    const text = await answer.text()
    expect({ status: answer.status, code: JSON.parse(text).code }).toEqual({ status: 500, code: 'internal' })
    expect(text).not.toMatch(/secret of the inside|\.ts/)
    expect(broken.defects).toHaveLength(1)
    await broken.close()
  })
})

describe('a client that sends a byte at a time', () => {
  const HEAD = `POST ${CONTACTS} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${SECRET}\r\nContent-Type: application/json\r\n`
  test.each([
    ['in its headers', `${HEAD}X-Slow: a`],
    ['in its body', `${HEAD}Content-Length: 1000\r\n\r\n`],
  ])('is told and closed, %s, and others are answered meanwhile', async (_where, start) => {
    const slow = await another({ requestMs: 500 })
    const { socket, ended } = opened(slow.port, start)
    const dripping = setInterval(() => socket.writable && socket.write('a'), 20)
    const meanwhile = await fetch(slow.address + CONTACTS, { headers: { authorization: `Bearer ${SECRET}` } })
    expect(meanwhile.status).toBe(200)
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /)
    clearInterval(dripping)
    expect(slow.defects).toEqual([])
    await slow.close()
  })

  /** A connection on which the beginning of a request was sent, and all that comes until it is closed. */
  function opened(port: number, start: string) {
    const socket = connect(port, '127.0.0.1', () => socket.write(start))
    const ended = new Promise<string>((resolve) => {
      let text = ''
      socket.setEncoding('latin1')
      socket.on('data', (piece) => {
        text += piece
      })
      socket.on('error', () => undefined) // what is written to a closed connection
      socket.on('close', () => resolve(text))
    })
    return { socket, ended }
  }
})

describe('the switch in the settings', () => {
  // Last: it ends what the other tests call.
  test('off by default; a port that is taken is said and changes nothing; on and off again', async () => {
    const { handlers } = api.application
    const status = () => firstValueFrom(handlers['api.status']({}, context))
    expect((await status()).enabled).toBe(false)
    const { port, close } = await another()
    await expect(handlers['api.enable']({ enabled: true, port }, context)).rejects.toMatchObject({ field: 'port' })
    expect(await status()).toMatchObject({ enabled: false, address: api.address })
    await close()
    await handlers['api.enable']({ enabled: true, port }, context)
    expect(await status()).toMatchObject({ enabled: true, port, address: `http://127.0.0.1:${port}` })
    const secret = await api.tokenWith('externalContacts:contact:view')
    const get = () => fetch(`http://127.0.0.1:${port}${CONTACTS}`, { headers: { authorization: `Bearer ${secret}` } })
    expect((await get()).status).toBe(200)
    await handlers['api.enable']({ enabled: false }, context)
    expect(await status()).toMatchObject({ enabled: false, address: null })
    await expect(get()).rejects.toThrow()
  })
})

/** Another server over the same application, since there is one application in a process. */
async function another(options: ServerOptions = {}, more: Partial<ApiHost> = {}) {
  const defects: unknown[] = []
  const tokens = [givenToken(SECRET, 0), { ...givenToken(OTHER, 0), id: 'other' }]
  const { engine } = api.application
  const none = () => {
    throw new Error('no route of these tests gets here')
  }
  const app = await createApiServer(
    {
      engine,
      version: 'x',
      now: Date.now,
      actor: () => owner('somebody'),
      defaultRegion: none,
      syncFor: none,
      reconcileFor: none,
      duplicatesFor: none,
      importsFor: none,
      csvImports: { announce: none, receive: none, for: none },
      exports: { begin: none, list: none, get: none, pathOf: none },
      uploadDir: api.folder,
      tempFiles,
      tokens: () => tokens,
      used: () => undefined,
      arrived: () => undefined,
      onDefect: (error) => defects.push(error),
      ...more,
    },
    options,
  )
  const address = await app.listen({ port: 0, host: '127.0.0.1' })
  return { address, port: Number(new URL(address).port), defects, close: () => app.close() }
}
