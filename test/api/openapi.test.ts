// The description is made from the schemas that validate requests, and is valid OpenAPI 3.1.

import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Validator } from '@seriousme/openapi-schema-validator'
import { generateSource } from 'oazapfts'
import platformClient from 'purecloud-platform-client-v2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApi, SECRET, sdkFor, type TestApi } from '../support/api'

let api: TestApi
beforeAll(async () => {
  api = await openApi()
})
afterAll(() => api.close())

test('GET /openapi.json is valid OpenAPI 3.1, needs no token, and names every route with its answers', async () => {
  const { status, body } = await api.request('GET', '/openapi.json', undefined, { authorization: '' })
  expect(status).toBe(200)
  expect(body.openapi).toMatch(/^3\.1\./)
  const validator = new Validator()
  expect(await validator.validate(structuredClone(body))).toEqual({ valid: true })
  expect(validator.version).toBe('3.1')
  type Operation = { summary?: string; operationId: string; 'x-permissions'?: string[]; responses: object }
  const operations = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )
  expect(operations.length).toBeGreaterThan(45)
  for (const { path, method, summary, responses } of operations) {
    expect(summary, `${method} ${path}`).toBeTruthy()
    expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(['400', '403', '429', '500']))
  }
  // Each operation is named as the vendor's SDK names its method, where it has one.
  const names = operations.map(({ operationId }) => operationId)
  expect(new Set(names).size).toBe(names.length)
  const { contacts, analytics, journey } = { ...sdkFor(api.port), journey: new platformClient.JourneyApi() }
  for (const { path, operationId } of operations)
    if (/^\/api\/v2\/(externalcontacts|analytics|journey)\//.test(path))
      expect(operationId in contacts || operationId in analytics || operationId in journey, operationId).toBe(true)
  expect(
    operations.find(({ operationId }) => operationId === 'patchExternalcontactsContact')?.['x-permissions'],
  ).toEqual(['externalContacts:contact:edit'])
  expect(Object.keys(body.components.schemas)).toEqual(
    expect.arrayContaining(['ExternalContact', 'ContactIdentifier', 'Note', 'Session', 'ErrorBody']),
  )
  for (const path of ['/api/v2/externalcontacts/contacts/{contactId}', '/api/v2/local/interactions'])
    expect(body.paths).toHaveProperty([path])
  // What may be refused, with the codes that say why, and what it needs.
  const merge = body.paths['/api/v2/externalcontacts/contacts/merge'].post
  expect(merge['x-codes']['409']).toEqual(expect.arrayContaining(['merge_same_person', 'merge_forbidden_pair']))
  expect(merge['x-codes']['403']).toContain('forbidden')
  expect(merge.responses['422'].content['application/json'].schema).toEqual({ $ref: '#/components/schemas/ErrorBody' })
  const get = body.paths['/api/v2/externalcontacts/contacts/{contactId}'].get
  expect(get['x-codes']['404']).toEqual(['deleted', 'erased', 'expired', 'not_found'])
  expect(Object.keys(get.responses)).not.toContain('413')
  // The very limits that a request meets.
  const search = body.paths['/api/v2/externalcontacts/contacts'].get.parameters
  expect(search.find((one: { name: string }) => one.name === 'pageSize').schema).toMatchObject({ maximum: 100 })
})

test('the guide lists every method of the SDK, and says of each whether it answers', async () => {
  const guide = readFileSync(join(import.meta.dirname, '../../docs/local-api.md'), 'utf8')
  const rows = [...guide.matchAll(/^\| `(\w+)` \| (not here)?/gm)].map(
    ([, name = '', absent]) => [name, !absent] as const,
  )
  const { contacts } = sdkFor(api.port)
  const methods = Object.getOwnPropertyNames(Object.getPrototypeOf(contacts)).filter((name) => name !== 'constructor')
  expect(rows.map(([name]) => name).sort()).toEqual(methods.sort())
  const { paths } = (await api.request('GET', '/openapi.json')).body
  const answered = Object.values<Record<string, { operationId: string }>>(paths).flatMap((all) =>
    Object.values(all).map(({ operationId }) => operationId),
  )
  expect(rows.filter(([, isHere]) => isHere).map(([name]) => name)).toEqual(
    methods.filter((name) => answered.includes(name)),
  )
})

test('a public generator makes a client of it that compiles, and calls', async () => {
  // Where modules are found from, as in the project of an integrator.
  const modules = join(import.meta.dirname, '../../node_modules')
  const folder = mkdtempSync(join(modules, '.made-client-'))
  try {
    const { body } = await api.request('GET', '/openapi.json')
    writeFileSync(join(folder, 'openapi.json'), JSON.stringify(body))
    writeFileSync(join(folder, 'client.ts'), await generateSource(join(folder, 'openapi.json')))
    writeFileSync(join(folder, 'calls.ts'), CALLS)
    const options =
      '--ignoreConfig --strict --module nodenext --target es2023 --lib es2023,dom --skipLibCheck --outDir out'
    await promisify(execFile)(join(modules, '.bin/tsc'), [...options.split(' '), 'client.ts', 'calls.ts'], {
      cwd: folder,
    })
    const { call } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'out/calls.js')).href)) as {
      call: (address: string, secret: string) => Promise<unknown>
    }
    expect(await call(api.address, SECRET)).toEqual({
      name: 'Ida',
      missing: 'not_found',
      refused: 'invalid_email',
      holder: true,
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 60_000)

/** What an integrator writes with the client: each use is checked against the description by the compiler. */
const CALLS = `
import * as api from './client.js'
export async function call(address: string, secret: string) {
  api.defaults.baseUrl = address
  const opts = { headers: { authorization: \`Bearer \${secret}\` } }
  const made = await api.postExternalcontactsContacts({ firstName: 'Ida', workEmail: 'ida@generated.example.org' }, opts)
  if (made.status !== 200) throw new Error(made.data.message)
  const read = await api.getExternalcontactsContact(made.data.id ?? '', {}, opts)
  if (read.status !== 200) throw new Error(read.data.message)
  const absent = await api.getExternalcontactsContact('none', {}, opts)
  const wrong = await api.postExternalcontactsContacts({ workEmail: 'none' }, opts)
  const found = await api.postExternalcontactsIdentifierlookupContacts({ type: 'Email', value: 'ida@generated.example.org' }, {}, opts)
  return {
    name: read.data.firstName,
    missing: absent.status === 404 ? absent.data.code : absent.status,
    refused: wrong.status === 422 ? wrong.data.code : wrong.status,
    holder: found.status === 200 && found.data.id === made.data.id,
  }
}
`
