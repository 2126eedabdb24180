// One interaction in a journey: what, when, by which identifier, and what came of it.
import { Badge, Box, Group, Text, UnstyledButton } from '@mantine/core'
import type { InteractionView } from '@shared/model/views'
import { ChannelIcon } from '../components/ChannelIcon'
import { formatMoment, formatRelative } from '../format/locale'
import { CHANNEL_WORDS, DIRECTION_WORDS } from '../format/words'

interface InteractionRowProps {
  interaction: InteractionView
  now: number
  onOpen: () => void
}

export function InteractionRow({ interaction, now, onOpen }: InteractionRowProps) {
  const { channel, direction, subject, note, wrapUp, identifiers, queue, agent, startedAt } = interaction
  const detail = [subject, note, wrapUp].filter(Boolean).join(' · ')
  const by = [identifiers[0]?.display, queue, agent].filter(Boolean).join(' · ')
  return (
    <UnstyledButton className="scv-row" w="100%" h="100%" px="xs" onClick={onOpen}>
      <Group h="100%" gap="sm" wrap="nowrap">
        <ChannelIcon channel={channel} size={32} />
        <Box flex={1} miw={0}>
          <Group gap={6} wrap="nowrap">
            <Text size="sm" fw={600} style={{ flexShrink: 0 }}>
              {CHANNEL_WORDS[channel]}
            </Text>
            <Badge size="xs" variant="default" style={{ flexShrink: 0 }}>
              {DIRECTION_WORDS[direction]}
            </Badge>
            <Text size="sm" truncate>
              {detail}
            </Text>
          </Group>
          <Text size="xs" c="dimmed" truncate>
            {by === '' ? 'No identifier' : by}
          </Text>
        </Box>
        <Box ta="right" style={{ flexShrink: 0 }}>
          <Text size="xs">{formatMoment(startedAt)}</Text>
          <Text size="xs" c="dimmed">
            {formatRelative(startedAt, now)}
          </Text>
        </Box>
      </Group>
    </UnstyledButton>
  )
}
