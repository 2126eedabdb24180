// How many devices one CouchDB can wake: listeners that wait, gather and read as the product's feed does (couch/waking.ts), in
// one process, while documents are written at a steady rate. Tells how late changes arrive and what the server spends.
// Usage: node build/run-ts.mjs test/bench/sync/listeners.ts URL [LISTENERS] [WRITES_A_SECOND] [SECONDS] [PID of the server]
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { Agent, request } from 'undici'
import { Waking } from '../../../src-main/replication/couch/waking'

const [url = '', listeners = '1000', rate = '20', seconds = '30', pid = ''] = process.argv.slice(2)
if (!URL.canParse(url)) throw new Error('usage: listeners.ts URL [LISTENERS] [WRITES_A_SECOND] [SECONDS] [PID]')
const { origin, username, password } = new URL(url)
const database = `/scv-listeners-${randomBytes(4).toString('hex')}`
const dispatcher = new Agent({ connections: Number(listeners) + 10, headersTimeout: 120_000 })
const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
let cookie: string | undefined
let ended = false

async function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(cookie ? { cookie } : { authorization }) }
  const answer = await request(origin + path, {
    method,
    dispatcher,
    headers,
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  for (const line of [answer.headers['set-cookie'] ?? []].flat()) cookie = line.split(';')[0]
  return answer.body.json()
}

interface Page {
  results: { doc?: { at?: number } }[]
  last_seq: string
}
const late: number[] = []
let requests = 0

async function listen(): Promise<void> {
  const waking = new Waking()
  let since = 'now'
  for (let first = true; !ended; first = false) {
    if (!first && !waking.busy) {
      requests += 1
      await ask('GET', `${database}/_changes?feed=longpoll&limit=1&timeout=50000&since=${encodeURIComponent(since)}`)
    }
    await pause(waking.waitMs(Math.random()))
    const begun = performance.now()
    requests += 1
    const place = `limit=1000&seq_interval=1000&since=${encodeURIComponent(since)}`
    const page = (await ask('GET', `${database}/_changes?include_docs=true&conflicts=true&${place}`)) as Page
    waking.read(page.results.length, performance.now(), performance.now() - begun)
    since = page.last_seq
    for (const { doc } of page.results) if (doc?.at) late.push(Date.now() - doc.at)
  }
}

async function write(): Promise<void> {
  const from = Date.now()
  for (let n = 0; !ended; n += 1) {
    void ask('POST', database, { at: Date.now(), pad: 'x'.repeat(400) }).catch(() => undefined)
    await pause(Math.max(0, from + ((n + 1) * 1000) / Number(rate) - Date.now()))
  }
}

/** Seconds of processor that the server has spent. */
function spent(): number {
  if (pid === '') return Number.NaN
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

await ask('PUT', database)
await ask('POST', '/_session', { name: username, password })
for (let n = 0; n < Number(listeners); n += 1) void listen().catch(() => undefined)
await pause(3000)
void write()
await pause(10_000) // until they know how busy it is
const before = spent()
late.length = 0
requests = 0
await pause(Number(seconds) * 1000)
const cores = (spent() - before) / Number(seconds)
const sorted = [...late].sort((a, b) => a - b)
const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN
ended = true
console.log(
  `listeners=${listeners} writes/s=${rate} arrived=${late.length} of ${Number(listeners) * Number(rate) * Number(seconds)}`,
  `p50=${at(0.5)} ms p95=${at(0.95)} ms requests/s=${(requests / Number(seconds)).toFixed(0)} cores=${cores.toFixed(2)}`,
)
await ask('DELETE', database)
process.exit(0)
