// Makes a CouchDB ready for an organisation: its database, who may use it, validation, and the view that counts.
// Invariant: running it again changes nothing; it never takes the place of what a newer version has set up; a dry run writes
// nothing and says the same.
import { sameJson } from '../engine/documents/canonical-json'
import { REPLICATOR, ROLES, roleIn } from '../engine/roles'
import { databaseOf, organisationName } from '../replication/couch/protocol'
import { type Admin, type Couch, couchAt, expectDone, ProvisionError } from './couch'
import { DESIGN_ID, designDocument } from './design'
import { type Act, adoptUsers, checkUser, dropPlainRoles, letsPlainRolesIn, type NewUser, putUser } from './users'

export interface ProvisionOptions {
  /** `http(s)://host[:port]` */
  couch: string
  admin: Admin
  org: string
  /** Say what would be done, and do nothing. */
  dryRun?: boolean
  /** Let devices bring back what other people wrote: after a restore, until run again without it. */
  recovering?: boolean
  /** A user to make, or whose password and role to set; roles in other organisations stay. */
  user?: NewUser
  /**
   * Whose roles of versions before, which named no organisation, are roles in this one; to be said only where several
   * databases of such versions are on the server.
   */
  adoptUsers?: readonly string[] | 'all'
  /** Take roles of versions before away: no device of theirs is left. */
  dropPlainRoles?: boolean
}

/** CouchDB's own databases that devices and replication between servers need. */
const SYSTEM = ['_users', '_replicator']

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
  const organisation = organisationName(options.org) ?? ''
  if (options.user) checkUser(organisation, options.user)
  const couch = couchAt(options.couch, options.admin)
  await checkServer(couch, options.couch)
  const done: string[] = []
  const act = async (sentence: string, write: () => Promise<void>) => {
    if (!options.dryRun) await write()
    done.push(sentence)
  }
  for (const name of [...SYSTEM, database]) await makeDatabase(couch, name, act)
  const fresh = options.dryRun === true && done.some((sentence) => sentence.includes(database))
  const security = fresh ? {} : (await couch('GET', `/${database}/_security`)).body
  // Users first and who gets in last: no user is shut out half-way, and whatever ends it, running it again goes on.
  if (letsPlainRolesIn(security)) await adoptUsers(couch, organisation, options.adoptUsers, act)
  await putDesign(couch, organisation, fresh, act)
  await secure(couch, organisation, security, options.recovering === true, act)
  if (options.user) await putUser(couch, options.couch, organisation, options.user, act)
  if (options.dropPlainRoles) await dropPlainRoles(couch, organisation, act)
  return done
}

async function checkServer(couch: Couch, url: string): Promise<void> {
  const { body } = await couch('GET', '/')
  if (!('couchdb' in body) && !('express-pouchdb' in body))
    throw new ProvisionError(`${url} answers, but it is no CouchDB.`)
  const session = await couch('GET', '/_session')
  const { userCtx } = session.body as { userCtx?: { roles?: unknown } }
  if (!Array.isArray(userCtx?.roles) || !userCtx.roles.includes('_admin'))
    throw new ProvisionError('This user is no administrator of the server.')
}

async function makeDatabase(couch: Couch, name: string, act: Act): Promise<void> {
  const { status } = await couch('GET', `/${name}`)
  if (status === 200) return
  await act(`make the database ${name}`, () => expectDone(couch, `/${name}`, undefined, `Making the database ${name}`))
}

async function secure(
  couch: Couch,
  organisation: string,
  now: Record<string, unknown>,
  recovering: boolean,
  act: Act,
): Promise<void> {
  const roles = [...ROLES, REPLICATOR].map((role) => roleIn(organisation, role))
  const wanted = {
    admins: { names: [], roles: ['_admin'] },
    members: { names: [], roles },
    scv: { recovering },
  }
  if (sameJson(now, wanted)) return
  const was = (now as { scv?: { recovering?: boolean } }).scv?.recovering === true
  const what =
    was === recovering
      ? `let in the roles ${roles.join(', ')}, and nobody else`
      : recovering
        ? 'let devices bring back what other people wrote (run again without --recovering when they have)'
        : 'take only what people write themselves again'
  const path = `/${databaseFor(organisation)}/_security`
  await act(what, () => expectDone(couch, path, wanted, 'Saying who may use the database'))
}

async function putDesign(couch: Couch, organisation: string, fresh: boolean, act: Act): Promise<void> {
  const path = `/${databaseFor(organisation)}/${DESIGN_ID}`
  const wanted = designDocument(organisation)
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
