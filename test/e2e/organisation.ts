// A server with an organisation on it, as an administrator makes them: the stand-in and the provisioning command.
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type SyncServer, startSyncServer } from '../../src-main/sync-server/server'
import { newUserData } from './launch'
import type { Account } from './pages/sync'

const root = resolve(import.meta.dirname, '../..')

export interface Organisation {
  server: SyncServer
  /** A user of the organisation, with this role. */
  account: Account
  /** Makes another user of it, with this role. */
  join(user: string, role: string): Promise<Account>
}

/** Starts a server in memory and provisions an organisation with one user. */
export async function openOrganisation(role: string): Promise<Organisation> {
  const server = await startSyncServer()
  const join = (user: string, as: string) => provision(server, user, as)
  return { server, account: await join('anna', role), join }
}

async function provision(server: SyncServer, user: string, role: string): Promise<Account> {
  const account = { url: server.url, org: 'northwind', user, password: `a secret of ${user}’s` }
  const folder = newUserData()
  const file = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const options = {
    couch: server.url,
    admin: server.admin.name,
    'admin-password-file': file('admin', server.admin.password),
    org: account.org,
    user: account.user,
    'user-password-file': file('user', account.password),
    role,
  }
  await promisify(execFile)(
    process.execPath,
    ['build/run-ts.mjs', 'src-main/provision/main.ts', ...Object.entries(options).flatMap(([k, v]) => [`--${k}`, v])],
    { cwd: root },
  )
  return account
}
