// How well likely doubles are found on labelled sets, how certain what is said is, and how long a book takes.
// Invariant: one setting for all sets, no labels; a pair that was never compared counts as missed.
// Options: --sets FOLDER (labelled sets as fake_1000.csv, febrl1.csv …; else the made-up one alone), --people N (20000) or
// --no-scale, --without NAME (a part of the matcher that is left out, to see what it is worth; --without help lists them),
// --json, --strict.
import { openBook } from '../../src-main/duplicates/book'
import type { Cluster, ScoredPair } from '../../src-main/duplicates/grouping'
import { INGREDIENTS, type Ingredient, type Without } from '../../src-main/duplicates/ingredients'
import { scaleRows } from './duplicates/scale'
import { type LabelledSet, labelledSets, withoutDuplicates } from './duplicates/sets'
import { type BenchRow, flag, type Goal, numberOption, report, row } from './harness'

const F1_GOALS: Readonly<Record<string, Goal>> = {
  fake_1000: '≥ 0.985',
  febrl1: '≥ 0.995',
  febrl2: '≥ 0.995',
  febrl_a_1000: '≥ 0.998',
  febrl_c_1000: '≥ 0.99',
  contacts_like_a: '≥ 0.88',
}

const without = withoutOption()
const folder = process.argv[process.argv.indexOf('--sets') + 1]
const sets = labelledSets(process.argv.includes('--sets') ? folder : undefined)
const rows: BenchRow[] = []
/** A share, judged by itself. */
const share = (what: string, value: number, goal: Goal) => rows.push(row(what, 'share', value, 1, goal))

/** What `--without` names, several times if wanted. */
function withoutOption(): Without {
  const named = process.argv.flatMap((option, at) => (option === '--without' ? (process.argv[at + 1] ?? '') : []))
  const unknown = named.find((name) => !Object.hasOwn(INGREDIENTS, name))
  if (unknown !== undefined) {
    console.error(
      Object.entries(INGREDIENTS)
        .map(([name, left]) => `${name.padEnd(22)}${left}`)
        .join('\n'),
    )
    process.exit(2)
  }
  return new Set(named as Ingredient[])
}

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
  const clusters = openBook(set.records, {}, { without }).clusters()
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
  const clusters = openBook(set.records, {}, { without }).clusters()
  const people = (some: readonly Cluster[]) => some.flatMap(({ ids }) => ids).length / set.records.length
  const veryLikely = clusters.filter(({ certainty }) => certainty === 'veryLikely')
  share(`${set.name}: people very likely double`, people(veryLikely), '≤ 0.001')
  share(`${set.name}: people suggested`, people(clusters), '≤ 0.02')
}

if (!flag('no-scale')) rows.push(...(await scaleRows(numberOption('people', 20_000))))
report('Duplicates', rows)
