// The product at the size of an organisation: what grows with the number of people and must not. Folders of so many people are
// made once (out/bench), with their views, and every row is measured in the engine. So that a machine that is busy with something
// else counts for little, times are the main thread's processor time: of what is read that of the quickest of a few times.
// Options: --people N (10000; the growth is from 10,000 to N), --derive (views from nothing, which takes minutes), --json, --strict.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src-main/database'
import { createScratch } from '../../src-main/database/scratch'
import { createEngine, type Engine } from '../../src-main/engine'
import { createClock } from '../../src-main/engine/documents/stamp'
import { owner } from '../../src-main/engine/permissions'
import { openProjections, type Projections } from '../../src-main/projections'
import { PROJECTION_VERSION } from '../../src-main/projections/file/tables'
import { SEARCH_INDEX_VERSION } from '../../src-main/projections/search/document'
import { asContactId, asDeviceId } from '../../src-shared/model/ids'
import { type BenchRow, flag, type Goal, numberOption, report, row, scratchFolder, timed } from './harness'
import { people, type ScalePerson, scaleFolder } from './scale/folder'
import { putHeavy } from './scale/heavy'

const SMALLEST = 10_000
const ASKED = 60
const ann = owner('ann')

type Measured = Map<string, number>

const p95 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN

/** Processor time of this thread, ms. */
const used = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

/** The system counts the processor's time in ticks of some ms: what is shorter is done again until it has taken so long. */
const MEASURABLE_MS = 40

/** Milliseconds of the quickest of some rounds, each begun in a fresh turn of the event loop. */
async function quickest(work: () => unknown, rounds = 3): Promise<number> {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < rounds; round += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    const start = used()
    let times = 0
    for (; times === 0 || used() - start < MEASURABLE_MS; times += 1) await work()
    least = Math.min(least, (used() - start) / times)
  }
  return least
}

/** The slow end of what is asked about many people. */
async function asked(subjects: readonly ScalePerson[], ask: (person: ScalePerson) => unknown): Promise<number> {
  const times: number[] = []
  for (const person of subjects) times.push(await quickest(() => ask(person), 2))
  return p95(times)
}

/** What writing comes to on the main thread: the mean, as the system counts the processor's time in ticks. */
async function written<T>(subjects: readonly T[], write: (subject: T) => unknown): Promise<number> {
  for (const subject of subjects.slice(0, 3)) await write(subject)
  const start = used()
  for (const subject of subjects) await write(subject)
  return (used() - start) / subjects.length
}

const FEW = [1, 2, 3, 4, 5]

/** Watches for the longest turn of the event loop. */
function watchTurns(): { stop(): number } {
  let last = used()
  let longest = 0
  let isRunning = true
  const look = (): void => {
    const now = used()
    longest = Math.max(longest, now - last)
    last = now
    if (isRunning) setImmediate(look)
  }
  setImmediate(look)
  return {
    stop() {
      isRunning = false
      return longest
    },
  }
}

/** Memory of the process, in MiB. */
function memory(kind: 'RssAnon' | 'VmRSS'): number {
  const line = new RegExp(`${kind}:\\s+(\\d+)`).exec(readFileSync('/proc/self/status', 'utf8'))
  return Number(line?.[1] ?? 0) / 1024
}

function copied(folder: string, to: string): string {
  cpSync(join(folder, 'documents'), join(to, 'documents'), { recursive: true })
  return to
}

const fail = (error: unknown) => {
  throw error
}

/** The views of a folder of documents that is a copy: those that were kept, or derived, and kept for the next time. */
async function viewsOf(original: string, folder: string, database: Database, found: Measured): Promise<Projections> {
  const kept = join(original, `views-${PROJECTION_VERSION}-${SEARCH_INDEX_VERSION}`)
  if (flag('derive') || !existsSync(kept)) {
    const views = await derive(folder, database, found)
    await views.flush()
    await views.close()
    rmSync(kept, { recursive: true, force: true })
    mkdirSync(`${kept}.unfinished`, { recursive: true })
    for (const name of readdirSync(folder).filter((one) => one.startsWith('projections')))
      cpSync(join(folder, name), join(`${kept}.unfinished`, name))
    renameSync(`${kept}.unfinished`, kept)
  } else cpSync(kept, folder, { recursive: true })
  return openProjections(join(folder, 'projections.sqlite'), database.feed, fail, { loadFrom: 0 })
}

type Database = Awaited<ReturnType<typeof openDatabase>>

