// The storm (build/storm.mjs): several agents' devices, whole applications without a window, work on the same people over one
// server, while its nodes and the devices themselves are killed, paused and cut off, and the shards are split. Invariants at
// the end: every device holds the same documents and shows the same person for every contact; no write of an honest agent was
// refused; nothing that a command acknowledged is missing.
import { execFile } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, expect, test } from 'vitest'
import { DeviceProcess } from '../replication/support/device'
import { createOrganisation, type Organisation, testServer } from '../replication/support/organisation'
import { type Draw, drawFrom } from '../support/exchange'

const MINUTES = Number(process.env['STORM_MINUTES'] ?? '15')
const DEVICES = Number(process.env['STORM_DEVICES'] ?? '3')
const NODES = process.env['STORM_NODES'] ?? ''
/** The bundle of an earlier version’s device, which every other device runs. */
const FORMER = process.env['STORM_FORMER'] ?? ''
const SEED = Number(process.env['STORM_SEED'] ?? '1')
/** People that all work on, so that edits meet. */
const HOT = 20
const run = promisify(execFile)

const isFormer = (n: number): boolean => FORMER !== '' && n % 2 === 1

const draw: Draw = drawFrom(SEED)
const counts = new Map<string, number>()
const count = (what: string): void => void counts.set(what, (counts.get(what) ?? 0) + 1)

let organisation: Organisation | undefined
const devices: DeviceProcess[] = []
afterAll(async () => {
  await Promise.all(devices.map((device) => device.close()))
  await organisation?.remove()
})

/** What commands acknowledged: a value that must be readable in the end, in some register's history. */
const acknowledged = new Set<string>()
const people: string[] = []
const somebody = () => people[draw(3) > 0 ? draw(Math.min(HOT, people.length)) : draw(people.length)] ?? ''

async function workOn(device: DeviceProcess, name: string, n: number): Promise<void> {
  const value = `${name}-${n}`
  const choice = people.length < HOT ? 0 : draw(12)
  if (choice < 2) {
    const phone = { userInput: `+6142${String(1_000_000 + draw(400)).padStart(7, '0')}` }
    const { id } = await device.call('people.create', { input: { firstName: value, cellPhone: phone } })
    people.push(id)
    acknowledged.add(value)
    return count('created')
  }
  const contactId = somebody()
  if (choice < 8) {
    const field = ['title', 'lastName', 'middleName', 'salutation'][draw(4)] ?? 'title'
    await device.call('people.update', { contactId, changes: { [field]: value } })
    acknowledged.add(value)
    return count('edited')
  }
  if (choice < 9) {
    await device.call('people.addNote', { contactId, text: value })
    acknowledged.add(value)
    return count('noted')
  }
  if (choice < 11) {
    const identifiers = [{ type: 'Phone' as const, value: `+6142${1_000_000 + draw(400)}` }]
    const startedAt = new Date().toISOString()
    await device.call('interactions.record', { channel: 'voice', direction: 'inbound', startedAt, identifiers })
    return count('recorded')
  }
  const other = somebody()
  if (other !== contactId && draw(4) === 0) {
    await device.call('merges.merge', { contactIds: [contactId, other], choices: {} })
    count('merged')
  }
}

async function node(what: 'kill' | 'back' | 'pause' | 'resume', which: number): Promise<void> {
  const [command = '', ...args] = NODES.split(' ').map((part) =>
    part.replace('{do}', what).replace('{node}', String(which)),
  )
  await run(command, args).catch((error: unknown) =>
    console.error(`node ${which} ${what}:`, String(error).slice(0, 200)),
  )
  count(`node ${what}`)
}

async function troubleNodes(until: number): Promise<void> {
  while (NODES !== '' && Date.now() < until) {
    await pause(4000 + draw(12_000))
    const which = 1 + draw(3)
    const killed = draw(2) === 0
    await node(killed ? 'kill' : 'pause', which)
    await pause(1000 + draw(6000))
    await node(killed ? 'back' : 'resume', which)
  }
}

/** Once in a storm over several nodes every shard is split in two, while all write. */
async function splitShards({ ask, path }: Organisation): Promise<void> {
  if (NODES === '') return
  await pause(MINUTES * 20_000)
  const shards = async () => Object.keys((await ask('GET', '/_shards')).body.shards).length
  const before = await shards()
  const { body } =
    (await organisation?.server.ask('POST', '/_reshard/jobs', { type: 'split', db: path.slice(1) })) ?? {}
  console.log(`shards of ${path}: ${before}; to be split:`, JSON.stringify(body))
  const end = Date.now() + 5 * 60_000
  while ((await shards().catch(() => before)) < 2 * before && Date.now() < end) await pause(2000)
  count(`shards ${before} split to ${await shards()}`)
}

