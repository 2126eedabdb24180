// At the foot of the navigation while the data lies on the disk as plain text: that it does, and the way to change it.
import { Box, Group, Text, UnstyledButton } from '@mantine/core'
import { IconLockOpen } from '@tabler/icons-react'
import { useState } from 'react'
import { useLive } from '../bridge/hooks'
import { ICON } from '../theme'
import { EncryptDialog } from './EncryptDialog'

export function EncryptionBadge() {
  const { value: status } = useLive('vault.status', {})
  const [opened, setOpened] = useState(false)
  if (!status || status.kept === 'encrypted') return null
  const waits = status.kept === 'from next start'
  return (
    <>
      <UnstyledButton
        className="scv-row"
        display="block"
        w="100%"
        px="xs"
        py="snug"
        aria-label={waits ? 'Encrypted from the next start on' : 'Not encrypted'}
        onClick={() => setOpened(true)}
      >
        <Group gap="xs" wrap="nowrap">
          <Box c="var(--mantine-color-yellow-light-color)" lh={0} className="scv-fixed" aria-hidden>
            <IconLockOpen size={ICON.lg} />
          </Box>
          <Text size="xs" fw={600}>
            {waits ? 'Encrypted from next start' : 'Not encrypted'}
          </Text>
        </Group>
      </UnstyledButton>
      <EncryptDialog status={status} opened={opened} onClose={() => setOpened(false)} />
    </>
  )
}
