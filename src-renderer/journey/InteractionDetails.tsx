// One interaction, whole: its facts, its note, and the steps of a session.
import { Button, DataList, Group, Modal, Stack, Text } from '@mantine/core'
import type { InteractionView } from '@shared/model/views'
import { formatDuration, formatMoment } from '../format/locale'
import { CHANNEL_WORDS, DIRECTION_WORDS, IDENTIFIER_WORDS, sentWords } from '../format/words'
import { WIDTH } from '../theme'
import { SessionSteps } from './SessionSteps'

interface InteractionDetailsProps {
  interaction: InteractionView | null
  onClose: () => void
  /** Absent where nothing may be changed. */
  onCorrect?: ((interaction: InteractionView) => void) | undefined
}

export function InteractionDetails({ interaction, onClose, onCorrect }: InteractionDetailsProps) {
  return (
    <Modal
      opened={interaction !== null}
      onClose={onClose}
      size="lg"
      title={
        interaction
          ? `${CHANNEL_WORDS[interaction.channel]}, ${DIRECTION_WORDS[interaction.direction].toLowerCase()}`
          : ''
      }
    >
      {interaction && <Facts interaction={interaction} />}
      {interaction && onCorrect && (
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={() => onCorrect(interaction)}>
            Correct person, note or outcome…
          </Button>
        </Group>
      )}
    </Modal>
  )
}

function Facts({ interaction }: { interaction: InteractionView }) {
  const {
    startedAt,
    endedAt,
    identifiers,
    unread = [],
    subject,
    queue,
    agent,
    wrapUp,
    note,
    events,
    recordedBy,
  } = interaction
  const duration = formatDuration(startedAt, endedAt)
  const rows: [string, string | undefined][] = [
    ['When', [formatMoment(startedAt), duration].filter((part) => part !== '').join(', ')],
    ...identifiers.map((identifier): [string, string] => [IDENTIFIER_WORDS[identifier.type], identifier.display]),
    ...unread.map(({ type, value }): [string, string] => [`${IDENTIFIER_WORDS[type]} as sent`, sentWords(value)]),
    ['Subject', subject],
    ['Queue', queue],
    ['Agent', agent],
    ['Outcome', wrapUp],
    ['Recorded by', recordedBy],
  ]
  return (
    <Stack gap="md">
      <DataList labelWidth={WIDTH.field}>
        {rows.map(([label, value]) =>
          value ? (
            <DataList.Item key={`${label} ${value}`}>
              <DataList.ItemLabel>{label}</DataList.ItemLabel>
              <DataList.ItemValue>{value}</DataList.ItemValue>
            </DataList.Item>
          ) : null,
        )}
      </DataList>
      {note && (
        <Text size="sm" className="scv-text">
          {note}
        </Text>
      )}
      {events && events.length > 0 && <SessionSteps events={events} startedAt={startedAt} />}
    </Stack>
  )
}
