// What a merge makes and touches, as the engine says beforehand; the reason, and the step itself.

import { Box, Button, Card, Group, Stack, Text, Textarea, Title } from '@mantine/core'
import type { MergeField, MergePreview } from '@shared/contract/merging'
import { REASON_MAX } from '@shared/model/limits'
import { IconArrowsJoin2, IconFiles, IconGavel, IconHistory, IconIdBadge2, IconTimeline } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useCall } from '../bridge/hooks'
import { Breakable } from '../components/Breakable'
import { ErrorNotice } from '../components/ErrorNotice'
import { PersonAvatar } from '../components/PersonAvatar'
import { TypeBadge } from '../components/TypeBadge'
import { showUndo } from '../components/undo-notice'
import type { DraftOf, NO_REASON } from '../drafts/use-draft'
import { byField, fieldLabel, nameOf, valueText } from '../format/field-values'
import { formatNumber } from '../format/locale'
import { personName } from '../format/words'
import { useNavigation } from '../state/navigation'
import { ICON, WIDTH } from '../theme'
import { forget, undoAtOnce } from './undoing'

/** As many values without a place are listed; the comparison marks every one. */
const FEW = 6

interface ResultPanelProps {
  draft: DraftOf<typeof NO_REASON>
  preview: MergePreview
  choices: Readonly<Record<string, string>>
  /** The preview is the answer to these choices, not to the ones before. */
  settled: boolean
}

export function ResultPanel({ preview, draft, choices, settled }: ResultPanelProps) {
  const replace = useNavigation((state) => state.replace)
  const merge = useCall('merges.merge')
  const { reason } = draft.values
  const { people, result } = preview

  const confirm = async (): Promise<void> => {
    try {
      const inputs = people.map((person) => ({ id: person.id, displayName: nameOf(person), type: person.type }))
      const { contactId, mergeId } = await merge.run({
        contactIds: people.map((person) => person.id),
        choices,
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      })
      draft.end()
      forget(inputs.map((person) => person.id))
      replace({ screen: 'person', contactId })
      showUndo({
        text: `${formatNumber(inputs.length)} people are one now: ${personName(result)}.`,
        onUndo: () => undoAtOnce({ mergeId, resultId: contactId, inputs }),
      })
    } catch {
      // It stands in `merge.error`, and everything chosen stays.
    }
  }

  return (
    <Card component="section" aria-label="The merged person" p={0} className="scv-merge-result">
      <Box flex={1} mih={0} p="md" className="scv-scroll" tabIndex={0} role="group" aria-label="Preview">
        <Stack gap="md">
          <Group wrap="nowrap" gap="sm">
            <PersonAvatar person={result} size="lg" />
            <Box miw={0}>
              <Title order={2} lineClamp={2}>
                {personName(result)}
              </Title>
              <TypeBadge type={result.type} />
            </Box>
          </Group>
          <Touches preview={preview} />
          <ResultFields preview={preview} />
        </Stack>
      </Box>
      <Stack gap="sm" p="md" className="scv-line-above">
        <Textarea
          label="Reason"
          description="Optional. Stands in the audit trail."
          autosize
          minRows={1}
          maxRows={3}
          maxLength={REASON_MAX}
          value={reason}
          onChange={(event) => draft.set({ reason: event.currentTarget.value })}
        />
        {merge.error && <ErrorNotice error={merge.error} />}
        <Button
          leftSection={<IconArrowsJoin2 size={ICON.lg} aria-hidden />}
          loading={merge.pending}
          disabled={!settled}
          {...(preview.likeness.grade === 'unlike' ? { color: 'red.8' } : {})}
          onClick={() => void confirm()}
        >
          Merge {formatNumber(people.length)} people{preview.likeness.grade === 'unlike' ? ' all the same' : ''}
        </Button>
      </Stack>
    </Card>
  )
}

