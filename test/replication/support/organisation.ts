// An organisation on a server, for tests: the real CouchDB named by COUCHDB_URL (with an administrator in it), or the npm
// stand-in. Each organisation has a name of its own and goes when the test ends.
import { randomBytes } from 'node:crypto'
import { roleIn } from '../../../src-main/engine/roles'
import { provisionOrganisation } from '../../../src-main/provision/provision'
import { createHttp, type Http } from '../../../src-main/replication/couch/http'
import { databaseOf } from '../../../src-main/replication/couch/protocol'
import { type SyncServer, startSyncServer } from '../../../src-main/sync-server/server'

export interface Answer {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: a server's answer is looked at, not relied on
  body: any
}

export interface TestServer {
  readonly url: string
  /** Whether it is CouchDB itself. */
  readonly real: boolean
  readonly admin: { name: string; password: string }
  /** Asks as the server's administrator. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>
  close(): Promise<void>
}

/** @param options of the stand-in; with any, it is the stand-in: nobody else's CouchDB is set up for a test */
export async function testServer(options: { sessionSeconds?: number } = {}): Promise<TestServer> {
  const given = process.env['COUCHDB_URL']
  if (given && Object.keys(options).length === 0) {
    const { origin, username, password } = new URL(given)
    const admin = { name: decodeURIComponent(username), password: decodeURIComponent(password) }
    return {
      url: origin,
      real: true,
      admin,
      ask: (...call) => ask(origin, admin, ...call),
      close: async () => undefined,
    }
  }
  const server: SyncServer = await startSyncServer(options)
  return {
    url: server.url,
    real: false,
    admin: server.admin,
    ask: (...call) => ask(server.url, server.admin, ...call),
    close: () => server.close(),
  }
}

export async function ask(
  origin: string,
  { name, password }: { name: string; password: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const answer = await fetch(origin + path, {
    method,
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) }
}

export interface Credentials {
  user: string
  password: string
}

/** A document as the server has it. */
export type ServerDocument = { _id: string; _rev: string } & Record<string, unknown>

/** What a backup holds: documents with their revisions, and what each device noted beside them. */
interface Backup {
  documents: ServerDocument[]
  local: ServerDocument[]
}

export interface Organisation {
  readonly server: TestServer
  readonly name: string
  /** Path of its database. */
  readonly path: string
  /** Asks about the database as the server's administrator; `path` begins behind its name. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>
  /** Makes a user, or gives an existing one other roles in the organisation or another password. */
  user(name: string, roles: string[], password?: string): Promise<Credentials>
  removeUser(credentials: Credentials): Promise<void>
  /** The least version of documents that may take part. */
  setMinimum(minimum: number): Promise<void>
  /** A further validation beside the organisation's own: the body of a `validate_doc_update` of (doc, former, user). */
  refuse(body: string | undefined): Promise<void>
  /** Writes a document as its administrator, over what is there; undefined: deletes it plainly. */
  write(id: string, body: object | undefined): Promise<void>
  /** Every document of ours, by id. */
  documents(): Promise<Map<string, ServerDocument>>
  /** @param devices whose notes beside the documents are kept as well, as when files are copied */
  backup(devices?: readonly string[]): Promise<Backup>
  restore(backup: Backup): Promise<void>
  /** Makes the database where there is none. @param recovering devices may bring back what others wrote */
  provision(recovering?: boolean): Promise<void>
  /** Makes the database anew, empty. */
  wipe(): Promise<void>
  remove(): Promise<void>
}

/** @param validation false: without the organisation's own, for documents that no device would write */
export async function createOrganisation(server: TestServer, { validation = true } = {}): Promise<Organisation> {
  const name = `traps-${randomBytes(6).toString('hex')}`
  const path = `/${databaseOf(name)}`
  const users = new Set<string>()
  const about: Organisation['ask'] = (method, rest, body) => server.ask(method, path + rest, body)
  const must = async (answer: Promise<Answer>): Promise<Answer> => {
    const { status, body } = await answer
    if (status >= 300) throw new Error(`the server answers ${status}: ${JSON.stringify(body)}`)
    return { status, body }
  }

  async function provision(recovering = false): Promise<void> {
    await provisionOrganisation({ couch: server.url, admin: server.admin, org: name, recovering })
    if (!validation) await changeDesign(({ validate_doc_update: _, ...rest }) => rest)
  }

  async function changeDesign(change: (design: Answer['body']) => object): Promise<void> {
    const { body } = await must(about('GET', '/_design/scv'))
    await must(about('PUT', '/_design/scv', change(body)))
  }

  /** Until a wiped database is gone for every part of the server. */
  async function removed(): Promise<void> {
    await must(about('DELETE', ''))
    while ((await about('GET', '')).status !== 404) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  const organisation: Organisation = {
    server,
    name,
    path,
    provision,
    ask: about,
    async user(who, plain, password = `${who}-secret`) {
      const roles = plain.map((role) => roleIn(name, role))
      const user = `${name}-${who}`
      const id = `/_users/org.couchdb.user:${user}`
      const known = await server.ask('GET', id)
      const rev = known.status === 200 ? { _rev: known.body._rev } : {}
      await must(server.ask('PUT', id, { type: 'user', name: user, password, roles, ...rev }))
      users.add(user)
      // CouchDB remembers users, and hears of changes to them a moment later.
      const credentials = Buffer.from(`${user}:${password}`).toString('base64')
      for (let tries = 100; tries > 0; tries -= 1) {
        const answer = await fetch(`${server.url}/_session`, { headers: { authorization: `Basic ${credentials}` } })
        const session = (await answer.json()) as { userCtx?: { roles: string[] } }
        if (answer.ok && JSON.stringify(session.userCtx?.roles) === JSON.stringify(roles)) return { user, password }
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
      throw new Error(`the server has not heard of ${user}`)
    },
    async removeUser({ user }) {
      const id = `/_users/org.couchdb.user:${user}`
      const { body } = await must(server.ask('GET', id))
      await must(server.ask('DELETE', `${id}?rev=${body._rev}`))
      users.delete(user)
    },
    setMinimum: (minimum) => changeDesign((design) => ({ ...design, schema: { ...design.schema, minimum } })),
    async refuse(body) {
      const known = await about('GET', '/_design/tests')
      const rev = known.status === 200 ? { _rev: known.body._rev } : {}
      const rules =
        body === undefined
          ? {}
          : { validate_doc_update: `function (doc, former, user) { ${body} }`, language: 'javascript' }
      await must(about('PUT', '/_design/tests', { ...rules, ...rev }))
    },
    async write(id, body) {
      const place = `/${encodeURIComponent(id)}`
      const known = await about('GET', place)
      const rev = known.status === 200 ? { _rev: known.body._rev as string } : undefined
      if (body) await must(about('PUT', place, { ...body, ...rev }))
      else await must(about('DELETE', `${place}?rev=${rev?._rev}`))
    },
    async documents() {
      const { body } = await must(about('GET', '/_all_docs?include_docs=true'))
      const rows = body.rows as { id: string; doc: ServerDocument }[]
      return new Map(rows.filter(({ id }) => !id.startsWith('_')).map(({ id, doc }) => [id, doc]))
    },
    async backup(devices = []) {
      const { body } = await must(about('GET', '/_all_docs?include_docs=true&attachments=true'))
      const local: ServerDocument[] = []
      for (const device of devices) {
        const known = await about('GET', `/_local/scv-${device}`)
        if (known.status === 200) local.push(known.body)
      }
      return { documents: (body.rows as { doc: ServerDocument }[]).map(({ doc }) => doc), local }
    },
    async restore({ documents, local }) {
      const security = await must(about('GET', '/_security'))
      await removed()
      await must(about('PUT', ''))
      await must(about('PUT', '/_security', security.body))
      await must(about('POST', '/_bulk_docs', { docs: documents, new_edits: false }))
      for (const { _rev, ...note } of local) await must(about('PUT', `/${note._id}`, note))
    },
    async wipe() {
      await removed()
      await provision()
    },
    async remove() {
      await about('DELETE', '')
      for (const user of users) await organisation.removeUser({ user, password: '' })
    },
  }
  await provision()
  return organisation
}

/** HTTP as a device speaks it, for tests of the parts. */
export const httpOf = (server: TestServer): Http => createHttp({ url: server.url })
