// The screen before data without a key, on a system that keeps none: a passphrase is set first, nothing is stored before.
import { Text } from '@mantine/core'
import { useCall } from '../bridge/hooks'
import { GateCard } from './GateCard'
import { PassphraseForm } from './PassphraseForm'

/** @param onMade with the recovery key, once all is under the new key */
export function ProtectData({ onMade }: { onMade: (recoveryKey: string) => void }) {
  const protect = useCall('vault.protect')
  const submit = async (passphrase: string): Promise<void> => {
    try {
      onMade((await protect.run({ passphrase })).recoveryKey)
    } catch {
      // It stands in `protect.error`, which the form shows.
    }
  }
  return (
    <GateCard title="Set a passphrase">
      <Text size="sm">
        Everything on this device is encrypted. This system has no keychain that could keep the key, so it opens with
        your passphrase, which is asked for at each start. You get a recovery key as well, in case you forget it.
      </Text>
      <PassphraseForm
        action="Encrypt and go on"
        pending={protect.pending}
        error={protect.error}
        onSubmit={(passphrase) => void submit(passphrase)}
      />
    </GateCard>
  )
}
