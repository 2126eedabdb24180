// The servers that tests of provisioning and validation run against: the stand-in always, and a real CouchDB where
// `COUCHDB_URL` names one (`http://admin:secret@127.0.0.1:5984`). Databases are made with names of their own and removed.
import { randomBytes } from 'node:crypto'
import { startSyncServer } from '../../src-main/sync-server/server'

export interface TestServer {
  url: string
  admin: { name: string; password: string }
  /** A name for an organisation that nobody else uses. */
  newOrg(): string
  ask(method: string, path: string, options?: { as?: Credentials; body?: object }): Promise<Answer>
  close(): Promise<void>
}
/** A user with a password, a session cookie, or nobody. */
type Credentials = { name: string; password: string } | { cookie: string } | undefined
export interface Answer {
  status: number
  body: Record<string, unknown>
  cookie: string
}

export const REAL = process.env['COUCHDB_URL']
export const SERVERS = ['stand-in', ...(REAL ? ['CouchDB'] : [])] as const

async function ask(url: string, method: string, as: Credentials, body: object | undefined): Promise<Answer> {
  const answer = await fetch(url, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(as && 'cookie' in as ? { cookie: as.cookie } : {}),
      ...(as && 'name' in as
        ? { authorization: `Basic ${Buffer.from(`${as.name}:${as.password}`).toString('base64')}` }
        : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown>,
    cookie: answer.headers.getSetCookie()[0]?.split(';')[0] ?? '',
  }
}

/** A server of this kind; what was made through it goes away with it. `address`: of a real one that is not `COUCHDB_URL`. */
export async function openServer(kind: string, address = REAL): Promise<TestServer> {
  const made: string[] = []
  const users: string[] = []
  const real = kind === 'CouchDB' ? new URL(address ?? '') : undefined
  const standIn = real ? undefined : await startSyncServer()
  const url = standIn?.url ?? real?.origin ?? ''
  const admin = standIn?.admin ?? {
    name: decodeURIComponent(real?.username ?? ''),
    password: decodeURIComponent(real?.password ?? ''),
  }
  return {
    url,
    admin,
    newOrg() {
      const org = `prov-${randomBytes(5).toString('hex')}`
      made.push(`/scv-${org}`)
      return org
    },
    ask(method, path, options = {}) {
      if (method === 'PUT' && path.startsWith('/_users/')) users.push(path)
      return ask(url + path, method, 'as' in options ? options.as : admin, options.body)
    },
    async close() {
      for (const path of real ? made : []) await ask(url + path, 'DELETE', admin, undefined)
      for (const path of new Set(real ? users : [])) {
        const { body } = await ask(url + path, 'GET', admin, undefined)
        if (body['_rev']) await ask(`${url + path}?rev=${String(body['_rev'])}`, 'DELETE', admin, undefined)
      }
      await standIn?.close()
    },
  }
}
