// A book of people in memory: what is learnt from it, who in it is likely one person, and who is like a newcomer.
// Invariant: neither the order of the records nor their ids change what is found; a pair that must not be is in no cluster.
import { createKeyIndex, type KeyIndex } from './blocking'
import { type Certainty, POSSIBLE } from './certainty'
import { clustersOf, type Edge } from './clusters'
import type { Stretches } from './evidence'
import { type Fitted, goOnWith, learnFrom, type Said, type Weights } from './fitting'
import { byCertainty, type Cluster, clusterOf, type ScoredPair } from './grouping'
import type { Without } from './ingredients'
import { createSounds } from './levels'
import type { PersonRecord } from './record'
import type { Part, Score, Scorer } from './scoring'
import { Table } from './values'

/** What people decided; it stands above what is found. */
export interface Decisions {
  /** Whether two records, by id, must not be suggested as one. */
  never?(a: string, b: string): boolean
  /** Mail addresses and phone numbers that several people use. */
  shared?: readonly string[]
}

/** How a book is opened, beside what people decided. */
export interface Opening {
  /** Where comparing is noted. */
  stretches?: Stretches
  /** Parts of the matcher that are left out. */
  without?: Without
}

/** A record that is like another one. */
export interface Likeness extends Score {
  id: string
  certainty: Certainty
}

/** Two records that are worth keeping together; without a probability: no more. */
export interface Link {
  a: string
  b: string
  p?: number
}

/** What putting records in or taking them out changed. */
export interface BookChange {
  links: Link[]
  /** The first id of each cluster that is no more, and those that are now. */
  gone: string[]
  found: Cluster[]
}

export interface Book {
  /** Likely the same people, the most certain first. */
  clusters(): Cluster[]
  /** Who in the book is like a record, which need not be in it; likeliest first. */
  like(record: PersonRecord): Likeness[]
  /** Puts a record in, or in place of the one of its id, and clusters anew what that touches. */
  put(record: PersonRecord): BookChange
  remove(id: string): BookChange
  /** Clusters anew what is there: after `never` has changed its mind. */
  regroup(): void
  /** Why two are as likely one person as they are; a record that is not in the book is taken as it is given. */
  explain(a: PersonRecord, b: PersonRecord): Explanation
  /** What is needed to open it again without learning: of the book, of each record, and the pairs worth keeping. */
  keep(): KeptBook
}