/** A device that is being killed does not work meanwhile. */
const away = new Set<DeviceProcess>()
async function troubleDevices(until: number): Promise<void> {
  while (Date.now() < until) {
    await pause(5000 + draw(10_000))
    const device = devices[draw(devices.length)] as DeviceProcess
    away.add(device)
    if (draw(2) === 0) {
      await device.restart('kill')
      count('device kill')
    } else {
      await device.call('sync.pause', {})
      count('device pause')
      away.delete(device) // works on, alone
      await pause(3000 + draw(9000))
      away.add(device)
      await device.call('sync.resume', {})
    }
    away.delete(device)
  }
}

async function agent(device: DeviceProcess, name: string, until: number): Promise<void> {
  for (let n = 0; Date.now() < until; n += 1) {
    await pause(draw(300))
    if (away.has(device)) continue
    await workOn(device, name, n).catch((error: unknown) => count(`not done: ${String(error).slice(0, 60)}`))
  }
}

/** Every person as a device shows them. */
async function views(device: DeviceProcess, ids: readonly string[]): Promise<Map<string, string>> {
  const shown = new Map<string, string>()
  for (const contactId of ids)
    shown.set(
      contactId,
      JSON.stringify(await device.first('people.get', { contactId }).catch((error: unknown) => String(error))),
    )
  return shown
}

test(`a storm of ${MINUTES} minutes over ${DEVICES} devices, seed ${SEED}`, async () => {
  const server = await testServer()
  organisation = await createOrganisation(server)
  for (let n = 0; n < DEVICES; n += 1) {
    const credentials = await organisation.user(`agent${n}`, ['agent'])
    const device = await DeviceProcess.start({ keepPassword: true, ...(isFormer(n) ? { program: FORMER } : {}) })
    devices.push(device)
    await device.call('sync.connect', { url: server.url, org: organisation.name, ...credentials, insistOnPlain: true })
  }
  const until = Date.now() + MINUTES * 60_000
  const all = devices.map((device, n) => agent(device, `a${n}`, until))
  await Promise.all([...all, troubleNodes(until), troubleDevices(until), splitShards(organisation)])

  const end = Date.now() + 5 * 60_000
  let exports: string[][] = []
  let equal = false
  while (!equal && Date.now() < end) {
    await pause(3000)
    for (const device of devices) await device.call('sync.tryNow', {})
    const states = await Promise.all(devices.map((device) => device.status()))
    exports = await Promise.all(devices.map((device) => device.export()))
    const quiet = states.every(
      ({ state, collections }) => state === 'live' && collections.every(({ pendingUp }) => pendingUp === 0),
    )
    equal = quiet && exports.every((one) => JSON.stringify(one) === JSON.stringify(exports[0]))
    if (!equal)
      console.log(
        states.map(({ state, message }) => `${state} ${message ?? ''}`).join(' | '),
        exports.map((one) => one.length).join(' / '),
      )
  }
  const [first = []] = exports
  const ids = first
    .map((line) => JSON.parse(line) as { kind: string; id: string })
    .filter(({ kind }) => kind === 'contacts')
    .map(({ id }) => id)
  const shown: Map<string, string>[] = []
  for (const device of devices) shown.push(await views(device, ids))
  // A version shows a person in its own words.
  const likeOf = (n: number) => shown[isFormer(n) ? 1 : 0]
  const different = ids.filter((id) => shown.some((one, n) => one.get(id) !== likeOf(n)?.get(id)))
  const text = first.join('\n')
  const lost = [...acknowledged].filter((value) => !text.includes(`"${value}"`))
  const aside = await Promise.all(devices.map((device) => device.first('sync.setAside', { offset: 0, limit: 50 })))
  const { body } = await organisation.ask('GET', '/_all_docs?include_docs=true&conflicts=true')
  const rows = body.rows as { doc: { _conflicts?: string[] } }[]
  const branches = rows.filter(({ doc }) => doc._conflicts).length
  console.log(
    `storm seed=${SEED} minutes=${MINUTES} devices=${DEVICES} documents=${first.length} views=${ids.length} different=${different.length}`,
    `lost=${lost.length} setAside=${aside.reduce((sum, { total }) => sum + total, 0)} branched=${branches}`,
    JSON.stringify(Object.fromEntries([...counts].sort())),
  )
  for (const { items } of aside)
    for (const item of items.slice(0, 5)) console.log(item.kind, item.collection, item.documentId, item.reason)
  expect(equal).toBe(true)
  expect(different).toEqual([])
  expect(lost).toEqual([])
  expect(aside.map(({ total }) => total)).toEqual(devices.map(() => 0))
})
