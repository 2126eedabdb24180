// The command line of the gateway, read and checked. Invariant: secrets come from the environment or a file where they
// can, since everybody on the machine reads command lines.
import { existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { isRegion } from '@shared/model/phone'
import { PERMISSIONS, type Permission } from '../engine/permissions'
import type { CouchAccess } from './connect'

/** What follows the name it is called by. */
export const USAGE = `--data-dir DIR --port N [--token T [--permissions P,P…]]
         [--couch URL --couch-user U --couch-password-file F] [--org NAME]
         [--host ADDRESS --tls-cert FILE --tls-key FILE] [--region CC]
         [--key-file F [--new-key-file F] [--recovery-file F] | --plain-text]
The token may also come from SCV_TOKEN, or from the file that SCV_TOKEN_FILE names. It may do everything, or what --permissions names.
The key encrypts the folder; it may also come from SCV_KEY, or from the file that SCV_KEY_FILE names.`

export interface GatewayOptions {
  dataDir: string
  port: number
  token?: string
  /** What the token may do; absent: everything. */
  permissions?: readonly Permission[]
  couch?: CouchAccess
  host?: string
  tls?: { cert: string; key: string }
  /** Opens the folder, or encrypts it from now on. */
  key?: string
  /** Takes the place of the key. */
  newKey?: string
  /** Where a recovery key is written; there is no such file yet. */
  recoveryFile?: string
  /** A folder without a key is what is wanted. */
  plainText?: boolean
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
  const tokenFile = environment['SCV_TOKEN_FILE']
  const token =
    values.token ??
    environment['SCV_TOKEN'] ??
    (tokenFile ? read(tokenFile, 'SCV_TOKEN_FILE').replace(/\r?\n$/, '') : undefined)
  const permissions = readPermissions(values.permissions)
  if (permissions && !token)
    throw new UsageError('--permissions says what --token or SCV_TOKEN may do: neither is given.')
  const couch = readCouch(values)
  const { host } = values
  const region = values.region?.toUpperCase()
  if (region !== undefined && !isRegion(region))
    throw new UsageError('--region is no region phone numbers are known for: two letters, as in AU or DE.')
  const keys = readKeys(values, environment)
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
    ...keys,
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
        'key-file': text,
        'new-key-file': text,
        'recovery-file': text,
        'plain-text': { type: 'boolean' },
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

/** Shorter ones are guessed. */
const KEY_LEAST = 12

function readKeys(
  values: ReturnType<typeof parse>['values'],
  environment: NodeJS.ProcessEnv,
): Pick<GatewayOptions, 'key' | 'newKey' | 'recoveryFile' | 'plainText'> {
  const [file, fileOfEnvironment] = [values['key-file'], environment['SCV_KEY_FILE']]
  const key =
    file !== undefined
      ? keyOf(read(file, '--key-file'), '--key-file')
      : environment['SCV_KEY']
        ? keyOf(environment['SCV_KEY'], 'SCV_KEY')
        : fileOfEnvironment && keyOf(read(fileOfEnvironment, 'SCV_KEY_FILE'), 'SCV_KEY_FILE')
  const newFile = values['new-key-file']
  const newKey = newFile === undefined ? undefined : keyOf(read(newFile, '--new-key-file'), '--new-key-file')
  const recoveryFile = values['recovery-file']
  if (!key && (newKey || recoveryFile))
    throw new UsageError(
      '--new-key-file and --recovery-file need the key as well: --key-file, SCV_KEY or SCV_KEY_FILE.',
    )
  if (key && values['plain-text']) throw new UsageError('--plain-text and a key contradict each other.')
  if (recoveryFile !== undefined && existsSync(recoveryFile))
    throw new UsageError(`--recovery-file: ${recoveryFile} is there already.`)
  return {
    ...(key ? { key } : {}),
    ...(newKey ? { newKey } : {}),
    ...(recoveryFile ? { recoveryFile } : {}),
    ...(values['plain-text'] ? { plainText: true } : {}),
  }
}

function keyOf(text: string, where: string): string {
  const key = text.replace(/\r?\n$/, '')
  if (key.length < KEY_LEAST)
    throw new UsageError(
      `${where}: a key has ${KEY_LEAST} characters or more; take what openssl rand -base64 32 makes.`,
    )
  return key
}

function read(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`${option}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`)
  }
}
