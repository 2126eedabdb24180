// One interaction in a journey: what, when, by which identifier, and what came of it; a session unfolds into its steps.
import { ActionIcon, Badge, Box, Button, Checkbox, Group, Text, Tooltip, UnstyledButton } from '@mantine/core'
import type { InteractionView } from '@shared/model/views'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import { memo } from 'react'
import { ChannelIcon } from '../components/ChannelIcon'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'
import { CHANNEL_WORDS, DIRECTION_WORDS, sentWords } from '../format/words'
import { ICON, INDENT, MARK, ROW_HEIGHT, WIDTH } from '../theme'
import { SessionSteps } from './SessionSteps'

interface InteractionRowProps {
  interaction: InteractionView
  now: number
  unfolded: boolean
  /** Whether it is one of those chosen; undefined while none are being chosen. */
  chosen?: boolean | undefined
  onChoose?: ((id: string) => void) | undefined
  onOpen: (interaction: InteractionView) => void
  onToggle: (id: string) => void
}

/** Steps that a list shows; the rest is in the details. */
const FEW = 12

/** Drawn again only when something about it changes: the list above moves with every step of a zoom. */
export const InteractionRow = memo(function InteractionRow(props: InteractionRowProps) {
  const { interaction, now, unfolded, chosen, onChoose, onOpen, onToggle } = props
  const { id, channel, direction, subject, note, wrapUp, identifiers, unread, queue, agent, startedAt, events } =
    interaction
  const [sent] = unread ?? []
  const by = [identifiers[0]?.display ?? (sent && sentWords(sent.value)), queue, agent].filter(Boolean).join(' · ')
  const steps = events?.length ?? 0
  const stepWords = steps > 0 ? `${formatNumber(steps)} ${steps === 1 ? 'step' : 'steps'}` : ''
  const detail = [subject, note, wrapUp, stepWords].filter(Boolean).join(' · ')
  const stepsId = `steps-${id}`
  const label = `${unfolded ? 'Hide' : 'Show'} the ${stepWords} of this session`
  return (
    <>
      <Group h={ROW_HEIGHT.interaction} gap="tight" wrap="nowrap" className="scv-row" pr="xs">
        {chosen !== undefined && (
          <Checkbox
            size="xs"
            pl="xs"
            checked={chosen}
            aria-label={`Choose: ${CHANNEL_WORDS[channel]} of ${formatMoment(startedAt)}`}
            onChange={() => onChoose?.(id)}
          />
        )}
        <UnstyledButton flex={1} miw={0} h="100%" px="xs" onClick={() => onOpen(interaction)}>
          <Group h="100%" gap="sm" wrap="nowrap">
            <ChannelIcon channel={channel} size={MARK.xl} />
            <Box flex={1} miw={0}>
              <Group gap="snug" wrap="nowrap">
                <Text size="sm" fw={600} className="scv-fixed">
                  {CHANNEL_WORDS[channel]}
                </Text>
                <Badge size="xs" variant="default" className="scv-fixed">
                  {DIRECTION_WORDS[direction]}
                </Badge>
                <Text size="sm" truncate>
                  {detail}
                </Text>
              </Group>
              <Text size="xs" c="dimmed" truncate>
                {by === '' ? 'No number or address' : by}
              </Text>
            </Box>
            <Box ta="right" className="scv-fixed">
              <Text size="xs">{formatMoment(startedAt)}</Text>
              <Text size="xs" c="dimmed">
                {formatRelative(startedAt, now)}
              </Text>
            </Box>
          </Group>
        </UnstyledButton>
        {steps === 0 ? (
          <Box w={WIDTH.gap} className="scv-fixed" /> // so that all times stand in one column
        ) : (
          <Tooltip label={label}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={label}
              aria-expanded={unfolded}
              aria-controls={stepsId}
              onClick={() => onToggle(id)}
            >
              {unfolded ? <IconChevronUp size={ICON.lg} aria-hidden /> : <IconChevronDown size={ICON.lg} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
      {unfolded && events && (
        <Box id={stepsId} pl={INDENT.steps} pr="md" pb="sm" pt="tight">
          <SessionSteps events={events.slice(0, FEW)} startedAt={startedAt} />
          {steps > FEW && (
            <Button size="compact-xs" variant="subtle" mt="tight" onClick={() => onOpen(interaction)}>
              All {formatNumber(steps)} steps
            </Button>
          )}
        </Box>
      )}
    </>
  )
})
