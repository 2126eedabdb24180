// The counts of an import side by side. Every row is in exactly one of the first four.
import { Paper, SimpleGrid, Text, Tooltip } from '@mantine/core'
import type { ImportCounts } from '@shared/model/import'
import { formatNumber } from '../format/locale'

export function CountTiles({ counts, dryRun }: { counts: ImportCounts; dryRun: boolean }) {
  const tiles: [string, number, string, string?][] = [
    [dryRun ? 'To add' : 'Added', counts.creates, 'People who are not here yet'],
    [dryRun ? 'To update' : 'Updated', counts.updates, 'People who are here and gain or change values'],
    ['No change', counts.unchanged, 'People who are here with all of these values, or are to be left alone'],
    ['Left out', counts.rejects, 'Rows that cannot be imported; the report says why', 'var(--mantine-color-error)'],
    [
      'In part',
      counts.warnings,
      'Imported people with a value that was left out, or that cannot be used to recognise them; the report says which',
      'var(--mantine-color-yellow-light-color)',
    ],
    [
      'Someone else’s number',
      counts.disputes,
      'Imported people with a number or address that someone else has already; it stays with them',
      'var(--mantine-color-yellow-light-color)',
    ],
  ]
  return (
    <SimpleGrid cols={6} spacing="xs">
      {tiles.map(([label, value, meaning, color]) => (
        <Tooltip key={label} label={meaning} position="bottom">
          <Paper withBorder px="sm" py="xs" radius="md">
            <Text size="xl" fw={650} lh={1.2} {...(value > 0 && color ? { c: color } : {})}>
              {formatNumber(value)}
            </Text>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
          </Paper>
        </Tooltip>
      ))}
    </SimpleGrid>
  )
}
