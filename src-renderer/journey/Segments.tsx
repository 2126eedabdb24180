// The segments that a person is in, as agents are meant to see them: named, with what each means and until when.
import { Badge, ColorSwatch, Group, Tooltip } from '@mantine/core'
import { useLive } from '../bridge/hooks'
import { formatDay } from '../format/locale'
import { MARK } from '../theme'

export function Segments({ contactId }: { contactId: string }) {
  const answer = useLive('people.segments', { contactId })
  const segments = answer.status === 'ready' ? answer.value : []
  if (segments.length === 0) return null
  return (
    <Group gap="xs" role="list" aria-label="Segments">
      {segments.map(({ segmentId, name, color, description, until }) => (
        <Tooltip
          key={segmentId}
          label={[description, `Until ${formatDay(until)}`].filter((one) => one !== '').join(' · ')}
        >
          <Badge
            role="listitem"
            tabIndex={0}
            variant="default"
            leftSection={<ColorSwatch color={color} size={MARK.dot} withShadow={false} aria-hidden />}
          >
            {name}
          </Badge>
        </Tooltip>
      ))}
    </Group>
  )
}
