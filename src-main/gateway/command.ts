// The gateway: the application without a window, for the local API alone. Needs nothing of Electron but its Node.
// Invariant: one line on standard output, the address, once it can be called; SIGTERM and SIGINT close the data and end
// the process with 0. It serves whether or not the server of the organisation can be reached.
import { writeFileSync } from 'node:fs'
import { ScvError } from '@shared/errors'
import packageJson from '../../package.json' with { type: 'json' }
import { openApplication } from '../app'
import { distrustEnvironment } from '../device/environment'
import { keepPrivate } from '../device/private-folder'
import { openLog } from '../log'
import { safeError } from '../log/redaction'
import { managedError } from '../policy/policy'
import { readPolicy } from '../policy/read'
import { bySecret, changeKey, makeRecoveryKey, openVault } from '../vault'
import { keepConnected } from './connect'
import { type GatewayOptions, readOptions, USAGE, UsageError } from './options'

/** How long closing may take before the process ends anyway: what is committed is safe without it. */
const CLOSE_LIMIT_MS = 15_000

/** Between two lines of progress. */
const PROGRESS_MS = 5_000

const say = (text: string): void => void process.stderr.write(`scv: ${text}\n`)

const NOT_ENCRYPTED =
  'the data is plain text on this disk: give it a key with --key-file or SCV_KEY, or say --plain-text'

/** @throws ScvError `file_unreadable`: it is there already, or cannot be written */
function writeSecret(file: string, text: string): void {
  try {
    writeFileSync(file, `${text}\n`, { mode: 0o600, flag: 'wx', flush: true })
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
    const why = code === 'EEXIST' ? 'there is a file of this name already' : code
    throw new ScvError(
      'file_unreadable',
      `The recovery key cannot be written to ${file}: ${why}. The former one stands.`,
    )
  }
}

/** The folder with its key, or as plain text. @throws ScvError `key_needed`, `wrong_key` and those of its files */
async function unlock(options: GatewayOptions, log: ReturnType<typeof openLog>): Promise<'plain' | 'encrypted'> {
  const { dataDir, key, newKey, recoveryFile } = options
  const holder = key === undefined ? undefined : bySecret(key)
  let told = 0
  const onProgress = ({ done, total }: { done: number; total: number }) => {
    if (done < total && Date.now() - told < PROGRESS_MS) return
    told = Date.now()
    say(`encrypting ${dataDir}: ${Math.round((100 * done) / total)} %`)
  }
  const kept = await openVault(dataDir, holder, onProgress)
  if (holder && newKey !== undefined) await changeKey(dataDir, holder, bySecret(newKey), onProgress)
  if (holder && recoveryFile !== undefined)
    await makeRecoveryKey(dataDir, undefined, (text) => writeSecret(recoveryFile, text))
  if (kept === 'plain') log.note('not encrypted')
  return kept
}

async function run(options: GatewayOptions): Promise<void> {
  // Before anything is opened: a signal that comes during the start must close what was opened by then.
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop.abort())
  distrustEnvironment(process.env)
  keepPrivate(options.dataDir)
  const policy = readPolicy()
  const log = openLog(options.dataDir)
  const kept = await unlock(options, log)
  if (policy && policy.policy.encryption === 'required' && kept === 'plain')
    throw managedError(policy, 'encryption', 'The data of this machine must be encrypted: give a key.')
  const application = await openApplication({
    dataDir: options.dataDir,
    version: packageJson.version,
    onDefect: (error) => log.failure('unexpected', error),
    policy,
  })
  const close = async () => {
    setTimeout(() => {
      say(`closing the data took over ${CLOSE_LIMIT_MS} ms; ending without`)
      process.exit(1)
    }, CLOSE_LIMIT_MS).unref()
    await application.close()
  }
  try {
    if (options.region !== undefined)
      await application.handlers['app.saveSettings']({ defaultRegion: options.region }, { signal: stop.signal })
    const address = await application.localApi.serve({
      port: options.port,
      ...(options.token ? { secret: options.token } : {}),
      ...(options.permissions ? { permissions: options.permissions } : {}),
      ...(options.host ? { address: options.host } : {}),
      ...(options.tls ? { tls: options.tls } : {}),
    })
    if (options.couch) void keepConnected(application.replication, options.couch, stop.signal, say)
    const mayCall = options.token !== undefined || application.localApi.status$.value.tokens.length > 0
    const hint = mayCall ? '' : ' (no program can call it: there is no token; give one with --token or SCV_TOKEN)'
    if (kept === 'plain' && !options.plainText) say(NOT_ENCRYPTED)
    process.stdout.write(`Local API on ${address}${hint}\n`)
    await new Promise<void>((resolve) => {
      if (stop.signal.aborted) resolve()
      stop.signal.addEventListener('abort', () => resolve())
    })
  } finally {
    await close()
  }
}

/**
 * Serves until it is told to end.
 * @param called how the caller names this command, for what is said of its use
 * @returns the status to end the process with
 */
export async function gatewayCommand(args: readonly string[], called: string): Promise<number> {
  const usage = `usage: ${called} ${USAGE}`
  try {
    const options = readOptions(args, process.env)
    if (options) await run(options)
    else process.stdout.write(`${usage}\n`)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      say(`${error.message}\n${usage}`)
      return 2
    }
    if (error instanceof ScvError) say(`${error.message} (${error.code})`)
    else say(`unexpected ${JSON.stringify(safeError(error))}`)
    return 1
  }
}
