// The local API of this installation: whether it runs, where, and who may call.
// Invariant: off until the user of the device switches it on; a secret is told once and kept as its hash.

import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { type ApiToken, apiTokenSchema, type LocalApiStatus } from '@shared/contract/local-api'
import { ScvError } from '@shared/errors'
import { isPermission } from '@shared/permissions'
import { BehaviorSubject } from 'rxjs'
import { z } from 'zod'
import { replaceJson } from '../device/json-file'
import { PERMISSIONS, type Permission } from '../engine/permissions'
import type { ApiHost } from './host'
import type { ServerOptions } from './server'
import { givenToken, hashOf, newSecret, type StoredToken } from './tokens'

const DEFAULT_PORT = 7070
const LOOPBACK = '127.0.0.1'
/** How often the time a token was used last is written down. */
const USED_MS = 60_000

const fileSchema = z.object({
  enabled: z.boolean(),
  port: z.number().int(),
  /** Permissions of a version that knows more are kept, and mean nothing here. */
  tokens: z.array(apiTokenSchema.extend({ hash: z.string(), permissions: z.array(z.string()) })),
})
type LocalApiFile = z.infer<typeof fileSchema>

/** How to serve without the settings of the window. */
export interface ServeOptions extends ServerOptions {
  /** 0: any free one. */
  port: number
  /** Loopback unless told otherwise, which takes TLS. */
  address?: string
  /** A token beside the stored ones. */
  secret?: string
  /** What that token may do; absent: everything. */
  permissions?: readonly Permission[]
}

export interface LocalApi {
  readonly status$: BehaviorSubject<LocalApiStatus>
  /** Begins to serve if the settings say so. What hinders it is in the status. */
  start(): Promise<void>
  /** @throws ScvError `invalid_input` when the port cannot be had */
  enable(change: { enabled: boolean; port?: number | undefined }): Promise<void>
  createToken(name: string, permissions: readonly Permission[]): { id: string; secret: string }
  /** @throws ScvError `not_found` */
  revokeToken(id: string): void
  /**
   * Serves on an address of its own choice.
   * @returns where
   * @throws ScvError `invalid_input` when the address cannot be had, or is reachable from elsewhere without TLS
   */
  serve(options: ServeOptions): Promise<string>
  close(): Promise<void>
}

/** @param path of the file with the settings */
export function createLocalApi(path: string, host: Omit<ApiHost, 'tokens' | 'used'>): LocalApi {
  let file = readFile(path)
  let server: { close(): Promise<void>; address: string } | undefined
  let message: string | undefined
  let extra: StoredToken[] = []
  let all: readonly StoredToken[] = file.tokens
  const status$ = new BehaviorSubject(status())
  /** One change of the server at a time. */
  let tail: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const run = tail.then(task)
    tail = run.catch(() => undefined)
    return run
  }

  function status(): LocalApiStatus {
    return {
      enabled: file.enabled,
      address: server?.address ?? null,
      port: file.port,
      ...(message ? { message } : {}),
      tokens: file.tokens.map(
        ({ hash: _hash, permissions, ...token }): ApiToken => ({
          ...token,
          permissions: permissions.filter(isPermission),
        }),
      ),
    }
  }

  function save(change: Partial<LocalApiFile>): void {
    file = { ...file, ...change }
    all = [...file.tokens, ...extra]
    replaceJson(path, file, 0o600)
    status$.next(status())
  }

  /** Begins to serve, and only then ends what served before. */
  async function open(options: ServeOptions): Promise<string> {
    const { port, address = LOOPBACK, secret, permissions = PERMISSIONS, ...rest } = options
    const local = address === LOOPBACK || address === '::1' || address === 'localhost'
    if (!local && !rest.tls)
      throw new ScvError('invalid_input', `${address} can be reached from elsewhere: that takes a TLS certificate.`, {
        field: 'host',
      })
    extra = secret === undefined ? [] : [givenToken(secret, host.now(), permissions)]
    all = [...file.tokens, ...extra]
    // Read only when it is needed: most windows never serve.
    const { closeServer, createApiServer } = await import('./server')
    const app = await createApiServer(
      { ...host, tokens: () => all, used },
      { ...rest, names: [address, ...(rest.names ?? [])] },
    )
    try {
      await app.listen({ port, host: address })
    } catch (error) {
      await app.close()
      const { code } = error as NodeJS.ErrnoException
      const why = code === 'EADDRINUSE' ? 'another program uses it' : `it cannot be used (${code})`
      throw new ScvError('invalid_input', `Port ${port} is not free: ${why}.`, { field: 'port' })
    }
    const bound = app.server.address() as AddressInfo
    const name = bound.family === 'IPv6' ? `[${bound.address}]` : bound.address
    await shut()
    server = { close: () => closeServer(app), address: `${rest.tls ? 'https' : 'http'}://${name}:${bound.port}` }
    message = undefined
    status$.next(status())
    return server.address
  }

  async function shut(): Promise<void> {
    const former = server
    server = undefined
    await former?.close()
    status$.next(status())
  }

  /** As `lastUsedAt`, in ms: asked with every request. */
  const lastUse = new WeakMap<StoredToken, number>()
  function used(token: StoredToken): void {
    const now = host.now()
    const last = lastUse.get(token) ?? Date.parse(token.lastUsedAt ?? '')
    if (now - last < USED_MS) return
    lastUse.set(token, now)
    token.lastUsedAt = new Date(now).toISOString()
    if (!extra.includes(token)) save({})
  }

  return {
    status$,
    start: () =>
      inTurn(async () => {
        if (!file.enabled || server) return
        await open({ port: file.port }).catch((error: unknown) => {
          if (!(error instanceof ScvError)) host.onDefect(error)
          message = error instanceof ScvError ? error.message : 'It could not be started.'
          status$.next(status())
        })
      }),
    enable: ({ enabled, port = file.port }) =>
      inTurn(async () => {
        if (enabled && server && port === file.port) return
        if (enabled) await open({ port })
        else await shut()
        message = undefined
        save({ enabled, port })
      }),
    createToken(name, permissions) {
      const secret = newSecret()
      const token: StoredToken = {
        id: randomUUID(),
        name,
        permissions: [...new Set(permissions)],
        createdAt: new Date(host.now()).toISOString(),
        lastUsedAt: null,
        hash: hashOf(secret),
      }
      save({ tokens: [...file.tokens, token] })
      return { id: token.id, secret }
    },
    revokeToken(id) {
      const tokens = file.tokens.filter((token) => token.id !== id)
      if (tokens.length === file.tokens.length) throw new ScvError('not_found', 'There is no token with this id.')
      save({ tokens })
    },
    serve: (options) => inTurn(() => open(options)),
    close: () => inTurn(shut),
  }
}

/** @throws ScvError `storage_corrupt` when it is not what we wrote */
function readFile(path: string): LocalApiFile {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return { enabled: false, port: DEFAULT_PORT, tokens: [] }
  }
  try {
    return fileSchema.parse(JSON.parse(text))
  } catch {
    throw new ScvError('storage_corrupt', `${path} is damaged. Move it away to start with the local API off.`)
  }
}
