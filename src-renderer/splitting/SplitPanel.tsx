// The other person: what they are called, what both will be, and the button that does it.
import { Box, Button, Card, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import type { SplitPreview } from '@shared/contract/splitting'
import { NAME_MAX, REASON_MAX } from '@shared/model/limits'
import { IconArrowsSplit2 } from '@tabler/icons-react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { personName } from '../format/words'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'
import { type SplitDraft, typedContact } from './split-draft'
import type { ThingRow } from './things'
import { undoSplitAtOnce } from './undoing'

interface SplitPanelProps {
  preview: SplitPreview
  draft: SplitDraft
  rows: readonly ThingRow[]
  names: { stays: string; moves: string }
  /** What is shown is the answer to what was placed last. */
  settled: boolean
}

const KINDS = [
  ['identifier', 'number or address', 'numbers and addresses'],
  ['value', 'detail', 'details'],
  ['note', 'note', 'notes'],
  ['interaction', 'conversation', 'conversations'],
] as const

/** What one of the two has of each kind, e.g. `2 details, 1 note`. */
function counted(rows: readonly ThingRow[], without: 'stays' | 'moves'): string {
  const parts = KINDS.map(([kind, one, many]) => {
    const count = rows.filter((row) => row.kind === kind && row.side !== without).length
    return count === 0 ? '' : `${count} ${count === 1 ? one : many}`
  })
  return parts.filter(Boolean).join(', ') || 'nothing'
}

export function SplitPanel({ preview, draft, rows, names, settled }: SplitPanelProps) {
  const split = useCall('splits.split')
  const replace = useNavigation((state) => state.replace)
  const { firstName, lastName, reason } = draft.values
  const moving = rows.filter(({ side }) => side !== 'stays')
  const nothing = moving.length === 0 || rows.every(({ side }) => side === 'moves')
  const confirm = async (): Promise<void> => {
    try {
      const { stays, moves } = await split.run({
        contactId: preview.person.id,
        placed: moving.map(({ id, side }) => ({ id, side })),
        ...typedContact({ firstName, lastName }),
        ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
      })
      draft.end()
      replace({ screen: 'person', contactId: moves.id })
      showUndo({
        text: `${personName(stays)} and ${personName(moves)} are two people now.`,
        onUndo: () => undoSplitAtOnce({ contactId: moves.id, names: [personName(stays), personName(moves)] }),
      })
    } catch {
      // It stands in `split.error`, which is shown below.
    }
  }
  return (
    <Card component="section" aria-label="The other person" p={0} className="scv-merge-result">
      <Box flex={1} mih={0} p="md" className="scv-scroll" tabIndex={0} role="group" aria-label="The two people">
        <Stack gap="md">
          <Title order={2}>The other person</Title>
          <TextInput
            label="First name"
            value={firstName}
            maxLength={NAME_MAX}
            placeholder={preview.result?.moves.fields.firstName ?? ''}
            onChange={(event) => draft.set({ firstName: event.currentTarget.value })}
          />
          <TextInput
            label="Last name"
            value={lastName}
            maxLength={NAME_MAX}
            placeholder={preview.result?.moves.fields.lastName ?? ''}
            onChange={(event) => draft.set({ lastName: event.currentTarget.value })}
          />
          {moving.length === 0 ? (
            <Text size="sm" c="dimmed">
              Nothing goes yet. Choose a name, a number or a conversation that is surely the other person’s.
            </Text>
          ) : (
            <>
              <Outcome who={names.moves} has={counted(rows, 'stays')} />
              <Outcome who={names.stays} has={counted(rows, 'moves')} />
              <Text size="sm" c="dimmed">
                Nothing is lost: what a field held before stays readable, and the two are not suggested as one again.
              </Text>
            </>
          )}
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
        {split.error && <ErrorNotice error={split.error} />}
        <Button
          leftSection={<IconArrowsSplit2 size={ICON.lg} aria-hidden />}
          loading={split.pending}
          disabled={!settled || nothing}
          onClick={() => void confirm()}
        >
          Make two people
        </Button>
      </Stack>
    </Card>
  )
}

function Outcome({ who, has }: { who: string; has: string }) {
  return (
    <Box>
      <Text size="sm" fw={600} className="scv-wrap">
        {who}
      </Text>
      <Text size="sm">{has}</Text>
    </Box>
  )
}
