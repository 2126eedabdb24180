// What a simulated device tries again of what was set aside: all of it with each connection and whenever the world asks, and by
// itself what waits for its time. Invariant: the latter goes unasked.
import { ScvError } from '@shared/errors'
import { fromRemoteId } from '../../src-main/replication/couch/wire'
import { waitingForTheirTime } from '../../src-main/replication/exchange/in-its-time'
import { retryAside } from '../../src-main/replication/exchange/set-aside'
import type { AsideKey } from '../../src-main/replication/state/sync-file'
import type { SimulatedDevice } from './device'
import type { EventQueue } from './event-queue'
import type { SimulatedRemote } from './network'

/** What waits for its time is tried again so often: a device does so each minute, which for days is nothing but events. */
const AGAIN_MS = 3_600_000
/** What one copy alone was known to have is looked for after so long. */
const ALONE_MS = 30_000

export class Retrying {
  #all = true
  #timed = true
  #planned = false
  /** What one copy alone was known to have, some time ago. */
  #alone: AsideKey[] = []
  /** Counts connections. */
  #count = 0

  /** @param wake told when something is to be tried */
  constructor(
    readonly device: SimulatedDevice,
    readonly queue: EventQueue,
    readonly rules: { triesInTime: boolean; looksForAlone: boolean },
    readonly wake: () => Promise<void>,
  ) {}

  /** Everything, as with a new connection. */
  begin(): void {
    this.#all = true
    this.#timed = true
    for (const { collection, documentId } of this.device.disk.file.sentAlone.list(-1))
      this.#lookFor({ kind: 'refused', collection, documentId })
  }

  /** One copy of the server alone has what was written. */
  noteAlone(id: string): void {
    const place = fromRemoteId(id)
    if (!place) return
    this.device.disk.file.sentAlone.put(place.kind, place.id)
    this.#lookFor({ kind: 'refused', collection: place.kind, documentId: place.id })
  }

  #lookFor(entry: AsideKey): void {
    const run = this.#count
    this.queue.after(ALONE_MS, this.device.id, () => {
      if (run !== this.#count) return
      this.#alone.push(entry)
      return this.wake()
    })
  }

  /** What a person may ask for. */
  ask(): void {
    this.#all = true
  }

  /** The connection is over. */
  stop(): void {
    this.#count += 1
    this.#planned = false
    this.#alone = []
  }

  /** Something waits for its time: it is tried some time later. */
  plan(): void {
    if (this.#planned) return
    this.#planned = true
    const run = this.#count
    this.queue.after(AGAIN_MS, this.device.id, () => {
      if (run !== this.#count) return
      this.#planned = false
      this.#timed = true
      return this.wake()
    })
  }

  /** @returns whether anything was tried */
  async run(remote: SimulatedRemote): Promise<boolean> {
    const [all, timed] = [this.#all, this.#timed]
    const alone = this.#alone.splice(0)
    for (const entry of this.rules.looksForAlone ? alone : []) {
      await this.#retry(remote, entry)
      this.device.disk.file.sentAlone.remove(entry.collection, entry.documentId)
    }
    if (!all && !timed) return alone.length > 0
    this.#all = false
    this.#timed = false
    const { setAside } = this.device.disk.file
    const waiting = waitingForTheirTime(setAside)
    const others = () => {
      const ids = new Set(waiting.map(({ documentId }) => documentId))
      return setAside.list(0, -1).items.filter(({ documentId }) => !ids.has(documentId))
    }
    for (const entry of all ? others() : []) await this.#retry(remote, entry)
    for (const entry of timed && this.rules.triesInTime ? waiting : []) await this.#retry(remote, entry)
    if (waiting.length > 0) this.plan()
    return all || waiting.length > 0 || alone.length > 0
  }

  async #retry(remote: SimulatedRemote, entry: AsideKey): Promise<void> {
    const { store, disk, user } = this.device
    await retryAside(remote, store, disk.file.setAside, entry, () => this.queue.now, user).catch((error) => {
      if (!(error instanceof ScvError) || error.code !== 'conflict') throw error
      this.begin() // the document changed meanwhile: again, as it is now
    })
  }
}
