// `npm run provision`, without the process around it: what it is asked, and what it answers.
// Invariant: passwords come from files and are never printed. Status 0: ready; 1: it went wrong; 2: it was asked wrongly.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { couchAt, ProvisionError } from './couch'
import { findPoisoned } from './poison'
import { databaseFor, type ProvisionOptions, provisionOrganisation } from './provision'

const usage = (
  called: string,
): string => `usage: ${called} --couch URL --admin USER --admin-password-file FILE --org NAME
  [--dry-run] [--recovering] [--user NAME --role ROLE --user-password-file FILE]
  [--adopt-users NAME,NAME|all|none] [--drop-plain-roles]
or, to look for documents that lie in the future, and to mend them:
  ${called} --couch URL --admin USER --admin-password-file FILE --org NAME --find-poisoned [--repair]`

/** It was asked wrongly. */
class UsageError extends Error {}

function passwordIn(file: string, whose: string): string {
  let password: string
  try {
    password = readFileSync(file, 'utf8').replace(/\r?\n$/, '')
  } catch {
    throw new UsageError(`The file with the ${whose} password cannot be read: ${file}`)
  }
  if (password === '') throw new UsageError(`The file with the ${whose} password is empty: ${file}`)
  return password
}

function readNames(list: string): readonly string[] | 'all' {
  if (list === 'all') return 'all'
  return list === 'none' ? [] : list.split(',').map((name) => name.trim())
}

interface Asked {
  options: ProvisionOptions
  /** Look for poisoned documents instead of provisioning. */
  find: boolean
  repair: boolean
}

/** @returns undefined: only how it is called was asked for */
function readOptions(args: string[], called: string): Asked | undefined {
  const string = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
    args,
    options: {
      couch: string,
      admin: string,
      'admin-password-file': string,
      org: string,
      'dry-run': flag,
      recovering: flag,
      user: string,
      role: string,
      'user-password-file': string,
      'adopt-users': string,
      'drop-plain-roles': flag,
      'find-poisoned': flag,
      repair: flag,
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  const USAGE = usage(called)
  const { couch, admin, org, user, role } = values
  const file = values['admin-password-file']
  if (!couch || !admin || !file || !org) throw new UsageError(USAGE)
  const userFile = values['user-password-file']
  const named = [user, role, userFile].filter((one) => one !== undefined).length
  if (named !== 0 && named !== 3) throw new UsageError(`--user, --role and --user-password-file go together.\n${USAGE}`)
  const [find, repair] = [values['find-poisoned'], values.repair]
  if (repair && !find) throw new UsageError(`--repair goes with --find-poisoned.\n${USAGE}`)
  const options = {
    couch,
    admin: { name: admin, password: passwordIn(file, 'administrator’s') },
    org,
    dryRun: values['dry-run'],
    recovering: values.recovering,
    dropPlainRoles: values['drop-plain-roles'],
    ...(values['adopt-users'] === undefined ? {} : { adoptUsers: readNames(values['adopt-users']) }),
    ...(user !== undefined && role !== undefined && userFile !== undefined
      ? { user: { name: user, role, password: passwordIn(userFile, 'user’s') } }
      : {}),
  }
  return { options, find, repair }
}

export interface CommandResult {
  status: 0 | 1 | 2
  /** For the console: what was done, or the one sentence that says what is wrong. */
  lines: string[]
}

/**
 * Carries the command out.
 * @param args as given on the command line
 * @param called how the caller names this command
 * @throws what is no fault but ours
 */
export async function provisionCommand(args: string[], called = 'npm run provision --'): Promise<CommandResult> {
  try {
    const asked = readOptions(args, called)
    if (!asked) return { status: 0, lines: [usage(called)] }
    const { options, find, repair } = asked
    if (find) {
      const couch = couchAt(options.couch, options.admin)
      const found = await findPoisoned({ couch, database: databaseFor(options.org), repair })
      return {
        status: 0,
        lines: found.length > 0 ? found : ['Nothing lies in the future, nor before any device’s time.'],
      }
    }
    const done = await provisionOrganisation(options)
    const lines = done.map((sentence) => `${options.dryRun ? 'would ' : ''}${sentence}`)
    return { status: 0, lines: lines.length > 0 ? lines : ['Nothing to do.'] }
  } catch (error) {
    if (error instanceof ProvisionError) return { status: 1, lines: [error.message] }
    const { code } = error as { code?: unknown }
    if (error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS')))
      return { status: 2, lines: [(error as Error).message] }
    throw error
  }
}
