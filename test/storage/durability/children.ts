// Starts bundled TypeScript in processes of their own, in Electron's Node, and reads what they say line by line.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

export const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'storage-durability-'))
export const discard = (folder: string): void => rmSync(folder, { recursive: true, force: true })

export interface Child {
  readonly process: ChildProcess
  /** Everything it has said so far; grows until `gone`. */
  readonly lines: string[]
  /** Resolves with the first line that starts with `word`; rejects when the child ends without it. */
  says(word: string): Promise<string>
  /** Kills it the hard way and resolves when it is gone and all it said is in `lines`. */
  kill(): Promise<void>
  readonly gone: Promise<void>
}

/** Starts a bundled script. It runs in the same binary as the tests, which is Electron as Node. */
export function start(script: string, ...args: string[]): Child {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  })
  const lines: string[] = []
  const waiting: { word: string; resolve: (line: string) => void }[] = []
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    lines.push(line)
    for (const one of waiting) if (line.startsWith(one.word)) one.resolve(line)
  })
  let complaints = ''
  child.stderr.on('data', (chunk: Buffer) => {
    complaints += chunk.toString()
  })
  const closed = new Promise<void>((done) => reader.once('close', done))
  const exited = new Promise<void>((done) => child.once('exit', () => done()))
  const gone = Promise.all([closed, exited]).then(() => undefined)
  return {
    process: child,
    lines,
    gone,
    says: (word) =>
      new Promise((done, fail) => {
        const said = lines.find((line) => line.startsWith(word))
        if (said !== undefined) return done(said)
        waiting.push({ word, resolve: done })
        void gone.then(() => fail(new Error(`ended without "${word}": ${lines.at(-1) ?? ''} ${complaints}`)))
      }),
    async kill() {
      child.kill('SIGKILL')
      await gone
    },
  }
}
