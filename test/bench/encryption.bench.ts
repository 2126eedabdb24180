// What encryption at rest costs, in processor time of all threads: the same work on a plain and on an encrypted folder, in turns
// in one run, through the whole application without its window. Reads are of an application that was opened anew.
// Invariant: a look-up that finds no one fails the bench, and so does a folder that is not as it is said to be.
// Options: --rows N (10000), --pairs N (5), --json, --strict.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ImportState } from '@shared/model/import'
import { filter, firstValueFrom, from, type Observable } from 'rxjs'
import { type Application, openApplication } from '../../src-main/app'
import { createChosenFiles } from '../../src-main/device/chosen-files'
import { PLAIN_HEADER } from '../../src-main/sqlite/key'
import { bySecret, openVault } from '../../src-main/vault'
import { type BenchRow, flag, numberOption, report, rowOfRounds, scratchFolder } from './harness'
import { type WrittenPerson, writePeopleFile } from './import/people-file'

const folder = scratchFolder()
const path = join(folder, 'people.csv')
const size = numberOption('rows', 10_000)
/** Some of them. */
const people = writePeopleFile(path, size)
const context = { signal: new AbortController().signal }
const LOOKUPS = 1_000
const SEARCHES = 300
const CREATES = 500
/** Of the passphrase, which is no part of what is measured. */
const CHEAP = { N: 2, r: 1, p: 1 }

const WORKS = ['import', 'create', 'look-up', 'search'] as const
type Work = (typeof WORKS)[number]
type Measured = Record<Work, number>

/** Processor time of all threads that some work takes once, ms. */
async function used(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

async function open(dataDir: string, isEncrypted: boolean, file?: string) {
  await openVault(dataDir, isEncrypted ? bySecret('a passphrase of the bench', CHEAP) : undefined)
  const chosenFiles = createChosenFiles()
  const application = await openApplication({
    chosenFiles,
    dataDir,
    version: 'bench',
    onDefect(error) {
      throw error
    },
  })
  return { application, handle: file === undefined ? '' : chosenFiles.offer(file) }
}

async function importAll({ handlers }: Application, handle: string): Promise<void> {
  const file = await handlers['import.open']({ handle }, context)
  const { importId } = file
  const columns = file.columns.map(({ header, target }) => ({ header, target }))
  const ends = async (busy: string): Promise<ImportState> => {
    const states$ = from(handlers['import.state']({ importId }, context) as Observable<ImportState>)
    return firstValueFrom(states$.pipe(filter(({ phase }) => phase !== busy && phase !== 'opened')))
  }
  await handlers['import.plan']({ importId, columns, options: { onMatch: 'fill' } }, context)
  if ((await ends('planning')).phase !== 'planned') throw new Error('the dry run failed')
  await handlers['import.run']({ importId, columns, options: { onMatch: 'fill' } }, context)
  const end = await ends('running')
  if (end.phase !== 'done' || end.counts.creates !== size)
    throw new Error(`the import ended as ${end.phase}: ${JSON.stringify(end.counts)}`)
}

const at = (n: number): WrittenPerson => people[(n * 37) % people.length] as WrittenPerson

async function ask({ handlers }: Application, textOf: (n: number) => string, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    const result = await firstValueFrom(handlers['people.lookup']({ text: textOf(n), limit: 30 }, context))
    if (result.hits.length === 0) throw new Error(`${textOf(n)} was not found`)
  }
}

let turn = 0
async function measure(isEncrypted: boolean): Promise<Measured> {
  turn += 1
  const dataDir = join(folder, `${turn}`)
  mkdirSync(dataDir)
  const first = await open(dataDir, isEncrypted, path)
  const writing = first.application
  await writing.handlers['app.startEmpty']({ defaultRegion: 'AU', userName: 'bench' }, context)
  const imported = await used(() => importAll(writing, first.handle))
  const created = await used(async () => {
    for (let n = 0; n < CREATES; n += 1)
      await writing.handlers['people.create'](
        { input: { firstName: `New${n}`, workEmail: `new${n}@example.com` } },
        context,
      )
  })
  await writing.close()
  const header = readFileSync(join(dataDir, 'documents', 'scv.sqlite')).toString('latin1', 0, PLAIN_HEADER.length)
  if ((header === PLAIN_HEADER) === isEncrypted) throw new Error('the folder is not as it is said to be')

  const { application: reading } = await open(dataDir, isEncrypted)
  const lookedUp = await used(() => ask(reading, (n) => (n % 2 === 0 ? at(n).phone : at(n).mail), LOOKUPS))
  const searched = await used(() => ask(reading, (n) => at(n).name, SEARCHES))
  await reading.close()
  return { import: imported, create: created, 'look-up': lookedUp, search: searched }
}

await measure(false) // until code is compiled, whichever comes first is the slower
const pairs: { plain: Measured; encrypted: Measured }[] = []
for (let n = 0; n < numberOption('pairs', 5); n += 1) {
  // The one that comes first changes, so that neither gains by its place.
  const early = await measure(n % 2 === 0)
  const late = await measure(n % 2 !== 0)
  pairs.push(n % 2 === 0 ? { encrypted: early, plain: late } : { encrypted: late, plain: early })
}
const rows: BenchRow[] = WORKS.map((work) => {
  const of = (kept: 'plain' | 'encrypted') => pairs.map((pair) => pair[kept][work])
  return rowOfRounds(`${work}, encrypted against plain`, 'ms', of('encrypted'), of('plain'), '≤ 1.35')
})
if (!flag('json')) console.log(`${pairs.length} pairs in turns, ${size} rows`)
report('Encryption at rest, processor time of all threads', rows)
