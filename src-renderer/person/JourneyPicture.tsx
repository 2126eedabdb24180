// A journey at a glance: time from left to right, a lane for each channel. The list below is its text.
import { ScatterChart } from '@mantine/charts'
import { Box } from '@mantine/core'
import { useMemo } from 'react'
import { formatDay, formatNumber } from '../format/locale'
import { CHANNEL_WORDS } from '../format/words'
import { CHANNEL_COLORS } from '../theme'
import { timeSpan, timeTicks, toLanes } from './points'

interface JourneyPictureProps {
  points: readonly (readonly [number, number])[]
  /** The stretch of time to show, in ms. */
  from: number
  to: number
}

/** More marks than this on a lane could not be told apart. */
const BUCKETS = 240
const LANE_HEIGHT = 24

export function JourneyPicture({ points, from, to }: JourneyPictureProps) {
  const lanes = useMemo(() => toLanes(points, BUCKETS), [points])
  const series = useMemo(
    () =>
      lanes.map(({ channel, lane, moments }) => ({
        name: CHANNEL_WORDS[channel],
        color: `${CHANNEL_COLORS[channel]}.6`,
        data: moments.map((at) => ({ at, lane })),
      })),
    [lanes],
  )
  const ticks = useMemo(() => timeTicks(from, to, 7), [from, to])
  const yearly = to - from > 300 * 86_400_000
  const axis = useMemo(
    () =>
      new Intl.DateTimeFormat(
        undefined,
        yearly ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' },
      ),
    [yearly],
  )
  const [first, last] = timeSpan(points)
  return (
    <Box
      role="img"
      aria-label={`${formatNumber(points.length)} interactions on ${lanes.length} channels between ${formatDay(first)} and ${formatDay(last)}: ${lanes
        .map(({ channel }) => CHANNEL_WORDS[channel])
        .reverse()
        .join(', ')}`}
    >
      <ScatterChart
        aria-hidden
        h={lanes.length * LANE_HEIGHT + 40}
        data={series}
        dataKey={{ x: 'at', y: 'lane' }}
        gridAxis="xy"
        strokeDasharray="2 4"
        tickLine="none"
        withTooltip={false}
        xAxisProps={{
          type: 'number',
          domain: [from, to],
          ticks,
          tickFormatter: (at: number) => axis.format(at),
          padding: { left: 8, right: 8 },
          interval: 'preserveStartEnd',
        }}
        yAxisProps={{
          type: 'number',
          domain: [-0.5, lanes.length - 0.5],
          ticks: lanes.map(({ lane }) => lane),
          tickFormatter: (lane: number) => {
            const found = lanes.find((each) => each.lane === lane)
            return found ? CHANNEL_WORDS[found.channel] : ''
          },
          width: 108,
          interval: 0,
        }}
        scatterProps={{ isAnimationActive: false }}
        scatterChartProps={{ accessibilityLayer: false }}
      />
    </Box>
  )
}
