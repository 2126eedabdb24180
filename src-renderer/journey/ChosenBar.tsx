// What can be done to interactions that were chosen in a journey's list.
import { Button, Group, Text } from '@mantine/core'
import { PAGE_MAX } from '@shared/model/limits'
import { formatNumber } from '../format/locale'

interface ChosenBarProps {
  chosen: number
  onCorrect: () => void
  onClose: () => void
}

export function ChosenBar({ chosen, onCorrect, onClose }: ChosenBarProps) {
  return (
    <Group justify="space-between" gap="xs" role="group" aria-label="Chosen interactions">
      <Text size="sm" role="status">
        {chosen > PAGE_MAX
          ? `${formatNumber(chosen)} chosen; ${formatNumber(PAGE_MAX)} can be corrected at once`
          : chosen === 0
            ? 'Choose those to correct'
            : `${formatNumber(chosen)} chosen`}
      </Text>
      <Group gap="xs">
        <Button size="compact-sm" variant="default" onClick={onClose}>
          Done
        </Button>
        <Button size="compact-sm" disabled={chosen === 0 || chosen > PAGE_MAX} onClick={onCorrect}>
          Correct person, note or outcome…
        </Button>
      </Group>
    </Group>
  )
}
