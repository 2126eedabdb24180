// From probabilities of pairs to clusters of people: average linkage, since one wrong pair must not chain two clusters.
// Invariant: the same pairs give the same clusters in whatever order they come; a ban is never broken.

import type { Without } from './ingredients'

export interface Edge {
  a: number
  b: number
  p: number
}

/** Two clusters are joined while the mean over all their pairs is at least this. */
const LEAST_MEAN = 0.3
/** A larger component is taken apart at ever likelier pairs first. */
const MOST_IN_COMPONENT = 400

/**
 * Joins what belongs together.
 * @param edges pairs of rows; a pair that is not there counts as 0
 * @param banned whether two rows must never be together
 * @returns clusters of two and more, each ascending
 */
export function clustersOf(
  edges: readonly Edge[],
  banned: (a: number, b: number) => boolean = () => false,
  without: Without = new Set(),
): number[][] {
  if (without.has('linkage'))
    return componentsOf(edges, LEAST_MEAN).map((part) => [...new Set(part.flatMap(({ a, b }) => [a, b]))])
  return componentsOf(edges, 0).flatMap((component) => split(component, 0.1, banned))
}

function split(component: readonly Edge[], least: number, banned: (a: number, b: number) => boolean): number[][] {
  const rows = new Set(component.flatMap(({ a, b }) => [a, b]))
  if (rows.size <= MOST_IN_COMPONENT || least > 0.95)
    return link(
      component,
      [...rows].sort((a, b) => a - b),
      banned,
    )
  return componentsOf(component, least).flatMap((part) => split(part, least + 0.1, banned))
}

function componentsOf(edges: readonly Edge[], least: number): Edge[][] {
  const parent = new Map<number, number>()
  const find = (row: number): number => {
    let root = row
    for (let up = parent.get(root); up !== undefined && up !== root; up = parent.get(root)) root = up
    parent.set(row, root)
    return root
  }
  const kept = edges.filter(({ p }) => p >= least)
  for (const { a, b } of kept) {
    const [one, other] = [find(a), find(b)]
    if (one !== other) parent.set(Math.max(one, other), Math.min(one, other))
    if (!parent.has(one)) parent.set(one, one)
  }
  const parts = new Map<number, Edge[]>()
  for (const edge of kept) {
    const root = find(edge.a)
    const part = parts.get(root)
    if (part) part.push(edge)
    else parts.set(root, [edge])
  }
  return [...parts.values()]
}

function link(edges: readonly Edge[], rows: readonly number[], banned: (a: number, b: number) => boolean): number[][] {
  const place = new Map(rows.map((row, at) => [row, at]))
  const clusters: (number[] | undefined)[] = rows.map((row) => [row])
  /** Sums over all cross pairs, for clusters that share any. */
  const sums: Map<number, number>[] = rows.map(() => new Map())
  for (const { a, b, p } of edges) {
    const [one, other] = [place.get(a) as number, place.get(b) as number]
    sums[one]?.set(other, p)
    sums[other]?.set(one, p)
  }
  for (;;) {
    let best: { one: number; other: number; mean: number } | undefined
    for (const [one, cluster] of clusters.entries()) {
      if (!cluster) continue
      for (const [other, sum] of sums[one] as Map<number, number>) {
        if (other <= one) continue
        const partner = clusters[other] as number[]
        const mean = sum / (cluster.length * partner.length)
        if (mean < LEAST_MEAN || (best && mean <= best.mean)) continue
        if (cluster.some((a) => partner.some((b) => banned(a, b)))) continue
        best = { one, other, mean }
      }
    }
    if (!best) break
    const { one, other } = best
    clusters[one] = [...(clusters[one] as number[]), ...(clusters[other] as number[])]
    clusters[other] = undefined
    const [mine, theirs] = [sums[one] as Map<number, number>, sums[other] as Map<number, number>]
    for (const [third, sum] of theirs) {
      sums[third]?.delete(other)
      if (third === one) continue
      const joined = (mine.get(third) ?? 0) + sum
      mine.set(third, joined)
      sums[third]?.set(one, joined)
    }
    mine.delete(other)
    theirs.clear()
  }
  return clusters.flatMap((cluster) => (cluster && cluster.length > 1 ? [cluster.sort((a, b) => a - b)] : []))
}
