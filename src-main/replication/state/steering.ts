// What a person or a program asks of replication: another server or user, a pause, what was set aside.
// Invariant: credentials are tried before anything is stored; work of another user is never left unsent without a word.
import { setTimeout as delay } from 'node:timers/promises'
import { ScvError } from '@shared/errors'
import type { Database } from '../../database'
import { dropAside } from '../exchange/set-aside'
import type { Connecting, Followed } from './connecting'
import type { LifeEvent } from './life'
import { asScvError, readServer, type Server } from './refusals'
import type { Secrets } from './secrets'
import { beginGeneration } from './server-generation'
import type { SyncFile } from './sync-file'
import type { UnsentCounter } from './unsent'

/** How long an end that was asked for waits for the mark. */
const REST_MS = 500

interface Credentials {
  user: string
  password: string
  insistOnPlain: boolean
  /** Keep it nowhere. */
  forSession?: boolean | undefined
  leaveUnsent: boolean
}

export interface Commands {
  /** @throws ScvError `invalid_input`, `sign_in_refused`, `server_unreachable`, `server_untrusted`, `server_unusable`, `update_needed`, `no_keychain`, `unsynced_work` */
  connect(server: { url: string; org: string; ca?: string | undefined }, credentials: Credentials): Promise<void>
  /** @throws ScvError `not_connected`, and as `connect` */
  signIn(credentials: Credentials): Promise<void>
  signOut(): Promise<void>
  pause(): Promise<void>
  resume(): Promise<void>
  tryNow(): void
  /** Tries what was set aside again: one, or all. @returns how many are left */
  retry(id?: string): Promise<number>
  /** Gives one up. @throws ScvError `not_found`, `not_connected`, `server_unreachable` */
  drop(id: string): Promise<void>
}

export interface SteeringOptions {
  database: Database
  file: SyncFile
  secrets: Secrets
  connecting: Connecting
  unsent: UnsentCounter
  tell(event: LifeEvent): void
  /** What is wrong just now, in words; undefined: nothing. */
  trouble(): string | undefined
}

/** @returns the commands, and what lets a connection remember what it received before it ends */
export function createSteering(options: SteeringOptions): { commands: Commands; rest(): Promise<void> } {
  const { database, file, secrets, connecting, unsent, tell, trouble } = options

  /** As far as the server answers at once. */
  async function rest(): Promise<void> {
    const resting = connecting.followed?.exchange.rest()
    await Promise.race([resting, delay(REST_MS, undefined, { ref: false })]).catch(() => undefined)
  }

  /** @throws ScvError `not_connected` */
  function serverOrRefuse(): Server {
    const { server } = file.state
    if (!server) throw new ScvError('not_connected', 'This device is not connected with a server.')
    return server as Server
  }

  /** The connection, for what has to be done now. @throws ScvError */
  function connected(): Followed {
    serverOrRefuse()
    if (connecting.followed) return connecting.followed
    throw new ScvError('server_unreachable', trouble() ?? 'There is no connection just now.')
  }

  function refuseToLeaveWork(name: string, leaveUnsent: boolean): void {
    const { user } = file.state
    if (!user || user.name === name || leaveUnsent) return
    const count = unsent.total('fresh') + [...file.setAside.counts('refused').values()].reduce((sum, n) => sum + n, 0)
    if (count > 0)
      throw new ScvError('unsynced_work', `${count} changes of “${user.name}” were not sent yet.`, {
        details: { count, user: user.name },
      })
  }

  /** Tries credentials, and begins anew with them. */
  async function accept(server: Server, credentials: Credentials): Promise<void> {
    refuseToLeaveWork(credentials.user, credentials.leaveUnsent)
    const user = await connecting.tryOut(server, credentials)
    const former = file.state.server
    const { password, insistOnPlain, forSession = false } = credentials
    secrets.set(password, insistOnPlain, forSession)
    // Another organisation or server knows nothing of what we believe, and is not like the former.
    if (former?.url !== server.url || former.org !== server.org) {
      if (former) beginGeneration(file)
      file.save({ doubt: null })
      connecting.forgetServer()
    }
    file.save({ server, user, paused: false, signedOut: false, forSession })
    tell({ type: 'wanted' })
  }

  const commands: Commands = {
    async connect(server, credentials) {
      await accept(readServer(server), credentials)
    },
    async signIn(credentials) {
      await accept(serverOrRefuse(), credentials)
    },
    async signOut() {
      serverOrRefuse()
      secrets.forget()
      file.save({ signedOut: true, forSession: false })
      await rest()
      tell({ type: file.state.paused ? 'paused' : 'wanted' })
    },
    async pause() {
      serverOrRefuse()
      file.save({ paused: true })
      await rest()
      if (file.state.paused) tell({ type: 'paused' })
    },
    async resume() {
      serverOrRefuse()
      file.save({ paused: false })
      tell({ type: 'wanted' })
    },
    tryNow() {
      if (!file.state.paused) tell({ type: 'hint' })
    },
    async retry(id) {
      const { exchange } = connected()
      const found = id === undefined ? undefined : file.setAside.get(id)
      if (id !== undefined && !found) throw new ScvError('not_found', 'This was settled meanwhile.', { field: 'id' })
      await exchange.retry(found ? [found] : file.setAside.keys()).catch((error: unknown) => {
        throw asScvError(error)
      })
      return file.setAside.list(0, 1).total
    },
    async drop(id) {
      const entry = file.setAside.get(id)
      if (!entry) throw new ScvError('not_found', 'This was settled meanwhile.', { field: 'id' })
      const remote = entry.kind === 'refused' ? connected().remote : undefined
      await dropAside(remote, database, file.setAside, entry).catch((error: unknown) => {
        throw asScvError(error)
      })
    },
  }
  return { commands, rest }
}
