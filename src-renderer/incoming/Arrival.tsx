// What arrived, whose it is and why, at the head of its card.
import { Badge, Box, Button, Group, Text } from '@mantine/core'
import type { Incoming } from '@shared/contract/local-api'
import type { PersonRef } from '@shared/model/views'
import { useLive } from '../bridge/hooks'
import { ChannelIcon } from '../components/ChannelIcon'
import { PersonAvatar } from '../components/PersonAvatar'
import { useNow } from '../components/use-now'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'
import { personTitle } from '../format/words'
import type { Decided } from '../state/incoming'
import { useNavigation } from '../state/navigation'
import { HEIGHT, MARK } from '../theme'
import { arrivalWords, DECIDED_WORDS, whyWords } from './incoming-words'

interface ArrivalProps {
  incoming: Incoming
  decided: Decided | undefined
  inDock: boolean
}

/** What arrived, whose it is, and why. */
export function Arrival({ incoming, decided, inDock }: ArrivalProps) {
  const { interaction, contact, arrivedAt } = incoming
  const now = useNow()
  const about = [interaction.subject, interaction.queue].filter(Boolean).join(' · ')
  return (
    <>
      {!inDock && (
        <Group gap="xs" wrap="nowrap">
          <ChannelIcon channel={interaction.channel} size={MARK.md} />
          <Text size="sm" fw={600} flex={1} miw={0} truncate>
            {arrivalWords(incoming)}
          </Text>
          {decided && (
            <Badge size="sm" variant="light" color="gray" className="scv-fixed">
              {DECIDED_WORDS[decided]}
            </Badge>
          )}
          <Text size="xs" c="dimmed" title={formatMoment(arrivedAt)} className="scv-fixed">
            {formatRelative(arrivedAt, now)}
          </Text>
        </Group>
      )}
      {!inDock && about !== '' && (
        <Text size="xs" c="dimmed" truncate>
          {about}
        </Text>
      )}
      <Group gap="sm" wrap="nowrap" align="flex-start">
        {contact && !inDock && <PersonAvatar person={contact} />}
        <Box miw={0} flex={1}>
          {contact && <Who contact={contact} withFacts={!inDock} />}
          {inDock && (
            <Text size="xs" fw={600} className="scv-wrap">
              {arrivalWords(incoming)}
            </Text>
          )}
          <Text size={inDock ? 'xs' : 'sm'}>{whyWords(incoming, decided)}</Text>
          {inDock && about !== '' && (
            <Text size="xs" c="dimmed" truncate>
              {about}
            </Text>
          )}
        </Box>
      </Group>
    </>
  )
}

/** Who they are, and what they have done with us, in two lines. */
function Who({ contact, withFacts }: { contact: PersonRef; withFacts: boolean }) {
  const go = useNavigation((state) => state.go)
  const person = useLive('people.get', { contactId: contact.id })
  const { fields, interactions } = person.value ?? {}
  const facts = [
    [fields?.title, fields?.externalOrganization?.name].filter(Boolean).join(', '),
    fields?.address?.city,
    interactions === undefined
      ? ''
      : `${formatNumber(interactions)} ${interactions === 1 ? 'interaction' : 'interactions'}`,
  ].filter(Boolean)
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="transparent"
          size="compact-sm"
          px={0}
          c="var(--mantine-color-anchor)"
          fw={650}
          onClick={() => go({ screen: 'person', contactId: contact.id })}
          classNames={{ label: 'scv-cut' }}
        >
          {personTitle(contact)}
        </Button>
      </Group>
      {withFacts && (
        <Text size="xs" c="dimmed" truncate mih={HEIGHT.small}>
          {facts.join(' · ')}
        </Text>
      )}
    </>
  )
}
