// Before another user signs in: what the former one did and the server does not have yet, and what becomes of it.
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { changes } from './words'

interface UnsentNoticeProps {
  count: number
  former: string | undefined
  pending: boolean
  onGoOn: () => void
}

export function UnsentNotice({ count, former, pending, onGoOn }: UnsentNoticeProps) {
  const whose = former === undefined ? 'the former user' : former
  const what = count > 0 ? changes(count) : 'Some changes'
  return (
    <Alert
      color="yellow"
      variant="light"
      icon={<IconAlertTriangle aria-hidden />}
      title={`${what} of ${whose} ${count === 1 ? 'was' : 'were'} not sent yet`}
      role="alert"
    >
      <Stack gap="xs">
        <Text size="sm">
          To send them, sign in as {whose} once more and wait until everything is up to date. If you go on, they stay on
          this device only, and stand in Reconcile.
        </Text>
        <Group>
          <Button size="xs" variant="default" loading={pending} onClick={onGoOn}>
            Go on and leave them here
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
