// What goes on beside the page, in the frame of every screen: an import, its undoing, an export, a search for duplicates, lists derived anew.
// Invariant: it is there exactly while the work is, and a click leads to where the work is followed and stopped.
import { Box, Group, Progress, Stack, Text, UnstyledButton } from '@mantine/core'
import { useLive } from '../bridge/hooks'
import { useImportMemory } from '../state/import'
import { type Place, useNavigation } from '../state/navigation'
import { exportWork, importWork, listsWork, scanWork, undoWork, type Work } from './ongoing-work'

export function OngoingWork() {
  const { step, file, undoing } = useImportMemory()
  const imported = useLive('import.state', step === 'watch' && file ? { importId: file.importId } : null)
  const undone = useLive('import.undoState', undoing ? { id: undoing.id } : null)
  const exported = useLive('export.state', {})
  const views = useLive('app.views', {})
  const scan = useLive('duplicates.state', {})
  const works: readonly (Work & { place: Place })[] = [
    ...importWork(file?.fileName, imported.value).map((work) => ({ ...work, place: { screen: 'import' } as const })),
    ...(undoing ? undoWork(undone.value).map((work) => ({ ...work, place: undoing.place })) : []),
    ...exportWork(exported.value).map((work) => ({ ...work, place: { screen: 'settings' } as const })),
    ...scanWork(scan.value).map((work) => ({ ...work, place: { screen: 'duplicates' } as const })),
    ...listsWork(views.value).map((work) => ({ ...work, place: { screen: 'settings' } as const })),
  ]
  if (works.length === 0) return null
  return (
    <Stack gap="hair" role="region" aria-label="What goes on">
      {works.map((work) => (
        <Entry key={work.label} work={work} place={work.place} />
      ))}
    </Stack>
  )
}

function Entry({ work: { label, percent, detail }, place }: { work: Work; place: Place }) {
  const { place: here, go } = useNavigation()
  return (
    <UnstyledButton
      className="scv-row"
      display="block"
      w="100%"
      px="xs"
      py="snug"
      aria-label={`${label} ${detail}`}
      {...(here.screen === place.screen ? { 'aria-current': 'page' as const } : {})}
      onClick={() => go(place)}
    >
      <Group gap="xs" justify="space-between" wrap="nowrap">
        <Text size="xs" fw={600} truncate>
          {label}
        </Text>
        <Text size="xs" c="dimmed" className="scv-fixed scv-figures">
          {detail}
        </Text>
      </Group>
      <Box pt="tight" aria-hidden>
        <Progress size="xs" value={percent ?? 100} animated={percent === null} striped={percent === null} />
      </Box>
    </UnstyledButton>
  )
}
