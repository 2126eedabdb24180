// A TCP proxy between devices and a server, for everything a network does to them: gone, slow to come back, cut in the
// middle of a request or of its answer. Counts what passes.

import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

export interface CuttingProxy {
  /** Where devices connect to, in the server's stead. */
  readonly url: string
  /** Connections that are open now, and the most there ever were. */
  readonly connections: { now: number; most: number }
  /** How often each request line (method and path without query) was seen. */
  readonly requests: Map<string, number>
  /** Lets nobody through, and cuts who is connected. */
  block(): void
  allow(): void
  /**
   * Cuts each connection after so many bytes, as `draw` gives them anew for every connection (undefined: not at all).
   * @param which whose bytes count: the device's, or the server's
   */
  cutAfter(draw: (() => number | undefined) | undefined, which?: 'request' | 'answer'): void
  /** Cuts the connection instead of handing on the next answer to a request whose line contains `text`. */
  loseAnswerOf(text: string): void
  /** From now on answers to requests whose line contains `text` come so much later. */
  delayAnswersOf(text: string, ms: number): void
  close(): Promise<void>
}

export async function startCuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target)
  const open = new Set<Socket>()
  const connections = { now: 0, most: 0 }
  const requests = new Map<string, number>()
  let blocked = false
  let draw: (() => number | undefined) | undefined
  let which: 'request' | 'answer' = 'answer'
  let lose: string | undefined
  let delayed: { text: string; ms: number } | undefined

  const server: Server = createServer((device) => {
    if (blocked) {
      device.destroy()
      return
    }
    const upstream = connect(Number(port), hostname)
    let left = draw?.()
    let losing = false
    let late = 0
    connections.now += 1
    connections.most = Math.max(connections.most, connections.now)
    const end = () => {
      device.destroy()
      upstream.destroy()
    }
    const count = (bytes: number, direction: 'request' | 'answer'): boolean => {
      if (left === undefined || direction !== which) return true
      left -= bytes
      return left > 0
    }
    for (const socket of [device, upstream]) {
      open.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        open.delete(socket)
        end()
      })
    }
    device.once('close', () => {
      connections.now -= 1
    })
    device.on('data', (chunk: Buffer) => {
      const line = /^([A-Z]+) ([^ ?]+)\S* HTTP\/1\.1/.exec(chunk.toString('latin1', 0, 2048))
      if (line) {
        const request = `${line[1]} ${line[2]}`
        requests.set(request, (requests.get(request) ?? 0) + 1)
        late = delayed && request.includes(delayed.text) ? delayed.ms : 0
        if (lose !== undefined && request.includes(lose)) {
          losing = true
          lose = undefined
        }
      }
      if (!count(chunk.length, 'request')) end()
      else upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (losing || !count(chunk.length, 'answer')) end()
      else if (late > 0) setTimeout(() => device.write(chunk), late)
      else device.write(chunk)
    })
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    connections,
    requests,
    block() {
      blocked = true
      for (const socket of open) socket.destroy()
    },
    allow() {
      blocked = false
    },
    cutAfter(next, whose = 'answer') {
      draw = next
      which = whose
    },
    loseAnswerOf(text) {
      lose = text
    },
    delayAnswersOf(text, ms) {
      delayed = { text, ms }
    },
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((done) => server.close(done))
    },
  }
}
