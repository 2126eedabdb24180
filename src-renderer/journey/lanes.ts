// Marks of one lane as one shape: a dot for a single interaction, a bar the higher the more there are.
// Invariant: one lane is one element whatever it holds, so that ten thousand interactions are drawn as fast as ten.
import type { JourneyMark } from '@shared/model/views'

const DOT = 4
const SLIMMEST = 3
const MARGIN = 3

type Place = (moment: number) => number

/** Half the height of a mark: by the root of its count, since few beside very many must stay visible. */
function reach(count: number, most: number, lane: number): number {
  const tallest = lane / 2 - MARGIN
  return count === 1 || most === 1 ? DOT : DOT + (tallest - DOT) * Math.sqrt((count - 1) / Math.max(most - 1, 1))
}

/** @param most interactions that the fullest mark of the picture stands for */
export function lanePath(marks: readonly JourneyMark[], place: Place, lane: number, most: number): string {
  const middle = lane / 2
  return marks
    .map(({ first, last, count }, at) => {
      const [left, right] = [place(first), place(last)]
      const half = reach(count, most, lane)
      const before = marks[at - 1]
      const after = marks[at + 1]
      // Where they stand close, dots would run into each other.
      const free = (!before || left - place(before.last) > 3 * DOT) && (!after || place(after.first) - right > 3 * DOT)
      if (count === 1 && free)
        return `M${(left - half).toFixed(1)},${middle}a${half},${half} 0 1 0 ${2 * half},0a${half},${half} 0 1 0 ${-2 * half},0z`
      const width = Math.max(SLIMMEST, right - left)
      const x = (left + right) / 2 - width / 2
      return `M${x.toFixed(1)},${(middle - half).toFixed(1)}h${width.toFixed(1)}v${(2 * half).toFixed(1)}h${(-width).toFixed(1)}z`
    })
    .join('')
}

/** The mark that a pointer at `x` means, of one lane; null when none is within `reachPx`. */
export function nearest(
  marks: readonly JourneyMark[] | undefined,
  x: number,
  place: Place,
  reachPx: number,
): JourneyMark | null {
  let best: JourneyMark | null = null
  let distance = reachPx
  for (const mark of marks ?? []) {
    const away = Math.max(place(mark.first) - x, x - place(mark.last), 0)
    if (away < distance) {
      best = mark
      distance = away
    }
  }
  return best
}
