// The server as the bench uses it beside the product: an organisation of its own, and CouchDB's bare speed.
import { performance } from 'node:perf_hooks'
import { fromRemoteId, toRemoteBody } from '../../../src-main/replication/couch/wire'
import { personDocument } from './people'

export interface BenchServer {
  /** Without user and password. */
  url: string
  user: string
  password: string
}

export async function ask(server: BenchServer, method: string, path: string, body?: string): Promise<unknown> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      authorization: `Basic ${btoa(`${server.user}:${server.password}`)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`)
  return answer
}

/** A cookie, as the product has one: passwords are slow to check on purpose. */
async function signIn({ url, user, password }: BenchServer): Promise<string> {
  const response = await fetch(`${url}/_session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: user, password }),
  })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

/**
 * Writes people with `_bulk_docs`, nothing else. @returns documents per second
 * @param inFlight requests at once
 */
export async function rawPush(
  server: BenchServer,
  database: string,
  size: number,
  batch: number,
  inFlight: number,
): Promise<number> {
  const cookie = await signIn(server)
  const bodies: string[] = []
  for (let start = 0; start < size; start += batch) {
    const docs = Array.from({ length: Math.min(batch, size - start) }, (_, i) => {
      const document = personDocument(start + i, server.user)
      return { _id: `contacts:${document.id}`, ...toRemoteBody(document) }
    })
    bodies.push(JSON.stringify({ docs }))
  }
  const begun = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      for (;;) {
        const body = bodies[next++]
        if (body === undefined) return
        const response = await fetch(`${server.url}/${database}/_bulk_docs`, {
          method: 'POST',
          headers: { cookie, 'content-type': 'application/json' },
          body,
        })
        const rows = (await response.json()) as { error?: string; reason?: string }[]
        const refused = Array.isArray(rows) ? rows.find((row) => row.error !== undefined) : rows
        if (refused) throw new Error(`raw write refused: ${JSON.stringify(refused)}`)
      }
    }),
  )
  return size / ((performance.now() - begun) / 1000)
}

/** Reads everything with `_changes`, nothing else. @returns documents per second */
export async function rawPull(server: BenchServer, database: string, batch: number): Promise<number> {
  const cookie = await signIn(server)
  const begun = performance.now()
  let since = '0'
  let seen = 0
  for (;;) {
    const response = await fetch(
      `${server.url}/${database}/_changes?include_docs=true&limit=${batch}&since=${encodeURIComponent(since)}`,
      { headers: { cookie } },
    )
    const page = (await response.json()) as { results: { id: string }[]; last_seq: string; pending: number }
    seen += page.results.filter(({ id }) => fromRemoteId(id)).length
    since = page.last_seq
    if (page.results.length === 0 || page.pending === 0) break
  }
  return seen / ((performance.now() - begun) / 1000)
}
