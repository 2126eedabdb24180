// People that a person was parted from, each on a row of its own: what tells them from others, which agent settled it and
// when, and the way back.
import { Anchor, Box, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { PersonLine } from '@shared/model/views'
import { IconArrowBackUp } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { PersonFacts } from '../components/PersonFacts'
import { useNow } from '../components/use-now'
import { personName } from '../format/words'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'

interface ApartFromProps {
  title: string
  /** For those who cannot see the title above the list. */
  label: string
  children: ReactNode
}

export function ApartFrom({ title, label, children }: ApartFromProps) {
  return (
    <Card component="section" aria-label={label}>
      <Title order={2} mb="xs">
        {title}
      </Title>
      <Stack gap="sm" role="list" aria-label={label}>
        {children}
      </Stack>
    </Card>
  )
}

interface ApartRowProps {
  other: PersonLine
  /** Which agent settled it, and when. */
  settled: string
  reason?: string | undefined
  /** Absent for those who may not take it back. */
  back?: { label: string; what: string; pending?: boolean; onClick: () => void }
  /** Below the row: why it could not be taken back. */
  children?: ReactNode
}

export function ApartRow({ other, settled, reason, back, children }: ApartRowProps) {
  const go = useNavigation((state) => state.go)
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
            {settled}
          </Text>
          {reason && <Text size="xs">“{reason}”</Text>}
        </Box>
        {back && (
          <Button
            size="compact-sm"
            variant="default"
            className="scv-fixed"
            leftSection={<IconArrowBackUp size={ICON.sm} aria-hidden />}
            aria-label={back.what}
            loading={back.pending ?? false}
            onClick={back.onClick}
          >
            {back.label}
          </Button>
        )}
      </Group>
      {children}
    </Box>
  )
}
