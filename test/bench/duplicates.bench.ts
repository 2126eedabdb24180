// How well likely doubles are found on labelled sets, how certain what is said is, and how long a book takes.
// Invariant: one setting for all sets, no labels; a pair that was never compared counts as missed.
// Options: --sets FOLDER (labelled sets as fake_1000.csv, febrl1.csv …; else the made-up one alone), --people N (20000),
// --json, --strict.
import { openBook } from '../../src-main/duplicates/book'
import type { Cluster, ScoredPair } from '../../src-main/duplicates/grouping'
import { makeContactBook } from './duplicates/contact-book'
import { type LabelledSet, labelledSets, withoutDuplicates } from './duplicates/sets'
import { type BenchRow, type Goal, numberOption, report, row } from './harness'

const F1_GOALS: Readonly<Record<string, Goal>> = {
  fake_1000: '≥ 0.985',
  febrl1: '≥ 0.995',
  febrl2: '≥ 0.995',
  febrl_a_1000: '≥ 0.998',
  febrl_c_1000: '≥ 0.99',
  contacts_like_a: '≥ 0.88',
}

const folder = process.argv[process.argv.indexOf('--sets') + 1]
const sets = labelledSets(process.argv.includes('--sets') ? folder : undefined)
const rows: BenchRow[] = []
/** A share, judged by itself. */
const share = (what: string, value: number, goal: Goal) => rows.push(row(what, 'share', value, 1, goal))

interface Truth {
  isTrue(a: string, b: string): boolean
  /** Pairs of records of one person. */
  pairs: number
}

function truthOf({ records, truth }: LabelledSet): Truth {
  const sizes = new Map<string | undefined, number>()
  for (const { id } of records) sizes.set(truth.get(id), (sizes.get(truth.get(id)) ?? 0) + 1)
  let pairs = 0
  for (const size of sizes.values()) pairs += (size * (size - 1)) / 2
  return { isTrue: (a, b) => truth.get(a) === truth.get(b), pairs }
}

function f1(clusters: readonly Cluster[], { isTrue, pairs }: Truth): number {
  let [right, wrong] = [0, 0]
  for (const { ids } of clusters)
    for (const [at, a] of ids.entries()) for (const b of ids.slice(at + 1)) isTrue(a, b) ? right++ : wrong++
  return (2 * right) / (right + wrong + pairs)
}

function precision(found: readonly ScoredPair[], { isTrue }: Truth): number {
  return found.length === 0 ? 1 : found.filter(({ a, b }) => isTrue(a, b)).length / found.length
}

for (const set of sets) {
  const clusters = openBook(set.records).clusters()
  const truth = truthOf(set)
  const pairs = clusters.flatMap((cluster) => cluster.pairs)
  const veryLikely = pairs.filter(({ certainty }) => certainty === 'veryLikely')
  const likely = pairs.filter(({ certainty }) => certainty === 'likely')
  share(`${set.name}: F1`, f1(clusters, truth), F1_GOALS[set.name] ?? '')
  share(`${set.name}: very likely, precision`, precision(veryLikely, truth), set.isContactLike ? '≥ 0.99' : '≥ 0.997')
  const found = (precision(veryLikely, truth) * veryLikely.length) / truth.pairs
  share(`${set.name}: very likely, recall`, found, set.isContactLike ? '≥ 0.3' : '≥ 0.6')
  share(`${set.name}: likely, precision`, precision(likely, truth), '≥ 0.8')
  if (set.isContactLike)
    share(
      `${set.name}: p ≥ .9, precision`,
      precision(
        pairs.filter(({ probability }) => probability >= 0.9),
        truth,
      ),
      '≥ 0.94',
    )
}

for (const set of sets.map(withoutDuplicates)) {
  const clusters = openBook(set.records).clusters()
  const people = (some: readonly Cluster[]) => some.flatMap(({ ids }) => ids).length / set.records.length
  const veryLikely = clusters.filter(({ certainty }) => certainty === 'veryLikely')
  share(`${set.name}: people very likely double`, people(veryLikely), '≤ 0.001')
  share(`${set.name}: people suggested`, people(clusters), '≤ 0.02')
}

const size = numberOption('people', 20_000)
const records = makeContactBook(size, 7).map(({ record }) => record)
const began = { at: performance.now(), cpu: process.cpuUsage(), memory: process.memoryUsage().rss }
const book = openBook(records)
const used = process.cpuUsage(began.cpu)
const people = `${size.toLocaleString('en')} people`
rows.push(row(`${people}: first scan`, 's', (performance.now() - began.at) / 1000, 0, '< 6'))
rows.push(row(`${people}: first scan, of one core`, 's', (used.user + used.system) / 1e6, 0, ''))
rows.push(row(`${people}: memory`, 'MB', (process.memoryUsage().rss - began.memory) / 2 ** 20, 0, '< 300'))
const times = makeContactBook(500, 8)
  .map(({ record }) => {
    const from = performance.now()
    book.put(record)
    return performance.now() - from
  })
  .sort((a, b) => a - b)
rows.push(row(`${people}: a new person, p95`, 'ms', times[Math.floor(times.length * 0.95)] ?? 0, 0, '< 20'))
rows.push(row(`${people}: a new person, p99`, 'ms', times[Math.floor(times.length * 0.99)] ?? 0, 0, '< 50'))
report('Duplicates', rows)
