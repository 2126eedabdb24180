// The gateway as a process of its own, as an integration meets it: its lines, its exit code, its API.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundled } from '../../support/bundled'

const TOKEN = 'a-token-of-the-tests'
/** Longest wait for something that should be there at once; the machine may be busy. */
const PATIENCE_MS = 120_000

const folders: string[] = []
/** A folder that `removeFolders` takes away. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'scv-gateway-'))
  folders.push(folder)
  return folder
}
export const removeFolders = () => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
}

export class Gateway {
  stdout = ''
  stderr = ''
  readonly ended: Promise<number | null>
  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (piece) => {
      this.stdout += piece
    })
    child.stderr?.on('data', (piece) => {
      this.stderr += piece
    })
    this.ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)))
  }

  static async start(args: readonly string[], environment: Record<string, string> = {}): Promise<Gateway> {
    const child = spawn(process.execPath, [await bundled('gateway'), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', SCV_TOKEN: TOKEN, ...environment },
    })
    return new Gateway(child)
  }

  /** Waits for the line that says where it is. @throws Error with what it said instead */
  async ready(): Promise<this> {
    const ended = this.ended.then((code) => {
      throw new Error(`the gateway ended with ${code}: ${this.stderr}`)
    })
    await Promise.race([eventually('ready', () => this.stdout.includes('\n')), ended])
    ended.catch(() => undefined)
    return this
  }

  get address(): string {
    return /https?:\/\/\S+/.exec(this.stdout)?.[0] ?? ''
  }

  // biome-ignore lint/suspicious/noExplicitAny: what a client sees of an answer is JSON of any shape
  async request(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
    const answer = await fetch(this.address + path, {
      method,
      headers: {
        authorization: `Bearer ${TOKEN}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json() }
  }

  /** @throws Error for what is no success */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  async ok(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await this.request(method, path, body)
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(answer.body)}`)
    return answer.body
  }

  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return this.ended
  }
}

/** Asks until the answer is true. @throws Error that names what never came about */
export async function eventually(what: string, ask: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS
  while (!(await ask())) {
    if (performance.now() > end) throw new Error(`never came about: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
