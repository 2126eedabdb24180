// An HTTP proxy that makes one server look like several nodes which take turns, of which one takes no session cookie of the
// others (another secret), or knows no users yet.
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface OddNodes {
  readonly url: string
  /** How often each request line (method and path without query) was seen. */
  readonly requests: Map<string, number>
  /** What every third answer comes from. */
  odd: 'none' | 'other secret' | 'no users' | 'bad gateway'
  close(): Promise<void>
}

const OWN = 'odd-'

export async function startOddNodes(target: string): Promise<OddNodes> {
  const { hostname, port } = new URL(target)
  let turn = 0
  const requests = new Map<string, number>()
  const server: Server = createServer((incoming, outgoing) => {
    const isOdd = turn++ % 3 === 0
    const line = `${incoming.method} ${incoming.url?.replace(/\?.*/, '')}`
    requests.set(line, (requests.get(line) ?? 0) + 1)
    if (isOdd && (nodes.odd === 'no users' || nodes.odd === 'bad gateway')) {
      incoming.resume()
      const [status, reason] = nodes.odd === 'no users' ? [401, 'Name or password is incorrect.'] : [502, 'Bad gateway']
      outgoing.writeHead(status, { 'content-type': 'application/json' })
      outgoing.end(JSON.stringify({ error: 'unauthorized', reason }))
      return
    }
    const hasOther = isOdd && nodes.odd === 'other secret'
    const { cookie, ...headers } = incoming.headers
    // A cookie of another secret is none.
    const isOwn = cookie?.includes(`AuthSession=${OWN}`) === true
    const passes = cookie !== undefined && isOwn === hasOther
    const upstream = request(
      {
        hostname,
        port,
        method: incoming.method,
        path: incoming.url,
        headers: { ...headers, ...(passes ? { cookie: cookie.replace(OWN, '') } : {}) },
      },
      (answer) => {
        const cookies = answer.headers['set-cookie']?.map((one) =>
          hasOther ? one.replace('AuthSession=', `AuthSession=${OWN}`) : one,
        )
        outgoing.writeHead(answer.statusCode ?? 502, {
          ...answer.headers,
          ...(cookies ? { 'set-cookie': cookies } : {}),
        })
        answer.pipe(outgoing)
      },
    )
    upstream.on('error', () => outgoing.destroy())
    outgoing.on('close', () => upstream.destroy())
    incoming.pipe(upstream)
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const nodes: OddNodes = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    odd: 'none',
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return nodes
}
