// A recovery key in the place of a former one. Invariant: a key that is on screen is not closed by a stray click.
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { RecoveryKeyShown } from './RecoveryKeyShown'

export function RecoveryKeyDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const make = useCall('vault.makeRecoveryKey')
  const [made, setMade] = useState<string | null>(null)
  const close = (): void => {
    onClose()
    setMade(null)
  }
  const makeOne = async (): Promise<void> => {
    try {
      setMade((await make.run({})).recoveryKey)
    } catch {
      // It stands in `make.error`, which is shown below.
    }
  }
  const isFirm = made !== null
  return (
    <Modal
      opened={opened}
      onClose={close}
      title="Recovery key"
      size="lg"
      closeOnClickOutside={!isFirm}
      closeOnEscape={!isFirm}
    >
      {made === null ? (
        <Stack gap="md">
          <Text size="sm">
            It opens your data when the passphrase is forgotten or the system’s keychain is gone. A recovery key that
            was made before opens nothing any more.
          </Text>
          {make.error && <ErrorNotice error={make.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button loading={make.pending} onClick={() => void makeOne()}>
              Make a recovery key
            </Button>
          </Group>
        </Stack>
      ) : (
        <RecoveryKeyShown recoveryKey={made} onDone={close} />
      )}
    </Modal>
  )
}
