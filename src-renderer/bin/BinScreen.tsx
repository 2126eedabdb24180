// The bin: who was deleted, by which user, how long they can still be restored, and the button that does it.
import { Badge, Box, Button, EmptyState, Group, Text, UnstyledButton } from '@mantine/core'
import type { BinItem } from '@shared/contract/retention'
import { IconRestore, IconTrash } from '@tabler/icons-react'
import { client, useCall } from '../bridge/hooks'
import { BackButton } from '../components/BackButton'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { PagedList } from '../components/PagedList'
import { PersonAvatar } from '../components/PersonAvatar'
import { PersonFacts } from '../components/PersonFacts'
import { TypeBadge } from '../components/TypeBadge'
import { showUndo } from '../components/undo-notice'
import { useNow } from '../components/use-now'
import { usePaged } from '../components/use-paged'
import { formatCountdown, formatDay, formatMoment, formatNumber, formatRelative } from '../format/locale'
import { personName } from '../format/words'
import { useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { ICON, ROW_HEIGHT } from '../theme'

const PAGE = 50
const SOON_MS = 3 * 86_400_000

export function BinScreen() {
  const bin = usePaged('bin.list', {}, PAGE)
  const restore = useCall('people.restore')
  const go = useNavigation((state) => state.go)
  const now = useNow()

  const putBack = async (item: BinItem): Promise<void> => {
    try {
      await restore.run({ contactId: item.id })
      showUndo({
        text: `${personName(item)} is restored.`,
        onUndo: () => client.call('people.delete', { contactId: item.id }),
      })
    } catch {
      // It stands in `restore.error`, which is shown above the list.
    }
  }

  return (
    <Page
      title="Bin"
      subtitle="Deleted people can be restored for 30 days. After that they are gone."
      actions={<BackButton />}
    >
      {restore.error && <ErrorNotice error={restore.error} />}
      <PagedList
        label="People in the bin"
        paged={bin}
        rowHeight={ROW_HEIGHT.bin}
        renderRow={(item) => (
          <Row
            item={item}
            now={now}
            busy={restore.pending}
            onOpen={() => go({ screen: 'person', contactId: item.id })}
            onRestore={() => void putBack(item)}
          />
        )}
        empty={
          <EmptyState
            pt="xl"
            icon={<IconTrash aria-hidden />}
            title="The bin is empty"
            description="People who are deleted wait here for 30 days, in case it was a mistake."
          />
        }
      >
        <Text size="sm" c="dimmed" role="status">
          {formatNumber(bin.total ?? 0)} {bin.total === 1 ? 'person' : 'people'}
        </Text>
      </PagedList>
    </Page>
  )
}

interface RowProps {
  item: BinItem
  now: number
  busy: boolean
  onOpen: () => void
  onRestore: () => void
}

function Row({ item, now, busy, onOpen, onRestore }: RowProps) {
  const name = personName(item)
  const may = useMay()
  const soon = Date.parse(item.until) - now < SOON_MS
  return (
    <Group h="100%" gap="sm" wrap="nowrap" className="scv-row" px="xs">
      <UnstyledButton flex={1} miw={0} h="100%" onClick={onOpen}>
        <Group gap="sm" wrap="nowrap" h="100%">
          <PersonAvatar person={item} />
          <Box flex={1} miw={0}>
            <Group gap="xs" wrap="nowrap">
              <Text fw={600} truncate>
                {name}
              </Text>
              {item.type !== 'Curated' && <TypeBadge type={item.type} />}
            </Group>
            <PersonFacts line={item} now={now} size="xs" />
            <Text size="xs" c="dimmed" truncate title={formatMoment(item.deletedAt)}>
              Deleted {formatRelative(item.deletedAt, now)} by {item.deletedBy}
            </Text>
          </Box>
          <Badge
            size="sm"
            variant="light"
            color={soon ? 'yellow' : 'gray'}
            title={formatDay(item.until)}
            className="scv-fixed"
          >
            Gone for good {formatCountdown(item.until, now)}
          </Badge>
        </Group>
      </UnstyledButton>
      {may('contact:delete') && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconRestore size={ICON.md} aria-hidden />}
          aria-label={`Restore ${name}`}
          disabled={busy}
          onClick={onRestore}
          className="scv-fixed"
        >
          Restore
        </Button>
      )}
    </Group>
  )
}
