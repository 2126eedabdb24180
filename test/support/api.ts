// The application with its local API on a free port, in a throw-away folder, and the vendor's SDK pointed at it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import platformClient from 'purecloud-platform-client-v2'
import type { ServeOptions } from '../../src-main/api/service'
import { type Application, openApplication } from '../../src-main/app'
import { PERMISSIONS, type Permission } from '../../src-main/engine/permissions'

export const SECRET = 'a-secret-of-the-tests'

export interface TestApi {
  application: Application
  /** `http://127.0.0.1:port` */
  address: string
  port: number
  folder: string
  /** What nobody was waiting for. */
  defects: unknown[]
  /** Sets the clock ahead, in ms. */
  later(ms: number): void
  /** A secret with these permissions alone. */
  tokenWith(...permissions: Permission[]): Promise<string>
  /** A secret with all permissions but these. */
  tokenWithout(...permissions: Permission[]): Promise<string>
  /** A plain request; the body as JSON unless it is a string. */
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  close(): Promise<void>
}

interface Answer {
  status: number
  headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a client sees of an answer is JSON of any shape
  body: any
}

export async function openApi(options: Partial<ServeOptions> = {}): Promise<TestApi> {
  const folder = mkdtempSync(join(tmpdir(), 'scv-api-'))
  const defects: unknown[] = []
  let ahead = 0
  const application = await openApplication({
    dataDir: folder,
    version: '0.0.0-test',
    now: () => Date.now() + ahead,
    onDefect: (error) => defects.push(error),
  })
  await application.handlers['app.saveSettings']({ defaultRegion: 'AU' }, { signal: new AbortController().signal })
  const address = await application.localApi.serve({ port: 0, secret: SECRET, checkAnswers: true, ...options })
  const port = Number(new URL(address).port)
  const tokenWith = async (...permissions: Permission[]) => {
    const { signal } = new AbortController()
    return (await application.handlers['api.createToken']({ name: 'a test', permissions }, { signal })).secret
  }
  return {
    application,
    address,
    port,
    folder,
    defects,
    later: (ms) => {
      ahead += ms
    },
    tokenWith,
    tokenWithout: (...missing) => tokenWith(...PERMISSIONS.filter((one) => !missing.includes(one))),
    async request(method, path, body, headers = {}) {
      const response = await fetch(address + path, {
        method,
        headers: {
          authorization: `Bearer ${SECRET}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? undefined : JSON.parse(text) }
    },
    async close() {
      await application.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The SDK as an integration sets it up. There is one client in a process: it calls where it was pointed last. */
export function sdkFor(port: number, secret = SECRET) {
  const client = platformClient.ApiClient.instance
  client.setGateway({ host: '127.0.0.1', protocol: 'http', port })
  client.setAccessToken(secret)
  return {
    client,
    contacts: new platformClient.ExternalContactsApi(),
    analytics: new platformClient.AnalyticsApi(),
    conversations: new platformClient.ConversationsApi(),
    journey: new platformClient.JourneyApi(),
  }
}

/** What the SDK rejects with: the error body. */
export async function refused(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call
  } catch (error) {
    return error as Record<string, unknown>
  }
  throw new Error('it was not refused')
}
