// A signed-in session with a CouchDB server: the cookie, its silent renewal, and who the server says we are.
// Invariant: a refused password is sent once, never again until the user gives another: repeating it would lock them out
// (CouchDB, "[chttpd_auth_lockout]"). A cookie that ran out is renewed without anybody noticing.
import type { Http, HttpAnswer, HttpCall } from './http'
import { RemoteError } from './remote'

/** A cookie may run out once more between its renewal and the call. */
const RENEWALS = 2

export interface SessionUser {
  name: string
  roles: string[]
}

export interface Session {
  /** Signs in with the password. @throws RemoteError `signed-out`, `unreachable`, `untrusted`, `failed` */
  signIn(): Promise<SessionUser>
  /** As `Http.call` with the session's cookie. @throws RemoteError */
  call(call: Omit<HttpCall, 'cookie'>): Promise<HttpAnswer>
}

/** @param onPasswordRefused the password itself is wrong, now or (renewing the cookie) since it was changed */
export function createSession(
  http: Http,
  credentials: { user: string; password: string },
  onPasswordRefused: () => void,
): Session {
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
      if (answer.status === 401) onPasswordRefused() // 403: locked out for a while, whatever the password
      refused = new RemoteError('signed-out', reasonOf(answer) ?? 'Name or password is incorrect.')
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

  return {
    signIn: renew,
    async call(call) {
      for (let renewals = 0; ; renewals += 1) {
        if (cookie === undefined) await renew()
        const sent = cookie
        const answer = await http.call({ ...call, cookie: sent })
        keep(answer)
        if (answer.status !== 401) return answer
        if (renewals === RENEWALS)
          throw new RemoteError('signed-out', reasonOf(answer) ?? 'The server does not know this user any more.')
        if (cookie === sent) await renew()
      }
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
