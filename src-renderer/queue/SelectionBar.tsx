// What can be done with several people of the queue at once.
import { Button, Group, Text, Tooltip } from '@mantine/core'
import type { AutoContact } from '@shared/model/views'
import { IconArrowBackUp, IconArrowsJoin2, IconEyeOff, IconUserCheck, IconUserSearch } from '@tabler/icons-react'
import { formatNumber } from '../format/locale'
import { useMay } from '../state/access'
import { HEIGHT, ICON } from '../theme'

/** The most people that one merge joins (domain specification, section 5). */
const MERGE_MOST = 25

interface SelectionBarProps {
  chosen: readonly AutoContact[]
  /** They are dismissed already. */
  dismissed: boolean
  busy: boolean
  onKeep: () => void
  onMerge: () => void
  onMergeInto: () => void
  onDismiss: () => void
  onClear: () => void
}

export function SelectionBar({ chosen, dismissed, busy, ...does }: SelectionBarProps) {
  const may = useMay()
  const many = chosen.length > MERGE_MOST
  const tooMany = `At most ${MERGE_MOST} people at a time`
  return (
    <Group gap="xs" mih={HEIGHT.bar} role="group" aria-label="What to do with those selected">
      <Text size="sm" fw={600} role="status">
        {formatNumber(chosen.length)} selected
      </Text>
      {may('identity:promote') && (
        <Button size="xs" leftSection={<IconUserCheck size={ICON.md} aria-hidden />} onClick={does.onKeep}>
          Keep
        </Button>
      )}
      {may('identity:merge') && (
        <>
          <Tooltip label={tooMany} disabled={!many}>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconArrowsJoin2 size={ICON.md} aria-hidden />}
              disabled={chosen.length < 2 || many}
              onClick={does.onMerge}
            >
              They are one person
            </Button>
          </Tooltip>
          <Tooltip label={tooMany} disabled={chosen.length < MERGE_MOST}>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconUserSearch size={ICON.md} aria-hidden />}
              disabled={chosen.length >= MERGE_MOST}
              onClick={does.onMergeInto}
            >
              Merge into someone…
            </Button>
          </Tooltip>
        </>
      )}
      <Button
        size="xs"
        variant="default"
        leftSection={
          dismissed ? <IconArrowBackUp size={ICON.md} aria-hidden /> : <IconEyeOff size={ICON.md} aria-hidden />
        }
        loading={busy}
        onClick={does.onDismiss}
      >
        {dismissed ? 'Put back' : 'Dismiss'}
      </Button>
      <Button size="xs" variant="subtle" onClick={does.onClear}>
        Clear the selection
      </Button>
    </Group>
  )
}
