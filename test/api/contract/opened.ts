// One local API for a test file, and the vendor's SDK that calls it.
// Invariant: nothing the API did while the file ran was a defect.
import { afterAll, beforeAll, expect } from 'vitest'
import { openApi, sdkFor, type TestApi } from '../../support/api'
import type { Sdk } from './world'

/** Those of the file that runs, once its hooks have opened them. */
export let api: TestApi
export let sdk: Sdk

/** To be called at the top of a test file. */
export function openForThisFile(): void {
  beforeAll(async () => {
    api = await openApi()
    sdk = sdkFor(api.port)
  })
  afterAll(async () => {
    await api.close()
    expect(api.defects).toEqual([])
  })
}

/** The SDK calls with the token that may do everything again. */
export function withEveryPermission(): void {
  sdk = sdkFor(api.port)
}
