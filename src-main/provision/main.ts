// `npm run provision -- --couch URL --admin USER --admin-password-file F --org NAME`: the command around
// `provisionOrganisation`. Invariant: passwords come from files and are never printed. Exit 0: ready; 1: it went wrong, 2:
// it was asked wrongly, each with one sentence.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { ProvisionError } from './couch'
import { type ProvisionOptions, provisionOrganisation } from './provision'

const USAGE = `usage: npm run provision -- --couch URL --admin USER --admin-password-file FILE --org NAME
  [--dry-run] [--recovering] [--user NAME --role ROLE --user-password-file FILE]`

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

function readOptions(): ProvisionOptions {
  const string = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({
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
    },
  })
  const { couch, admin, org, user, role } = values
  const file = values['admin-password-file']
  if (!couch || !admin || !file || !org) throw new UsageError(USAGE)
  const userFile = values['user-password-file']
  const named = [user, role, userFile].filter((one) => one !== undefined).length
  if (named !== 0 && named !== 3) throw new UsageError(`--user, --role and --user-password-file go together.\n${USAGE}`)
  return {
    couch,
    admin: { name: admin, password: passwordIn(file, 'administrator’s') },
    org,
    dryRun: values['dry-run'],
    recovering: values.recovering,
    ...(user !== undefined && role !== undefined && userFile !== undefined
      ? { user: { name: user, role, password: passwordIn(userFile, 'user’s') } }
      : {}),
  }
}

async function main(): Promise<void> {
  const options = readOptions()
  const done = await provisionOrganisation(options)
  if (done.length === 0) console.log('Nothing to do.')
  for (const sentence of done) console.log(`${options.dryRun ? 'would ' : ''}${sentence}`)
}

main().catch((error: unknown) => {
  const asked = error instanceof UsageError || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')
  const expected = asked || error instanceof ProvisionError
  console.error(error instanceof Error && expected ? error.message : error)
  process.exitCode = asked ? 2 : 1
})
