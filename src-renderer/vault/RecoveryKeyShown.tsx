// A recovery key that was just made, typed back so that it is known to be written down right. It is shown this once.
import { Alert, Button, Code, Group, Stack, TextInput } from '@mantine/core'
import { PASSPHRASE_MOST } from '@shared/model/limits'
import { IconKey } from '@tabler/icons-react'
import { useState } from 'react'
import { CopyValue } from '../components/CopyValue'

/** As it is however it was typed; the main process reads it alike. */
const asDigits = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[\s-]+/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')

interface RecoveryKeyShownProps {
  recoveryKey: string
  onDone(): void
}

export function RecoveryKeyShown({ recoveryKey, onDone }: RecoveryKeyShownProps) {
  const [typed, setTyped] = useState('')
  const isSame = asDigits(typed) === asDigits(recoveryKey)
  const isWhole = asDigits(typed).length >= asDigits(recoveryKey).length
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light" icon={<IconKey aria-hidden />} title="Write it down now" role="alert">
        It opens your data when the passphrase is forgotten or the system’s keychain is gone, and it is shown this once.
        Keep it on paper or in a safe place away from this device.
      </Alert>
      <Group gap="xs" wrap="nowrap">
        <Code block flex={1} className="scv-text scv-select-all">
          {recoveryKey}
        </Code>
        <CopyValue value={recoveryKey} what="the recovery key" />
      </Group>
      <TextInput
        label="Type it as you wrote it down"
        autoComplete="off"
        maxLength={PASSPHRASE_MOST}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={isWhole && !isSame ? 'It is not the same.' : null}
      />
      <Group justify="flex-end">
        <Button disabled={!isSame} onClick={onDone}>
          Done
        </Button>
      </Group>
    </Stack>
  )
}
