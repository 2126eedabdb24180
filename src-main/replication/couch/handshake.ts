// The handshake with a server: signing in, and whether it and this device can work together.
// Invariant: nothing is exchanged before the server has accepted the user, and we its version.

import { permissionsOf, rolesIn } from '../../engine/roles'
import { type Acquaintance, type CouchRemote, couchRemote } from './couch-remote'
import { dated } from './dated'
import type { Http } from './http'
import { databaseOf, PROTOCOL_VERSION } from './protocol'
import { RemoteError } from './remote'
import { createSession, type SessionUser } from './session'

export interface Handshake {
  /** With the roles in this organisation. */
  user: SessionUser
  remote: CouchRemote
  /** Whether the server still says so. @throws RemoteError */
  isSameUser(): Promise<boolean>
}

/**
 * Asks a server whether it will have us.
 * @param known what earlier connections have shown of the server, and the time that documents are read by
 * @throws RemoteError
 */
export async function shakeHands(
  http: Http,
  org: string,
  credentials: { user: string; password: string },
  known: { server?: Acquaintance; now?: () => number } = {},
): Promise<Handshake> {
  const session = createSession(http, credentials)
  const { name, roles } = await session.signIn()
  const remote = dated(couchRemote(session, databaseOf(org) ?? '', known.server), known.now ?? Date.now)
  const schema = await remote.schema()
  if (!schema) throw new RemoteError('no-database', 'The database is there, but was not set up for this application.')
  if (schema.minimum > PROTOCOL_VERSION)
    throw new RemoteError('update-needed', 'The organisation’s data needs a newer version of this application.')
  const user: SessionUser = { name, roles: rolesIn(schema.organisation, roles) }
  if (permissionsOf(user.roles).size === 0)
    throw new RemoteError('not-allowed', `“${user.name}” has no role in this organisation.`)
  const { organisation } = schema
  return {
    user,
    remote,
    async isSameUser() {
      const now = await session.who()
      return now.name === user.name && sameRoles(rolesIn(organisation, now.roles), user.roles)
    },
  }
}

const sameRoles = (a: readonly string[], b: readonly string[]): boolean =>
  [...a].sort().join('\n') === [...b].sort().join('\n')
