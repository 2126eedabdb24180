// The npm packages that speak CouchDB's protocol, as far as we use them. They bring no types, load native code and look
// for it beside themselves, so they are required at run time and never bundled.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'

interface StandInDatabase {
  close(): Promise<void>
  getSecurity(): Promise<object>
}

export interface StandInDatabases {
  new (name: string): StandInDatabase
  plugin(plugin: unknown): StandInDatabases
  defaults(options: { prefix: string; adapter: string }): StandInDatabases
  setMaxListeners(count: number): void
  /** Databases that requests opened; kept by express-pouchdb. */
  __dbCacheMap?: { forEach(each: (database: StandInDatabase) => void): void }
}

/** A request after the stand-in has found out who asks. */
interface SignedRequest extends IncomingMessage {
  path: string
  couchSession?: { userCtx: { name: string | null; roles: string[] } }
  /** The database asked for, once that is known. */
  db?: StandInDatabase
  couchSecurityObj?: object
}
export type Middleware = (request: SignedRequest, response: ServerResponse, next: (error?: unknown) => void) => void

export interface StandInApp extends RequestListener {
  couchConfig: {
    set(section: string, key: string, value: unknown, done: (error: unknown) => void): void
  }
  setPouchDB(databases: StandInDatabases): Promise<void>
  use(middleware: Middleware): void
  /** What Express will call, in this order; a layer with a route is an end point. */
  _router: { stack: { route?: { path: string } }[] }
}

/** In a package they lie beside the application's archive; else where packages are looked for from here. */
const packaged = process.resourcesPath ? join(process.resourcesPath, 'sync-server', 'package.json') : import.meta.url
/** Named as the tools that look for unused packages know it, and not in the module: the bundle has one of its own there. */
const loader = () => createRequire(existsSync(packaged) ? packaged : import.meta.url)

/** Parts that open doors or write files a stand-in has no use for: a test log-in, foreign code on requests, logs. */
const LEFT_OUT = [
  'replicator',
  'routes/cluster-rewrite',
  'routes/config',
  'routes/fauxton',
  'routes/http-log',
  'routes/list',
  'routes/log',
  'routes/replicate',
  'routes/rewrite',
  'routes/show',
  'routes/special-test-auth',
  'routes/temp-views',
  'routes/update',
  'routes/vhosts',
]

/** The databases: on disk below a folder (LevelDB), or in memory. Plugins and events are this server's alone. */
export function openDatabases(folder: string | undefined): StandInDatabases {
  const require = loader()
  // Plugins and events belong to the module, so two servers in one process would see each other's databases.
  delete require.cache[require.resolve('pouchdb-core')]
  const core = require('pouchdb-core') as StandInDatabases
  core
    .plugin(folder === undefined ? require('pouchdb-adapter-memory') : require('pouchdb-adapter-leveldb'))
    .plugin(require('pouchdb-mapreduce'))
    .plugin(require('pouchdb-replication'))
  core.setMaxListeners(0) // each waiting device listens
  return folder === undefined
    ? core.defaults({ prefix: `${randomBytes(9).toString('hex')}-`, adapter: 'memory' })
    : core.defaults({ prefix: `${folder}/`, adapter: 'leveldb' })
}

/** The HTTP side, without databases yet. */
export function createApp(logFile: string): StandInApp {
  const require = loader()
  const create = require('express-pouchdb') as (options: object) => StandInApp
  return create({
    mode: 'fullCouchDB',
    inMemoryConfig: true,
    logPath: logFile,
    overrideMode: { exclude: LEFT_OUT },
  })
}
