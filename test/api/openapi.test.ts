// The description is made from the schemas that validate requests, and is valid OpenAPI 3.1.
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApi, type TestApi } from '../support/api'

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
  const operations = Object.entries<Record<string, { summary?: string; responses: object }>>(body.paths).flatMap(
    ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
  )
  expect(operations.length).toBeGreaterThan(45)
  for (const { path, method, summary, responses } of operations) {
    expect(summary, `${method} ${path}`).toBeTruthy()
    expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(['4XX', '5XX']))
  }
  for (const path of ['/api/v2/externalcontacts/contacts/{contactId}', '/api/v2/local/interactions'])
    expect(body.paths).toHaveProperty([path])
  // The very limits that a request meets.
  const search = body.paths['/api/v2/externalcontacts/contacts'].get.parameters
  expect(search.find((one: { name: string }) => one.name === 'pageSize').schema).toMatchObject({ maximum: 100 })
})
