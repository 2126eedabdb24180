// Coming closer and going back as buttons: what the wheel and the keys do, for everybody to find.
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconMinus, IconPlus, IconZoomReset } from '@tabler/icons-react'
import { ICON, MARK } from '../theme'
import { STEP } from './JourneyPicture'
import { SHORTEST, type Stretch, zoomed } from './stretch'

interface ZoomButtonsProps {
  whole: Stretch
  shown: Stretch
  onShow: (stretch: Stretch) => void
}

export function ZoomButtons({ whole, shown, onShow }: ZoomButtonsProps) {
  const middle = (shown.from + shown.to) / 2
  const all = shown.from <= whole.from && shown.to >= whole.to
  const closest = shown.to - shown.from <= SHORTEST
  const buttons = [
    { label: 'Zoom in', keys: '+', Icon: IconPlus, off: closest, to: () => zoomed(shown, STEP, middle, whole) },
    { label: 'Zoom out', keys: '-', Icon: IconMinus, off: all, to: () => zoomed(shown, 1 / STEP, middle, whole) },
    { label: 'Show all of it', keys: '0', Icon: IconZoomReset, off: all, to: () => whole },
  ]
  return (
    <ActionIcon.Group>
      {buttons.map(({ label, keys, Icon, off, to }) => (
        <Tooltip key={label} label={`${label} (${keys} in the picture)`}>
          <ActionIcon
            variant="default"
            size={MARK.lg}
            aria-label={label}
            // Not `disabled`, which would take the focus away from the agent who pressed it last.
            aria-disabled={off}
            {...(off ? { 'data-disabled': true } : {})}
            onClick={() => {
              if (!off) onShow(to())
            }}
          >
            <Icon size={ICON.md} aria-hidden />
          </ActionIcon>
        </Tooltip>
      ))}
    </ActionIcon.Group>
  )
}
