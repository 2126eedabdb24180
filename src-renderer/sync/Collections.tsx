// What is still to travel and what has, by kind of record.
import { Card, Table, Text, Title } from '@mantine/core'
import type { SyncCollection, SyncStatus } from '@shared/contract/sync'
import { useNow } from '../components/use-now'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'
import { COLLECTION_WORDS } from './words'

export function Collections({ status }: { status: SyncStatus }) {
  const now = useNow()
  return (
    <Card component="section" aria-label="What is exchanged" padding={0}>
      <Title order={2} px="md" pt="md">
        What is exchanged
      </Title>
      <Text size="sm" c="dimmed" px="md" pb="xs">
        Sent and received since the application started.
      </Text>
      <Table horizontalSpacing="xs" verticalSpacing="snug" aria-label="What is exchanged, by kind">
        <Table.Thead>
          <Table.Tr>
            <Table.Th pl="md">Records</Table.Th>
            <Table.Th ta="right">To send</Table.Th>
            <Table.Th ta="right">To receive</Table.Th>
            <Table.Th ta="right">Sent</Table.Th>
            <Table.Th ta="right">Received</Table.Th>
            <Table.Th ta="right" pr="md">
              Last exchange
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {status.collections.map((collection) => (
            <Row key={collection.kind} collection={collection} now={now} />
          ))}
        </Table.Tbody>
      </Table>
    </Card>
  )
}

function Row({ collection, now }: { collection: SyncCollection; now: number }) {
  const { kind, pendingUp, pendingDown, sent, received, lastExchange } = collection
  return (
    <Table.Tr>
      <Table.Td pl="md">{COLLECTION_WORDS[kind]}</Table.Td>
      <Count value={pendingUp} strong />
      <Count value={pendingDown} strong />
      <Count value={sent} />
      <Count value={received} />
      <Table.Td ta="right" pr="md" title={lastExchange ? formatMoment(lastExchange) : ''}>
        {lastExchange ? (
          formatRelative(lastExchange, now)
        ) : (
          <Text span size="sm" c="dimmed">
            never
          </Text>
        )}
      </Table.Td>
    </Table.Tr>
  )
}

/** A number; what is not known says so. */
function Count({ value, strong = false }: { value: number | null; strong?: boolean }) {
  return (
    <Table.Td ta="right" className="scv-figures">
      {value === null ? (
        <Text span size="sm" c="dimmed">
          not known
        </Text>
      ) : (
        <Text span size="sm" fw={strong && value > 0 ? 650 : 400} c={value === 0 ? 'dimmed' : ''}>
          {formatNumber(value)}
        </Text>
      )}
    </Table.Td>
  )
}
