// Data that is plain gets a key under a passphrase and a recovery key; then the application starts again.
// Invariant: a recovery key that is on screen is not closed by a stray click.
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { VaultStatus } from '@shared/contract/vault'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { PassphraseForm } from './PassphraseForm'
import { RecoveryKeyShown } from './RecoveryKeyShown'

interface EncryptDialogProps {
  status: VaultStatus
  opened: boolean
  onClose(): void
}

export function EncryptDialog({ status, opened, onClose }: EncryptDialogProps) {
  const protect = useCall('vault.protect')
  const restart = useCall('vault.restart')
  const [recoveryKey, setRecoveryKey] = useState<string | null>(null)
  const run = async (passphrase: string): Promise<void> => {
    try {
      setRecoveryKey((await protect.run({ passphrase })).recoveryKey)
    } catch {
      // It stands in `protect.error`, which the form shows.
    }
  }
  const isShown = recoveryKey !== null
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={isShown ? 'Recovery key' : 'Encrypt the data on this device'}
      size="lg"
      closeOnClickOutside={!isShown && !protect.pending}
      closeOnEscape={!isShown && !protect.pending}
    >
      {isShown ? (
        <RecoveryKeyShown recoveryKey={recoveryKey} onDone={() => setRecoveryKey(null)} />
      ) : status.kept === 'from next start' && !protect.pending ? (
        <Stack gap="md">
          <Text size="sm">
            Everything is encrypted when the application starts again.
            {status.opens.passphrase ? ' It asks for your passphrase then, and at each start.' : ''}
          </Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Later
            </Button>
            <Button loading={restart.pending} onClick={() => void restart.run({}).catch(() => undefined)}>
              Start again now
            </Button>
          </Group>
        </Stack>
      ) : (
        <Stack gap="md">
          <Text size="sm">
            It lies on the disk as plain text, which anyone who has the disk can read. Encrypted, it opens with your
            passphrase alone, which is asked for at each start. Without it and without the recovery key, what was not
            synced yet is lost.
          </Text>
          <PassphraseForm
            action="Encrypt"
            pending={protect.pending}
            error={protect.error}
            onSubmit={(passphrase) => void run(passphrase)}
            onCancel={onClose}
          />
        </Stack>
      )}
    </Modal>
  )
}
