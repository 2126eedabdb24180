// The stand-in on disk as a command, with an administrator made at its first start.
// Invariant: no password is printed; the administrator's lies in a file that only its owner can read.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startSyncServer } from './server'

/** How the caller names this command, and the one that makes organisations. */
interface Names {
  called: string
  provision: string
}

const usageOf = ({ called }: Names): string => `usage: ${called} [--port 5984] [--data DIR] [--listen 127.0.0.1]`

function options(args: string[]) {
  const text = { type: 'string' } as const
  return parseArgs({
    args,
    options: { port: text, data: text, listen: text, help: { type: 'boolean', short: 'h' } },
  }).values
}

/** The administrator's password, made at the first start. */
function passwordIn(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(18).toString('base64url')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return password
}

/**
 * Serves until it is told to end.
 * @returns the status to end the process with
 */
export async function syncServerCommand(args: string[], names: Names): Promise<number> {
  const usage = usageOf(names)
  let values: ReturnType<typeof options>
  try {
    values = options(args)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`)
    return 2
  }
  const { port = '5984', data, listen = '127.0.0.1', help } = values
  if (help) {
    console.log(usage)
    return 0
  }
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    console.error(`“${port}” is no port.\n${usage}`)
    return 2
  }
  try {
    await serve(Number(port), resolve(data ?? join(homedir(), '.single-customer-view-server')), listen, names.provision)
    return 0
  } catch (error) {
    const { code } = error as { code?: string }
    const said = error instanceof Error ? error.message : String(error)
    console.error(
      code === 'EADDRINUSE'
        ? 'The port is taken, maybe by another sync server. Choose another one with --port.'
        : `The sync server does not start: ${said}`,
    )
    return 1
  }
}

async function serve(port: number, dataDir: string, listen: string, command: string): Promise<void> {
  process.noDeprecation = true // the stand-in's packages are old, and say so at every start
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const passwordFile = join(dataDir, 'admin-password')
  const admin = { name: 'admin', password: passwordIn(passwordFile) }
  const server = await startSyncServer({ port, address: listen, dataDir, admin })
  const provision = `${command} --couch ${server.url} --admin admin --admin-password-file ${passwordFile}`
  console.log(`The sync server listens on ${server.url}; its data is in ${dataDir}. Ctrl-C ends it.`)
  console.log('It is a stand-in for trying things out. For real work use CouchDB (README, sync).')
  if (listen !== '127.0.0.1') console.log('It speaks plain HTTP: on this address passwords travel readable.')
  console.log(`Make an organisation, and a user:\n  ${provision} --org NAME`)
  console.log(`  ${provision} --org NAME --user NAME --role agent --user-password-file FILE`)
  // Ctrl-C reaches us from the terminal and from npm: what comes later changes nothing.
  await new Promise<void>((end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => end())
  })
  await server.close()
}
