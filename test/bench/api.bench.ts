// The local API at the size of a large organisation: requests per second and how long each takes, beside a route of the
// same framework that does nothing, with the same method and body, in the same run and process.
// Invariant: the client runs in a process of its own, every answer is a success, and ours and floor alternate.
// Options: --contacts N (100000), --seconds N (2) for each round, --rounds N (9), --only NAME, --json, --strict.
import { type ChildProcess, fork } from 'node:child_process'
import fastify from 'fastify'
import { type Application, openApplication } from '../../src-main/app'
import { PERMISSIONS } from '../../src-main/engine/permissions'
import { type Load, type Measured, put } from './api/load'
import { type BenchRow, type Goal, numberOption, report, rowOfRounds, scratchFolder } from './harness'

const CONNECTIONS = 32
const SECRET = 'the-secret-of-the-bench'
const SEED_BATCH = 250

const contact = (n: string) =>
  JSON.stringify({
    firstName: 'Bench',
    lastName: `Person ${n}`,
    cellPhone: { userInput: `+61410${n}` },
    workEmail: `p${n}@example.org`,
  })

const LOADS: Record<string, { goal: Goal; method: 'GET' | 'POST'; path: string; body?: string }> = {
  get: { goal: '≥ 0.5', method: 'GET', path: '/api/v2/externalcontacts/contacts/{id}' },
  lookup: {
    goal: '≥ 0.5',
    method: 'POST',
    path: '/api/v2/externalcontacts/identifierlookup/contacts',
    body: '{"type":"Email","value":"{id}@example.org"}',
  },
  create: { goal: '≥ 0.15', method: 'POST', path: '/api/v2/externalcontacts/contacts', body: contact('{n}') },
  interaction: {
    goal: '',
    method: 'POST',
    path: '/api/v2/local/interactions',
    body: JSON.stringify({
      conversationId: 'bench {n}',
      mediaType: 'voice',
      direction: 'inbound',
      startedAt: '2026-06-01T09:00:00Z',
      identifiers: [{ type: 'Email', value: '{id}@example.org' }],
    }),
  },
}

async function seed(application: Application, size: number): Promise<string[]> {
  const owner = { id: 'bench', permissions: new Set(PERMISSIONS) }
  const ids: string[] = []
  for (let at = 0; at < size; at += SEED_BATCH)
    ids.push(
      ...(await application.engine.contacts.createMany(
        owner,
        Array.from({ length: Math.min(SEED_BATCH, size - at) }, (_, i) => {
          const input = JSON.parse(contact(String(10_000_000 + at + i)))
          return { input: { ...input, workEmail: `seed${at + i}@example.org` } }
        }),
      )),
    )
  return ids
}

function measure(client: ChildProcess, load: Load): Promise<Measured> {
  return new Promise((resolve, reject) => {
    client.once('message', (answer: Measured | { error: string }) =>
      'error' in answer ? reject(new Error(answer.error)) : resolve(answer),
    )
    client.send(load)
  })
}

const percentile = (sorted: readonly number[], part: number) => sorted[Math.floor((sorted.length - 1) * part)] ?? 0

async function main(): Promise<void> {
  const size = numberOption('contacts', 100_000)
  const milliseconds = numberOption('seconds', 2) * 1000
  const rounds = numberOption('rounds', 9)
  const application = await openApplication({ dataDir: scratchFolder(), version: 'bench' })
  const ids = await seed(application, size)
  // As fast as it can: the stop for a token that runs wild is not what is measured.
  const ours = await application.localApi.serve({ port: 0, secret: SECRET, requestsMax: Number.MAX_SAFE_INTEGER })
  const empty = fastify()
  empty.get('/empty', async () => ({}))
  empty.post('/empty', async () => ({}))
  const floor = await empty.listen({ port: 0, host: '127.0.0.1' })
  const client = fork(process.argv[1] ?? '', ['--client'], { serialization: 'advanced' })

  let first = 90_000_000
  const rows: BenchRow[] = []
  const only = process.argv[process.argv.indexOf('--only') + 1]
  for (const [name, { goal, method, path, body }] of Object.entries(LOADS)) {
    if (process.argv.includes('--only') && name !== only) continue
    const names = name === 'get' ? ids : ids.map((_, i) => `seed${i}`)
    const send = async (origin: string, at: string) => {
      const headers = { authorization: `Bearer ${SECRET}`, ...(body ? { 'content-type': 'application/json' } : {}) }
      const load = { origin, method, path: at, headers, ids: names, connections: CONNECTIONS, milliseconds, first }
      const before = process.cpuUsage()
      const measured = await measure(client, { ...load, ...(body ? { body } : {}) })
      const { user, system } = process.cpuUsage(before)
      first += measured.requests + CONNECTIONS
      return { ...measured, cpu: (user + system) / measured.requests }
    }
    await send(ours, path) // once to warm up
    const mine: (Measured & { cpu: number })[] = []
    const theirs: (Measured & { cpu: number })[] = []
    for (let round = 0; round < rounds; round += 1) {
      theirs.push(await send(floor, '/empty'))
      mine.push(await send(ours, path))
    }
    const compare = (what: string, unit: string, of: (one: Measured & { cpu: number }) => number, goal: Goal = '') =>
      rows.push(rowOfRounds(`${name}, ${what}`, unit, mine.map(of), theirs.map(of), goal))
    compare('requests a second', '1/s', ({ requests, milliseconds }) => (requests * 1000) / milliseconds, goal)
    compare('processor time of the server', 'µs', ({ cpu }) => cpu)
    compare('p50', 'ms', ({ latencies }) => percentile(latencies, 0.5) / 1000)
    compare('p99', 'ms', ({ latencies }) => percentile(latencies, 0.99) / 1000)
  }
  client.kill()
  await empty.close()
  await application.close()
  report(`The local API at ${size.toLocaleString('en')} contacts, beside an empty route of the framework`, rows)
}

if (process.argv.includes('--client'))
  process.on('message', (load: Load) => {
    put(load).then(
      (measured) => process.send?.(measured),
      (error: Error) => process.send?.({ error: error.message }),
    )
  })
else {
  await main()
  process.exit()
}
