// The steps of a web or app session, in order, each with how long after its start it came.
import { Group, Text, Timeline } from '@mantine/core'
import type { SessionEvent } from '@shared/model/interaction'
import { formatDuration, formatMoment } from '../format/locale'
import { MARK } from '../theme'

interface SessionStepsProps {
  events: readonly SessionEvent[]
  startedAt: string
}

export function SessionSteps({ events, startedAt }: SessionStepsProps) {
  return (
    <Timeline bulletSize={MARK.dot} active={events.length} aria-label="Steps of the session">
      {events.map((event, at) => (
        <Timeline.Item
          // biome-ignore lint/suspicious/noArrayIndexKey: two steps may be alike in everything but their place
          key={`${at} ${event.at}`}
          title={
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Text size="sm" fw={500} className="scv-wrap">
                {event.name}
              </Text>
              <Text size="xs" c="dimmed" title={formatMoment(event.at)} className="scv-fixed">
                {after(startedAt, event.at)}
              </Text>
            </Group>
          }
        >
          {event.detail && (
            <Text size="xs" c="dimmed" className="scv-wrap">
              {event.detail}
            </Text>
          )}
        </Timeline.Item>
      ))}
    </Timeline>
  )
}

function after(startedAt: string, at: string): string {
  const later = Date.parse(at) - Date.parse(startedAt)
  if (later < 1000) return later < 0 ? formatMoment(at) : 'at the start'
  return `after ${formatDuration(startedAt, at)}`
}
