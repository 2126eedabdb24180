// All very likely clusters, one below the other, to be merged in one step that one step takes back.
// Invariant: what is merged is what is shown and ticked here: nothing that was found meanwhile.
import { Button, Checkbox, Group, Modal, Stack, Text } from '@mantine/core'
import type { DuplicateCluster } from '@shared/contract/duplicates'
import { MERGE_BATCH_MAX, MERGE_INPUTS_MAX } from '@shared/model/limits'
import { client, useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { factsOf } from '../components/PersonFacts'
import { showUndo } from '../components/undo-notice'
import { useNow } from '../components/use-now'
import { formatNumber } from '../format/locale'
import { personName } from '../format/words'
import { useDuplicatesMemory } from '../state/duplicates'

export function MergeAllDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title="Merge all that are very likely one">
      <Choice onClose={onClose} />
    </Modal>
  )
}

const keyOf = ({ people }: DuplicateCluster): string => people.map(({ id }) => id).join(' ')

function Choice({ onClose }: { onClose: () => void }) {
  const found = useLive('duplicates.clusters', { certainty: 'veryLikely', limit: MERGE_BATCH_MAX })
  const merge = useCall('duplicates.mergeAll')
  const now = useNow()
  const { left, leaveOut } = useDuplicatesMemory()
  const clusters = (found.value?.items ?? []).filter(({ people }) => people.length <= MERGE_INPUTS_MAX)
  const chosen = clusters.filter((cluster) => !left.has(keyOf(cluster)))
  const more = (found.value?.total ?? 0) - clusters.length

  const run = async (): Promise<void> => {
    try {
      const { mergeIds } = await merge.run({ groups: chosen.map(({ people }) => people.map(({ id }) => id)) })
      showUndo({
        text: `${formatNumber(mergeIds.length)} ${mergeIds.length === 1 ? 'group of records is' : 'groups of records are'} one person each now.`,
        onUndo: () => client.call('duplicates.undoAll', { mergeIds }),
      })
      onClose()
    } catch {
      // It stands in `merge.error`.
    }
  }
  if (found.error) return <ErrorNotice error={found.error} />
  return (
    <Stack gap="sm">
      <Text size="sm">
        Look at each, and leave out whom you are not sure of. Of fields that differ, the value that was changed last is
        kept; the others stay in the history.
      </Text>
      {merge.error && <ErrorNotice error={merge.error} />}
      <Stack gap="xs" role="group" aria-label="Very likely one person">
        {clusters.map((cluster) => (
          <Checkbox
            key={keyOf(cluster)}
            checked={!left.has(keyOf(cluster))}
            onChange={(event) => leaveOut(keyOf(cluster), !event.currentTarget.checked)}
            label={cluster.people.map(personName).join(' = ')}
            description={cluster.people.map((person) => factsOf(person, now).join(', ')).join(' · ')}
          />
        ))}
      </Stack>
      {more > 0 && (
        <Text size="sm" c="dimmed">
          {formatNumber(more)} more come after these.
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button disabled={chosen.length === 0} loading={merge.pending} onClick={() => void run()}>
          Merge {formatNumber(chosen.length)}
        </Button>
      </Group>
    </Stack>
  )
}
