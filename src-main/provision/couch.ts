// An administrator's requests to a CouchDB, and what goes wrong with them in words.
// Invariant: no message holds a password, nor the address with one in it.

/** Something a person has to mend: its message is all there is to say. */
export class ProvisionError extends Error {
  override readonly name = 'ProvisionError'
}

export interface Admin {
  name: string
  password: string
}

interface Answer {
  status: number
  body: Record<string, unknown>
}

export type Couch = (method: 'GET' | 'PUT' | 'POST', path: string, body?: object) => Promise<Answer>

/**
 * @param url `http(s)://host[:port][/path]`
 * @throws ProvisionError when it is no such address
 */
export function couchAt(url: string, admin: Admin): Couch {
  const base = readUrl(url)
  const authorization = `Basic ${Buffer.from(`${admin.name}:${admin.password}`).toString('base64')}`
  return async (method, path, body) => {
    const answer = await fetch(base + path, {
      method,
      headers: { authorization, accept: 'application/json', 'content-type': 'application/json' },
      signal: AbortSignal.timeout(60_000),
      redirect: 'error',
      ...(body ? { body: JSON.stringify(body) } : {}),
    }).catch((error: unknown) => {
      throw new ProvisionError(`${base} cannot be reached: ${reasonOf(error)}.`)
    })
    const read: unknown = await answer.json().catch(() => undefined)
    if (read === null || typeof read !== 'object')
      throw new ProvisionError(`${base} answers, but it is no CouchDB (${path}: status ${answer.status}, no JSON).`)
    if (answer.status === 401)
      throw new ProvisionError(`${base} does not accept the administrator’s name and password.`)
    return { status: answer.status, body: read as Record<string, unknown> }
  }
}

function readUrl(url: string): string {
  let parsed: URL
  try {
    parsed = new URL(url)
  } catch {
    throw new ProvisionError('The address of the server has to look like http://host:5984 or https://host.')
  }
  if (!['http:', 'https:'].includes(parsed.protocol) || parsed.username !== '' || parsed.search !== '')
    throw new ProvisionError(
      'The address of the server has to look like http://host:5984 or https://host, without user and password.',
    )
  return parsed.origin + parsed.pathname.replace(/\/+$/, '')
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return 'no answer for a minute'
  const { cause } = error as { cause?: unknown }
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause
  return inner instanceof Error ? inner.message : error.message
}

/** Writes something. @throws ProvisionError when it is refused */
export async function expectDone(couch: Couch, path: string, body: object | undefined, what: string): Promise<void> {
  const answer = await couch('PUT', path, body)
  if (answer.status >= 300)
    throw new ProvisionError(
      `${what} was refused: ${String(answer.body['reason'] ?? answer.body['error'] ?? answer.status)}.`,
    )
}
