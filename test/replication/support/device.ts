// The test's side of a device in a process of its own (device-process.ts).
import { type ChildProcess, fork } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ScvContract } from '@shared/contract'
import type { SyncStatus } from '@shared/contract/sync'
import { ScvError } from '@shared/errors'
import type { CallName, InputOf, LiveName, OutputOf } from '@shared/ipc/contract'
import type { Answer } from '@shared/ipc/wire'
import { bundled } from '../../support/bundled'

export interface DeviceOptions {
  dataDir: string
  /** How far the device's clock is ahead, ms. */
  aheadMs?: number
  /** Keep the password over a restart, as plain text. */
  keepPassword?: boolean
  /** The bundle of a device of another version, to be run instead of this one. */
  program?: string
}

export type DeviceRequest =
  | { do: 'call'; name: string; input: unknown }
  | { do: 'first'; name: string; input: unknown }
  | { do: 'export' }
  | { do: 'clock'; aheadMs: number }
  | { do: 'close' }
  | { do: 'open'; options: DeviceOptions }

/** The last thing a device did not do in time, for the message of a failed test. */
const PATIENCE_MS = 60_000

/** Processes whose device ended in order, for the next ones: most of what a device costs is the start of its process. */
const idle: ChildProcess[] = []
const isAlive = (child: ChildProcess | undefined): child is ChildProcess =>
  child !== undefined && child.exitCode === null && child.signalCode === null && child.connected

/** Of questions: each is told once in this process, so that no answer to an earlier device is taken for another's. */
let next = 1

/** Whether a process keeps this one alive. */
function hold(child: ChildProcess, holds: boolean): void {
  const by = holds ? 'ref' : 'unref'
  child[by]()
  child.channel?.[by]()
}

export class DeviceProcess {
  readonly #options: DeviceOptions
  #child: ChildProcess | undefined
  readonly #open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()

  private constructor(options: DeviceOptions) {
    this.#options = options
  }

  static async start(options: Omit<DeviceOptions, 'dataDir'> & { dataDir?: string } = {}): Promise<DeviceProcess> {
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'scv-device-'))
    const device = new DeviceProcess({ ...options, dataDir })
    await device.#start()
    return device
  }

  async #start(): Promise<void> {
    const { program, ...options } = this.#options
    const warm = program === undefined ? idle.pop() : undefined
    const child = isAlive(warm)
      ? warm
      : fork(program ?? (await bundled('device')), [JSON.stringify(options)], {
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
          env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
        })
    this.#child = child
    const ready = new Promise<void>((resolve, reject) => {
      this.#open.set(0, { resolve: () => resolve(), reject })
    })
    child.on('message', (message: { id: number; value?: unknown; error?: string }) => {
      const waiting = this.#open.get(message.id)
      this.#open.delete(message.id)
      if (message.error === undefined) waiting?.resolve(message.value)
      else waiting?.reject(new Error(message.error))
    })
    child.on('exit', () => {
      for (const [id, waiting] of this.#open) {
        this.#open.delete(id)
        waiting.reject(new Error('the device ended'))
      }
    })
    if (child === warm) {
      hold(child, true)
      child.send({ id: 0, request: { do: 'open', options } satisfies DeviceRequest })
    }
    await ready
  }

  #ask(request: DeviceRequest): Promise<unknown> {
    const id = next++
    return new Promise((resolve, reject) => {
      this.#open.set(id, { resolve, reject })
      this.#child?.send({ id, request }, (error) => error && reject(error))
    })
  }

  /** @throws ScvError as the application refuses */
  async call<N extends CallName<ScvContract>>(
    name: N,
    input: InputOf<ScvContract[N]>,
  ): Promise<OutputOf<ScvContract[N]>> {
    const answer = (await this.#ask({ do: 'call', name, input })) as Answer
    if (!answer.ok) throw ScvError.from(answer.error)
    return answer.value as OutputOf<ScvContract[N]>
  }

  /** The first answer of a live query. */
  async first<N extends LiveName<ScvContract>>(
    name: N,
    input: InputOf<ScvContract[N]>,
  ): Promise<OutputOf<ScvContract[N]>> {
    return (await this.#ask({ do: 'first', name, input })) as OutputOf<ScvContract[N]>
  }

  status(): Promise<SyncStatus> {
    return this.first('sync.status', {})
  }

  /** Every document, one line each, sorted: equal lines mean equal devices. */
  async export(): Promise<string[]> {
    return (await this.#ask({ do: 'export' })) as string[]
  }

  async setClock(aheadMs: number): Promise<void> {
    await this.#ask({ do: 'clock', aheadMs })
  }

  /** Waits until sync's status is as wanted. */
  async until(wanted: (status: SyncStatus) => boolean, patience = PATIENCE_MS): Promise<SyncStatus> {
    const end = Date.now() + patience
    for (;;) {
      const status = await this.status()
      if (wanted(status)) return status
      if (Date.now() > end) throw new Error(`still ${JSON.stringify(status)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  kill(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#child || this.#child.exitCode !== null || this.#child.signalCode !== null) return resolve()
      this.#child.once('exit', () => resolve())
      this.#child.kill('SIGKILL')
    })
  }

  /** Ends it in order; its folder stays. */
  async stop(): Promise<void> {
    await this.#ask({ do: 'close' })
    await this.kill()
  }

  /** Ends it in order, or the hard way, and starts it again on its folder. */
  async restart(how: 'close' | 'kill' = 'close'): Promise<void> {
    const runs = this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
    if (runs && how === 'close') await this.#ask({ do: 'close' })
    await this.kill()
    await this.#start()
  }

  async close(): Promise<void> {
    const closed = await this.#ask({ do: 'close' }).then(
      () => true,
      () => false,
    )
    if (closed && this.#options.program === undefined && isAlive(this.#child)) {
      for (const event of ['message', 'exit']) this.#child.removeAllListeners(event)
      hold(this.#child, false)
      idle.push(this.#child)
      this.#child = undefined
    } else await this.kill()
    rmSync(this.#options.dataDir, { recursive: true, force: true })
  }
}

/**
 * Waits until devices hold the same, and nothing is left to send. What they hold is asked for only once they are quiet:
 * telling all of it costs more than most of what is tested.
 */
export async function untilEqual(devices: readonly DeviceProcess[], patience = PATIENCE_MS): Promise<string[]> {
  const end = Date.now() + patience
  let held: string[][] = []
  for (;;) {
    const states = await Promise.all(devices.map((device) => device.status()))
    const quiet = states.every(
      (one) => one.state === 'live' && one.collections.every(({ pendingUp }) => pendingUp === 0),
    )
    if (quiet) {
      held = await Promise.all(devices.map((device) => device.export()))
      const [first = []] = held
      if (held.every((one) => one.length === first.length && one.every((line, i) => line === first[i]))) return first
    }
    if (Date.now() > end)
      throw new Error(
        `not equal: ${held.map((one) => one.length).join(' / ')} documents; ${states.map((one) => one.state).join(' / ')}`,
      )
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
