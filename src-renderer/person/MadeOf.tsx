// Which records a person is made of: each merge with who, when and why, and the way back.
// Invariant: undoing is offered only where it can be done; where it cannot, the reason stands in its place.
import { Badge, Box, Button, Card, Group, Stack, Text, Title } from '@mantine/core'
import type { MergeView, PersonView } from '@shared/model/views'
import { IconArrowBackUp } from '@tabler/icons-react'
import { formatMoment, formatNumber } from '../format/locale'
import { listNames } from '../format/words'
import { useUndoing } from '../merging/undoing'
import { ICON } from '../theme'

export function MadeOf({ person, readOnly }: { person: PersonView; readOnly: boolean }) {
  if (person.merges.length === 0) return null
  const records = person.mergeSet?.length ?? 1
  return (
    <Card component="section" aria-label="Merges">
      <Title order={2} mb="xs">
        {records > 1 ? `Made of ${formatNumber(records)} records` : 'Merges of the past'}
      </Title>
      <Stack gap="sm" role="list" aria-label="Merges">
        {person.merges.map((merge) => (
          <Merge key={merge.id} merge={merge} all={person.merges} readOnly={readOnly} />
        ))}
      </Stack>
    </Card>
  )
}

interface MergeProps {
  merge: MergeView
  all: readonly MergeView[]
  readOnly: boolean
}

function Merge({ merge, all, readOnly }: MergeProps) {
  const ask = useUndoing((state) => state.ask)
  const builtOn = all.some((other) => other.standing && other.inputs.some((input) => input.id === merge.resultId))
  return (
    <Box role="listitem">
      <Group wrap="nowrap" gap="xs" align="flex-start" justify="space-between">
        <Box miw={0}>
          <Text size="sm" fw={600} {...(merge.standing ? {} : { c: 'dimmed' })} className="scv-wrap">
            {listNames(merge.inputs)}
          </Text>
          <Text size="xs" c="dimmed">
            Merged {formatMoment(merge.at)} by {merge.by}
          </Text>
          {merge.reason && <Text size="xs">“{merge.reason}”</Text>}
          {!merge.standing && merge.undoneAt && (
            <Text size="xs" c="dimmed">
              Undone {formatMoment(merge.undoneAt)} by {merge.undoneBy}
            </Text>
          )}
          {merge.standing && builtOn && (
            <Text size="xs" c="dimmed">
              A later merge builds on this one. Undo that one first.
            </Text>
          )}
        </Box>
        {!merge.standing ? (
          <Badge variant="light" color="gray" className="scv-fixed">
            Undone
          </Badge>
        ) : (
          !builtOn &&
          !readOnly && (
            <Button
              size="compact-sm"
              variant="default"
              className="scv-fixed"
              leftSection={<IconArrowBackUp size={ICON.sm} aria-hidden />}
              aria-label={`Undo the merge of ${listNames(merge.inputs)}`}
              onClick={() => ask({ mergeId: merge.id, resultId: merge.resultId, inputs: merge.inputs })}
            >
              Undo
            </Button>
          )
        )}
      </Group>
    </Box>
  )
}
