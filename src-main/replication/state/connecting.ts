// One connection, from asking the server who we are to the first failure.
// Invariant: nothing is sent before the server has accepted the user and we its version, its memory of us fits ours, and
// the documents of this device are fit to be sent; whatever was opened for a connection is closed with it.

import type { Stamp } from '@shared/model/ids'
import type { Database } from '../../database'
import type { Kind } from '../../engine/documents/kinds'
import { stampDevice } from '../../engine/documents/stamp'
import { type CouchRemote, newAcquaintance } from '../couch/couch-remote'
import { type Handshake, shakeHands } from '../couch/handshake'
import type { Http } from '../couch/http'
import { PROTOCOL_VERSION } from '../couch/protocol'
import { RemoteError } from '../couch/remote'
import type { SessionUser } from '../couch/session'
import type { AdoptingDevice } from '../exchange/adoption'
import { createExchange, type Exchange } from '../exchange/exchange'
import { createConnections } from './connections'
import { makeFitToSend } from './fit-to-send'
import { asScvError, type Server } from './refusals'
import { refusedPassword } from './refused-password'
import type { Secrets } from './secrets'
import { createServerClock } from './server-clock'
import { beginGeneration, type Identity, isSameServer } from './server-generation'
import type { SyncFile } from './sync-file'

export interface ConnectingOptions {
  database: Database
  file: SyncFile
  secrets: Secrets
  identity: Identity
  /** Wall clock of this device, ms. */
  now(): number
  adopting: AdoptingDevice | undefined
  /** When this device worked last before this run, by its wall clock of then, ms. */
  workedAt: number | undefined
  lookMs: number | undefined
  /** The server has accepted us. */
  onMet(): void
  /** Something was exchanged that need not be exchanged again. */
  onProgress(): void
  onTraffic(kind: Kind, direction: 'up' | 'down'): void
  /** A server that is asked does not answer, and is asked again on another way; or no longer. */
  onSilence(silent: boolean): void
  onDefect(error: unknown): void
}

/** The connection that exchanges. */
export interface Followed {
  exchange: Exchange
  remote: CouchRemote
  /** Changes of the server that have not been read yet; null: not known. */
  pendingDown: number | null
}

interface Credentials {
  user: string
  password: string
}

export interface Connecting {
  readonly followed: Followed | undefined
  /** One meeting, until it fails or is ended. @throws RemoteError */
  connect(signal: AbortSignal): Promise<void>
  /** Tries credentials before anything is stored. @throws ScvError */
  tryOut(server: Server, credentials: Credentials): Promise<SessionUser>
  /** Another server is another acquaintance. */
  forgetServer(): void
  /** Ends everything that is open. */
  close(): Promise<void>
}

export function createConnecting(options: ConnectingOptions): Connecting {
  const { database, file, secrets, identity, now, adopting, onMet, onSilence, onDefect } = options
  const { workedAt } = options
  const known = file.state.clockOffset
  const clock = createServerClock({ wall: now, known, ...(workedAt === undefined ? {} : { workedAt }) })
  const refused = refusedPassword(file, now)
  let acquaintance = newAcquaintance()
  let lastPage = 0
  let followed: Followed | undefined
  const connections = createConnections({ onDate: clock.sample, onSilence })

  /** By which documents of the server are read: a device that lags behind must not take those of others for impossible. */
  const readingTime = () => clock.latest(adopting?.clock.furthest() ?? 0)
  const adoption = { database, file, adopting, clock, now, readingTime }

  /** @throws RemoteError `signed-out` where nothing may be asked */
  function credentialsOrRefuse(): Credentials {
    const { user } = file.state
    const password = secrets.get()
    if (!user) throw new RemoteError('signed-out', 'No user signed in on this device yet. Sign in.')
    if (password === undefined)
      throw new RemoteError('signed-out', 'The password is not kept on this device. Sign in again.')
    refused.check()
    return { user: user.name, password }
  }

  /** @throws RemoteError */
  async function connectTo(http: Http, server: Server, { user, password }: Credentials): Promise<Handshake> {
    const met = await shakeHands(http, server.org, { user, password }, { server: acquaintance, now: readingTime })
    refused.forget()
    return met
  }

  async function connect(signal: AbortSignal): Promise<void> {
    const { server } = file.state
    if (!server) return
    const credentials = credentialsOrRefuse()
    const http = connections.open(server)
    const abort = () => http.close()
    signal.addEventListener('abort', abort)
    try {
      const met = await connectTo(http, server as Server, credentials)
      if (signal.aborted) return
      const corrected = await makeFitToSend(adoption, met)
      if (!(await isSameServer(met.remote, file, identity, now)) || file.state.protocol !== PROTOCOL_VERSION) {
        if (file.state.protocol !== 0) beginGeneration(file, now())
        file.save({ protocol: PROTOCOL_VERSION })
      }
      if (!signal.aborted) await follow(met, corrected, abort, signal)
    } catch (error) {
      throw error instanceof RemoteError && error.kind === 'signed-out' && !signal.aborted ? refused.note(error) : error
    } finally {
      signal.removeEventListener('abort', abort)
      await abort()
    }
  }

  async function follow(
    { remote, user, isSameUser }: Handshake,
    corrected: Stamp,
    abort: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    const { onTraffic, onProgress } = options
    const exchange = createExchange({
      database,
      file,
      deviceId: identity.deviceId,
      isOwn: adopting?.clock.isOwn ?? ((stamp) => stampDevice(stamp) === identity.deviceId),
      corrected,
      run: file.run,
      lastPage,
      remote,
      user,
      isSameUser,
      lookMs: options.lookMs,
      abort,
      now,
      serverClock: clock,
      onTraffic,
      onPending(pending) {
        if (followed) followed.pendingDown = pending
      },
      onProgress,
      onDefect,
    })
    followed = { exchange, remote, pendingDown: null }
    onMet()
    try {
      await exchange.run(signal)
    } finally {
      followed = undefined
      lastPage = exchange.lastPage
    }
  }

  return {
    get followed() {
      return followed
    },
    connect,
    async tryOut(server, credentials) {
      const http = connections.open(server)
      try {
        const { user } = await shakeHands(http, server.org, credentials)
        if (connections.areClosed) throw new RemoteError('cancelled', 'The application ends.')
        refused.forget()
        return user
      } catch (error) {
        throw asScvError(error)
      } finally {
        await http.close()
      }
    },
    forgetServer() {
      acquaintance = newAcquaintance()
    },
    close: connections.close,
  }
}
