// The description is made from the schemas that validate requests, and is valid OpenAPI 3.1.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Validator } from '@seriousme/openapi-schema-validator'
import platformClient from 'purecloud-platform-client-v2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApi, sdkFor, type TestApi } from '../support/api'

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
    expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(['4XX', '5XX']))
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
