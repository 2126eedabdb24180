// Offered only after the system turned out to have no keychain: the password as plain text, if the person insists.
import { Alert, Checkbox, Stack, Text } from '@mantine/core'
import { IconKey } from '@tabler/icons-react'

export function KeepPlain({ checked, onChange }: { checked: boolean; onChange: (checked: boolean) => void }) {
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconKey aria-hidden />}
      title="This system has no keychain"
      role="alert"
      aria-label="This system has no keychain"
    >
      <Stack gap="xs">
        <Text size="sm">
          There is no safe place to keep the password, which is needed to sync by itself. Unlock or install a keychain
          and try again, have it forgotten when the application closes, or keep it in a file that anyone with access to
          your account on this device can read.
        </Text>
        <Checkbox
          label="Keep the password as plain text"
          checked={checked}
          onChange={(event) => onChange(event.currentTarget.checked)}
        />
      </Stack>
    </Alert>
  )
}