/** The value that a field of the merged person gets. */
function resultOf(row: MergeField, preview: MergePreview): string {
  if (row.from === null) return ''
  const source = preview.fields.find((other) => other.field === (row.movedFrom ?? row.field))
  return valueText(row.field, source?.values[row.from])
}

function ResultFields({ preview }: { preview: MergePreview }) {
  const rows = preview.fields.filter((row) => row.from !== null).sort((a, b) => byField(a.field, b.field))
  const source = (id: string | null): string => {
    const person = preview.people.find((one) => one.id === id)
    return person ? nameOf(person) : ''
  }
  return (
    <Box component="dl" m={0}>
      {rows.map((row) => (
        <Group key={row.field} wrap="nowrap" gap="xs" align="baseline" py="hair">
          <Text component="dt" size="sm" c="dimmed" w={WIDTH.label} className="scv-fixed scv-wrap">
            {fieldLabel(row.field)}
          </Text>
          <Box component="dd" m={0} flex={1} miw={0}>
            <Text size="sm" className="scv-wrap">
              <Breakable text={resultOf(row, preview)} />
            </Text>
            {row.movedFrom !== undefined && (
              <Text size="xs" c="dimmed">
                {fieldLabel(row.movedFrom)} of {source(row.from)}
              </Text>
            )}
          </Box>
        </Group>
      ))}
    </Box>
  )
}

function Touches({ preview }: { preview: MergePreview }) {
  const { setSize, setSizeMax, identifiers, interactions, settledDisputes } = preview
  // Two people may have had the same value.
  const losing = [
    ...new Set(preview.losing.map((lost) => `${fieldLabel(lost.field)}: ${valueText(lost.field, lost.value)}`)),
  ]
  return (
    <Stack gap="xs" component="ul" m={0} p={0} aria-label="What comes together" className="scv-plain-list">
      <Touch icon={<IconFiles size={ICON.lg} />}>
        {setSize > setSizeMax - 10
          ? `${formatNumber(setSize)} records in one person; there is room for ${formatNumber(setSizeMax)}`
          : `${formatNumber(setSize)} records in one person, the new one among them`}
      </Touch>
      <Touch icon={<IconIdBadge2 size={ICON.lg} />}>
        {identifiers === 0
          ? 'No number or address recognises them'
          : `Recognised by ${count(identifiers, 'number or address', 'numbers and addresses')}`}
      </Touch>
      <Touch icon={<IconTimeline size={ICON.lg} />}>
        {interactions === 0 ? 'No interactions to join' : `${count(interactions, 'interaction')} in one journey`}
      </Touch>
      <Touch icon={<IconGavel size={ICON.lg} />}>
        {settledDisputes === 0
          ? 'No disputes between them'
          : `Settles ${count(settledDisputes, 'dispute')} over a number or address that several of them have`}
      </Touch>
      <Touch icon={<IconHistory size={ICON.lg} />}>
        {losing.length === 0
          ? 'Every value is kept where it can be seen'
          : `${count(losing.length, 'value is', 'values are')} kept among the earlier ones, for want of a place:`}
        {losing.slice(0, FEW).map((lost) => (
          <Text key={lost} size="xs" c="dimmed" className="scv-wrap">
            {lost}
          </Text>
        ))}
        {losing.length > FEW && (
          <Text size="xs" c="dimmed">
            and {formatNumber(losing.length - FEW)} more, each marked where it stands
          </Text>
        )}
      </Touch>
    </Stack>
  )
}

const count = (value: number, one: string, many = `${one}s`): string =>
  `${formatNumber(value)} ${value === 1 ? one : many}`

function Touch({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <Group component="li" wrap="nowrap" gap="xs" align="flex-start">
      <Box c="dimmed" aria-hidden pt="hair" className="scv-fixed scv-column">
        {icon}
      </Box>
      <Text component="div" size="sm">
        {children}
      </Text>
    </Group>
  )
}
