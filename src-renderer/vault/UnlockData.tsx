// The screen before data that a person’s passphrase opens; the recovery key opens it as well.
import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import type { VaultStatus } from '@shared/contract/vault'
import { PASSPHRASE_MOST } from '@shared/model/limits'
import { type FormEvent, useState } from 'react'
import { useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { GateCard } from './GateCard'

export function UnlockData({ status: { opens } }: { status: VaultStatus }) {
  const unlock = useCall('vault.unlock')
  const [typed, setTyped] = useState('')
  const [asksRecovery, setAsksRecovery] = useState(!opens.passphrase)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    // A refusal stands in `unlock.error`, which is shown below.
    void unlock.run({ secret: typed }).catch(() => undefined)
  }
  const turn = (): void => {
    setTyped('')
    setAsksRecovery(!asksRecovery)
  }
  return (
    <GateCard title="Your data is encrypted">
      <form onSubmit={submit} aria-label="Open your data">
        <Stack gap="md">
          {asksRecovery ? (
            <TextInput
              key="recovery"
              label="Recovery key"
              description="Eight groups of four letters and digits, as it was written down."
              autoFocus
              autoComplete="off"
              maxLength={PASSPHRASE_MOST}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          ) : (
            <PasswordInput
              key="passphrase"
              label="Passphrase"
              autoFocus
              maxLength={PASSPHRASE_MOST}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
            />
          )}
          {!opens.passphrase && !opens.recoveryKey && (
            <Text size="sm">
              The system’s keychain had the key and does not give it. Sign in to the system as the user that you were,
              or unlock the keychain, and start again.
            </Text>
          )}
          {unlock.error && <ErrorNotice error={unlock.error} />}
          <Group justify="space-between">
            {opens.passphrase && opens.recoveryKey ? (
              <Button size="compact-sm" variant="subtle" onClick={turn}>
                {asksRecovery ? 'Passphrase instead' : 'Recovery key instead'}
              </Button>
            ) : (
              <span />
            )}
            <Button type="submit" loading={unlock.pending} disabled={typed === ''}>
              Open
            </Button>
          </Group>
        </Stack>
      </form>
    </GateCard>
  )
}
