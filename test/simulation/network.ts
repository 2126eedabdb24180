// The way between a device and the server: the port `Remote`, with everything that happens on it. Requests and answers
// take their time, overtake each other, get lost, arrive twice, arrive after the device gave up; a partition or a server
// that goes down breaks what is under way. Invariant: the server carries a request out in one step, whole or not at all,
// and the device learns either its answer or that there was none.
import { type Remote, RemoteError } from '../../src-main/replication/couch/remote'
import type { Draw } from '../support/exchange'
import type { Couch } from './couch'
import type { EventQueue, Process, Wake } from './event-queue'

/** How bad it is: chances out of 1000 for each request. */
export interface Weather {
  lostRequest: number
  lostAnswer: number
  twice: number
  late: number
  /** The server answers that it cannot now (429, 500, 503). */
  busy: number
  /** Takes seconds instead of tens of milliseconds. */
  slow: number
}

export const CALM: Weather = { lostRequest: 0, lostAnswer: 0, twice: 0, late: 0, busy: 0, slow: 0 }

/** A device gives up on an answer after so long. */
const PATIENCE_MS = 30_000

interface Exchange {
  readonly device: string
  /** The device hears nothing of it any more. */
  over: boolean
  /** It will never be carried out. */
  gone: boolean
  /** Its connection broke: an answer will not arrive. */
  broken: boolean
  /** How often it is yet to arrive. */
  arrivals: number
  wake: Wake<never>
}

interface Waiting {
  readonly device: string
  readonly since: string | undefined
  wake: Wake<boolean>
}

export class Network {
  weather: Weather = CALM
  serverUp = true
  readonly #cut = new Set<string>()
  #exchanges = new Set<Exchange>()
  #waiting = new Set<Waiting>()
  /** Told of what happens, for the log. */
  onEvent: (device: string, what: string) => void = () => undefined

  constructor(
    readonly queue: EventQueue,
    readonly server: Couch,
    readonly draw: Draw,
  ) {
    server.onChange = () => this.#tellWaiting()
  }

  reaches(device: string): boolean {
    return this.serverUp && !this.#cut.has(device)
  }

  /** Cuts a device off, or joins it again. */
  partition(device: string, cut: boolean): void {
    if (!cut) this.#cut.delete(device)
    else {
      this.#cut.add(device)
      this.#break(device, false)
    }
  }

  isCut(device: string): boolean {
    return this.#cut.has(device)
  }

  /** The server goes down: connections break, and what had not arrived never will. */
  stopServer(): void {
    this.serverUp = false
    this.#break(undefined, true)
  }

  startServer(): void {
    this.serverUp = true
  }

