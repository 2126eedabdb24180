// The way between a device and its server: the port `Remote`, with everything that happens on it. Requests and answers
// take their time, overtake each other, get lost, arrive twice, arrive after the device gave up; a partition or a server
// that goes down breaks what is under way. Invariant: a server carries a request out in one step, whole or not at all, as
// the user it knows at that moment, and the device learns either its answer or that there was none.
import { dated } from '../../src-main/replication/couch/dated'
import type { KeyedReads } from '../../src-main/replication/couch/keyed-reads'
import { type Remote, RemoteError } from '../../src-main/replication/couch/remote'
import type { Draw } from '../support/exchange'
import type { Couch } from './couch'
import type { EventQueue, Process, Wake } from './event-queue'
import type { Writer } from './validation'

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

/** A device's place in the network: where it works, and as whom. */
export interface Post {
  server: Couch
  /** As the server knows the user now. */
  user(): Writer
  /** Told the date that an answer bears, ms in whole seconds; undefined: it bears none. */
  onDate(serverMs: number | undefined, roundTripMs: number): void
}

/** A server as a device reaches it. */
export type SimulatedRemote = Remote & Pick<KeyedReads, 'readAt'>

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
  readonly #down = new Set<Couch>()
  readonly #posts = new Map<string, Post>()
  readonly #cut = new Set<string>()
  #exchanges = new Set<Exchange>()
  #waiting = new Set<Waiting>()
  /** Counts what is put outside of replication. */
  #puts = 0
  /** Told of what happens, for the log. */
  onEvent: (device: string, what: string) => void = () => undefined

  constructor(
    readonly queue: EventQueue,
    readonly servers: readonly Couch[],
    readonly draw: Draw,
  ) {
    for (const server of servers) server.onChange = () => this.#tellWaiting(server)
  }

  /** Gives a device its place. */
  post(device: string, post: Post): void {
    this.#posts.set(device, post)
  }

  #postOf(device: string): Post {
    const post = this.#posts.get(device)
    if (!post) throw new Error(`${device} has no place in the network`)
    return post
  }

  serverOf(device: string): Couch {
    return this.#postOf(device).server
  }

  /** The user of a device, as its server knows them now. */
  userOf(device: string): Writer {
    return this.#postOf(device).user()
  }

  isUp(server: Couch): boolean {
    return !this.#down.has(server)
  }

  reaches(device: string): boolean {
    return this.isUp(this.serverOf(device)) && !this.#cut.has(device)
  }

  /** Cuts a device off, or joins it again. */
  partition(device: string, cut: boolean): void {
    if (!cut) this.#cut.delete(device)
    else {
      this.#cut.add(device)
      this.#break((one) => one === device, false)
    }
  }

  isCut(device: string): boolean {
    return this.#cut.has(device)
  }

  /** A server goes down: connections break, and what had not arrived never will. */
  stopServer(server: Couch): void {
    this.#down.add(server)
    this.#break((device) => this.serverOf(device) === server, true)
  }

  startServer(server: Couch): void {
    this.#down.delete(server)
  }

  /** The process hears nothing any more; what it had sent may arrive. */
  forget(device: string): void {
    for (const exchange of [...this.#exchanges]) if (exchange.device === device) this.#end(exchange)
    this.#waiting = new Set([...this.#waiting].filter((one) => one.device !== device))
  }

  /** The server as one process of a device reaches it. @param now the time that documents are read by */
  remoteFor(device: string, process: Process, now: () => number): SimulatedRemote {
    const server = this.serverOf(device)
    const ask = <T>(what: string, serve: () => T) => this.#ask(device, process, what, serve)
    /** What stood in notes when this process looked. */
    const seen = new Map<string, number | undefined>()
    const remote: SimulatedRemote = {
      changes: (since, limit) => ask('changes', () => server.changes(since, limit)),
      awaitChange: (since) => this.#awaitChange(device, process, since),
      copies: server.copies,
      pause: (ms) => process.wait<void>((wake) => this.queue.after(ms, device, () => wake.resolve())),
      readAt: (named) => ask(`read again ${named.map(({ id }) => id).join(' ')}`, () => server.readAt(named)),
      read: (ids) => ask(`read ${ids.join(' ')}`, () => server.read(ids)),
      readRevision: (id, rev) => ask('read a revision', () => server.readRevision(id, rev)),
      write: (rows) =>
        ask('write', () => {
          const outcomes = server.write(rows, this.userOf(device))
          const told = outcomes.map(
            ({ id, status }, i) => `${id} from ${rows[i]?.rev?.slice(0, 6) ?? 'nothing'} ${status}`,
          )
          this.onEvent(device, `writes ${told.join(', ')}`)
          return outcomes
        }),
      getLocal: (id) =>
        ask('get local', () => {
          seen.set(id, server.localNumber(id))
          return server.getLocal(id, process)
        }),
      putLocal: (id, body) => {
        this.#puts += 1
        const number = this.#puts
        return ask('put local', () => server.putLocal(id, body, number, seen.get(id)))
      },
    }
    return dated(remote, now)
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
    const sentAt = queue.now
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
      const { server, onDate } = this.#postOf(device)
      server.turn()
      const answer = serve()
      const date = Math.floor(server.now() / 1000) * 1000
      this.onEvent(device, fate === 1 ? `${what}: its answer is lost` : fate === 3 ? `${what}: arrives late` : what)
      if (fate === 1) this.#fail(exchange, PATIENCE_MS)
      else
        queue.after(this.#delay(), device, () => {
          if (exchange.over || exchange.broken) return
          this.#end(exchange)
          onDate(server.tellsDate ? date : undefined, queue.now - sentAt)
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
      if (this.serverOf(device).changedSince(since)) this.#tell(waiting)
    })
  }

  #tellWaiting(server: Couch): void {
    for (const waiting of this.#waiting)
      if (this.serverOf(waiting.device) === server && server.changedSince(waiting.since)) this.#tell(waiting)
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

  #break(concerns: (device: string) => boolean, forGood: boolean): void {
    for (const exchange of [...this.#exchanges])
      if (concerns(exchange.device)) {
        if (forGood) exchange.gone = true
        exchange.broken = true
        if (!exchange.over) this.#fail(exchange, 10 + this.draw(90))
      }
    for (const waiting of [...this.#waiting])
      if (concerns(waiting.device)) {
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
