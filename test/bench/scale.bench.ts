// The product at the size of an organisation: what grows with the number of people and must not. Folders of so many people
// are made once (out/bench), views are derived from nothing each time, and every row is measured in the engine.
// Options: --people N (10000; the growth is from 10,000 to N), --json, --strict.

import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../src-main/database'
import { createScratch } from '../../src-main/database/scratch'
import { createEngine, type Engine } from '../../src-main/engine'
import { createClock } from '../../src-main/engine/documents/stamp'
import { owner } from '../../src-main/engine/permissions'
import { openProjections, type Projections } from '../../src-main/projections'
import { asContactId, asDeviceId } from '../../src-shared/model/ids'
import { type BenchRow, type Goal, median, numberOption, report, row, scratchFolder, timed } from './harness'
import { people, type ScalePerson, scaleFolder } from './scale/folder'

const SMALLEST = 10_000
const ASKED = 60
const ann = owner('ann')

type Measured = Map<string, number>

const p95 = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN

async function each(subjects: readonly ScalePerson[], ask: (person: ScalePerson) => unknown): Promise<number> {
  for (const person of subjects.slice(0, 5)) await ask(person)
  const times: number[] = []
  for (const person of subjects) times.push(await timed(() => ask(person)))
  return p95(times)
}

/**
 * Watches for the longest turn of the event loop, in ms of the processor's time of this thread: a machine that is busy with
 * something else counts for nothing.
 */
function watchTurns(): { stop(): number } {
  const used = () => {
    const { user, system } = process.threadCpuUsage()
    return (user + system) / 1000
  }
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

/** Memory that is the process's own, in MiB. */
function anonymous(): number {
  const line = /RssAnon:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))
  return Number(line?.[1] ?? 0) / 1024
}

function copied(folder: string, to: string): string {
  mkdirSync(join(to, 'documents'), { recursive: true })
  for (const name of readdirSync(join(folder, 'documents')))
    copyFileSync(join(folder, 'documents', name), join(to, 'documents', name))
  return to
}

async function derive(folder: string, database: Awaited<ReturnType<typeof openDatabase>>, found: Measured) {
  const fail = (error: unknown) => {
    throw error
  }
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
  let answers = 0
  let isDone = false
  const rebuilt = views.rebuild().then(() => {
    isDone = true
  })
  const asked: number[] = []
  while (!isDone) {
    asked.push(await timed(() => views.listPeople({ sort: 'lastName', descending: false, offset: 0, limit: 50 })))
    answers += 1
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await rebuilt
  await new Promise((resolve) => setTimeout(resolve, 200)) // the files that were replaced are closed
  found.set('longest turn in a rebuild, ms', again.stop())
  found.set('list asked during a rebuild p95, ms', p95(asked))
  if (answers < 2) throw new Error('nothing was asked during the rebuild')
  return views
}

async function lists(engine: Engine, views: Projections, count: number, found: Measured): Promise<void> {
  const page = (offset: number) =>
    timed(() => views.listPeople({ sort: 'lastName', descending: false, offset, limit: 50 }))
  const often = async (work: () => Promise<number>) => {
    const times: number[] = []
    for (let i = 0; i < 15; i += 1) times.push(await work())
    return median(times)
  }
  found.set('list, first page, ms', await often(() => page(0)))
  found.set('list, page at 45 %, ms', await often(() => page(Math.floor(count * 0.45))))
  found.set('queue, first page, ms', await often(() => timed(() => views.autoCreated(false, 0, 50))))
  found.set(
    'queue, deep page, ms',
    await often(() => timed(() => views.autoCreated(false, Math.floor(count / 20), 50))),
  )
  found.set('audit, deep page, ms', await often(() => timed(() => views.auditEntries({}, Math.floor(count / 2), 50))))
  found.set('counts, ms', await often(() => timed(() => engine.queries.counts())))
}

async function searches(views: Projections, some: readonly ScalePerson[], found: Measured): Promise<void> {
  const search = (textOf: (person: ScalePerson) => string) => each(some, (person) => views.search(textOf(person), 20))
  found.set('two words p95, ms', await search(({ first, last }) => `${first} ${last}`))
  found.set('misspelt p95, ms', await search(({ first, last }) => `${first} ${last.slice(0, 2)}x${last.slice(3)}`))
  found.set('first name + 3 letters p95, ms', await search(({ first, last }) => `${first} ${last.slice(0, 3)}`))
  found.set('national number p95, ms', await search(({ phone }) => phone))
  found.set('whole address p95, ms', await search(({ mail }) => mail))
  found.set('name and mail domain p95, ms', await search(({ first, mail }) => `${first} ${mail.split('@')[1]}`))
}

async function commands(engine: Engine, some: readonly ScalePerson[], found: Measured): Promise<void> {
  found.set('look-up of an address p95, ms', await each(some, ({ mail }) => engine.queries.lookup(mail, 10)))
  const curated = some.filter(({ isAuto }) => !isAuto)
  let n = 0
  found.set(
    'create p95, ms',
    await each(some, () => engine.contacts.create(ann, { firstName: `New${n++}`, workEmail: `new${n}@example.com` })),
  )
  found.set(
    'edit p95, ms',
    await each(curated, ({ id }) => engine.contacts.update(ann, asContactId(id), { title: `T${n++}` })),
  )
  found.set(
    'merge of 2 p95, ms',
    await each(curated.slice(0, 30), async () => {
      const made = await engine.contacts.createMany(ann, [
        { input: { firstName: `A${n++}` } },
        { input: { firstName: `B${n++}` } },
      ])
      await engine.merges.merge(ann, { contactIds: made })
    }),
  )
}

async function measure(count: number): Promise<Measured> {
  const found: Measured = new Map()
  const folder = copied(await scaleFolder(count), scratchFolder())
  const database = await openDatabase(folder, { synchronous: 'OFF' })
  const views = await derive(folder, database, found)
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
  await commands(engine, some, found)
  found.set('anonymous memory, MiB', anonymous())
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
