// The people that a person was taken apart from: which agent did it, when, and the way back.
import { Anchor, Box, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { PersonView, SplitView } from '@shared/model/views'
import { IconArrowBackUp } from '@tabler/icons-react'
import { PersonFacts } from '../components/PersonFacts'
import { useNow } from '../components/use-now'
import { formatMoment } from '../format/locale'
import { personName } from '../format/words'
import { useRejoining } from '../splitting/undoing'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'

export function TakenApart({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  if (person.splits.length === 0) return null
  return (
    <Card component="section" aria-label="Taken apart">
      <Title order={2} mb="xs">
        Taken apart from
      </Title>
      <Stack gap="sm" role="list" aria-label="Taken apart">
        {person.splits.map((split) => (
          <Split key={split.contactId} split={split} person={person} readOnly={readOnly} />
        ))}
      </Stack>
    </Card>
  )
}

interface SplitProps {
  split: SplitView
  person: PersonView
  readOnly: boolean
}

function Split({ split: { contactId, other, at, by }, person, readOnly }: SplitProps) {
  const go = useNavigation((state) => state.go)
  const ask = useRejoining((state) => state.ask)
  const now = useNow()
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
            Made two people {formatMoment(at)} by {by}
          </Text>
        </Box>
        {!readOnly && (
          <Button
            size="compact-sm"
            variant="default"
            className="scv-fixed"
            leftSection={<IconArrowBackUp size={ICON.sm} aria-hidden />}
            aria-label={`Make this person and ${personName(other)} one again`}
            onClick={() => ask({ contactId, names: [personName(person), personName(other)] })}
          >
            Undo
          </Button>
        )}
      </Group>
    </Box>
  )
}
