// A book of people in memory: what is learnt from it, who in it is likely one person, and who is like a newcomer.
// Invariant: neither the order of the records nor their ids change what is found; a pair that must not be is in no cluster.
import { createKeyIndex, type KeyIndex } from './blocking'
import { type Certainty, POSSIBLE } from './certainty'
import { clustersOf, type Edge } from './clusters'
import { gatherEvidence, sampleStrangers } from './evidence'
import { byCertainty, type Cluster, clusterOf, type ScoredPair } from './grouping'
import { learn } from './learning'
import { createCompare, createSounds, fieldsOf, type SoundOf } from './levels'
import { createNamesakes } from './namesakes'
import { createRarity, equalShares } from './rarity'
import type { PersonRecord } from './record'
import { createScorer, type Part, type Score, type Scorer } from './scoring'
import { createSharing } from './sharing'
import { Table } from './values'

/** What people decided; it stands above what is found. */
export interface Decisions {
  /** Whether two records, by id, must not be suggested as one. */
  never?(a: string, b: string): boolean
  /** Mail addresses and phone numbers that several people use. */
  shared?: readonly string[]
}

/** A record that is like another one. */
export interface Likeness extends Score {
  id: string
  certainty: Certainty
}

export interface Book {
  /** Likely the same people, the most certain first. */
  clusters(): Cluster[]
  /** Who in the book is like a record, which need not be in it; likeliest first. */
  like(record: PersonRecord): Likeness[]
  /** Puts a record in, or in place of the one of its id, and clusters anew what that touches. */
  put(record: PersonRecord): void
  remove(id: string): void
  /** Clusters anew what is there: after `never` has changed its mind. */
  regroup(): void
  /** Why two are as likely one person as they are; undefined where one of them is not in the book. */
  explain(a: string, b: string): Explanation | undefined
}

export interface Explanation extends Score {
  /** Their weights add up to the log odds of the probability. */
  parts: Part[]
}

/** More neighbours than these are a crowd: its pairs were compared, or are not worth it. */
const MOST_NEIGHBOURS = 60

/** By content, so that neither order nor ids change what is drawn and found. */
function inOrder(records: readonly PersonRecord[]): PersonRecord[] {
  const keyed = records.map((record) => {
    const { id, ...values } = record
    return { record, key: JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))), id }
  })
  return keyed
    .sort((x, y) => (x.key < y.key ? -1 : x.key > y.key ? 1 : x.id < y.id ? -1 : 1))
    .map(({ record }) => record)
}

