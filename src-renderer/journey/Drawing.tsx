// A journey drawn: a lane for each channel with its marks, and the time below them.
import type { Channel } from '@shared/model/interaction'
import type { JourneyMark } from '@shared/model/views'
import { AxisBottom } from '@visx/axis'
import type { scaleTime } from '@visx/scale'
import { useMemo } from 'react'
import { formatAxis } from '../format/locale'
import { CHANNEL_WORDS } from '../format/words'
import { CHANNEL_MARKS, PICTURE } from '../theme'
import { lanePath } from './lanes'
import { axisFormat } from './stretch'

/** Widths and heights, in pixels: of the lanes' names at the left, and of the time below. */
export const LABELS = 104
export const AXIS = 24
/** A label nearer than this to the right edge would be cut off, in pixels. */
const HALF_LABEL = 34

interface DrawingProps {
  /** From the top. */
  lanes: readonly Channel[]
  byLane: ReadonlyMap<Channel, readonly JourneyMark[]>
  /** Interactions of the largest mark. */
  most: number
  /** Height of a lane, and width of all of them. */
  lane: number
  width: number
  scale: ReturnType<typeof scaleTime<number>>
  hovered: JourneyMark | null
}

export function Drawing({ lanes, byLane, most, lane, width, scale, hovered }: DrawingProps) {
  const height = lanes.length * lane
  const ticks = useMemo(
    () => scale.ticks(Math.max(2, Math.floor(width / 80))).filter((tick) => scale(tick) < width - HALF_LABEL),
    [scale, width],
  )
  const options = axisFormat((ticks[1]?.getTime() ?? 0) - (ticks[0]?.getTime() ?? 0))
  return (
    <svg width={LABELS + width} height={height + AXIS} aria-hidden>
      <title>Journey</title>
      {lanes.map((channel, at) => (
        <g key={channel} transform={`translate(0, ${at * lane})`}>
          <rect
            width={LABELS + width}
            height={lane}
            className="scv-journey-lane"
            data-odd={at % 2 === 1 || undefined}
          />
          <text x={PICTURE.inset} y={lane / 2} dominantBaseline="central" className="scv-journey-label">
            {CHANNEL_WORDS[channel]}
          </text>
          <svg x={LABELS} width={width} height={lane} overflow="hidden">
            <title>{CHANNEL_WORDS[channel]}</title>
            <path
              d={lanePath(byLane.get(channel) ?? [], (moment) => scale(moment), lane, most)}
              fill={CHANNEL_MARKS[channel]}
            />
            {hovered?.channel === channel && (
              <path d={lanePath([hovered], (moment) => scale(moment), lane, most)} className="scv-journey-marked" />
            )}
          </svg>
        </g>
      ))}
      <AxisBottom
        left={LABELS}
        top={height}
        scale={scale}
        tickValues={ticks}
        tickFormat={(value) => formatAxis(Number(value), options)}
        tickLength={PICTURE.tick}
        hideAxisLine
        tickStroke="var(--scv-line)"
        tickLabelProps={{ className: 'scv-journey-label', textAnchor: 'middle', dy: PICTURE.drop }}
      />
    </svg>
  )
}
