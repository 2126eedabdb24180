// Connecting the gateway with the organisation's server: at every start anew, as often as it takes; and signing in again
// when the password file says something else. Once connected, replication itself keeps the connection.
// Invariant: whatever the server answers at first, it is tried again; a password that was refused is repeated so seldom
// that no server locks its user out for it, and at once only when the file has another one.
import { ScvError } from '@shared/errors'
import type { Replication } from '../replication'

export interface Waits {
  /** Before the second attempt, and the most before any. */
  first: number
  longest: number
  /** After the password was refused, once and more often. */
  refused: readonly number[]
  /** How often it is looked at the password file. */
  look: number
}

const WAITS: Waits = {
  first: 2_000,
  longest: 60_000,
  refused: [10_000, 60_000, 120_000, 300_000],
  look: 2_000,
}

export interface CouchAccess {
  url: string
  org: string
  user: string
  /** As the file says now. @throws Error when it cannot be read */
  password(): string
}

/**
 * Signs in, or says why not, until `signal` aborts. What becomes of it stands in the status of sync.
 * @param say told each time a try fails for another reason than the last one
 */
export async function keepConnected(
  sync: Pick<Replication, 'connect' | 'status$'>,
  { url, org, user, password }: CouchAccess,
  signal: AbortSignal,
  say: (text: string) => void,
  waits: Waits = WAITS,
): Promise<void> {
  let told: string | undefined
  let tried: string | undefined

  /** Until the time is over, or the file has another password than was tried. */
  async function rest(ms: number): Promise<void> {
    for (let left = ms; left > 0 && !signal.aborted && !isNew(); left -= waits.look)
      await pause(Math.min(left, waits.look), signal)
  }
  function read(): string | undefined {
    try {
      return password()
    } catch {
      return undefined // being replaced, or gone: what was tried stands
    }
  }
  function isNew(): boolean {
    const now = read()
    return now !== undefined && now !== tried
  }

  /** @returns the code of what went wrong; undefined: connected */
  async function attempt(): Promise<string | undefined> {
    const secret = read()
    if (secret === undefined) return 'password_file'
    tried = secret
    try {
      await sync.connect({ url, org }, { user, password: secret, insistOnPlain: true, leaveUnsent: false })
      return undefined
    } catch (error) {
      return error instanceof ScvError ? error.code : 'internal'
    }
  }

  let failures = 0
  let refusals = 0
  while (!signal.aborted) {
    const code = await attempt()
    if (code !== undefined && code !== told && !signal.aborted)
      say(`not connected with the server (${code}); serving what is on this device, and trying again`)
    told = code
    if (code === undefined) {
      failures = 0
      refusals = 0
      // Replication tries again by itself, and seldom where it was refused.
      while (!signal.aborted && !(sync.status$.value.state === 'signed-out' && isNew())) await pause(waits.look, signal)
    } else if (code === 'sign_in_refused') {
      await rest(waits.refused[Math.min(refusals, waits.refused.length - 1)] ?? waits.longest)
      refusals = isNew() ? 0 : refusals + 1
    } else {
      await rest(Math.min(waits.first * 2 ** failures, waits.longest))
      failures = Math.min(failures + 1, 16)
    }
  }
}

/** Until so many ms have passed, or `signal` aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    timer.unref?.()
    signal.addEventListener('abort', end)
  })
}
