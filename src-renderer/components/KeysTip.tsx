// A tooltip that says what a control does, with the keys that do the same.
import { Group, Kbd, Text, Tooltip, type TooltipProps } from '@mantine/core'

interface KeysTipProps extends Omit<TooltipProps, 'label'> {
  label: string
  /** As a person reads them, e.g. `Ctrl J`; several ways one after the other. */
  keys: readonly string[]
}

export function KeysTip({ label, keys, ...rest }: KeysTipProps) {
  return (
    <Tooltip
      {...rest}
      label={
        <Group gap="snug" wrap="nowrap">
          <Text size="sm" inherit>
            {label}
          </Text>
          {keys.map((each) => (
            <Kbd key={each} size="xs">
              {each}
            </Kbd>
          ))}
        </Group>
      }
    />
  )
}
