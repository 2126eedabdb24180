// Servers that replicate with each other, as CouchDB's replicator does it: every branch of what changed, with its past, as
// an administrator whom no rules concern. Invariant: what one server has the other gets, unless the way between them is cut.
import type { Draw } from '../support/exchange'
import type { Couch } from './couch'
import type { EventQueue } from './event-queue'

/** How often a change waits for the replicator at most. */
const PAUSE_MS = 20_000

interface Way {
  from: Couch
  to: Couch
  /** How far it is, and of which content on either side: another one is compared from the beginning. */
  reached: number[]
  eras: string
}

export class ServerReplication {
  /** Nothing passes between the servers. */
  cut = false
  readonly #ways: Way[]
  #planned = false

  constructor(
    readonly servers: readonly Couch[],
    readonly queue: EventQueue,
    readonly draw: Draw,
    readonly isUp: (server: Couch) => boolean,
  ) {
    this.#ways = servers.flatMap((from) =>
      servers.flatMap((to) => (from === to ? [] : [{ from, to, reached: [], eras: '' }])),
    )
  }

  /** Looks for changes after a while, if it does not already. */
  wake(): void {
    if (this.#planned || this.#ways.length === 0) return
    this.#planned = true
    this.queue.after(this.draw(PAUSE_MS), 'server', () => {
      this.#planned = false
      for (const way of this.#ways) this.#pass(way)
    })
  }

  /** Whether every server has what the others have. */
  get settled(): boolean {
    return this.#ways.every((way) => this.#waiting(way).length === 0)
  }

  #waiting({ from, to, reached, eras }: Way) {
    return from.branchesSince(eras === erasOf(from, to) ? reached : []).rows
  }

  #pass(way: Way): void {
    const { from, to } = way
    if (this.cut || !this.isUp(from) || !this.isUp(to)) return
    const eras = erasOf(from, to)
    const { rows, reached } = from.branchesSince(way.eras === eras ? way.reached : [])
    let taken = 0
    for (const [id, leaves] of rows) taken += to.takeBranches(id, leaves)
    way.reached = reached
    way.eras = eras
    if (taken > 0) to.onChange()
  }
}

const erasOf = (from: Couch, to: Couch): string => `${from.era} ${to.era}`
