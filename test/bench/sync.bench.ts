// First exchanges at the size of a large organisation, beside the server's own speed and PouchDB's, all in one run.
// Invariant: an exchange that does not end with everything in its place fails the bench.
// Options: --people N (100000), --json, --strict. COUCHDB_URL=http://user:password@host:port names a CouchDB whose
// administrator that is; without it the npm stand-in is measured, whose ratios say little.
import { fork } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { databaseFor, provisionOrganisation } from '../../src-main/provision/provision'
import { startSyncServer } from '../../src-main/sync-server/server'
import { flag, median, numberOption, report, row, scratchFolder } from './harness'
import { type ChildResult, type ChildWork, carryOut } from './sync/child'
import { ask, type BenchServer, rawPull, rawPush } from './sync/couch'

/** Requests in flight of the raw writer: with more, CouchDB 3.5 got no faster on two cores. */
const RAW_IN_FLIGHT = [1, 4]
/** Of receiving; the median counts. */
const PULL_ROUNDS = 3

async function main(): Promise<void> {
  const folder = scratchFolder()
  const size = numberOption('people', 100_000)
  const given = process.env['COUCHDB_URL']
  const standIn = given === undefined ? await startSyncServer({ dataDir: join(folder, 'server') }) : undefined
  const server: BenchServer = given
    ? { url: new URL(given).origin, user: new URL(given).username, password: new URL(given).password }
    : { url: standIn?.url ?? '', user: standIn?.admin.name ?? '', password: standIn?.admin.password ?? '' }
  const stamp = Date.now().toString(36)
  const made: string[] = []

  /** An organisation like any other: what its design document costs, raw writes pay as well. */
  async function organisation(name: string): Promise<{ org: string; database: string }> {
    const org = `bench-${name}-${stamp}`
    const { url, user, password } = server
    await provisionOrganisation({ couch: url, admin: { name: user, password }, org })
    const database = databaseFor(org)
    made.push(database)
    return { org, database }
  }

  let started = 0
  function child(work: ChildWork['work'], where: { org: string; database: string }): Promise<ChildResult> {
    started += 1
    const own = join(folder, `device-${started}`)
    mkdirSync(own)
    const task: ChildWork = { work, folder: own, server, size, ...where }
    return new Promise((resolve, reject) => {
      const process_ = fork(process.argv[1] ?? '', ['--child', JSON.stringify(task)], {
        execArgv: [...process.execArgv, '--expose-gc'],
      })
      process_.once('message', (result: ChildResult) => resolve(result))
      process_.once('exit', (code) => code !== 0 && reject(new Error(`${work} failed`)))
    })
  }

  const raw: number[] = []
  for (const inFlight of RAW_IN_FLIGHT) {
    const { database } = await organisation(`raw${inFlight}`)
    raw.push(await rawPush(server, database, size, 1000, inFlight))
  }
  const ours = await organisation('push')
  const push = await child('push', ours)
  const pouchPlace = await organisation('pouch')
  const pouchPush = await child('pouch-push', pouchPlace)
  // In turns, since a machine is not equally fast all the time.
  const rawReads: number[] = []
  const pulls: ChildResult[] = []
  const pouchPulls: ChildResult[] = []
  for (let round = 0; round < PULL_ROUNDS; round += 1) {
    rawReads.push(await rawPull(server, ours.database, 1000))
    pulls.push(await child('pull', ours))
    pouchPulls.push(await child('pouch-pull', ours))
  }
  const app = await child('app', ours)

  for (const database of made) await ask(server, 'DELETE', `/${database}`)
  await standIn?.close()

  const rawWrite = Math.max(...raw)
  const speed = (results: readonly ChildResult[]) => median(results.map(({ perSecond }) => perSecond))
  const pull = speed(pulls)
  const rawRead = median(rawReads)
  const unit = 'documents/s'
  report(`First exchange of ${size.toLocaleString('en')} people with ${given ? 'CouchDB' : 'the npm stand-in'}`, [
    row(
      'send everything, against raw _bulk_docs (the faster of 1 and 4 in flight)',
      unit,
      push.perSecond,
      rawWrite,
      '≥ 0.8',
    ),
    row('send everything, against PouchDB on LevelDB', unit, push.perSecond, pouchPush.perSecond, ''),
    row('receive everything durably, against raw _changes', unit, pull, rawRead, '≥ 0.75'),
    row('receive everything durably, against PouchDB on LevelDB', unit, pull, speed(pouchPulls), '≥ 2'),
    row('receive everything with search, lists and journeys', unit, app.perSecond, rawRead, ''),
    row('memory added while sending', 'MiB', push.grewMiB, 0, '< 100'),
    row('memory added while receiving', 'MiB', Math.max(...pulls.map(({ grewMiB }) => grewMiB)), 0, '< 100'),
    row('look-up meanwhile, p95', 'ms', app.lookupP95 ?? Number.NaN, 0, '< 20'),
    row('longest block of the main process meanwhile', 'ms', app.longestBlock ?? Number.NaN, 0, ''),
  ])
  if (!flag('json'))
    console.log(
      `\nraw _bulk_docs: ${RAW_IN_FLIGHT.map((n, i) => `${n} in flight ${Math.round(raw[i] ?? 0)}/s`).join(', ')}`,
    )
}

if (process.send && process.argv[2] === '--child') {
  carryOut(JSON.parse(process.argv[3] ?? '{}') as ChildWork).then(
    (result) => process.send?.(result, () => process.exit(0)),
    (error: unknown) => {
      console.error(error)
      process.exit(1)
    },
  )
} else await main()
