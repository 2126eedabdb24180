// Connecting the gateway with the organisation's server: at every start anew, as often as it takes.
// Invariant: only a server that cannot be reached is tried again; wrong credentials are never repeated, they lock users out.
import { setTimeout as pause } from 'node:timers/promises'
import type { syncContract } from '@shared/contract/sync'
import { ScvError } from '@shared/errors'
import type { Handlers } from '@shared/ipc/contract'

const FIRST_MS = 2_000
const LONGEST_MS = 60_000

/**
 * Signs in, or says why not. What becomes of it stands in the status of sync.
 * @param say told each time a try fails for another reason than the last one
 */
export async function connectWhenPossible(
  handlers: Pick<Handlers<typeof syncContract>, 'sync.connect'>,
  { url, org, user, password }: { url: string; org: string; user: string; password: string },
  signal: AbortSignal,
  say: (text: string) => void,
): Promise<void> {
  let told: string | undefined
  for (let wait = FIRST_MS; !signal.aborted; wait = Math.min(wait * 2, LONGEST_MS)) {
    try {
      await handlers['sync.connect']({ url, org, user, password, insistOnPlain: true, leaveUnsent: false }, { signal })
      return
    } catch (error) {
      const code = error instanceof ScvError ? error.code : 'internal'
      if (code !== told) say(`not connected with the server (${code}); serving what is on this device`)
      told = code
      if (code !== 'server_unreachable') return
    }
    await pause(wait, undefined, { signal }).catch(() => undefined)
  }
}