async function derive(folder: string, database: Database, found: Measured) {
  const cpu = process.cpuUsage()
  const watch = watchTurns()
  const begun = performance.now()
  const views = await openProjections(join(folder, 'projections.sqlite'), database.feed, fail, { loadFrom: 0 })
  await views.settle()
  found.set('views from nothing, s', (performance.now() - begun) / 1000)
  const { user, system } = process.cpuUsage(cpu)
  found.set('processor for it, all threads, s', (user + system) / 1e6)
  found.set('longest turn meanwhile, ms', watch.stop())
  const again = watchTurns()
  let isDone = false
  const rebuilt = views.rebuild().then(() => {
    isDone = true
  })
  const answers: number[] = []
  while (!isDone) {
    answers.push(await timed(() => views.listPeople({ sort: 'lastName', descending: false, offset: 0, limit: 50 })))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await rebuilt
  await new Promise((resolve) => setTimeout(resolve, 200)) // the files that were replaced are closed
  found.set('longest turn in a rebuild, ms', again.stop())
  found.set('list asked during a rebuild p95, ms', p95(answers))
  if (answers.length < 2) throw new Error('nothing was asked during the rebuild')
  return views
}

async function lists(engine: Engine, views: Projections, count: number, found: Measured): Promise<void> {
  const list = { sort: 'lastName', descending: false, offset: 0, limit: 50 } as const
  found.set('list, first page, ms', await quickest(() => views.listPeople(list)))
  const { next: after } = views.listPeople({ ...list, offset: Math.floor(count * 0.45), limit: 1 })
  found.set('list, page at 45 %, ms', await quickest(() => views.listPeople({ ...list, after })))
  found.set('queue, first page, ms', await quickest(() => engine.queries.autogenerated(0, 50)))
  found.set('queue, deep page, ms', await quickest(() => engine.queries.autogenerated(Math.floor(count / 20), 50)))
  const [entry] = await engine.queries.auditTrail({}, Math.floor(count / 2), 1)
  if (!entry || !after) throw new Error('there is no deep page')
  found.set('audit, deep page, ms', await quickest(() => views.auditEntries({}, { at: entry.at, id: entry.id }, 50)))
  found.set('counts, ms', await quickest(() => engine.queries.counts()))
}

async function searches(views: Projections, some: readonly ScalePerson[], found: Measured): Promise<void> {
  const search = (textOf: (person: ScalePerson) => string) => asked(some, (person) => views.search(textOf(person), 20))
  found.set('two words p95, ms', await search(({ first, last }) => `${first} ${last}`))
  found.set('misspelt p95, ms', await search(({ first, last }) => `${first} ${last.slice(0, 2)}x${last.slice(3)}`))
  found.set('first name + 3 letters p95, ms', await search(({ first, last }) => `${first} ${last.slice(0, 3)}`))
  found.set('national number p95, ms', await search(({ phone }) => phone))
  found.set('whole address p95, ms', await search(({ mail }) => mail))
  found.set('name and mail domain p95, ms', await search(({ first, mail }) => `${first} ${mail.split('@')[1]}`))
}

async function commands(engine: Engine, some: readonly ScalePerson[], found: Measured): Promise<void> {
  found.set('look-up of an address p95, ms', await asked(some, ({ mail }) => engine.queries.lookup(mail, 10)))
  const curated = some.filter(({ isAuto }) => !isAuto)
  let n = 0
  found.set(
    'create, ms',
    await written(some, () =>
      engine.contacts.create(ann, { firstName: `New${n++}`, workEmail: `new${n}@example.com` }),
    ),
  )
  found.set(
    'edit, ms',
    await written(curated, ({ id }) => engine.contacts.update(ann, asContactId(id), { title: `T${n++}` })),
  )
  found.set(
    'merge of 2, ms',
    await written(curated.slice(0, 30), async () => {
      const made = await engine.contacts.createMany(ann, [
        { input: { firstName: `A${n++}` } },
        { input: { firstName: `B${n++}` } },
      ])
      await engine.merges.merge(ann, { contactIds: made })
    }),
  )
}

async function heavies(engine: Engine, database: Database, found: Measured): Promise<void> {
  const { edited, wanted, travelled } = await putHeavy(database.store)
  await engine.contacts.create(ann, { firstName: 'Who waits for it all' })
  const page = await engine.queries.person(edited)
  found.set('edited 10,000 times: page, ms', await quickest(() => engine.queries.person(edited)))
  found.set('edited 10,000 times: to the window, KB', JSON.stringify(page).length / 1000)
  let n = 0
  found.set(
    'edited 10,000 times: one more, ms',
    await written(FEW, () => engine.contacts.update(ann, edited, { title: `More ${n++}` })),
  )
  found.set('wanted by 5,000: look-up, ms', await quickest(() => engine.queries.lookup(wanted.value, 10)))
  found.set(
    'wanted by 5,000: interaction, ms',
    await written(FEW, () =>
      engine.interactions.record(ann, {
        ...{ conversationId: `on-it-${n++}`, channel: 'email', direction: 'inbound' },
        ...{ startedAt: new Date().toISOString(), identifiers: [wanted] },
      }),
    ),
  )
  found.set(
    'wanted by 5,000: one more, ms',
    await written(FEW, () => engine.contacts.create(ann, { firstName: `Desk ${n++}`, workEmail: wanted.value })),
  )
  found.set('journey of 10,000: page, ms', await quickest(() => engine.queries.journey(travelled, {}, 5_000, 100)))
  found.set('journey of 10,000: facets, ms', await quickest(() => engine.queries.journeyFacets(travelled)))
  const sessions = { channels: ['web', 'app'], wholeSet: true, limit: 100 } as const
  found.set('journey of 10,000: sessions, ms', await quickest(() => engine.queries.sessions(travelled, sessions)))
}

async function measure(count: number): Promise<Measured> {
  const found: Measured = new Map()
  const original = await scaleFolder(count)
  const folder = copied(original, scratchFolder())
  const database = await openDatabase(folder, { synchronous: 'OFF' })
  const views = await viewsOf(original, folder, database, found)
  const clock = createClock({ deviceId: asDeviceId('benchdevice'), now: Date.now })
  const settings = () => ({ defaultRegion: 'AU', retentionDays: 60 })
  const engine = createEngine({
    store: database.store,
    views,
    clock,
    settings,
    createScratch: () => createScratch(folder),
  })
  const every = Math.max(1, Math.floor(count / ASKED))
  const some = [...people(count)].filter((_, n) => n % every === 1).slice(0, ASKED)
  await views.searchable()
  await lists(engine, views, count, found)
  await searches(views, some, found)
  found.set('memory after look-ups, MiB', memory('VmRSS'))
  await commands(engine, some, found)
  await heavies(engine, database, found)
  found.set('anonymous memory, MiB', memory('RssAnon'))
  await engine.idle()
  await views.close()
  await database.close()
  return found
}

/** Goals at a million people. */
const GOALS: Readonly<Record<string, Goal>> = {
  'views from nothing, s': '< 180',
  'longest turn meanwhile, ms': '< 50',
  'longest turn in a rebuild, ms': '< 50',
  'list, first page, ms': '< 1',
  'list, page at 45 %, ms': '< 2',
  'queue, first page, ms': '< 8',
  'queue, deep page, ms': '< 15',
  'audit, deep page, ms': '< 2',
  'two words p95, ms': '< 15',
  'misspelt p95, ms': '< 15',
  'first name + 3 letters p95, ms': '< 15',
  'national number p95, ms': '< 3',
  'whole address p95, ms': '< 3',
  'name and mail domain p95, ms': '< 20',
  'look-up of an address p95, ms': '< 3',
  'merge of 2, ms': '< 3.5',
  'edited 10,000 times: page, ms': '< 10',
  'edited 10,000 times: to the window, KB': '< 50',
  'edited 10,000 times: one more, ms': '< 5',
  'wanted by 5,000: look-up, ms': '< 5',
  'wanted by 5,000: interaction, ms': '< 5',
  'wanted by 5,000: one more, ms': '< 5',
  'journey of 10,000: facets, ms': '< 10',
  'journey of 10,000: sessions, ms': '< 5',
  'memory after look-ups, MiB': '< 450',
  'anonymous memory, MiB': '< 150',
}

const count = numberOption('people', SMALLEST)
const small = await measure(SMALLEST)
const large = count === SMALLEST ? small : await measure(count)
const rows: BenchRow[] = [...large].map(([what, value]) =>
  // The floor is the same at 10,000: the ratio is the growth.
  ({
    ...row(what, '', value, 0, GOALS[what] ?? ''),
    floor: small.get(what) ?? 0,
    ratio: value / (small.get(what) ?? 1),
  }),
)
report(`${count.toLocaleString('en')} people; the floor is the same with ${SMALLEST.toLocaleString('en')}`, rows)
