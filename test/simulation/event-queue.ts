// Simulated time: an explicit queue of events, and processes that run only while the queue lets them.
// Invariant: one piece of code runs at a time, in an order that follows from the queue alone; nothing here reads a wall
// clock or sets a timer, so one seed is one run.

export interface Event {
  at: number
  /** Whose it is: a device, the server. */
  owner: string
  /** A step of a device on its own disk, which may be taken out of turn while a command runs. */
  local: boolean
  run(): void | Promise<void>
}

export class EventQueue {
  /** Ascending by time; events of one moment in the order they were planned. */
  #events: Event[] = []
  /** Milliseconds since the epoch, the true time. */
  now: number
  /** Events carried out so far. */
  steps = 0
  /** What follows every event, before the next. */
  afterEach: () => Promise<void> = async () => undefined

  constructor(now: number) {
    this.now = now
  }

  get length(): number {
    return this.#events.length
  }

  /** Plans an event. */
  after(ms: number, owner: string, run: Event['run'], local = false): void {
    const event = { at: this.now + Math.max(0, Math.round(ms)), owner, local, run }
    let place = this.#events.length
    while (place > 0 && (this.#events[place - 1]?.at ?? 0) > event.at) place -= 1
    this.#events.splice(place, 0, event)
  }

  /** Carries out the next event. @returns whether there was one */
  async next(): Promise<boolean> {
    const event = this.#events.shift()
    if (!event) return false
    this.now = event.at
    this.steps += 1
    await event.run()
    await this.afterEach()
    return true
  }

  /** Carries out the next step of a device on its own disk before its time. @returns whether there was one */
  async nextLocal(owner: string): Promise<boolean> {
    const place = this.#events.findIndex((event) => event.local && event.owner === owner)
    const [event] = place < 0 ? [] : this.#events.splice(place, 1)
    if (!event) return false
    this.steps += 1
    await event.run()
    await this.afterEach()
    return true
  }

  /** Forgets what was planned for an owner. */
  drop(owner: string): void {
    this.#events = this.#events.filter((event) => event.owner !== owner)
  }
}

/** How a process that waits is set going again; whoever does it waits until the process waits anew, or ends. */
export interface Wake<T> {
  resolve(value: T): Promise<void>
  reject(error: unknown): Promise<void>
}

/** A piece of a device that takes turns with everything else: it runs from one `wait` to the next, and can be killed. */
export class Process {
  alive = true
  #yielded: (() => void) | undefined

  /** @param onFailure told when it ends by an error */
  constructor(readonly onFailure: (error: unknown) => void) {}

  /** Runs the process until it waits for the first time, or ends. */
  start(body: () => Promise<void>): Promise<void> {
    return this.#enter(() => {
      body()
        .catch((error: unknown) => {
          if (this.alive) this.onFailure(error)
        })
        .finally(() => this.#leave())
    })
  }

  /** Waits for the world. @param arrange plans what ends the waiting; only the first counts */
  wait<T>(arrange: (wake: Wake<T>) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      let waiting = true
      const wake = (go: () => void): Promise<void> => {
        if (!waiting || !this.alive) return Promise.resolve()
        waiting = false
        return this.#enter(go)
      }
      if (this.alive)
        arrange({ resolve: (value) => wake(() => resolve(value)), reject: (error) => wake(() => reject(error)) })
      this.#leave()
    })
  }

  /** It never goes on. Whoever waits for its turn to end waits no longer. */
  kill(): void {
    this.alive = false
    this.#leave()
  }

  #enter(go: () => void): Promise<void> {
    if (!this.alive) return Promise.resolve()
    return new Promise((resolve) => {
      this.#yielded = resolve
      go()
    })
  }

  #leave(): void {
    const yielded = this.#yielded
    this.#yielded = undefined
    yielded?.()
  }
}
