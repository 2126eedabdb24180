// How the data lies on this device's disk, what opens it, and how that is changed.
import { Button, Card, Group, Modal, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { VaultStatus } from '@shared/contract/vault'
import { useState } from 'react'
import { useCall, useLive } from '../bridge/hooks'
import { EncryptDialog } from '../vault/EncryptDialog'
import { PassphraseForm } from '../vault/PassphraseForm'
import { RecoveryKeyDialog } from '../vault/RecoveryKeyDialog'

type Dialog = 'encrypt' | 'passphrase' | 'recovery'

export function Encryption() {
  const { value: status } = useLive('vault.status', {})
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const close = () => setDialog(null)
  if (!status) return null
  const { kept, opens } = status
  return (
    <Card component="section" aria-label="Encryption">
      <Title order={2} mb="sm" id="settings-encryption">
        Encryption
      </Title>
      <Stack gap="md">
        <Text size="sm">{wordsOf(status)}</Text>
        {kept === 'encrypted' ? (
          <Group gap="xs">
            <Button variant="default" onClick={() => setDialog('recovery')}>
              {opens.recoveryKey ? 'Make another recovery key' : 'Make a recovery key'}
            </Button>
            <Button variant="default" onClick={() => setDialog('passphrase')}>
              {opens.passphrase ? 'Change the passphrase' : 'Set a passphrase as well'}
            </Button>
          </Group>
        ) : (
          <Group gap="xs">
            <Button variant="default" onClick={() => setDialog('encrypt')}>
              {kept === 'plain' ? 'Encrypt' : 'Start again'}
            </Button>
          </Group>
        )}
      </Stack>
      <EncryptDialog status={status} opened={dialog === 'encrypt'} onClose={close} />
      <RecoveryKeyDialog opened={dialog === 'recovery'} onClose={close} />
      <PassphraseDialog opened={dialog === 'passphrase'} onClose={close} />
    </Card>
  )
}

function wordsOf({ kept, opens }: VaultStatus): string {
  if (kept === 'plain') return 'Not encrypted: the data lies on this device’s disk as plain text.'
  if (kept === 'from next start') return 'Everything is encrypted when the application starts again.'
  const by = [
    ...(opens.keychain ? ['by itself, with the system’s keychain'] : []),
    ...(opens.passphrase ? ['with your passphrase'] : []),
    ...(opens.recoveryKey ? ['with the recovery key'] : []),
  ]
  const missing = opens.recoveryKey ? '' : ' There is no recovery key yet: make one, and keep it away from this device.'
  return `The data on this device is encrypted. It opens ${by.join(', or ')}.${missing}`
}

function PassphraseDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const set = useCall('vault.setPassphrase')
  const submit = async (passphrase: string): Promise<void> => {
    try {
      await set.run({ passphrase })
      notifications.show({ message: 'The passphrase is set.' })
      onClose()
    } catch {
      // It stands in `set.error`, which the form shows.
    }
  }
  return (
    <Modal opened={opened} onClose={onClose} title="Passphrase">
      <PassphraseForm
        action="Set the passphrase"
        pending={set.pending}
        error={set.error}
        onSubmit={(passphrase) => void submit(passphrase)}
        onCancel={onClose}
      />
    </Modal>
  )
}
