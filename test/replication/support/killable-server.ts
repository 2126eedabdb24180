// A server that can be killed the hard way and started again on its data and port: the stand-in in a process of its own,
// or CouchDB where COUCHDB_RESTART is a command that does so (it returns when the server answers again).
import { type ChildProcess, execSync, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundled } from '../../support/bundled'
import { ask, type TestServer, testServer } from './organisation'

export interface KillableServer extends TestServer {
  /** Kills it and starts it again. */
  crash(): Promise<void>
}

const ADMIN = { name: 'admin', password: 'stand-in-admin' }

export async function killableServer(): Promise<KillableServer> {
  const command = process.env['COUCHDB_RESTART']
  if (process.env['COUCHDB_URL'] && command) {
    const server = await testServer()
    return {
      ...server,
      async crash() {
        execSync(command, { stdio: 'ignore' })
      },
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'scv-killable-'))
  const script = await bundled('server')
  const dataDir = join(folder, 'data')
  async function start(port: number): Promise<{ child: ChildProcess; url: string }> {
    const child = fork(script, [JSON.stringify({ dataDir, port, admin: ADMIN })], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
    })
    const { url } = await new Promise<{ url: string }>((ready, failed) => {
      child.once('message', (message) => ready(message as { url: string }))
      child.once('exit', () => failed(new Error('the server ended')))
    })
    return { child, url }
  }
  const kill = (child: ChildProcess) =>
    new Promise<void>((gone) => {
      child.once('exit', () => gone())
      child.kill('SIGKILL')
    })
  let { child, url } = await start(0)
  return {
    url,
    real: false,
    admin: ADMIN,
    ask: (...call) => ask(url, ADMIN, ...call),
    async crash() {
      await kill(child)
      ;({ child } = await start(Number(new URL(url).port)))
    },
    async close() {
      await kill(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
