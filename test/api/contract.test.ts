// The vendor's SDK is the judge: every listed method of it against the local API, in success, without a token, without
// the permission, and in each error of its own.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openApi, refused, SECRET, sdkFor, type TestApi } from '../support/api'
import { HISTORY } from './contract/history'
import { MANY_CONTACTS } from './contract/many-contacts'
import { ONE_CONTACT } from './contract/one-contact'
import { makePeople, type Sdk } from './contract/world'

const ROWS = [...ONE_CONTACT, ...MANY_CONTACTS, ...HISTORY]
let api: TestApi
let sdk: Sdk
beforeAll(async () => {
  api = await openApi()
})
afterAll(async () => {
  await api.close()
  expect(api.defects).toEqual([])
})
beforeEach(async () => {
  sdk = sdkFor(api.port)
  await makePeople(api)
})

describe('the SDK', () => {
  test.each(ROWS)('$method', async ({ call, answer, permission, also = [], errors = [] }) => {
    // Refusals first: they leave what the call needs as it is.
    sdk.client.setAccessToken('wrong')
    expect(await refused(call(sdk))).toMatchObject({
      status: 401,
      code: 'unauthenticated',
      contextId: expect.any(String),
    })
    sdk.client.setAccessToken(await api.tokenWithout(permission))
    expect(await refused(call(sdk))).toMatchObject({
      status: 403,
      code: 'forbidden',
      messageParams: { permissions: permission },
    })
    sdk.client.setAccessToken(SECRET)
    for (const [what, wrong, status, code] of errors)
      expect(await refused(wrong(sdk)), what).toMatchObject({
        status,
        code,
        message: expect.any(String),
        details: expect.any(Array),
        errors: [],
      })
    sdk.client.setAccessToken(await api.tokenWith(permission, ...also))
    expect(await call(sdk)).toMatchObject(answer)
  })

  test('every method of the specification is in the table', () => {
    const external = ROWS.map(({ method }) => method).filter((method) => !method.includes('.'))
    expect(new Set(external).size).toBe(31)
    for (const method of external) expect(sdk.contacts).toHaveProperty(method, expect.any(Function))
  })
})
