// An HTTP proxy in front of a server that answers with another clock than the server's, or with none: steps, leaps, and
// nodes that differ behind one balancer. Only the `Date` header changes; what the server judges by stays its own.
import { type ClientRequest, createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ClockProxy {
  /** Where devices connect to, in the server's stead. */
  readonly url: string
  /** Answers of each status, by request line (method and path without query). */
  readonly answers: Map<string, number>
  /**
   * What the clock of each node is ahead of the true one, ms; nodes take turns, request by request.
   * @param dates a header as it is, or none (undefined)
   */
  clocks(...dates: readonly (number | string | undefined)[]): void
  close(): Promise<void>
}

export async function startClockProxy(target: string): Promise<ClockProxy> {
  const { hostname, port } = new URL(target)
  const answers = new Map<string, number>()
  const upstreams = new Set<ClientRequest>()
  let clocks: readonly (number | string | undefined)[] = [0]
  let turn = 0

  const server: Server = createServer((incoming, outgoing) => {
    const clock = clocks[turn++ % clocks.length]
    const line = `${incoming.method} ${incoming.url?.replace(/\?.*/, '')}`
    answers.set(line, (answers.get(line) ?? 0) + 1)
    const { method, url: path, headers } = incoming
    const upstream = request({ hostname, port, method, path, headers }, (answer) => {
      const { date: _, ...rest } = answer.headers
      outgoing.sendDate = false
      const date = typeof clock === 'number' ? new Date(Date.now() + clock).toUTCString() : clock
      outgoing.writeHead(answer.statusCode ?? 502, { ...rest, ...(date === undefined ? {} : { date }) })
      answer.pipe(outgoing)
    })
    upstreams.add(upstream)
    upstream.on('close', () => upstreams.delete(upstream))
    upstream.on('error', () => outgoing.destroy())
    outgoing.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    clocks(...dates) {
      clocks = dates
    },
    async close() {
      for (const upstream of upstreams) upstream.destroy()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
