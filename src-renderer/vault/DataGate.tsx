// Before the data is open: asked for its key or for a new passphrase, or told how far it is put under one; then what is behind.
// Invariant: a recovery key that was just made is seen before anything else is.
import { Box, Center, Progress, Stack, Text } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useLive } from '../bridge/hooks'
import { WIDTH } from '../theme'
import { GateCard } from './GateCard'
import { ProtectData } from './ProtectData'
import { RecoveryKeyShown } from './RecoveryKeyShown'
import { UnlockData } from './UnlockData'

export function DataGate({ children }: { children: ReactNode }) {
  const { value: status } = useLive('vault.status', {})
  const [isSettingUp, setIsSettingUp] = useState(false)
  const [recoveryKey, setRecoveryKey] = useState<string | null>(null)
  if (status?.stage === 'unprotected' && !isSettingUp) setIsSettingUp(true)

  if (status?.stage === 'locked') return <UnlockData status={status} />
  if (recoveryKey !== null)
    return (
      <GateCard title="Your recovery key">
        <RecoveryKeyShown
          recoveryKey={recoveryKey}
          onDone={() => {
            setRecoveryKey(null)
            setIsSettingUp(false)
          }}
        />
      </GateCard>
    )
  const isWorking = status?.stage === 'working'
  if (isWorking || isSettingUp)
    return (
      <>
        {isWorking && <Encrypting progress={status.progress} />}
        {/* It waits for its answer all the while. */}
        {isSettingUp && (
          <Box h="100%" hidden={isWorking}>
            <ProtectData onMade={setRecoveryKey} />
          </Box>
        )}
      </>
    )
  return children
}

function Encrypting({ progress }: { progress: number }) {
  return (
    <Center h="100%" role="status">
      <Stack align="center" gap="xs">
        <Text size="sm">Encrypting your data…</Text>
        <Progress w={WIDTH.form} value={100 * progress} aria-label="Encrypting your data" />
        <Text size="sm" c="dimmed">
          Nothing is lost; this happens once, and goes on where it was.
        </Text>
      </Stack>
    </Center>
  )
}