  /** The process hears nothing any more; what it had sent may arrive. */
  forget(device: string): void {
    for (const exchange of [...this.#exchanges]) if (exchange.device === device) this.#end(exchange)
    this.#waiting = new Set([...this.#waiting].filter((one) => one.device !== device))
  }

  /** The server as one process of a device reaches it. */
  remoteFor(device: string, process: Process): Remote {
    const { server } = this
    const ask = <T>(what: string, serve: () => T) => this.#ask(device, process, what, serve)
    return {
      changes: (since, limit) => ask('changes', () => server.changes(since, limit)),
      awaitChange: (since) => this.#awaitChange(device, process, since),
      read: (ids) => ask(`read ${ids.join(' ')}`, () => server.read(ids)),
      readRevision: (id, rev) => ask('read a revision', () => server.readRevision(id, rev)),
      write: (rows) =>
        ask('write', () => {
          const outcomes = server.write(rows, device)
          const told = outcomes.map(
            ({ id, status }, i) => `${id} from ${rows[i]?.rev?.slice(0, 6) ?? 'nothing'} ${status}`,
          )
          this.onEvent(device, `writes ${told.join(', ')}`)
          return outcomes
        }),
      getLocal: (id) => ask('get local', () => server.getLocal(id)),
      putLocal: (id, body) => ask('put local', () => server.putLocal(id, body)),
    }
  }

  #ask<T>(device: string, process: Process, what: string, serve: () => T): Promise<T> {
    const { draw } = this
    return process.wait<T>((wake) => {
      const exchange: Exchange = {
        device,
        over: false,
        gone: false,
        broken: false,
        arrivals: 0,
        wake: wake as Wake<never>,
      }
      if (!this.reaches(device)) return this.#fail(exchange, 10 + draw(90))
      this.#exchanges.add(exchange)
      const luck = draw(1000)
      const { lostRequest, lostAnswer, twice, late, busy } = this.weather
      const fates = [lostRequest, lostAnswer, twice, late, busy]
      let sum = 0
      const fate = fates.findIndex((chance) => {
        sum += chance
        return luck < sum
      })
      if (fate === 0) {
        exchange.gone = true
        this.onEvent(device, `${what}: lost on the way`)
        return this.#fail(exchange, PATIENCE_MS)
      }
      if (fate === 3) this.#fail(exchange, PATIENCE_MS)
      this.#plan(exchange, what, serve, fate === 3 ? PATIENCE_MS + draw(600_000) : this.#delay(), fate)
      if (fate === 2) this.#plan(exchange, `${what} again`, serve, this.#delay() + this.#delay(), fate)
      return undefined
    })
  }

  /** The request arrives, and its answer sets out. */
  #plan<T>(exchange: Exchange, what: string, serve: () => T, delay: number, fate: number): void {
    const { queue } = this
    const { device } = exchange
    exchange.arrivals += 1
    queue.after(delay, 'server', () => {
      exchange.arrivals -= 1
      if (exchange.over && exchange.arrivals === 0) this.#exchanges.delete(exchange)
      if (exchange.gone) return
      if (fate === 4) {
        this.onEvent(device, `${what}: the server is busy`)
        this.#fail(exchange, this.#delay(), 'failed')
        return
      }
      const answer = serve()
      this.onEvent(device, fate === 1 ? `${what}: its answer is lost` : fate === 3 ? `${what}: arrives late` : what)
      if (fate === 1) this.#fail(exchange, PATIENCE_MS)
      else
        queue.after(this.#delay(), device, () => {
          if (exchange.over || exchange.broken) return
          this.#end(exchange)
          return (exchange.wake as unknown as Wake<T>).resolve(answer)
        })
    })
  }

  #awaitChange(device: string, process: Process, since: string | undefined): Promise<boolean> {
    return process.wait<boolean>((wake) => {
      const waiting: Waiting = { device, since, wake }
      if (!this.reaches(device)) {
        this.#fail({ device, over: false, gone: true, broken: false, arrivals: 0, wake: wake as Wake<never> }, 10)
        return
      }
      this.#waiting.add(waiting)
      if (this.server.changedSince(since)) this.#tell(waiting)
    })
  }

  #tellWaiting(): void {
    for (const waiting of this.#waiting) if (this.server.changedSince(waiting.since)) this.#tell(waiting)
  }

  #tell(waiting: Waiting): void {
    this.#waiting.delete(waiting)
    const exchange: Exchange = {
      device: waiting.device,
      over: false,
      gone: false,
      broken: false,
      arrivals: 0,
      wake: waiting.wake as Wake<never>,
    }
    this.#exchanges.add(exchange)
    this.queue.after(this.#delay(), waiting.device, () => {
      if (exchange.over || exchange.broken) return
      this.#end(exchange)
      return waiting.wake.resolve(true)
    })
  }

  #break(device: string | undefined, forGood: boolean): void {
    for (const exchange of [...this.#exchanges])
      if (device === undefined || exchange.device === device) {
        if (forGood) exchange.gone = true
        exchange.broken = true
        if (!exchange.over) this.#fail(exchange, 10 + this.draw(90))
      }
    for (const waiting of [...this.#waiting])
      if (device === undefined || waiting.device === device) {
        this.#waiting.delete(waiting)
        this.#fail(
          {
            device: waiting.device,
            over: false,
            gone: true,
            broken: false,
            arrivals: 0,
            wake: waiting.wake as Wake<never>,
          },
          10,
        )
      }
  }

  /** The device learns that there is no answer; the request may yet arrive. */
  #fail(exchange: Exchange, afterMs: number, kind: 'unreachable' | 'failed' = 'unreachable'): void {
    this.queue.after(afterMs, exchange.device, () => {
      if (exchange.over) return
      this.#end(exchange)
      return exchange.wake.reject(new RemoteError(kind, `The server is ${kind}.`))
    })
  }

  #end(exchange: Exchange): void {
    exchange.over = true
    if (exchange.arrivals === 0) this.#exchanges.delete(exchange)
  }

  #delay(): number {
    const { draw, weather } = this
    return draw(1000) < weather.slow ? 1000 + draw(20_000) : 5 + draw(200)
  }
}
