// The people that a person must never be merged with: which agent settled it, when and why, and the way to withdraw it.
import { Anchor, Box, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { NeverMerge, PersonView } from '@shared/model/views'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { PersonFacts } from '../components/PersonFacts'
import { showUndo } from '../components/undo-notice'
import { useNow } from '../components/use-now'
import { formatMoment } from '../format/locale'
import { personName } from '../format/words'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'

export function NeverMerged({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  if (person.neverMerge.length === 0) return null
  return (
    <Card component="section" aria-label="Never to be merged">
      <Title order={2} mb="xs">
        Never to be merged with
      </Title>
      <Stack gap="sm" role="list" aria-label="Never to be merged">
        {person.neverMerge.map((pair) => (
          <Pair key={pair.other.id} pair={pair} person={person} readOnly={readOnly} />
        ))}
      </Stack>
    </Card>
  )
}

interface PairProps {
  pair: NeverMerge
  person: PersonView
  readOnly: boolean
}

function Pair({ pair: { other, at, by, reason }, person, readOnly }: PairProps) {
  const go = useNavigation((state) => state.go)
  const settle = useCall('merges.cannotLink')
  const now = useNow()
  const both = { a: person.id, b: other.id }
  const withdraw = async (): Promise<void> => {
    try {
      await settle.run({ ...both, standing: false })
      showUndo({
        id: `never ${other.id}`,
        text: `Withdrawn: ${personName(person)} and ${personName(other)} may be merged again.`,
        // A failure stands in `settle.error`, which is shown below.
        onUndo: () =>
          void settle.run({ ...both, standing: true, ...(reason ? { reason } : {}) }).catch(() => undefined),
      })
    } catch {
      // It stands in `settle.error`, which is shown below.
    }
  }
  return (
    <Box role="listitem">
      <Group wrap="nowrap" gap="xs" align="flex-start" justify="space-between">
        <Box miw={0}>
          <Anchor
            component="button"
            type="button"
            size="sm"
            ta="start"
            onClick={() => go({ screen: 'person', contactId: other.id })}
          >
            {personName(other)}
          </Anchor>
          <PersonFacts line={other} now={now} size="xs" />
          <Text size="xs" c="dimmed">
            Settled {formatMoment(at)} by {by}
          </Text>
          {reason && <Text size="xs">“{reason}”</Text>}
        </Box>
        {!readOnly && (
          <Button
            size="compact-sm"
            variant="default"
            className="scv-fixed"
            leftSection={<IconArrowBackUp size={ICON.sm} aria-hidden />}
            aria-label={`Withdraw that ${personName(other)} must never be merged with this person`}
            loading={settle.pending}
            onClick={() => void withdraw()}
          >
            Withdraw
          </Button>
        )}
      </Group>
      {settle.error && <ErrorNotice error={settle.error} />}
    </Box>
  )
}
