// Taking a person apart who was stitched from two: what stays and what goes, line by line.
// Invariant: what is confirmed is what is shown; nothing happens before, and what was placed and typed is a draft until then.
import { Button, Card, Group, Kbd, Skeleton, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { SplitPreview } from '@shared/contract/splitting'
import { useMemo } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { personName } from '../format/words'
import { useNavigation } from '../state/navigation'
import { WIDTH } from '../theme'
import { SplitPanel } from './SplitPanel'
import { type SplitDraft, START, typedContact } from './split-draft'
import { ThingList } from './ThingList'
import { place, readPlaced, rowsOf, standing, type ThingRow, writePlaced } from './things'

/** A pause in typing. */
const PAUSE_MS = 250

export function SplitScreen({ contactId }: { contactId: string }) {
  const back = useNavigation((state) => state.back)
  const draft = useDraft('split', contactId, START)
  const cancel = (): void => {
    discard(draft.key)
    back()
  }
  const { placed, firstName, lastName } = draft.values
  const [name] = useDebouncedValue(`${firstName}\n${lastName}`, PAUSE_MS)
  const [first = '', last = ''] = name.split('\n')
  const preview = useLive(
    'splits.preview',
    { contactId, placed: readPlaced(placed), ...typedContact({ firstName: first, lastName: last }) },
    { keepPrevious: true },
  )
  return (
    <Page
      title={preview.value ? `Two people in ${personName(preview.value.person)}` : 'Two people in one'}
      subtitle="Choose something that is the other person’s. What belongs to it follows, and you can move every line. It can be undone."
      actions={
        <Button variant="default" onClick={cancel}>
          Cancel
        </Button>
      }
    >
      {preview.status === 'error' ? (
        <ErrorNotice error={preview.error}>
          <Button size="xs" variant="default" onClick={() => draft.set({ placed: '' })}>
            Start again
          </Button>
        </ErrorNotice>
      ) : preview.value ? (
        <Divided preview={preview.value} draft={draft} settled={preview.status === 'ready'} />
      ) : (
        <Group align="stretch" wrap="nowrap" flex={1} role="status" aria-label="Looking through what is known">
          <Skeleton flex={1} h="100%" />
          <Skeleton w={WIDTH.panel} h="100%" />
        </Group>
      )}
    </Page>
  )
}

interface DividedProps {
  preview: SplitPreview
  draft: SplitDraft
  settled: boolean
}

function Divided({ preview, draft, settled }: DividedProps) {
  const rows = useMemo(() => rowsOf(preview), [preview])
  const { placed: text, firstName, lastName } = draft.values
  const placed = useMemo(() => standing(readPlaced(text), rows), [text, rows])
  const typed = [firstName, lastName].map((part) => part.trim()).filter(Boolean)
  const names = {
    stays: preview.result ? personName(preview.result.stays) : personName(preview.person),
    moves: typed.join(' ') || preview.result?.moves.displayName || 'the other person',
  }
  return (
    <div className="scv-merge-screen">
      <Card p={0} className="scv-column scv-clip">
        <Heads names={names} rows={rows} />
        <ThingList
          rows={rows}
          placed={new Set(placed.map(({ id }) => id))}
          names={names}
          onPlace={(id, side) => draft.set({ placed: writePlaced(place(placed, id, side)) })}
        />
        <Text size="xs" c="dimmed" px="md" py="xs" className="scv-line-above">
          <Kbd size="xs">←</Kbd> stays · <Kbd size="xs">→</Kbd> goes · <Kbd size="xs">B</Kbd> both have it
          {preview.earlier > 0 && ` · ${preview.earlier} conversations before these stay`}
        </Text>
      </Card>
      <SplitPanel preview={preview} draft={draft} rows={rows} names={names} settled={settled} />
    </div>
  )
}

function Heads({ names, rows }: { names: { stays: string; moves: string }; rows: readonly ThingRow[] }) {
  const count = (side: 'stays' | 'moves') => rows.filter((row) => row.side === side || row.side === 'both').length
  return (
    <Group grow gap={0} px="md" py="xs" className="scv-line-below" role="status">
      <Text size="sm" fw={600} truncate>
        Stays with {names.stays} ({count('stays')})
      </Text>
      <Text size="sm" fw={600} truncate ta="end">
        Goes to {names.moves} ({count('moves')})
      </Text>
    </Group>
  )
}
