// The whole journey in a strip, with the part that is shown above marked on it: drag it, or its edges.
// Invariant: the strip and the picture show one stretch; whichever moves takes the other along.
import { Brush } from '@visx/brush'
import { scaleLinear, scaleTime } from '@visx/scale'
import { type ComponentProps, useCallback, useEffect, useMemo, useRef } from 'react'
import { OVERVIEW_HEIGHT, PICTURE } from '../theme'
import { type Stretch, within } from './stretch'

interface OverviewProps {
  counts: readonly number[]
  span: Stretch | null
  whole: Stretch
  shown: Stretch
  width: number
  onShow: (stretch: Stretch) => void
}

type BaseBrush = NonNullable<ComponentProps<typeof Brush>['innerRef']>['current']

const HEIGHT = OVERVIEW_HEIGHT

export function Overview({ counts, span, whole, shown, width, onShow }: OverviewProps) {
  const brush = useRef<BaseBrush>(null)
  const x = useMemo(
    () => scaleTime({ domain: [whole.from, whole.to], range: [0, Math.max(width, 1)] }),
    [whole.from, whole.to, width],
  )
  const y = useMemo(() => scaleLinear({ domain: [0, 1], range: [HEIGHT, 0] }), [])
  const bars = useMemo(() => {
    if (!span) return ''
    const most = Math.max(1, ...counts)
    const part = (span.to - span.from + 1) / counts.length
    return counts
      .map((count, at) => {
        if (count === 0) return ''
        const left = x(span.from + at * part)
        const right = Math.max(left + 1.5, x(span.from + (at + 1) * part))
        const top = HEIGHT - 2 - (HEIGHT - 5) * Math.sqrt(count / most)
        return `M${left.toFixed(1)},${HEIGHT - 1}V${top.toFixed(1)}H${right.toFixed(1)}V${HEIGHT - 1}z`
      })
      .join('')
  }, [counts, span, x])
  const [start, end] = [x(shown.from), x(shown.to)]

  /** Puts the brush where the stretch is, unless it is there, or the agent is holding it. */
  const place = useCallback((): void => {
    const current = brush.current
    if (!current || width <= 0 || current.state.isBrushing) return
    const { x0, x1 } = current.state.extent
    if (Math.abs(x0 - start) < 1 && Math.abs(x1 - end) < 1) return
    current.updateBrush((state) => ({
      ...state,
      start: { x: start, y: 0 },
      end: { x: end, y: HEIGHT },
      extent: { x0: start, x1: end, y0: 0, y1: HEIGHT },
    }))
  }, [start, end, width])
  const latest = useRef(place)
  useEffect(() => {
    latest.current = place
    place()
  }, [place])

  if (width <= 0) return null
  return (
    <svg width={width} height={HEIGHT} aria-hidden className="scv-journey-overview">
      <title>The whole journey</title>
      <rect width={width} height={HEIGHT} className="scv-journey-lane" data-odd />
      <path d={bars} />
      <Brush
        // Its own idea of where it is belongs to a width and a whole.
        key={`${width} ${whole.from} ${whole.to}`}
        innerRef={brush}
        xScale={x}
        yScale={y}
        width={width}
        height={HEIGHT}
        handleSize={PICTURE.handle}
        resizeTriggerAreas={['left', 'right']}
        brushDirection="horizontal"
        initialBrushPosition={{ start: { x: start }, end: { x: end } }}
        useWindowMoveEvents
        selectedBoxStyle={{
          fill: 'var(--mantine-primary-color-filled)',
          fillOpacity: 0.15,
          stroke: 'var(--mantine-primary-color-filled)',
        }}
        onChange={() => {
          // By its pixels: the moments it offers lie two pixels beside them, and the picture would never come to rest.
          const { isBrushing, extent } = brush.current?.state ?? {}
          // It also tells of where it was put by us, and later than the picture may have moved on.
          if (!isBrushing || !extent || extent.x1 - extent.x0 < 1) return
          onShow(within({ from: x.invert(extent.x0).getTime(), to: x.invert(extent.x1).getTime() }, whole))
        }}
        // Within the bounds of the whole, and a click that draws nothing leaves the stretch as it was.
        onBrushEnd={() => requestAnimationFrame(() => latest.current())}
      />
    </svg>
  )
}
