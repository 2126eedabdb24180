// The points of a journey made ready to be drawn: only the lanes in use, and no two marks on one spot.
// Invariant: the first and last moment of every lane are kept, and no lane that has an interaction is left out.
import { CHANNELS, type Channel } from '@shared/model/interaction'

export interface Lane {
  channel: Channel
  /** Position from the bottom, 0 being the lowest. */
  lane: number
  /** Moments in ms, oldest first. */
  moments: number[]
}

/** The journey's points as [moment in ms, index in CHANNELS], by lane; channels in their usual order from the top. */
export function toLanes(points: readonly (readonly [number, number])[], buckets: number): Lane[] {
  const byChannel = new Map<number, number[]>()
  for (const [at, channel] of points) {
    const moments = byChannel.get(channel)
    if (moments) moments.push(at)
    else byChannel.set(channel, [at])
  }
  const [from, to] = timeSpan(points)
  const used = [...byChannel.keys()].filter((index) => CHANNELS[index] !== undefined).sort((a, b) => b - a)
  return used.flatMap((index, lane) => {
    const channel = CHANNELS[index]
    const moments = (byChannel.get(index) ?? []).sort((a, b) => a - b)
    return channel ? [{ channel, lane, moments: thin(moments, from, to, buckets) }] : []
  })
}

/** First and last moment of points in any order; [0, 0] when there are none. */
export function timeSpan(points: readonly (readonly [number, number])[]): [number, number] {
  let from = Number.POSITIVE_INFINITY
  let to = Number.NEGATIVE_INFINITY
  for (const [at] of points) {
    if (at < from) from = at
    if (at > to) to = at
  }
  return points.length === 0 ? [0, 0] : [from, to]
}

/** At most one moment a bucket, of `buckets` equal parts of the span; the last moment always stays. */
function thin(moments: readonly number[], from: number, to: number, buckets: number): number[] {
  const width = (to - from) / buckets
  if (width <= 0) return moments.slice(0, 1)
  const last = moments.at(-1)
  let taken = Number.NEGATIVE_INFINITY
  const kept = moments.filter((at) => {
    const bucket = Math.floor((at - from) / width)
    if (bucket === taken) return false
    taken = bucket
    return true
  })
  if (last !== undefined && kept.at(-1) !== last) kept.push(last)
  return kept
}

/** Where to put about `wanted` labels on a time axis: starts of years, months, weeks or days in local time. */
export function timeTicks(from: number, to: number, wanted: number): number[] {
  const days = (to - from) / 86_400_000
  const step =
    [1, 2, 7, 14, 30, 61, 91, 183, 365].find((size) => days / size <= wanted) ?? Math.ceil(days / wanted / 365) * 365
  const start = new Date(from)
  const ticks: number[] = []
  if (step < 30) {
    for (
      let at = new Date(start.getFullYear(), start.getMonth(), start.getDate() + 1);
      at.getTime() <= to;
      at.setDate(at.getDate() + step)
    )
      ticks.push(at.getTime())
  } else {
    const months = Math.max(1, Math.round(step / 30.4))
    for (
      let at = new Date(start.getFullYear(), start.getMonth() + 1, 1);
      at.getTime() <= to;
      at.setMonth(at.getMonth() + months)
    )
      ticks.push(at.getTime())
  }
  return ticks
}
