// One person in the queue: what is known of them, which people they may be, until when they are remembered, and what to do.
import { ActionIcon, Badge, Box, Button, Checkbox, Group, Text, Tooltip, UnstyledButton } from '@mantine/core'
import type { Likeness } from '@shared/contract/duplicates'
import type { AutoContact, PersonLine, PersonRef } from '@shared/model/views'
import { IconArrowBackUp, IconArrowsJoin2, IconEyeOff, IconUserCheck } from '@tabler/icons-react'
import { PersonAvatar } from '../components/PersonAvatar'
import { factsOf } from '../components/PersonFacts'
import { TypeBadge } from '../components/TypeBadge'
import { likenessWords } from '../format/likeness-words'
import { formatCountdown, formatDay, formatMoment, formatNumber, formatRelative } from '../format/locale'
import { identifierWords, queueName, suggestionWords } from '../format/queue-words'
import { personName } from '../format/words'
import { useMay } from '../state/access'
import { ICON, INDENT, MARK, ROW_HEIGHT } from '../theme'

interface QueueRowProps {
  contact: AutoContact
  /** People of the book that they likely are, the likeliest first. */
  like: readonly Likeness[]
  now: number
  selected: boolean
  onSelect: (on: boolean) => void
  onOpen: () => void
  onKeep: () => void
  onMerge: () => void
  /** Beside a suggested match. */
  onCompare: (person: PersonRef) => void
  onDismiss: () => void
}

/** Within this many ms of being forgotten, the countdown stands out. */
const SOON_MS = 7 * 86_400_000

export function QueueRow({ contact, like, now, selected, onSelect, ...does }: QueueRowProps) {
  const name = queueName(contact)
  const off = contact.dismissed !== null
  const matches = matchesOf(contact, like)
  const may = useMay()
  return (
    <Group
      h={matches.length > 0 ? ROW_HEIGHT.queueMatch : ROW_HEIGHT.queue}
      gap="sm"
      wrap="nowrap"
      className="scv-row"
      px="xs"
      data-selected={selected}
    >
      {(may('contact:edit') || may('identity:merge') || may('identity:promote')) && (
        <Checkbox
          aria-label={`Select ${name}`}
          checked={selected}
          onChange={(event) => onSelect(event.currentTarget.checked)}
        />
      )}
      <Box flex={1} miw={0}>
        <UnstyledButton w="100%" onClick={does.onOpen}>
          <Group gap="sm" wrap="nowrap">
            <PersonAvatar person={contact} />
            <Box flex={1} miw={0}>
              <Group gap="xs" wrap="nowrap">
                <Text fw={600} truncate>
                  {name}
                </Text>
                <TypeBadge type={contact.type} />
              </Group>
              <Text size="sm" c="dimmed" truncate>
                {identifierWords(contact)}
              </Text>
            </Box>
            <Times contact={contact} now={now} />
          </Group>
        </UnstyledButton>
        <Match
          contact={contact}
          matches={matches}
          now={now}
          onCompare={may('identity:merge') ? does.onCompare : undefined}
        />
      </Box>
      <Group gap="snug" wrap="nowrap" className="scv-fixed">
        {may('identity:promote') && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconUserCheck size={ICON.md} aria-hidden />}
            onClick={does.onKeep}
            aria-label={`Keep ${name}`}
          >
            Keep
          </Button>
        )}
        {may('identity:merge') && (
          <Tooltip label="Merge into an existing person">
            <ActionIcon
              variant="default"
              size={MARK.lg}
              onClick={does.onMerge}
              aria-label={`Merge ${name} into an existing person`}
            >
              <IconArrowsJoin2 size={ICON.md} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
        {may('contact:edit') && (
          <Tooltip label={off ? 'Put back in the queue' : 'Dismiss: off the queue until they get in touch again'}>
            <ActionIcon
              variant="default"
              size={MARK.lg}
              onClick={does.onDismiss}
              aria-label={off ? `Put ${name} back` : `Dismiss ${name}`}
            >
              {off ? <IconArrowBackUp size={ICON.md} aria-hidden /> : <IconEyeOff size={ICON.md} aria-hidden />}
            </ActionIcon>
          </Tooltip>
        )}
      </Group>
    </Group>
  )
}

function Times({ contact, now }: { contact: AutoContact; now: number }) {
  const { lastSeen, expiresAt, interactions, dismissed } = contact
  const soon = expiresAt !== null && Date.parse(expiresAt) - now < SOON_MS
  return (
    <Box ta="right" className="scv-fixed">
      <Text size="xs">
        {lastSeen ? `Last seen ${formatRelative(lastSeen, now)}` : 'Never seen'} · {formatNumber(interactions)}{' '}
        {interactions === 1 ? 'interaction' : 'interactions'}
      </Text>
      <Group gap="snug" justify="flex-end" wrap="nowrap">
        {dismissed && (
          <Text size="xs" c="dimmed" title={formatMoment(dismissed.at)}>
            Dismissed by {dismissed.by}
          </Text>
        )}
        {expiresAt && (
          <Badge size="sm" variant="light" color={soon ? 'yellow' : 'gray'} title={formatDay(expiresAt)}>
            Forgotten {formatCountdown(expiresAt, now)}
          </Badge>
        )}
      </Group>
    </Box>
  )
}

/** A person of the book that they may be, and why. */
interface FoundMatch {
  person: PersonLine
  why: string
  /** The number or address that speaks for it. */
  by?: string | undefined
}

/** Those who have the same number or address, then those who are alike otherwise. */
function matchesOf({ suggestions }: AutoContact, like: readonly Likeness[]): FoundMatch[] {
  const known = suggestions.map((one) => ({
    person: one.person,
    why: suggestionWords(one),
    by: one.reasons[0]?.display,
  }))
  const further = like.filter(({ person }) => !known.some((one) => one.person.id === person.id))
  return [...known, ...further.map(({ person, ...score }) => ({ person, why: likenessWords(score) }))]
}

interface MatchProps {
  contact: AutoContact
  matches: readonly FoundMatch[]
  now: number
  onCompare: ((person: PersonRef) => void) | undefined
}

function Match({ contact, matches, now, onCompare }: MatchProps) {
  const [best, ...others] = matches
  if (!best) return null
  const name = personName(best.person)
  return (
    <Group gap="xs" wrap="nowrap" pl={INDENT.match}>
      <Text size="sm" truncate>
        May be <b>{name}</b>: {best.why}
        {others.length > 0 && `; or ${formatNumber(others.length)} others`}
        {' · '}
        <Text span size="xs" c="dimmed">
          {factsOf(best.person, now, best.by).join(' · ')}
        </Text>
      </Text>
      {onCompare && (
        <Button
          size="compact-xs"
          variant="light"
          className="scv-fixed"
          aria-label={`Compare ${queueName(contact)} with ${name}`}
          onClick={() => onCompare(best.person)}
        >
          Compare
        </Button>
      )}
    </Group>
  )
}
