// Users of the server and their roles in an organisation, which bear its name (`acme:agent`).
// Invariant: roles in other organisations, and of other applications, stay as they are; adopting users again changes nothing.
import { sameJson } from '../engine/documents/canonical-json'
import { REPLICATOR, ROLES, roleIn } from '../engine/roles'
import { DATABASE_PREFIX } from '../replication/couch/protocol'
import { type Admin, type Couch, couchAt, expectDone, ProvisionError } from './couch'

/** Carries out what a sentence says, unless it is a dry run. */
export type Act = (sentence: string, write: () => Promise<void>) => Promise<void>

export interface NewUser {
  name: string
  password: string
  /** With or without the organisation's name. */
  role: string
}

interface UserDocument {
  name: string
  roles: string[]
}

const USER = /^[^_:\s][^:\s]{0,127}$/u
const PAGE = 200

/** A role as versions before named it, in whatever organisation. */
const isPlain = (role: string): boolean => (ROLES as readonly string[]).includes(role)
const isIn = (organisation: string, role: string): boolean => role.startsWith(roleIn(organisation, ''))

/** The role without the organisation's name. @throws ProvisionError */
export function checkUser(organisation: string, { name, role, password }: NewUser): void {
  if (!USER.test(name))
    throw new ProvisionError(
      'A user’s name has 1 to 128 characters without colons and spaces, and does not begin with _.',
    )
  const plain = plainRole(organisation, role)
  if (!isPlain(plain) && plain !== REPLICATOR)
    throw new ProvisionError(`“${role}” is no role; there are ${[...ROLES, REPLICATOR].join(', ')}.`)
  if (password.length < 8) throw new ProvisionError('The user’s password is too short: it needs 8 characters.')
}

const plainRole = (organisation: string, role: string): string =>
  isIn(organisation, role) ? role.slice(roleIn(organisation, '').length) : role

/**
 * Makes a user, or sets their password and role. Who still has a role without an organisation's name keeps one, the same:
 * devices of versions before go by it.
 */
export async function putUser(couch: Couch, url: string, organisation: string, user: NewUser, act: Act): Promise<void> {
  const { name, password } = user
  const role = plainRole(organisation, user.role)
  const known = await readUser(couch, name)
  const before = known?.roles ?? []
  const others = before.filter((one) => !isPlain(one) && !isIn(organisation, one))
  const roles = [...others, ...(before.some(isPlain) && isPlain(role) ? [role] : []), roleIn(organisation, role)]
  if (known && sameJson([...before].sort(), [...roles].sort()) && (await signsIn(url, user))) return
  const next = { ...known, type: 'user', name, roles, password }
  await act(`${known ? 'set the password and role of' : 'make'} the user ${name} (${roleIn(organisation, role)})`, () =>
    save(couch, name, next),
  )
}

const pathOf = (name: string): string => `/_users/org.couchdb.user:${encodeURIComponent(name)}`

async function readUser(couch: Couch, name: string): Promise<UserDocument | undefined> {
  const { status, body } = await couch('GET', pathOf(name))
  return status === 200 ? userFrom(body) : undefined
}

function userFrom(body: Record<string, unknown>): UserDocument {
  return { ...body, name: String(body['name']), roles: Array.isArray(body['roles']) ? (body['roles'] as string[]) : [] }
}

const save = (couch: Couch, name: string, user: object): Promise<void> =>
  expectDone(couch, pathOf(name), user, 'Saving the user')

/** What the server keeps of a password cannot be compared, so it is tried. */
async function signsIn(url: string, user: Admin): Promise<boolean> {
  try {
    return (await couchAt(url, user)('GET', '/_session')).status === 200
  } catch (error) {
    if (error instanceof ProvisionError) return false
    throw error
  }
}

/** Whether a database lets in roles that name no organisation, as versions before set it up. */
export function letsPlainRolesIn(security: Record<string, unknown>): boolean {
  const { members } = security as { members?: { roles?: unknown } }
  return Array.isArray(members?.roles) && members.roles.some((role) => typeof role === 'string' && isPlain(role))
}

/**
 * Gives users of a database that versions before set up their roles in the organisation, beside those they have.
 * @param names whose; absent: everyone's, where this is the only such database on the server
 * @throws ProvisionError when there are several such databases and nothing says who belongs to this one
 */
export async function adoptUsers(
  couch: Couch,
  organisation: string,
  names: readonly string[] | 'all' | undefined,
  act: Act,
): Promise<void> {
  const plain = (await usersWith(couch, isPlain)).filter(({ roles }) => !roles.some((one) => isIn(organisation, one)))
  if (plain.length === 0) return
  if (names === undefined) await expectAlone(couch, organisation)
  for (const user of plain) {
    if (Array.isArray(names) && !names.includes(user.name)) continue
    const added = user.roles.filter(isPlain).map((role) => roleIn(organisation, role))
    await act(`give the user ${user.name} the role ${added.join(', ')}`, () =>
      save(couch, user.name, { ...user, roles: [...user.roles, ...added] }),
    )
  }
}

async function expectAlone(couch: Couch, organisation: string): Promise<void> {
  const { body } = await couch('GET', '/_all_dbs')
  const databases = (Array.isArray(body) ? (body as string[]) : []).filter((name) => name.startsWith(DATABASE_PREFIX))
  const others: string[] = []
  for (const name of databases)
    if (name !== DATABASE_PREFIX + organisation && letsPlainRolesIn((await couch('GET', `/${name}/_security`)).body))
      others.push(name)
  if (others.length > 0)
    throw new ProvisionError(
      `Roles named no organisation so far, and ${others.join(', ')} is on this server, too: say which users belong to “${organisation}” with --adopt-users NAME,NAME (or all, or none).`,
    )
}

/** Takes roles that name no organisation away from the organisation's users: no device goes by them any more. */
export async function dropPlainRoles(couch: Couch, organisation: string, act: Act): Promise<void> {
  const users = await usersWith(couch, (role) => isIn(organisation, role))
  for (const user of users) {
    const roles = user.roles.filter((role) => !isPlain(role))
    if (roles.length === user.roles.length) continue
    await act(`take roles without an organisation’s name from the user ${user.name}`, () =>
      save(couch, user.name, { ...user, roles }),
    )
  }
}

async function usersWith(couch: Couch, counts: (role: string) => boolean): Promise<UserDocument[]> {
  const found: UserDocument[] = []
  for (let from = 'org.couchdb.user:'; ; ) {
    const range = `startkey=${encodeURIComponent(JSON.stringify(from))}&limit=${PAGE}`
    const { status, body } = await couch('GET', `/_users/_all_docs?include_docs=true&${range}`)
    if (status !== 200) return found // a dry run on a server that has no users yet
    const rows = (body['rows'] ?? []) as { id: string; doc?: Record<string, unknown> }[]
    for (const { doc } of rows) {
      const user = doc?.['type'] === 'user' ? userFrom(doc) : undefined
      if (user?.roles.some(counts)) found.push(user)
    }
    const last = rows.at(-1)?.id
    if (last === undefined || rows.length < PAGE) return found
    from = `${last}\u0000`
  }
}
