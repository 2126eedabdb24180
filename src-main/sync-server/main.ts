// `npm run sync-server [-- --port N --data DIR]`: the stand-in on disk, with an administrator made at its first start.
// Invariant: no password is printed; the administrator's lies in a file that only its owner can read.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startSyncServer } from './server'

const USAGE = 'usage: npm run sync-server -- [--port 5984] [--data DIR] [--listen 127.0.0.1]'

process.noDeprecation = true // the stand-in's packages are old, and say so at every start

function options() {
  try {
    return parseArgs({
      options: { port: { type: 'string' }, data: { type: 'string' }, listen: { type: 'string' } },
    }).values
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`)
    process.exit(2)
  }
}

/** The administrator's password, made at the first start. */
function passwordIn(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  const password = randomBytes(18).toString('base64url')
  writeFileSync(file, `${password}\n`, { mode: 0o600 })
  return password
}

async function main(): Promise<void> {
  const { port = '5984', data, listen = '127.0.0.1' } = options()
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    console.error(`“${port}” is no port.\n${USAGE}`)
    process.exit(2)
  }
  const dataDir = resolve(data ?? join(homedir(), '.single-customer-view-server'))
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const passwordFile = join(dataDir, 'admin-password')
  const admin = { name: 'admin', password: passwordIn(passwordFile) }
  const server = await startSyncServer({ port: Number(port), address: listen, dataDir, admin })
  const provision = `npm run provision -- --couch ${server.url} --admin admin --admin-password-file ${passwordFile}`
  console.log(`The sync server listens on ${server.url}; its data is in ${dataDir}. Ctrl-C ends it.`)
  console.log('It is a stand-in for trying things out. For real work use CouchDB (README, sync).')
  if (listen !== '127.0.0.1') console.log('It speaks plain HTTP: on this address passwords travel readable.')
  console.log(`Make an organisation, and a user:\n  ${provision} --org NAME`)
  console.log(`  ${provision} --org NAME --user NAME --role agent --user-password-file FILE`)
  let ending = false
  const end = () => {
    if (ending) return // Ctrl-C reaches us from the terminal and from npm
    ending = true
    void server.close().then(() => process.exit(0))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
}

main().catch((error: unknown) => {
  const { code } = error as { code?: string }
  const said = error instanceof Error ? error.message : String(error)
  console.error(
    code === 'EADDRINUSE'
      ? 'The port is taken, maybe by another sync server. Choose another one with --port.'
      : `The sync server does not start: ${said}`,
  )
  process.exit(1)
})
