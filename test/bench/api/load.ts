// The client's side of the bench, in a process of its own: keeps a number of connections busy and times every request.
import { Pool } from 'undici'

/** What to send, over and over. `{n}` in the body becomes a number nobody had before; ids are taken in turn. */
export interface Load {
  origin: string
  method: 'GET' | 'POST'
  /** `{id}` becomes one of the ids. */
  path: string
  body?: string
  ids: string[]
  headers: Record<string, string>
  connections: number
  milliseconds: number
  /** First number for `{n}`. */
  first: number
}

export interface Measured {
  requests: number
  milliseconds: number
  /** Microseconds of each request, sorted. */
  latencies: number[]
}

/** @throws Error at the first answer that is no success: a bench of refusals would measure nothing */
export async function put({ origin, ids, headers, connections, ...load }: Load): Promise<Measured> {
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const latencies: number[] = []
  let n = load.first
  const start = performance.now()
  const end = start + load.milliseconds
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (performance.now() < end) {
        const turn = n++
        const id = ids[(turn * 7919) % Math.max(1, ids.length)] ?? ''
        const path = load.path.replace('{id}', id)
        const body = load.body?.replaceAll('{n}', String(turn)).replaceAll('{id}', id)
        const sent = performance.now()
        const answer = await pool.request({
          path,
          method: load.method,
          headers,
          ...(body === undefined ? {} : { body }),
        })
        if (answer.statusCode >= 300)
          throw new Error(`${load.method} ${path}: ${answer.statusCode} ${await answer.body.text()}`)
        await answer.body.dump()
        latencies.push((performance.now() - sent) * 1000)
      }
    }),
  )
  const milliseconds = performance.now() - start
  await pool.close()
  return { requests: latencies.length, milliseconds, latencies: latencies.sort((a, b) => a - b) }
}
