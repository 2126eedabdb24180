// Random and mutated requests: nothing is answered with 500, nothing hangs, memory stays flat, and what is stored
// afterwards keeps every invariant. `SCV_FUZZ=100000` is the long run; `SCV_SEED=…` repeats one.

import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { Agent, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { checkInvariants } from '../engine/model/invariants'
import { openApi, SECRET } from '../support/api'
import { triesOf } from '../support/depth'
import { drawFrom } from '../support/exchange'
import { seedFromEnvironment } from '../support/hunt'
import { openRealDevice } from '../support/real-device'
import { type Drawn, drawBytes, drawRequest, type Known, type Operation, type Schema } from './fuzz/requests'

const REQUESTS = triesOf('SCV_FUZZ', 2400)
const AT_ONCE = 8
/** An answer that takes longer counts as none. */
const HANG_MS = 60_000
const IDS_KEPT = 300
const MB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })

function send(port: number, drawn: Drawn): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const { method, path, headers, body } = drawn
    const sent = httpRequest({ host: '127.0.0.1', port, agent, method, path, headers, timeout: HANG_MS }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (piece) => {
        text += piece
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      answer.on('error', reject)
    })
    sent.on('timeout', () => sent.destroy(new Error('no answer')))
    // A body refused before it was read may end the connection while it is still being sent.
    sent.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve({ status: 413, text: '' }) : reject(error),
    )
    sent.end(body)
  })
}

/** Sends bytes and waits until the server has answered or hung up. */
function sendBytes(port: number, bytes: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    const late = setTimeout(() => socket.destroy(new Error('no answer')), HANG_MS)
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', (piece) => {
      text += piece
    })
    socket.on('error', (error: NodeJS.ErrnoException) => (error.message === 'no answer' ? reject(error) : undefined))
    socket.on('close', () => {
      clearTimeout(late)
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text: '' })
    })
  })
}

type Told = Record<string, Record<string, { 'x-codes'?: Record<string, string[]> }>>

/** Whether the description of the operation that a request is for, if it is for one, tells of a refusal. */
function isTold(paths: Told, { method, path }: Drawn, status: number, code: string): boolean {
  const bare = path.split('?')[0] ?? ''
  const matching = Object.entries(paths).filter(([template]) =>
    new RegExp(`^${template.replace(/[.]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+')}$`).test(bare),
  )
  // Of two addresses that a request fits, the one without a place for an id takes it.
  const [found] = matching.sort(([a], [b]) => a.split('{').length - b.split('{').length)
  const operation = found?.[1][method.toLowerCase()]
  return operation === undefined || (operation['x-codes']?.[status] ?? []).includes(code)
}

/** Keeps ids out of an answer, for later requests to be about. */
function learn(known: Known, text: string): void {
  for (const [, id] of text.slice(0, 4000).matchAll(/"id":"([\w-]{20,64})"/g))
    if (id !== undefined && !known.ids.includes(id)) known.ids.push(id)
  if (known.ids.length > IDS_KEPT) known.ids.splice(0, known.ids.length - IDS_KEPT)
}

test(
  `${REQUESTS} requests, schema-aware and raw: no 500, no hang, memory flat, invariants hold`,
  async () => {
    const seed = seedFromEnvironment()
    console.log(`seed ${seed}`)
    const draw = drawFrom(seed)
    const api = await openApi({ checkAnswers: true })
    const copy = mkdtempSync(join(tmpdir(), 'scv-fuzzed-'))
    try {
      const { body: description } = await api.request('GET', '/openapi.json')
      const operations = Object.entries<
        Record<
          string,
          { parameters?: Operation['parameters']; requestBody?: { content?: Record<string, { schema: Schema }> } }
        >
      >(description.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { parameters = [], requestBody }]): Operation => {
          const body = requestBody?.content?.['application/json']?.schema
          return { method, path, parameters, ...(body ? { body } : {}) }
        }),
      )
      // What changes everything at once is drawn less often, or nobody would be left.
      const rare = operations.filter(({ path, method }) => /erase|retention|import/.test(path) || method === 'delete')
      const common = operations.filter((one) => !rare.includes(one))
      const known: Known = { ids: [] }
      const statuses = new Map<number, number>()
      const wrong: string[] = []
      /** Refusals that the description of the operation says nothing of. */
      const untold = new Set<string>()
      let heapEarly = 0
      let sent = 0
      const one = async () => {
        const turn = sent++
        if (turn === Math.floor(REQUESTS / 4)) {
          collect()
          heapEarly = process.memoryUsage().heapUsed
        }
        const raw = draw(20) === 0
        const drawn = drawRequest(draw, draw(25) === 0 ? rare : common, known, SECRET)
        const { status, text } = raw
          ? await sendBytes(api.port, drawBytes(draw, api.port, SECRET))
          : await send(api.port, drawn)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 500) wrong.push(raw ? 'raw bytes' : `${drawn.method} ${drawn.path} ${drawn.body?.slice(0, 300)}`)
        if (status < 300) learn(known, text)
        const code = !raw && status >= 400 && status !== 404 && text !== '' ? JSON.parse(text).code : undefined
        if (code !== undefined && !isTold(description.paths, drawn, status, code))
          untold.add(`${drawn.method} ${drawn.path.slice(0, 200)}: ${status} ${code}`)
      }
      await Promise.all(
        Array.from({ length: AT_ONCE }, async () => {
          while (sent < REQUESTS) await one()
        }),
      )
      console.log(JSON.stringify(Object.fromEntries([...statuses].sort(([a], [b]) => a - b))))
      expect(wrong, api.defects.map((error) => (error as Error).stack).join('\n')).toEqual([])
      expect(api.defects).toEqual([])
      expect([...untold]).toEqual([])
      expect(statuses.get(200) ?? 0).toBeGreaterThan(REQUESTS / 10)
      collect()
      const heap = process.memoryUsage().heapUsed
      console.log(`heap ${Math.round(heapEarly / MB)} MB after a quarter, ${Math.round(heap / MB)} MB at the end`)
      expect(heap).toBeLessThan(heapEarly * 1.5 + 32 * MB)
      // Still there, and still right.
      expect((await api.request('GET', '/api/v2/local/health')).status).toBe(200)
      await api.application.engine.idle()
      agent.destroy()
      await api.application.close()
      cpSync(api.folder, copy, { recursive: true })
      const device = await openRealDevice(copy, Date.now())
      await checkInvariants(device)
      await device.close()
    } finally {
      agent.destroy()
      await api.close().catch(() => undefined)
      rmSync(copy, { recursive: true, force: true })
    }
  },
  REQUESTS > 10_000 ? 7_200_000 : 240_000,
)
