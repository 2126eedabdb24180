// Who calls: from the Host, Origin and Authorization headers of a request to an actor, or a refusal.
// Invariant: no route runs for a page of another origin, under another name of the host, or without a token.
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { callerFor, type Caller as UseCaseCaller } from '../application/caller'
import type { Actor, Permission } from '../engine/permissions'
import { requirePermission } from '../engine/permissions'
import { HttpError } from './errors'
import type { ApiHost } from './host'
import { actorOf, findToken, type StoredToken } from './tokens'

/** The caller that a request is carried out for. */
export interface Caller extends UseCaseCaller {
  token: StoredToken
}

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller
  }
  interface FastifyContextConfig {
    /** What a caller must be permitted: all of it. */
    permission?: Permission | readonly Permission[]
    /** Served without a token. */
    open?: boolean
  }
}

/** Headers of a request that was let in, and the token it had among those there were. */
interface Accepted {
  name: string | undefined
  authorization: string | undefined
  tokens: readonly StoredToken[]
  token: StoredToken
}

/** Failed attempts a minute after which the next ones are not even looked at. */
const FAILURES_MAX = 300
/** Requests a second of one token: far above what a local integration asks for, and a stop for one that runs wild. */
export const REQUESTS_MAX = 20_000

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]']

/**
 * Checks every request before its body is read.
 * @param names names of the host that are served beside the loopback ones
 */
export function identifyCallers(app: FastifyInstance, host: ApiHost, names: readonly string[]): void {
  const served = new Set([...LOOPBACK, ...names.map((name) => name.toLowerCase())])
  const callers = new WeakMap<StoredToken, Caller>()
  /** What was accepted on a connection. To compare what comes next on it with that tells no other caller anything. */
  const accepted = new WeakMap<Socket, Accepted>()
  const failures = app.createRateLimit({
    max: FAILURES_MAX,
    timeWindow: 60_000,
    keyGenerator: (request: FastifyRequest) => `failed ${request.ip}`,
  })

  const callerOf = (token: StoredToken): Caller => {
    const known = callers.get(token)
    if (known) return known
    let last: { person: Actor; actor: Actor } | undefined
    const actor = () => {
      const person = host.actor()
      if (last?.person !== person) last = { person, actor: actorOf(token, person) }
      return last.actor
    }
    const caller: Caller = { token, ...callerFor(host.engine, actor) }
    callers.set(token, caller)
    return caller
  }

  /** @throws HttpError `unauthenticated`, or `too_many_requests` after so many of them */
  async function refuse(request: FastifyRequest, reply: FastifyReply): Promise<never> {
    const limit = await failures(request)
    if (!limit.isAllowed && limit.isExceeded) {
      reply.header('retry-after', limit.ttlInSeconds)
      throw new HttpError('too_many_requests')
    }
    reply.header('www-authenticate', 'Bearer')
    throw new HttpError('unauthenticated')
  }

  /** @returns what there is to wait for: only a refusal is any */
  function check(request: FastifyRequest, reply: FastifyReply): Promise<never> | undefined {
    const { host: name, origin, authorization, 'sec-fetch-site': site } = request.headers
    const { socket } = request.raw
    const before = accepted.get(socket)
    checkNamedOnce(request)
    if ((!before || before.name !== name) && !served.has(hostname(name))) throw new HttpError('foreign_host')
    if (origin !== undefined && origin !== `${request.protocol}://${name}`) throw new HttpError('foreign_origin')
    // A page may ask without an Origin, as for a script or an image; browsers then say where it comes from.
    if (site !== undefined && site !== 'same-origin' && site !== 'none') throw new HttpError('foreign_origin')
    const { config } = request.routeOptions
    if (config.open) return undefined
    const tokens = host.tokens() // another list once one was made or revoked
    const isKnown = before?.tokens === tokens && before.authorization === authorization
    const token = isKnown ? before.token : tokenIn(tokens, authorization)
    if (!token) return refuse(request, reply)
    if (!isKnown || before.name !== name) accepted.set(socket, { name, authorization, tokens, token })
    request.caller = callerOf(token)
    host.used(token)
    if (typeof config.permission === 'string') requirePermission(request.caller.actor(), config.permission)
    else for (const needed of config.permission ?? []) requirePermission(request.caller.actor(), needed)
    return undefined
  }

  app.decorateRequest('caller')
  app.addHook('onRequest', (request, reply, done) => {
    try {
      const refusal = check(request, reply)
      if (refusal) refusal.catch(done)
      else done()
    } catch (error) {
      done(error as Error)
    }
  })
}

/** A request names its host once, in `Host`: an address of its own, or a second one, might mean another. @throws HttpError `malformed` */
function checkNamedOnce({ raw: { rawHeaders, url } }: FastifyRequest): void {
  let times = 0
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? ''
    if (name.length === 4 && name.toLowerCase() === 'host') times += 1
  }
  if (times > 1) throw new HttpError('malformed', 'A request has one Host.')
  if (url?.startsWith('/') === false) throw new HttpError('malformed', 'A request names a path, and its host in Host.')
}

function tokenIn(tokens: readonly StoredToken[], authorization = ''): StoredToken | undefined {
  const secret = /^Bearer +([\x21-\x7e]+)$/i.exec(authorization)?.[1]
  return secret === undefined ? undefined : findToken(tokens, secret)
}

/** The name in a Host header, without the port. */
function hostname(header: string | undefined): string {
  return (header ?? '').toLowerCase().replace(/:\d{1,5}$/, '')
}
