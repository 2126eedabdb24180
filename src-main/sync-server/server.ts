// The CouchDB stand-in from npm: for trying two devices at home, and for tests. Not for production (README, sync).
// Invariant: no user gets in before its administrator is set, and what CouchDB leaves to server administrators is theirs here.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { createApp, type Middleware, openDatabases, type StandInApp } from './stand-in'

/** CouchDB's own limit on a document; the stand-in knows one for whole requests only. */
const BODY_MAX = 8_000_000

export interface SyncServerOptions {
  /** 0, unless given: any free one. */
  port?: number
  /** Loopback, unless given. */
  address?: string
  /** Where databases are kept; in memory, unless given. */
  dataDir?: string
  /** `admin` with a random password, unless given. */
  admin?: { name: string; password: string }
  /** How long a session lasts without use; CouchDB's 600, unless given. */
  sessionSeconds?: number
}

export interface SyncServer {
  /** `http://address:port`, without user and password. */
  url: string
  admin: { name: string; password: string }
  close(): Promise<void>
}

/**
 * Starts the stand-in; it answers requests when this returns.
 * @throws Error with `code` as Node gives it, when the port or the folder cannot be used
 */
export async function startSyncServer(options: SyncServerOptions = {}): Promise<SyncServer> {
  const { address = '127.0.0.1', dataDir } = options
  const admin = options.admin ?? { name: 'admin', password: randomBytes(18).toString('base64url') }
  const folder = dataDir === undefined ? undefined : join(dataDir, 'databases')
  if (folder !== undefined) mkdirSync(folder, { recursive: true, mode: 0o700 })

  const app = createApp(devNull)
  await configure(app, 'log', 'level', 'none')
  await configure(app, 'admins', admin.name, admin.password)
  await configure(app, 'couchdb', 'max_document_size', BODY_MAX)
  await configure(app, 'couch_httpd_auth', 'timeout', options.sessionSeconds ?? 600)
  insertBefore(app, (path) => path !== undefined, answerAsCouchDB)
  for (const route of ['/:db/_bulk_docs', '/:db/_bulk_get']) insertBefore(app, (path) => path === route, membersOnly)
  const databases = openDatabases(folder)
  await app.setPouchDB(databases)

  const server = createServer(app)
  await new Promise<void>((ready, failed) => {
    server.once('error', failed)
    server.listen(options.port ?? 0, address, ready)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${address}:${port}`,
    admin,
    async close() {
      const closed = new Promise((done) => server.close(done))
      server.closeAllConnections() // devices wait on theirs for up to a minute
      await closed
      const open: Promise<void>[] = []
      databases.__dbCacheMap?.forEach((database) => {
        open.push(database.close())
      })
      await Promise.allSettled(open)
    },
  }
}

function configure(app: StandInApp, section: string, key: string, value: unknown): Promise<void> {
  return new Promise((done, failed) =>
    app.couchConfig.set(section, key, value, (error) => (error ? failed(error) : done())),
  )
}

/** Puts a middleware before the first end point of a kind; express-pouchdb itself has no place for one. */
function insertBefore(app: StandInApp, isIt: (path: string | undefined) => boolean, middleware: Middleware): void {
  app.use(middleware)
  const { stack } = app._router
  const own = stack.pop()
  const place = stack.findIndex((layer) => isIt(layer.route?.path))
  if (!own || place < 0) throw new Error('the stand-in has other end points than expected')
  stack.splice(place, 0, own)
}

interface Security {
  admins?: Section
  members?: Section
}
interface Section {
  names?: string[]
  roles?: string[]
}

/**
 * The stand-in asks about members at all of a database's doors but these two. And validation of a bulk write sees the
 * database's security object, which it reads too late for that one.
 */
const membersOnly: Middleware = (request, response, next) => {
  if (!request.db) return next()
  request.db.getSecurity().then((read) => {
    request.couchSecurityObj = read
    const { name = null, roles = [] } = request.couchSession?.userCtx ?? {}
    const { admins = {}, members = {} } = read as Security
    const isIn = (section: Section) =>
      (name !== null && section.names?.includes(name)) || section.roles?.some((role) => roles.includes(role)) === true
    const open = !members.names?.length && !members.roles?.length
    if (open || roles.includes('_admin') || isIn(members) || isIn(admins)) return next()
    refuse(response, 401, 'You are not authorized to access this db.')
  }, next)
}

/**
 * Where the stand-in differs from CouchDB in what our clients rely on: making and deleting databases and listing them is
 * for server administrators (the stand-in ends when another user tries), and who is signed in but not let in gets 403.
 */
const answerAsCouchDB: Middleware = (request, response, next) => {
  const { name = null, roles = [] } = request.couchSession?.userCtx ?? {}
  const isAdmin = roles.includes('_admin')
  const wholeDatabase = /^\/[^/]+\/?$/.test(request.path) && request.path !== '/_session'
  const forAdmins = (wholeDatabase && ['PUT', 'DELETE'].includes(request.method ?? '')) || request.path === '/_all_dbs'
  if (forAdmins && !isAdmin) return refuse(response, 401, 'You are not a server admin.')
  if (name !== null && request.path !== '/_session') forbidInsteadOfUnauthorised(response)
  next()
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify({ error: 'unauthorized', reason })}\n`)
}

function forbidInsteadOfUnauthorised(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (status: number, ...rest: unknown[]) => ServerResponse
  response.writeHead = ((status: number, ...rest: unknown[]) =>
    writeHead(status === 401 ? 403 : status, ...rest)) as typeof response.writeHead
}