/** A book as it is kept. */
export interface KeptBook {
  weights: Weights
  others: readonly string[]
  said(id: string): Said | undefined
  links(): Iterable<Link>
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
export function openBook(
  records: readonly PersonRecord[],
  { never, shared = [] }: Decisions = {},
  { stretches, without }: Opening = {},
): Book {
  const table = new Table(inOrder(records), shared, undefined, without)
  const soundOf = createSounds(table)
  const index = createKeyIndex(table, soundOf)
  const edges: Edges = new Map()
  const { scorer, ...fitted } = learnFrom(table, { index, soundOf, stretches }, (a, b, p) => addEdge(edges, a, b, p))
  return bookOf(table, { index: () => index, scorer, edges, never, fitted, isWhole: false })
}

/** Opens a book again that was kept, without learning. @param records all that were in it */
export function reopenBook(records: readonly PersonRecord[], { never, shared = [] }: Decisions, kept: KeptBook): Book {
  const table = new Table(inOrder(records), shared, kept.others) // equally likely pairs are joined in the order of rows
  const soundOf = createSounds(table)
  const idOf = (row: number) => table.ids[row] as string
  const { scorer, ...fitted } = goOnWith(table, soundOf, kept.weights, (row) => kept.said(idOf(row)))
  const rowOf = new Map(table.ids.map((id, row) => [id, row]))
  const edges: Edges = new Map()
  for (const { a, b, p } of kept.links()) {
    const [one, other] = [rowOf.get(a), rowOf.get(b)]
    if (one !== undefined && other !== undefined && p !== undefined) addEdge(edges, one, other, p)
  }
  let index: KeyIndex | undefined
  return bookOf(table, {
    // Made when it is first asked for: what was found before can be shown without it.
    index: () => {
      index ??= createKeyIndex(table, soundOf)
      return index
    },
    ...{ scorer, edges, never, fitted, isWhole: true },
  })
}

type Edges = Map<number, Map<number, number>>

interface BookParts {
  index(): KeyIndex
  scorer: Scorer
  edges: Edges
  never: Decisions['never']
  fitted: Pick<Fitted, 'weights' | 'said'>
  /** Whether pairs that share a neighbour were compared. */
  isWhole: boolean
}

function bookOf(table: Table, { index, scorer, edges, never = () => false, fitted, isWhole }: BookParts): Book {
  const rowOf = new Map(table.ids.map((id, row) => [id, row]))
  const clusters = new Map<number, Cluster>()
  const idOf = (row: number) => table.ids[row] as string
  const isBanned = (a: number, b: number) => never(idOf(a), idOf(b))
  let change: BookChange = { links: [], gone: [], found: [] }
  /** Rows that have a pair since which they had not, and the first ids of clusters that stayed as they were. */
  const [touched, stayed] = [new Set<number>(), new Set<string>()]

  function link(a: number, b: number, p?: number): void {
    const [one, other] = idOf(a) < idOf(b) ? [a, b] : [b, a]
    change.links.push({ a: idOf(one), b: idOf(other), ...(p === undefined ? {} : { p }) })
  }

  function consider(a: number, b: number): void {
    if (a === b || edges.get(a)?.has(b)) return
    const { probability } = scorer.score(a, b)
    if (probability < POSSIBLE) return
    addEdge(edges, a, b, probability)
    link(a, b, probability)
    touched.add(a).add(b)
  }

  /** Pairs that are both likely one with a third: average linkage would count those never compared as strangers. */
  function considerNeighbours(rows: Iterable<number>): void {
    for (const row of rows) {
      const around = [...(edges.get(row)?.keys() ?? [])]
      if (around.length > MOST_NEIGHBOURS) continue
      for (const a of around) for (const b of around) if (a < b) consider(a, b)
    }
  }

  function leave(row: number): void {
    const cluster = clusters.get(row)
    if (!cluster) return
    clusters.delete(row)
    change.gone.push(cluster.ids[0] as string)
  }

  function group(rows: ReadonlySet<number>): void {
    const among: Edge[] = []
    const before = new Map<number, Cluster>()
    for (const a of rows) {
      const cluster = clusters.get(a)
      if (cluster && !touched.has(a)) before.set(a, cluster)
      leave(a)
      for (const [b, p] of edges.get(a) ?? []) if (a < b) among.push({ a, b, p })
    }
    for (const members of clustersOf(among, isBanned, table.without)) {
      const same = sameAs(members, before)
      if (same) {
        for (const row of members) clusters.set(row, same)
        stayed.add(same.ids[0] as string)
        continue
      }
      const pairs = members.flatMap((a, at) => members.slice(at + 1).flatMap((b) => pairOf(a, b)))
      const cluster = clusterOf(members.map(idOf), pairs)
      for (const row of members) clusters.set(row, cluster)
      change.found.push(cluster)
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
    for (const other of around) {
      edges.get(other)?.delete(row)
      link(row, other)
    }
    edges.delete(row)
    leave(row)
    table.retire(row)
    rowOf.delete(id)
    return around
  }

  function candidates(row: number): number[] {
    return index()
      .around(row)
      .filter((other) => rowOf.get(idOf(other)) === other)
  }

  /** Does something, and tells what it changed. */
  function changing(work: () => void): BookChange {
    change = { links: [], gone: [], found: [] }
    touched.clear()
    stayed.clear()
    work()
    const now = new Set(change.found.map(({ ids }) => ids[0] as string))
    return { ...change, gone: [...new Set(change.gone)].filter((first) => !now.has(first) && !stayed.has(first)) }
  }

  if (!isWhole) considerNeighbours([...edges.keys()])
  group(new Set(edges.keys()))

  return {
    clusters: () => [...new Set(clusters.values())].sort(byCertainty),

    like(record) {
      index() // of the rows that were there before
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

    put: (record) =>
      changing(() => {
        index()
        const before = take(record.id)
        const row = table.add(record)
        rowOf.set(record.id, row)
        index().add(row)
        for (const other of candidates(row)) consider(row, other)
        const around = [...(edges.get(row)?.keys() ?? [])]
        considerNeighbours([row, ...around])
        group(reachable(edges, [row, ...before]))
      }),

    remove: (id) => changing(() => group(reachable(edges, take(id)))),

    regroup: () => group(new Set(edges.keys())),

    explain: (a, b) => explainIn(table, { rowOf, scorer }, a, b),

    keep: () => keptOf(table, { rowOf, fitted, edges }),
  }
}

/** The cluster that some rows were before, they alone and all of them. */
function sameAs(members: readonly number[], before: ReadonlyMap<number, Cluster>): Cluster | undefined {
  const one = before.get(members[0] as number)
  return one?.ids.length === members.length && members.every((row) => before.get(row) === one) ? one : undefined
}

/** Why two are one person or not; one that is not in the table stands in it meanwhile. */
function explainIn(
  table: Table,
  { rowOf, scorer }: { rowOf: ReadonlyMap<string, number>; scorer: Scorer },
  a: PersonRecord,
  b: PersonRecord,
): Explanation {
  const added: number[] = []
  const rowFor = (record: PersonRecord) => {
    const known = rowOf.get(record.id)
    if (known !== undefined) return known
    const row = table.add(record)
    added.unshift(row) // the last goes first
    return row
  }
  const [i, j] = [rowFor(a), rowFor(b)]
  const explanation = { ...scorer.score(i, j), parts: scorer.parts(i, j) }
  for (const row of added) table.retire(row)
  return explanation
}

function keptOf(
  table: Table,
  { rowOf, fitted, edges }: Pick<BookParts, 'fitted' | 'edges'> & { rowOf: ReadonlyMap<string, number> },
): KeptBook {
  return {
    weights: fitted.weights,
    others: table.others.map(({ name }) => name),
    said(id) {
      const row = rowOf.get(id)
      return row === undefined ? undefined : fitted.said(row)
    },
    links: () => linksOf(edges, (row) => table.ids[row] as string),
  }
}

function* linksOf(edges: Edges, idOf: (row: number) => string): Iterable<Link> {
  for (const [a, around] of edges)
    for (const [b, p] of around) if (idOf(a) < idOf(b)) yield { a: idOf(a), b: idOf(b), p }
}

function addEdge(edges: Edges, a: number, b: number, p: number): void {
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
