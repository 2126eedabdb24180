// The gateway from outside: its command line, its one line, its end, and serving without a server.
import { once } from 'node:events'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { readOptions } from '../../src-main/gateway/options'
import { eventually, Gateway, newFolder, removeFolders } from './support/gateway'

/** A start takes a second or two, and many times that on a busy machine. */
vi.setConfig({ testTimeout: 240_000 })

const CONTACTS = '/api/v2/externalcontacts/contacts'
const VALID = ['--data-dir', 'x', '--port', '0']
const running: Gateway[] = []
const start = async (args: readonly string[], environment?: Record<string, string>) => {
  const gateway = await Gateway.start(args, environment)
  running.push(gateway)
  return gateway
}
const serve = async (dir: string, ...more: string[]) =>
  (await start(['--data-dir', dir, '--port', '0', ...more])).ready()
afterEach(async () => {
  for (const gateway of running.splice(0)) await gateway.stop('SIGKILL')
})
afterAll(removeFolders)

describe('the gateway', () => {
  test('says one line, serves, refuses a second one on its data, ends cleanly, and has kept everything', async () => {
    const dir = newFolder()
    chmodSync(dir, 0o755) // as versions before left it
    writeFileSync(join(dir, 'left.json'), '{}', { mode: 0o644 })
    const gateway = await serve(dir)
    expect(gateway.stdout).toMatch(/^Local API on http:\/\/127\.0\.0\.1:\d+\n$/)
    expect(gateway.stderr).toMatch(/^scv: the data is plain text on this disk: .*--key-file/m)
    const { id } = await gateway.ok('POST', CONTACTS, { firstName: 'Kept' })

    const second = await start(['--data-dir', dir, '--port', '0'])
    expect(await second.ended).toBe(1)
    expect(second.stderr).toMatch(/in use by process \d+.*folder_in_use/)
    expect(second.stdout).toBe('')

    expect(await gateway.stop()).toBe(0)
    expect(gateway.stdout.split('\n')).toHaveLength(2)
    const again = await serve(dir, '--plain-text', '--token', 'given', '--permissions', 'externalContacts:contact:view')
    expect((await again.request('GET', `${CONTACTS}/${id}`)).status).toBe(401) // the one on the command line counts
    const answer = await fetch(`${again.address}${CONTACTS}/${id}`, { headers: { authorization: 'Bearer given' } })
    expect(await answer.json()).toMatchObject({ firstName: 'Kept' })
    const removal = { method: 'DELETE', headers: { authorization: 'Bearer given' } }
    expect((await fetch(`${again.address}${CONTACTS}/${id}`, removal)).status).toBe(403)
    expect(again.stdout).not.toMatch(/nobody/)
    expect(again.stderr).not.toMatch(/plain text/)
    expect(await again.stop('SIGINT')).toBe(0)
    const all = [dir, ...readdirSync(dir, { recursive: true, encoding: 'utf8' }).map((name) => join(dir, name))]
    expect(all.length).toBeGreaterThan(5)
    expect(all.filter((path) => (statSync(path).mode & 0o077) !== 0)).toEqual([])
  })

  test('a request under way when it is told to end is answered, and what it wrote is there', async () => {
    const dir = newFolder()
    const gateway = await serve(dir)
    const writes = Array.from({ length: 20 }, (_, i) => gateway.request('POST', CONTACTS, { firstName: `Last${i}` }))
    await eventually('a write', async () => (await Promise.race([...writes, undefined])) !== undefined || true)
    const stopped = gateway.stop()
    const answered = (await Promise.allSettled(writes)).flatMap((end) =>
      end.status === 'fulfilled' && end.value.status === 200 ? [end.value.body.id as string] : [],
    )
    expect(await stopped).toBe(0)
    const again = await serve(dir)
    for (const id of answered) expect((await again.request('GET', `${CONTACTS}/${id}`)).status).toBe(200)
  })

  test.each([
    ['no data folder', ['--port', '0'], '--data-dir is missing'],
    ['no port', ['--data-dir', 'x'], '--port is missing'],
    ['a port that is none', ['--data-dir', 'x', '--port', 'http'], '--port is missing or no number'],
    ['an option there is not', [...VALID, '--colour', 'red'], "Unknown option '--colour'"],
    ['half a server', [...VALID, '--couch', 'http://127.0.0.1:1'], 'belong together'],
    ['a recovery key of nothing', [...VALID, '--recovery-file', '/nowhere/x'], 'need the key as well'],
    ['a key and none', [...VALID, '--plain-text', '--key-file', import.meta.filename], 'contradict each other'],
    ['half a certificate', [...VALID, '--tls-cert', 'x'], 'belong together'],
    ['a permission there is not', [...VALID, '--token', 't', '--permissions', 'all'], 'there is no “all”'],
    ['permissions of no token', [...VALID, '--permissions', 'externalContacts:contact:view'], 'neither is given'],
    [
      'a password file that is not there',
      [...VALID, '--couch', 'http://127.0.0.1:1', '--couch-user', 'u', '--couch-password-file', '/no/such/file'],
      'cannot be read (ENOENT)',
    ],
  ])('%s is a wrong command line', (_what, args, sentence) => {
    expect(() => readOptions(args, {})).toThrow(sentence)
  })

  test('the token comes from the command line, else from the environment', () => {
    expect(readOptions(['--help'], {})).toBeUndefined()
    expect(readOptions([...VALID, '-h'], {})).toBeUndefined()
    expect(readOptions([...VALID, '--token', 'given'], { SCV_TOKEN: 'other' })?.token).toBe('given')
    expect(readOptions(VALID, { SCV_TOKEN: 'other' })?.token).toBe('other')
    expect(readOptions(VALID, {})?.token).toBeUndefined()
    expect(readOptions([...VALID, '--region', 'de'], {})?.region).toBe('DE')
    expect(() => readOptions([...VALID, '--region', 'Germany'], {})).toThrow('--region is no region')
  })

  test('a wrong command line: one sentence, how it is used, and 2', async () => {
    const gateway = await start(['--port', '0'])
    expect(await gateway.ended).toBe(2)
    expect(gateway.stderr).toContain('--data-dir is missing')
    expect(gateway.stderr).toContain('usage: npm run gateway')
    expect(gateway.stdout).toBe('')
  })

  test('without a token the line says that nobody can call', async () => {
    const none = await (await start(['--data-dir', newFolder(), '--port', '0'], { SCV_TOKEN: '' })).ready()
    expect(none.stdout).toMatch(/^Local API on http:\/\/127\.0\.0\.1:\d+ \(no program can call it.*\n$/)
    expect((await none.request('GET', CONTACTS)).status).toBe(401)
  })

  test('a data folder that is a file is said', async () => {
    const file = join(newFolder(), 'file')
    writeFileSync(file, 'x')
    const gateway = await start(['--data-dir', file, '--port', '0'])
    expect(await gateway.ended).toBe(1)
    expect(gateway.stderr).toContain(`${file} cannot be the folder of the data`)
  })

  test('an address that others reach takes TLS; a port that is taken is said', async () => {
    const open = await start(['--data-dir', newFolder(), '--port', '0', '--host', '0.0.0.0'])
    expect(await open.ended).toBe(1)
    expect(open.stderr).toContain('TLS')
    const first = await serve(newFolder())
    const { port } = new URL(first.address)
    const taken = await start(['--data-dir', newFolder(), '--port', port])
    expect(await taken.ended).toBe(1)
    expect(taken.stderr).toContain(`Port ${port} is not free`)
  })

  test('no variable of the environment makes it trust a server that is not who it says', async () => {
    const tls = (name: string) => readFileSync(join(import.meta.dirname, '../fixtures/tls', name))
    let asked = 0
    const server = createServer({ key: tls('key.pem'), cert: tls('certificate.pem') }, (_request, response) => {
      asked++
      response.end('{}')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const passwordFile = join(newFolder(), 'password')
    writeFileSync(passwordFile, 'secret\n')
    const { port } = server.address() as AddressInfo
    const couch = ['--couch', `https://127.0.0.1:${port}`, '--couch-user', 'u', '--couch-password-file', passwordFile]
    const gateway = await start(['--data-dir', newFolder(), '--port', '0', ...couch, '--org', 'o'], {
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
    })
    await gateway.ready()
    await eventually('told of it', () => gateway.stderr.includes('server_'))
    expect(asked).toBe(0)
    expect(await gateway.stop()).toBe(0)
    server.close()
  })

  test('a server that cannot be reached does not keep it from serving; the state says so', async () => {
    const passwordFile = join(newFolder(), 'password')
    writeFileSync(passwordFile, 'secret\n')
    const server = [
      '--couch',
      'http://127.0.0.1:1',
      '--couch-user',
      'u',
      '--couch-password-file',
      passwordFile,
      '--org',
      'o',
    ]
    const gateway = await serve(newFolder(), ...server)
    expect((await gateway.request('POST', CONTACTS, { firstName: 'Offline' })).status).toBe(200)
    await eventually('told of it', () => gateway.stderr.includes('server_unreachable'))
    expect(gateway.stderr).not.toContain('secret')
    expect(await gateway.ok('GET', '/api/v2/local/sync')).toMatchObject({ state: expect.any(String) })
    expect(await gateway.stop()).toBe(0)
  })
})
