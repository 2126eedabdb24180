// Makes a CouchDB ready for an organisation: its database, who may use it, validation, and the view that counts.
// Invariant: running it again changes nothing; it never takes the place of what a newer version has set up; a dry run writes
// nothing and says the same.
import { sameJson } from '../engine/documents/canonical-json'
import { ROLES, type Role } from '../engine/roles'
import { databaseOf } from '../replication/couch/protocol'
import { type Admin, type Couch, couchAt, ProvisionError } from './couch'
import { DESIGN_ID, designDocument } from './design'

export interface ProvisionOptions {
  /** `http(s)://host[:port]` */
  couch: string
  admin: Admin
  org: string
  /** Say what would be done, and do nothing. */
  dryRun?: boolean
  /** Let devices bring back what other people wrote: after a restore, until run again without it. */
  recovering?: boolean
  /** A user to make, or whose password and role to set; other roles stay. */
  user?: { name: string; password: string; role: string }
}

/** CouchDB's own databases that devices and replication between servers need. */
const SYSTEM = ['_users', '_replicator']
const USER = /^[^_:\s][^:\s]{0,127}$/u

/** The database of an organisation. @throws ProvisionError when its name cannot be one */
export function databaseFor(org: string): string {
  const name = databaseOf(org)
  if (name === undefined)
    throw new ProvisionError(
      `“${org}” cannot be an organisation’s name: it may have letters a–z, digits, - and _, at most 60, and begins with a letter or digit.`,
    )
  return name
}

/**
 * Provisions an organisation.
 * @returns what was done (or would be), one sentence each; empty: nothing was to do
 * @throws ProvisionError with one sentence for people
 */
export async function provisionOrganisation(options: ProvisionOptions): Promise<string[]> {
  const database = databaseFor(options.org)
  if (options.user) checkUser(options.user)
  const couch = couchAt(options.couch, options.admin)
  await checkServer(couch, options.couch)
  const done: string[] = []
  const act = async (sentence: string, write: () => Promise<void>) => {
    if (!options.dryRun) await write()
    done.push(sentence)
  }
  for (const name of [...SYSTEM, database]) await makeDatabase(couch, name, act)
  const fresh = options.dryRun === true && done.some((sentence) => sentence.includes(database))
  await secure(couch, database, options.recovering === true, fresh, act)
  await putDesign(couch, database, fresh, act)
  if (options.user) await putUser(couch, options.couch, options.user, act)
  return done
}

type Act = (sentence: string, write: () => Promise<void>) => Promise<void>

async function checkServer(couch: Couch, url: string): Promise<void> {
  const { body } = await couch('GET', '/')
  if (!('couchdb' in body) && !('express-pouchdb' in body))
    throw new ProvisionError(`${url} answers, but it is no CouchDB.`)
  const session = await couch('GET', '/_session')
  const { userCtx } = session.body as { userCtx?: { roles?: unknown } }
  if (!Array.isArray(userCtx?.roles) || !userCtx.roles.includes('_admin'))
    throw new ProvisionError('This user is no administrator of the server.')
}

async function expectDone(couch: Couch, path: string, body: object | undefined, what: string): Promise<void> {
  const answer = await couch('PUT', path, body)
  if (answer.status >= 300)
    throw new ProvisionError(
      `${what} was refused: ${String(answer.body['reason'] ?? answer.body['error'] ?? answer.status)}.`,
    )
}

async function makeDatabase(couch: Couch, name: string, act: Act): Promise<void> {
  const { status } = await couch('GET', `/${name}`)
  if (status === 200) return
  await act(`make the database ${name}`, () => expectDone(couch, `/${name}`, undefined, `Making the database ${name}`))
}

async function secure(couch: Couch, database: string, recovering: boolean, fresh: boolean, act: Act): Promise<void> {
  const path = `/${database}/_security`
  const wanted = {
    admins: { names: [], roles: ['_admin'] },
    members: { names: [], roles: [...ROLES] },
    scv: { recovering },
  }
  const now = fresh ? {} : (await couch('GET', path)).body
  if (sameJson(now, wanted)) return
  const was = (now as { scv?: { recovering?: boolean } }).scv?.recovering === true
  const what =
    was === recovering
      ? `let in the roles ${ROLES.join(', ')}, and nobody else`
      : recovering
        ? 'let devices bring back what other people wrote (run again without --recovering when they have)'
        : 'take only what people write themselves again'
  await act(what, () => expectDone(couch, path, wanted, 'Saying who may use the database'))
}

async function putDesign(couch: Couch, database: string, fresh: boolean, act: Act): Promise<void> {
  const path = `/${database}/${DESIGN_ID}`
  const wanted = designDocument()
  const answer = fresh ? undefined : await couch('GET', path)
  const now = answer?.status === 200 ? answer.body : undefined
  const { _rev, ...content } = now ?? {}
  if (sameJson(content, wanted)) return
  const version = now?.['version']
  if (typeof version === 'number' && version > wanted.version)
    throw new ProvisionError(
      `The organisation was set up by a newer version of this application (${version}, this one makes ${wanted.version}). Update this one first.`,
    )
  const body = { ...wanted, ...(_rev === undefined ? {} : { _rev }) }
  const what = !now
    ? `set up validation, version ${wanted.version}`
    : version === wanted.version
      ? `put validation back to what version ${wanted.version} is`
      : `bring validation from version ${String(version)} to ${wanted.version}`
  await act(what, () => expectDone(couch, path, body, 'Setting up validation'))
}

function checkUser({ name, role, password }: { name: string; role: string; password: string }): void {
  if (!USER.test(name))
    throw new ProvisionError(
      'A user’s name has 1 to 128 characters without colons and spaces, and does not begin with _.',
    )
  if (!(ROLES as readonly string[]).includes(role))
    throw new ProvisionError(`“${role}” is no role; there are ${ROLES.join(', ')}.`)
  if (password.length < 8) throw new ProvisionError('The user’s password is too short: it needs 8 characters.')
}

async function putUser(
  couch: Couch,
  url: string,
  user: NonNullable<ProvisionOptions['user']>,
  act: Act,
): Promise<void> {
  const { name, password, role } = user
  const path = `/_users/org.couchdb.user:${encodeURIComponent(name)}`
  const { status, body } = await couch('GET', path)
  const known = status === 200 ? body : undefined
  const before = Array.isArray(known?.['roles']) ? (known['roles'] as string[]) : []
  const roles = [...before.filter((one) => !isOurs(one)), role]
  if (known && sameJson([...before].sort(), [...roles].sort()) && (await signsIn(url, user))) return
  const next = { ...known, type: 'user', name, roles, password }
  await act(`${known ? 'set the password and role of' : 'make'} the user ${name} (${role})`, () =>
    expectDone(couch, path, next, 'Saving the user'),
  )
}

/** What the server keeps of a password cannot be compared, so it is tried. */
async function signsIn(url: string, user: Admin): Promise<boolean> {
  try {
    return (await couchAt(url, user)('GET', '/_session')).status === 200
  } catch (error) {
    if (error instanceof ProvisionError) return false
    throw error
  }
}

const isOurs = (role: string): role is Role => (ROLES as readonly string[]).includes(role)
