// Identifiers that more than one person wants, with both sides of each and what can be done about it.
// Invariant: whatever is done here can be done the other way round afterwards; nothing is lost.
import { Anchor, Badge, Box, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { Claimant, ClaimView, PersonView } from '@shared/model/views'
import { IconChevronRight } from '@tabler/icons-react'
import { client, useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { PersonFacts } from '../components/PersonFacts'
import { TheyShareIt } from '../components/TheyShareIt'
import { showUndo } from '../components/undo-notice'
import { useNow } from '../components/use-now'
import { formatDay, formatNumber } from '../format/locale'
import { IDENTIFIER_WORDS, personName, viaWords } from '../format/words'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'

/** Claims of this person that another person makes, too. */
const disputed = (person: PersonView): ClaimView[] =>
  person.identifiers.filter(
    (claim) => !claim.shared && (claim.holder !== undefined || claim.contenders.some(({ id }) => id !== person.id)),
  )

export function Disputes({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  const claims = person.status === 'active' ? disputed(person) : []
  const go = useNavigation((state) => state.go)
  if (claims.length === 0) return null
  return (
    <Card component="section" aria-label="Disputes">
      <Title order={2}>{claims.length === 1 ? 'A dispute' : 'Disputes'}</Title>
      <Text size="xs" c="dimmed" mb="xs">
        {claims.length === 1 ? 'Several people have it.' : 'Several people have each of these.'} Until it is settled,
        calls and mails go to the person who had it first.
      </Text>
      <Stack gap="md" role="list" aria-label="Disputes">
        {claims.map((claim) => (
          <Dispute
            key={JSON.stringify([claim.type, claim.value, claim.source])}
            claim={claim}
            person={person}
            readOnly={readOnly}
          />
        ))}
      </Stack>
      <Button
        size="compact-sm"
        variant="subtle"
        mt="xs"
        rightSection={<IconChevronRight size={ICON.sm} aria-hidden />}
        onClick={() => go({ screen: 'reconcile' })}
      >
        All ways to settle it, under Reconcile
      </Button>
    </Card>
  )
}

interface DisputeProps {
  claim: ClaimView
  person: PersonView
  readOnly: boolean
}

function Dispute({ claim, person, readOnly }: DisputeProps) {
  const go = useNavigation((state) => state.go)
  const release = useCall('people.release')
  const self: Claimant = { ...person, claimedAt: claim.claimedAt, claimedBy: claim.claimedBy, via: claim.via }
  const others = claim.contenders.filter(({ id }) => id !== person.id)
  const [holder, ...wanting] = claim.holder
    ? [claim.holder, ...[self, ...others].sort((a, b) => (a.claimedAt < b.claimedAt ? -1 : 1))]
    : [self, ...others]
  const next = wanting[0]
  const more = claim.wanted - 1 - wanting.length
  const identifier = { type: claim.type, value: claim.value, ...(claim.source ? { source: claim.source } : {}) }

  const giveUp = async (): Promise<void> => {
    const contactId = claim.memberId
    try {
      await release.run({ contactId, identifier })
      showUndo({
        text:
          claim.held && next
            ? `${claim.display} is ${personName(next)}’s now.`
            : `${claim.display} is not ${personName(person)}’s any more.`,
        onUndo: () => client.call('people.unrelease', { contactId, identifier }),
      })
    } catch {
      // It stands in `release.error`, which is shown below.
    }
  }
  return (
    <Box role="listitem">
      <Text size="sm" fw={600} className="scv-wrap">
        {claim.display}
      </Text>
      <Text size="xs" c="dimmed">
        {IDENTIFIER_WORDS[claim.type]}
        {claim.source && !claim.display.startsWith(claim.source) ? ` · ${claim.source}` : ''}
      </Text>
      <Stack gap="snug" my="snug">
        {holder && <Side side={holder} self={person.id} stands />}
        {wanting.map((side) => (
          <Side key={side.id} side={side} self={person.id} />
        ))}
        {more > 0 && (
          <Text size="sm" c="dimmed">
            and {formatNumber(more)} more
          </Text>
        )}
      </Stack>
      {release.error && <ErrorNotice error={release.error} />}
      {!readOnly && (
        <Group gap="snug">
          <TheyShareIt identifier={identifier} display={claim.display} />
          <Button
            size="compact-sm"
            variant="default"
            aria-label={`They are one person: compare those who have ${claim.display}`}
            onClick={() =>
              go({
                screen: 'merge',
                contactIds: [holder, ...wanting].flatMap((side) => (side ? [side.id] : [])).slice(0, 25),
              })
            }
          >
            They are one person…
          </Button>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={
              claim.held && next ? `Hand ${claim.display} over to ${personName(next)}` : `Give up ${claim.display}`
            }
            loading={release.pending}
            onClick={() => void giveUp()}
          >
            {claim.held && next ? 'Hand it over' : 'Give it up'}
          </Button>
        </Group>
      )}
    </Box>
  )
}

function Side({ side, self, stands = false }: { side: Claimant; self: string; stands?: boolean }) {
  const go = useNavigation((state) => state.go)
  const name = personName(side)
  const line = useLive('people.lines', { contactIds: [side.id] }).value?.[0]
  const now = useNow()
  return (
    <Box pl="xs" className="scv-side" data-stands={stands || undefined}>
      <Group gap="snug" wrap="nowrap">
        {side.id === self ? (
          <Text size="sm" truncate>
            {name} (this person)
          </Text>
        ) : (
          <Anchor
            component="button"
            type="button"
            size="sm"
            truncate
            onClick={() => go({ screen: 'person', contactId: side.id })}
          >
            {name}
          </Anchor>
        )}
        <Badge size="xs" variant="light" color={stands ? 'green' : 'yellow'} className="scv-fixed">
          {stands ? 'First to have it' : 'Has it, too'}
        </Badge>
      </Group>
      {line && <PersonFacts line={line} now={now} size="xs" />}
      <Text size="xs" c="dimmed">
        Since {formatDay(side.claimedAt)} by {side.claimedBy}, {viaWords(side.via)}
      </Text>
    </Box>
  )
}