/** Learns from the records and finds who of them is likely one person. */
export function openBook(records: readonly PersonRecord[], { never = () => false, shared = [] }: Decisions = {}): Book {
  const table = new Table(inOrder(records), shared)
  const soundOf = createSounds(table)
  const index = createKeyIndex(table, soundOf)
  const edges = new Map<number, Map<number, number>>()
  const scorer = learnFrom(table, { index, soundOf }, (a, b, p) => addEdge(edges, a, b, p))
  const rowOf = new Map(table.ids.map((id, row) => [id, row]))
  const clusters = new Map<number, Cluster>()
  const idOf = (row: number) => table.ids[row] as string
  const isBanned = (a: number, b: number) => never(idOf(a), idOf(b))

  function consider(a: number, b: number): void {
    if (a === b || edges.get(a)?.has(b)) return
    const { probability } = scorer.score(a, b)
    if (probability >= POSSIBLE) addEdge(edges, a, b, probability)
  }

  /** Pairs that are both likely one with a third: average linkage would count those never compared as strangers. */
  function considerNeighbours(rows: Iterable<number>): void {
    for (const row of rows) {
      const around = [...(edges.get(row)?.keys() ?? [])]
      if (around.length > MOST_NEIGHBOURS) continue
      for (const a of around) for (const b of around) if (a < b) consider(a, b)
    }
  }

  function group(rows: ReadonlySet<number>): void {
    const among: Edge[] = []
    for (const a of rows) {
      clusters.delete(a)
      for (const [b, p] of edges.get(a) ?? []) if (a < b) among.push({ a, b, p })
    }
    for (const members of clustersOf(among, isBanned)) {
      const pairs = members.flatMap((a, at) => members.slice(at + 1).flatMap((b) => pairOf(a, b)))
      const cluster = clusterOf(members.map(idOf), pairs)
      for (const row of members) clusters.set(row, cluster)
    }
  }

  function pairOf(a: number, b: number): ScoredPair[] {
    if (!edges.get(a)?.has(b)) return []
    const [low, high] = idOf(a) < idOf(b) ? [a, b] : [b, a]
    return [{ a: idOf(low), b: idOf(high), ...scorer.score(low, high) }]
  }

  function take(id: string): number[] {
    const row = rowOf.get(id)
    if (row === undefined) return []
    const around = [...(edges.get(row)?.keys() ?? [])]
    for (const other of around) edges.get(other)?.delete(row)
    edges.delete(row)
    clusters.delete(row)
    table.retire(row)
    rowOf.delete(id)
    return around
  }

  function candidates(row: number): number[] {
    return index.around(row).filter((other) => rowOf.get(idOf(other)) === other)
  }

  considerNeighbours([...edges.keys()])
  group(new Set(edges.keys()))

  return {
    clusters: () => [...new Set(clusters.values())].sort(byCertainty),

    like(record) {
      const known = rowOf.get(record.id)
      const row = table.add(record)
      const found = candidates(row).flatMap((other): Likeness[] => {
        if (other === known || never(record.id, idOf(other))) return []
        const score = scorer.score(row, other)
        return score.probability >= POSSIBLE ? [{ id: idOf(other), ...score }] : []
      })
      table.retire(row)
      return found.sort((x, y) => y.probability - x.probability || (x.id < y.id ? -1 : 1))
    },

    put(record) {
      const before = take(record.id)
      const row = table.add(record)
      rowOf.set(record.id, row)
      index.add(row)
      for (const other of candidates(row)) consider(row, other)
      const around = [...(edges.get(row)?.keys() ?? [])]
      considerNeighbours([row, ...around])
      group(reachable(edges, [row, ...before]))
    },

    remove: (id) => group(reachable(edges, take(id))),

    regroup: () => group(new Set(edges.keys())),

    explain(a, b) {
      const [i, j] = [rowOf.get(a), rowOf.get(b)]
      if (i === undefined || j === undefined) return undefined
      return { ...scorer.score(i, j), parts: scorer.parts(i, j) }
    },
  }
}

/** Learns from a table, and tells each pair that is worth keeping. */
function learnFrom(
  table: Table,
  { index, soundOf }: { index: KeyIndex; soundOf: SoundOf },
  tell: (a: number, b: number, probability: number) => void,
): Scorer {
  const fields = fieldsOf(table)
  const compare = createCompare(table, soundOf)
  const rarity = createRarity(table)
  const evidence = gatherEvidence(table, { fields, compare, rarity }, index.pairs())
  const { rows, nameless } = evidence
  const isOffice = (value: number) => table.mail(value).role
  const mails = createSharing(table, table.emails, { rows, nameless, values: evidence.mails }, isOffice)
  const phones = createSharing(table, table.phones, { rows, nameless, values: evidence.phones })
  const namesakes = createNamesakes(table, evidence)
  const { model, probabilities } = learn({
    evidence,
    size: table.size,
    sampled: sampleStrangers(table, fields, compare),
    equalShares: equalShares(table, fields.length),
    ...{ mails, phones, namesakes },
  })
  const scorer = createScorer(table, { fields, compare, rarity, mails, phones, namesakes, model })
  for (const [pair, probability] of probabilities.entries()) {
    if (probability < POSSIBLE) continue
    const [a, b] = [rows[2 * pair] as number, rows[2 * pair + 1] as number]
    tell(a, b, scorer.score(a, b).probability)
  }
  return scorer
}

function addEdge(edges: Map<number, Map<number, number>>, a: number, b: number, p: number): void {
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const) {
    const around = edges.get(one)
    if (around) around.set(other, p)
    else edges.set(one, new Map([[other, p]]))
  }
}

/** Rows that hang together with some, these included. */
function reachable(edges: ReadonlyMap<number, ReadonlyMap<number, number>>, from: readonly number[]): Set<number> {
  const reached = new Set(from)
  for (const row of reached) for (const other of edges.get(row)?.keys() ?? []) reached.add(other)
  return reached
}
