// A journey at a glance: time from left to right, a lane for each channel, and below it the whole with the part shown.
// Invariant: what is drawn is what the list below holds, which is this picture's text; every way of the mouse to zoom and
// move has one of the keyboard.
import { Box, Tooltip } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import type { Channel } from '@shared/model/interaction'
import type { JourneyMark, JourneyPicture as Picture } from '@shared/model/views'
import { scaleTime } from '@visx/scale'
import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react'
import { formatDays, formatMoment, formatNumber } from '../format/locale'
import { CHANNEL_WORDS } from '../format/words'
import { LANE_HEIGHT } from '../theme'
import { AXIS, Drawing, LABELS } from './Drawing'
import { nearest } from './lanes'
import { Overview } from './Overview'
import { moved, type Stretch, zoomed } from './stretch'

interface JourneyPictureProps {
  picture: Picture
  /** From the top. */
  lanes: readonly Channel[]
  whole: Stretch
  shown: Stretch
  /** More room for each lane. */
  wide: boolean
  onShow: (stretch: Stretch) => void
  onMark: (mark: JourneyMark) => void
}

/** One step of a button or a key, closer; its inverse goes the other way. */
export const STEP = 0.6
const WHEEL_STEP = 0.85
/** A pointer this near to a mark means it, in pixels. */
const REACH = 8

export function JourneyPicture({ picture, lanes, whole, shown, wide, onShow, onMark }: JourneyPictureProps) {
  const { ref: sized, width: total } = useElementSize()
  const box = useRef<HTMLDivElement>(null)
  const [hovered, setHovered] = useState<JourneyMark | null>(null)
  const drag = useRef<{ x: number; shown: Stretch; moved: boolean } | null>(null)
  const width = Math.max(0, total - LABELS)
  const lane = LANE_HEIGHT[wide ? 'wide' : 'narrow']
  const height = lanes.length * lane

  const scale = useMemo(
    () => scaleTime({ domain: [shown.from, shown.to], range: [0, Math.max(width, 1)] }),
    [shown.from, shown.to, width],
  )
  const byLane = useMemo(
    () => new Map(lanes.map((channel) => [channel, picture.marks.filter((mark) => mark.channel === channel)])),
    [lanes, picture.marks],
  )
  const most = useMemo(() => Math.max(1, ...picture.marks.map((mark) => mark.count)), [picture.marks])

  const timeAt = (clientX: number): number => {
    const left = box.current?.getBoundingClientRect().left ?? 0
    return scale.invert(clientX - left - LABELS).getTime()
  }
  const markAt = (event: PointerEvent): JourneyMark | null => {
    const area = box.current?.getBoundingClientRect()
    if (!area) return null
    const channel = lanes[Math.floor((event.clientY - area.top) / lane)]
    return nearest(channel && byLane.get(channel), event.clientX - area.left - LABELS, (at) => scale(at), REACH)
  }

  // Not as a React listener: those of wheels cannot keep the page from scrolling.
  useEffect(() => {
    const element = box.current
    if (!element) return
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault()
      if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
        onShow(moved(shown, Math.sign(event.deltaX || event.deltaY) * 0.1, whole))
      else onShow(zoomed(shown, event.deltaY < 0 ? WHEEL_STEP : 1 / WHEEL_STEP, timeAt(event.clientX), whole))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  })

  const onKeyDown = (event: KeyboardEvent): void => {
    const middle = (shown.from + shown.to) / 2
    const next = {
      '+': () => zoomed(shown, STEP, middle, whole),
      '=': () => zoomed(shown, STEP, middle, whole),
      '-': () => zoomed(shown, 1 / STEP, middle, whole),
      ArrowLeft: () => moved(shown, -0.25, whole),
      ArrowRight: () => moved(shown, 0.25, whole),
      Home: () => moved(shown, -1e9, whole),
      End: () => moved(shown, 1e9, whole),
      '0': () => whole,
    }[event.key]
    if (!next || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    onShow(next())
  }
  const onPointerMove = (event: PointerEvent): void => {
    const from = drag.current
    if (!from) {
      setHovered(markAt(event))
      return
    }
    const by = (from.x - event.clientX) / Math.max(width, 1)
    if (Math.abs(from.x - event.clientX) > 3) from.moved = true
    if (from.moved) {
      setHovered(null)
      onShow(moved(from.shown, by, whole))
    }
  }
  const onPointerUp = (event: PointerEvent): void => {
    const click = drag.current !== null && !drag.current.moved
    drag.current = null
    const mark = click ? markAt(event) : null
    if (mark) onMark(mark)
  }

  const names = lanes.map((channel) => CHANNEL_WORDS[channel]).join(', ')
  return (
    <Box ref={sized}>
      <Tooltip.Floating label={hovered ? markWords(hovered) : ''} disabled={!hovered} withinPortal>
        <Box
          ref={box}
          role="group"
          aria-roledescription="picture"
          tabIndex={0}
          aria-label={`${formatNumber(picture.total)} interactions, ${formatDays(shown.from, shown.to)}, by channel: ${names}. Plus and minus zoom, arrows move, 0 shows all.`}
          aria-keyshortcuts="+ - ArrowLeft ArrowRight Home End 0"
          className="scv-journey"
          h={height + AXIS}
          onKeyDown={onKeyDown}
          onPointerDown={(event) => {
            drag.current = { x: event.clientX, shown, moved: false }
            event.currentTarget.setPointerCapture(event.pointerId)
          }}
          onPointerMove={onPointerMove}
          onPointerUp={onPointerUp}
          onPointerLeave={() => setHovered(null)}
        >
          {width > 0 && (
            <Drawing
              lanes={lanes}
              byLane={byLane}
              most={most}
              lane={lane}
              width={width}
              scale={scale}
              hovered={hovered}
            />
          )}
        </Box>
      </Tooltip.Floating>
      <Box pl={LABELS}>
        <Overview
          counts={picture.overview}
          span={picture.span}
          whole={whole}
          shown={shown}
          width={width}
          onShow={onShow}
        />
      </Box>
    </Box>
  )
}

/** What a mark stands for, e.g. `12 calls, 4 – 5 Feb 2026`. */
function markWords({ channel, count, first, last }: JourneyMark): string {
  if (count === 1) return `${CHANNEL_WORDS[channel]}, ${formatMoment(first)}`
  return `${CHANNEL_WORDS[channel]}: ${formatNumber(count)} interactions, ${formatDays(first, last)}`
}
