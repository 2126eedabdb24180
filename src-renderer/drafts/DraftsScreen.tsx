// Everything that was begun and neither sent nor discarded, the latest first: to go on with, or to discard.
import { Badge, Box, Button, Card, EmptyState, Group, Stack, Text } from '@mantine/core'
import type { Draft } from '@shared/contract/drafts'
import { IconPencil } from '@tabler/icons-react'
import { useLive } from '../bridge/hooks'
import { BackButton } from '../components/BackButton'
import { CopyValue } from '../components/CopyValue'
import { FactsById } from '../components/FactsById'
import { Page } from '../components/Page'
import { useNow } from '../components/use-now'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'
import { personName } from '../format/words'
import { WIDTH } from '../theme'
import { discard } from './discard'
import { idOf } from './draft-store'
import { draftText, draftTitle, goOn, peopleOf } from './draft-words'
import { useDrafts } from './use-draft'

export function DraftsScreen() {
  const all = useDrafts()
  return (
    <Page
      title="Drafts"
      subtitle="What you began and did not finish. It stays on this device until you finish or discard it."
      actions={<BackButton />}
      scroll
    >
      {all.length === 0 ? (
        <EmptyState
          pt="xl"
          icon={<IconPencil aria-hidden />}
          title="No drafts"
          description="Whatever you type and leave before it is sent is found here again."
        />
      ) : (
        <Stack gap="sm" maw={WIDTH.page} role="list" aria-label="Drafts">
          {all.map((draft) => (
            <Row key={idOf(draft)} draft={draft} />
          ))}
        </Stack>
      )}
    </Page>
  )
}

function Row({ draft }: { draft: Draft }) {
  const now = useNow()
  const [first, ...others] = peopleOf(draft)
  const person = useLive('people.get', first === undefined ? null : { contactId: first })
  const name = person.value ? personName(person.value) : first === undefined ? '' : 'someone who is not here any more'
  const who = others.length > 0 ? `${name} and ${formatNumber(others.length)} more` : name
  const title = draftTitle(draft, who)
  const text = draftText(draft)
  return (
    <Card role="listitem" padding="sm">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Box miw={0}>
          <Text size="sm" fw={600} className="scv-wrap">
            {title}
          </Text>
          {first !== undefined && <FactsById contactId={first} />}
          <Text size="sm" className="scv-text" lineClamp={4}>
            {text}
          </Text>
          <Group gap="xs" mt="tight">
            <Text size="xs" c="dimmed" title={formatMoment(draft.at)}>
              {formatRelative(draft.at, now)}
            </Text>
            {draft.user === null ? null : (
              <Badge size="xs" variant="light" color="gray">
                {draft.user}
              </Badge>
            )}
            {person.error && text !== '' && <CopyValue value={text} what="the text" />}
          </Group>
        </Box>
        <Group gap="xs" wrap="nowrap" className="scv-fixed">
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            aria-label={`Discard: ${title}`}
            onClick={() => discard({ form: draft.form, subject: draft.subject })}
          >
            Discard
          </Button>
          <Button size="xs" variant="default" aria-label={`Go on: ${title}`} onClick={() => goOn(draft)}>
            Go on
          </Button>
        </Group>
      </Group>
    </Card>
  )
}
