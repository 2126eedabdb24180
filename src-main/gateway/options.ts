// The command line of the gateway, read and checked. Invariant: secrets come from the environment or a file where they
// can, since everybody on the machine reads command lines.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isRegion } from '@shared/model/phone'
import { PERMISSIONS, type Permission } from '../engine/permissions'
import type { CouchAccess } from './connect'

export const USAGE = `usage: npm run gateway -- --data-dir DIR --port N [--token T [--permissions P,P…]]
         [--couch URL --couch-user U --couch-password-file F] [--org NAME]
         [--host ADDRESS --tls-cert FILE --tls-key FILE] [--region CC]
The token may also come from SCV_TOKEN. It may do everything, or what --permissions names.`

export interface GatewayOptions {
  dataDir: string
  port: number
  token?: string
  /** What the token may do; absent: everything. */
  permissions?: readonly Permission[]
  couch?: CouchAccess
  host?: string
  tls?: { cert: string; key: string }
  /** ISO 3166 alpha-2: how phone numbers in national notation are read. Kept; absent: as it was. */
  region?: string
}

/** What is wrong with the command line, in a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/**
 * @returns undefined: only how it is called was asked for
 * @throws UsageError
 */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv): GatewayOptions | undefined {
  const { values } = parse(args)
  if (values.help) return undefined
  const dataDir = values['data-dir']
  if (!dataDir) throw new UsageError('--data-dir is missing: the folder of the data, made if it is not there.')
  const port = Number(values.port)
  if (values.port === undefined || !Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError('--port is missing or no number from 0 to 65535 (0: any free one).')
  const token = values.token ?? environment['SCV_TOKEN']
  const permissions = readPermissions(values.permissions)
  if (permissions && !token)
    throw new UsageError('--permissions says what --token or SCV_TOKEN may do: neither is given.')
  const couch = readCouch(values)
  const { host } = values
  const region = values.region?.toUpperCase()
  if (region !== undefined && !isRegion(region))
    throw new UsageError('--region is no region phone numbers are known for: two letters, as in AU or DE.')
  const [certFile, keyFile] = [values['tls-cert'], values['tls-key']]
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new UsageError('--tls-cert and --tls-key belong together.')
  return {
    dataDir,
    port,
    ...(token ? { token } : {}),
    ...(permissions ? { permissions } : {}),
    ...(couch ? { couch } : {}),
    ...(host ? { host } : {}),
    ...(region ? { region } : {}),
    ...(certFile && keyFile ? { tls: { cert: read(certFile, '--tls-cert'), key: read(keyFile, '--tls-key') } } : {}),
  }
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args: [...args],
      options: {
        'data-dir': text,
        port: text,
        token: text,
        permissions: text,
        couch: text,
        'couch-user': text,
        'couch-password-file': text,
        org: text,
        region: text,
        host: text,
        'tls-cert': text,
        'tls-key': text,
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

function readPermissions(list: string | undefined): Permission[] | undefined {
  const named = list?.split(',').map((one) => one.trim())
  const isPermission = (one: string): one is Permission => (PERMISSIONS as readonly string[]).includes(one)
  const unknown = named?.find((one) => !isPermission(one))
  if (unknown !== undefined)
    throw new UsageError(`--permissions: there is no “${unknown}”; there are: ${PERMISSIONS.join(', ')}.`)
  return named?.filter(isPermission)
}

function readCouch(values: ReturnType<typeof parse>['values']): GatewayOptions['couch'] {
  const { couch: url, org = 'main' } = values
  const [user, file] = [values['couch-user'], values['couch-password-file']]
  if (url === undefined && user === undefined && file === undefined) return undefined
  if (!url || !user || !file) throw new UsageError('--couch, --couch-user and --couch-password-file belong together.')
  const password = () => read(file, '--couch-password-file').replace(/\r?\n$/, '')
  password() // a file that is not there is told at once
  return { url, user, org, password }
}

function read(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${option}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}
