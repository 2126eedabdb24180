// A signed-in session with a CouchDB server: the cookie, its silent renewal, and who the server says we are.
// Invariant: a session sends a password that was refused once, never again: repeating it would lock its user out (CouchDB,
// "[chttpd_auth_lockout]"). A cookie that ran out is renewed without a person noticing; a node that does not take the
// cookies of another (which has another secret) is asked with the password, and is no reason to sign a person out.
import type { Http, HttpAnswer, HttpCall } from './http'
import { RemoteError } from './remote'

/** A cookie may run out once more between its renewal and the call. */
const RENEWALS = 2
/** CouchDB locks a user out for five minutes. */
const LOCKED_MS = 330_000

export interface SessionUser {
  name: string
  roles: string[]
}

export interface Session {
  /** Signs in with the password. @throws RemoteError `signed-out`, `unreachable`, `untrusted`, `failed` */
  signIn(): Promise<SessionUser>
  /** Who the server says is signed in, as of now. @throws RemoteError */
  who(): Promise<SessionUser>
  /** As `Http.call` with the session's cookie. @throws RemoteError */
  call(call: Omit<HttpCall, 'cookie' | 'authorization'>): Promise<HttpAnswer>
}

export function createSession(http: Http, credentials: { user: string; password: string }): Session {
  const authorization = `Basic ${Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64')}`
  let cookie: string | undefined
  let signingIn: Promise<SessionUser> | undefined
  let refused: RemoteError | undefined

  async function signIn(): Promise<SessionUser> {
    if (refused) throw refused
    const answer = await http.call({
      method: 'POST',
      path: '/_session',
      body: JSON.stringify({ name: credentials.user, password: credentials.password }),
    })
    if (answer.status === 401 || answer.status === 403) {
      // 403: locked out for a while, whatever the password.
      const wait = answer.status === 403 ? LOCKED_MS : undefined
      refused = new RemoteError('signed-out', reasonOf(answer) ?? 'Name or password is incorrect.', wait)
      throw refused
    }
    const user = answer.json as { ok?: boolean; name?: string | null; roles?: string[] } | undefined
    if (answer.status >= 500 || answer.status === 429) throw unexpected(answer)
    if (answer.status !== 200 || user?.ok !== true)
      throw new RemoteError('failed', 'What answers there is no CouchDB server.')
    keep(answer)
    return { name: user.name ?? credentials.user, roles: [...(user.roles ?? [])] }
  }

  function keep(answer: HttpAnswer): void {
    for (const line of answer.setCookie) {
      const value = /^AuthSession=([^;]*)/.exec(line)?.[1]
      if (value) cookie = `AuthSession=${value}`
    }
  }

  /** Calls that find the cookie run out at the same time share one renewal. */
  function renew(): Promise<SessionUser> {
    signingIn ??= signIn().finally(() => {
      signingIn = undefined
    })
    return signingIn
  }

  /** A node that takes no cookie of the others: with the password it may. @throws RemoteError */
  async function callWithPassword(call: HttpCall): Promise<HttpAnswer> {
    const answer = await http.call({ ...call, authorization })
    if (answer.status !== 401) return answer
    throw new RemoteError(
      'failed',
      'A node of the server does not know the user whom another has just let in. Its administrator should look at it.',
    )
  }

  async function call(one: HttpCall): Promise<HttpAnswer> {
    for (let renewals = 0; ; renewals += 1) {
      if (cookie === undefined) await renew()
      const sent = cookie
      const answer = await http.call({ ...one, cookie: sent })
      keep(answer)
      if (answer.status !== 401) return answer
      if (renewals === RENEWALS) return callWithPassword(one)
      if (cookie === sent) await renew()
    }
  }

  return {
    signIn: renew,
    call,
    async who() {
      const answer = await call({ method: 'GET', path: '/_session' })
      const { userCtx } = (answer.json ?? {}) as { userCtx?: { name?: string | null; roles?: string[] } }
      if (answer.status !== 200) throw unexpected(answer)
      // It answers without a user where the cookie ran out.
      return userCtx?.name ? { name: userCtx.name, roles: [...(userCtx.roles ?? [])] } : renew()
    },
  }
}

/** CouchDB's own words. */
export function reasonOf(answer: HttpAnswer): string | undefined {
  const reason = (answer.json as { reason?: unknown } | undefined)?.reason
  return typeof reason === 'string' ? reason : undefined
}

/** The error for a status that a call cannot make anything of. */
export function unexpected(answer: HttpAnswer): RemoteError {
  const reason = reasonOf(answer)
  return new RemoteError(
    'failed',
    `The server answers ${answer.status}${reason === undefined ? '' : `: ${reason}`}.`,
    answer.retryAfter,
  )
}
