// The tokens of the local API: what each may do, when it was last used, and taking one back.
import { Button, Group, Modal, Stack, Table, Text, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { ApiToken, LocalApiStatus } from '@shared/contract/local-api'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { useNow } from '../components/use-now'
import { useBegun } from '../drafts/use-draft'
import { formatDay, formatMoment, formatRelative } from '../format/locale'
import { PERMISSION_WORDS, tokenSummary } from '../format/roles'
import { ICON, WIDTH } from '../theme'
import { NewTokenDialog } from './NewTokenDialog'

export function Tokens({ status }: { status: LocalApiStatus }) {
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const begun = useBegun().some(({ form }) => form === 'token')
  const now = useNow()
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          Tokens
        </Text>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconKey size={ICON.md} aria-hidden />}
          onClick={() => setMaking(true)}
        >
          {begun ? 'New token (unfinished)' : 'New token'}
        </Button>
      </Group>
      {status.tokens.length === 0 ? (
        <Text size="sm" c="dimmed">
          No program may use the local API yet. Make one token for each program.
        </Text>
      ) : (
        <Table aria-label="Tokens" horizontalSpacing="xs" layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Program</Table.Th>
              <Table.Th>May do</Table.Th>
              <Table.Th w={WIDTH.field}>Last used</Table.Th>
              <Table.Th w={WIDTH.label} />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {status.tokens.map((token) => (
              <Table.Tr key={token.id}>
                <Table.Td>
                  <Text size="sm" fw={500} truncate title={token.name}>
                    {token.name}
                  </Text>
                  <Text size="xs" c="dimmed">
                    since {formatDay(token.createdAt)}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Tooltip
                    label={token.permissions.map((one) => PERMISSION_WORDS[one] ?? one).join(' · ')}
                    disabled={token.permissions.length === 0}
                  >
                    <Text size="sm" truncate>
                      {tokenSummary(token.permissions)}
                    </Text>
                  </Tooltip>
                </Table.Td>
                <Table.Td title={token.lastUsedAt ? formatMoment(token.lastUsedAt) : ''}>
                  {token.lastUsedAt ? formatRelative(token.lastUsedAt, now) : 'never'}
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`Revoke ${token.name}`}
                    onClick={() => setRevoking(token)}
                  >
                    Revoke
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <NewTokenDialog opened={making} onClose={() => setMaking(false)} />
      <Modal opened={revoking !== null} onClose={() => setRevoking(null)} title={`Revoke ${revoking?.name ?? ''}?`}>
        {revoking && <Revoke token={revoking} onClose={() => setRevoking(null)} />}
      </Modal>
    </Stack>
  )
}

function Revoke({ token, onClose }: { token: ApiToken; onClose: () => void }) {
  const revoke = useCall('api.revokeToken')
  const confirm = async (): Promise<void> => {
    try {
      await revoke.run({ id: token.id })
      onClose()
      notifications.show({ message: `${token.name} is locked out.` })
    } catch {
      // It stands in `revoke.error`, which is shown below.
    }
  }
  return (
    <Stack gap="md">
      <Text size="sm">
        The program is locked out at once. To let it in again, make a new token and enter it there. What it brought in
        stays.
      </Text>
      {revoke.error && <ErrorNotice error={revoke.error} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button color="red.8" loading={revoke.pending} onClick={() => void confirm()}>
          Revoke
        </Button>
      </Group>
    </Stack>
  )
}
