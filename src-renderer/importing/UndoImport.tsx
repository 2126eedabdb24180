// Taking an import back as a whole, from its outcome or from the audit trail.
// Invariant: nothing is undone by one click, and what could not be taken back is named.
import { Anchor, Button, Group, Stack, Text } from '@mantine/core'
import type { ImportUndo } from '@shared/model/import'
import { IconArrowBackUp } from '@tabler/icons-react'
import { useState } from 'react'
import { useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { formatNumber, formatPercent } from '../format/locale'
import { useImportMemory } from '../state/import'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'

const WHY: Readonly<Record<ImportUndo['kept'][number]['why'], string>> = {
  worked_on: 'was worked on since',
  stays_curated: 'stays a contact',
  note_changed: 'has a note that was changed since',
}
const NAMED = 10

/** @param id of the import's job, or of the import in the audit trail */
export function UndoImport({ id }: { id: string }) {
  const [asked, setAsked] = useState(false)
  const undo = useCall('import.undo')
  const [started, setStarted] = useState<ImportUndo | null>(null)
  const { undoing, undo: remember } = useImportMemory()
  const live = useLive('import.undoState', undoing?.id === id && !started?.done ? { id } : null)
  const state = live.status === 'ready' ? live.value : started

  const go = async (): Promise<void> => {
    try {
      setStarted(await undo.run({ id }))
      remember(id, useNavigation.getState().place)
    } catch {
      // It stands in `undo.error`, which is shown below.
    }
  }
  if (state) return <Undone state={state} />
  return (
    <Stack gap="tight" align="flex-start">
      <Group gap="xs">
        {asked ? (
          <>
            <Text size="sm">People it added go to the bin, values it wrote are taken back.</Text>
            <Button size="xs" color="red" loading={undo.pending} onClick={() => void go()}>
              Undo the import
            </Button>
            <Button size="xs" variant="default" onClick={() => setAsked(false)}>
              Keep it
            </Button>
          </>
        ) : (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconArrowBackUp size={ICON.md} aria-hidden />}
            onClick={() => setAsked(true)}
          >
            Undo this import…
          </Button>
        )}
      </Group>
      {undo.error && <ErrorNotice error={undo.error} />}
    </Stack>
  )
}

/** What came of it, without what there was none of. */
function undoneWords({ deleted, restored, keptTotal }: ImportUndo): string {
  const parts = [
    deleted > 0 ? `${formatNumber(deleted)} in the bin` : '',
    restored > 0 ? `${formatNumber(restored)} with their former values` : '',
    keptTotal > 0 ? `${formatNumber(keptTotal)} kept in part or whole` : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'nothing taken back' : parts.join(', ')
}

function Undone({ state }: { state: ImportUndo }) {
  const openPerson = useNavigation((navigation) => navigation.go)
  return (
    <Stack gap="tight" role="status">
      <Text size="sm">
        {state.done ? 'Undone' : `Undoing, ${formatPercent(state.progress * 100)}`}: {undoneWords(state)}.
      </Text>
      {state.kept.slice(0, NAMED).map(({ contactId, displayName, why }) => (
        <Text key={`${contactId} ${why}`} size="sm" c="dimmed">
          <Anchor
            component="button"
            type="button"
            size="sm"
            onClick={() => openPerson({ screen: 'person', contactId })}
          >
            {displayName || '(no name)'}
          </Anchor>{' '}
          {WHY[why]}
        </Text>
      ))}
      {state.keptTotal > NAMED && (
        <Text size="sm" c="dimmed">
          … and {formatNumber(state.keptTotal - NAMED)} others
        </Text>
      )}
      {state.error && <Text size="sm">{state.error.message}</Text>}
    </Stack>
  )
}
