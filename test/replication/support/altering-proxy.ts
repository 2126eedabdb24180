// An HTTP proxy between devices and a server that makes one server look like several, or like a hostile one: keyed reads that
// are behind the feed, copies that disagree, 202 answers, silence, and answers of the test's own. Measured on CouchDB 3.5 with
// three nodes: the feed reads one copy; what is asked by key comes from a quorum that can be seconds older, or lacks documents.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** What a copy that is behind says of a document: an older state of it, or nothing; undefined: it is not behind. */
type Behind = (id: string) => Record<string, unknown> | 'missing' | undefined

interface Asked {
  method: string
  /** Without the query. */
  path: string
  query: URLSearchParams
  body: string
}

export interface AlteringProxy {
  readonly url: string
  /** Copies that the server says it keeps. */
  copies: number
  /** What keyed reads say instead. */
  behind: Behind | undefined
  /** Answers in the server's stead; true: it did. */
  instead: ((asked: Asked, response: ServerResponse) => boolean | Promise<boolean>) | undefined
  /** Changes the server's answers. */
  alter: ((asked: Asked, status: number, body: string) => { status: number; body: string }) | undefined
  /** How often each path's last part was asked for. */
  readonly asked: Map<string, number>
  close(): Promise<void>
}

type Json = Record<string, unknown>

export async function startAlteringProxy(target: string): Promise<AlteringProxy> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  const closing = new AbortController()

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', target)
    const method = request.method ?? 'GET'
    const asked: Asked = { method, path: url.pathname, query: url.searchParams, body: await text(request) }
    const part = url.pathname.split('/').at(-1) ?? ''
    proxy.asked.set(part, (proxy.asked.get(part) ?? 0) + 1)
    if (await proxy.instead?.(asked, response)) return
    const gone = new AbortController()
    response.on('close', () => gone.abort())
    const { cookie, authorization, 'if-none-match': have } = request.headers
    const theirs = await fetch(url, {
      method,
      headers: {
        ...(asked.body === '' ? {} : { 'content-type': 'application/json' }),
        ...(cookie ? { cookie } : {}),
        ...(authorization ? { authorization } : {}),
        ...(have ? { 'if-none-match': have } : {}),
      },
      ...(asked.body === '' ? {} : { body: asked.body }),
      signal: AbortSignal.any([gone.signal, closing.signal]),
    })
    const said = { status: theirs.status, body: await theirs.text() }
    const known = theirs.ok ? withCopies(asked, lagging(asked, said.body)) : said.body
    const altered = proxy.alter?.(asked, said.status, known) ?? { status: said.status, body: known }
    const cookies = theirs.headers.getSetCookie()
    response.writeHead(altered.status, {
      'content-type': 'application/json',
      date: theirs.headers.get('date') ?? new Date().toUTCString(),
      ...(cookies.length > 0 ? { 'set-cookie': cookies } : {}),
    })
    response.end(altered.status === 304 ? undefined : altered.body)
  }

  function withCopies({ method, path }: Asked, body: string): string {
    if (proxy.copies === 1 || method !== 'GET' || !/^\/scv-[^/]+\/?$/.test(path)) return body
    return JSON.stringify({ ...(JSON.parse(body) as Json), cluster: { n: proxy.copies, q: 2, r: 2, w: 2 } })
  }

  function lagging({ path, body: sent }: Asked, body: string): string {
    const { behind } = proxy
    if (!behind) return body
    if (path.endsWith('/_all_docs')) {
      const answer = JSON.parse(body) as { rows: { key: string }[] }
      const rows = answer.rows.map((row) => {
        const old = behind(row.key)
        if (old === undefined) return row
        if (old === 'missing') return { key: row.key, error: 'not_found' }
        return { id: row.key, key: row.key, value: { rev: old['_rev'] }, doc: old }
      })
      return JSON.stringify({ ...answer, rows })
    }
    if (path.endsWith('/_bulk_get')) {
      const { docs } = JSON.parse(sent) as { docs: { id: string; rev?: string }[] }
      const { results } = JSON.parse(body) as { results: unknown[] }
      const lagged = results.map((result, i) => {
        const { id = '', rev } = docs[i] ?? {}
        const old = behind(id)
        if (old === undefined || (old !== 'missing' && old['_rev'] === rev)) return result
        return { id, docs: [{ error: { id, rev, error: 'not_found', reason: 'missing' } }] }
      })
      return JSON.stringify({ results: lagged })
    }
    return body
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  const proxy: AlteringProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    copies: 1,
    behind: undefined,
    instead: undefined,
    alter: undefined,
    asked: new Map(),
    async close() {
      closing.abort()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return proxy
}
