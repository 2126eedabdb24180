// An import at the size of a large organisation, through the whole application without its window: how fast, whether
// anybody working meanwhile feels it, and whether memory stays flat.
// Invariant: an import that does not end with every row in fails the bench, as does a look-up that finds nobody.
// Options: --rows N (100000), --json, --strict.
import { join } from 'node:path'
import type { ImportState } from '@shared/model/import'
import type { LookupResult } from '@shared/model/views'
import { firstValueFrom, from, type Observable } from 'rxjs'
import { openApplication } from '../../src-main/app'
import { createChosenFiles } from '../../src-main/device/chosen-files'
import { type BenchRow, flag, numberOption, report, row, scratchFolder } from './harness'
import { type Monitor, watchProcess } from './import/monitor'
import { type WrittenPerson, writePeopleFile } from './import/people-file'

/** Between two look-ups of an agent who never rests. */
const LOOKUP_EVERY_MS = 40

const folder = scratchFolder()
const size = numberOption('rows', 100_000)
const path = join(folder, 'people.csv')
const people = writePeopleFile(path, size)
const chosenFiles = createChosenFiles()
const application = await openApplication({
  chosenFiles,
  dataDir: join(folder, 'data'),
  version: 'bench',
  dialogs: {
    chooseImportFile: async () => undefined,
    chooseReportFile: async () => undefined,
    chooseExportFile: async () => undefined,
  },
  onDefect(error) {
    throw error
  },
})
const { handlers } = application
const context = { signal: new AbortController().signal }
await handlers['app.startEmpty']({ defaultRegion: 'AU', userName: 'bench' }, context)

/** Runs until the import is at rest; `onProgress` is told each time the state changes. */
function follow(importId: string, busy: string, onProgress: (state: ImportState) => void): Promise<ImportState> {
  const states$ = from(handlers['import.state']({ importId }, context) as Observable<ImportState>)
  return new Promise((resolve, reject) => {
    const subscription = states$.subscribe({
      next(state) {
        onProgress(state)
        if (state.phase === busy || state.phase === 'opened') return
        setImmediate(() => subscription.unsubscribe())
        resolve(state)
      },
      error: reject,
    })
  })
}

/** Looks people up who are in already, in all the ways there are, until stopped. */
function lookUpMeanwhile(inAlready: () => number): { stop(): Promise<number[]> } {
  const times: number[] = []
  let stopped = false
  const working = (async () => {
    for (let turn = 0; !stopped; turn++) {
      await new Promise((resolve) => setTimeout(resolve, LOOKUP_EVERY_MS))
      const known = people.slice(0, Math.floor(inAlready() / 100))
      const person: WrittenPerson | undefined = known[(turn * 37) % Math.max(1, known.length)]
      if (person === undefined) continue
      const text = [person.phone, person.mail, person.name, person.name.slice(0, -1)][turn % 4] ?? person.phone
      const start = performance.now()
      const result: LookupResult = await firstValueFrom(handlers['people.lookup']({ text, limit: 30 }, context))
      times.push(performance.now() - start)
      if (turn % 4 < 2 && result.hits.length === 0) throw new Error(`${text} was not found while importing`)
    }
  })()
  return {
    async stop() {
      stopped = true
      await working
      return times.sort((a, b) => a - b)
    },
  }
}

const rows: BenchRow[] = []
const file = await handlers['import.open']({ handle: chosenFiles.offer(path) }, context)
const request = {
  importId: file.importId,
  columns: file.columns.map(({ header, target }) => ({ header, target })),
  options: { onMatch: 'fill' as const },
}

async function measure(what: string, dryRun: boolean): Promise<void> {
  const monitor: Monitor = watchProcess()
  let quarter: number | undefined
  let done = 0
  const looking = dryRun ? undefined : lookUpMeanwhile(() => done)
  const start = performance.now()
  let paused = 0
  await handlers[dryRun ? 'import.plan' : 'import.run'](request, context)
  const end = await follow(file.importId, dryRun ? 'planning' : 'running', (state) => {
    done = state.counts.rows
    if (quarter !== undefined || state.progress < 0.25 || state.progress > 0.9) return
    const began = performance.now()
    quarter = monitor.keptMiB()
    paused += performance.now() - began
  })
  const seconds = (performance.now() - start - paused) / 1000
  const times = await looking?.stop()
  const kept = monitor.keptMiB()
  const { clock, own, worked, peakRssMiB } = monitor.stop()
  if (end.phase !== (dryRun ? 'planned' : 'done') || end.counts.creates !== size)
    throw new Error(`${what} ended as ${JSON.stringify(end)}`)
  rows.push(row(`${what}: rows`, 'rows/s', size / seconds, 0, ''))
  // Beside other programs the clock also counts the time they had the processor; `own` leaves that out.
  rows.push(row(`${what}: longest block`, 'ms', own.longest, 0, '< 100'))
  rows.push(row(`${what}: longest block by the clock`, 'ms', clock.longest, 0, ''))
  rows.push(row(`${what}: longest block, processor time`, 'ms', worked.longest, 0, '< 100'))
  rows.push(row(`${what}: block that 1 in 1000 exceeds`, 'ms', own.p999, 0, ''))
  rows.push(row(`${what}: blocks over 50 ms`, '', own.over50, 0, ''))
  rows.push(row(`${what}: memory kept, 100 % of 25 %`, 'MiB', kept, quarter ?? Number.NaN, '≤ 1.3'))
  rows.push(row(`${what}: most memory of the process`, 'MiB', peakRssMiB, 0, '< 700'))
  if (times) {
    rows.push(row(`${what}: look-up meanwhile, p50`, 'ms', times[Math.floor(times.length / 2)] ?? 0, 0, ''))
    rows.push(row(`${what}: look-up meanwhile, p95`, 'ms', times[Math.floor(times.length * 0.95)] ?? 0, 0, '< 100'))
  }
}

await measure('dry run', true)
await measure('import', false)
const { curated } = (
  await firstValueFrom(handlers['app.info']({}, context) as never as Observable<{ counts: { curated: number } }>)
).counts
if (curated !== size) throw new Error(`${curated} people are in, not ${size}`)
await application.close()
if (!flag('json')) console.log(`Data folder: ${folder}`)
report(`Importing ${size.toLocaleString('en')} people`, rows)
