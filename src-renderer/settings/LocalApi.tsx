// The local API as its user controls it: on or off, where, and which programs may use it.
import {
  Alert,
  Badge,
  Button,
  Card,
  Code,
  Group,
  NumberInput,
  Skeleton,
  Stack,
  Switch,
  Text,
  Title,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { LocalApiStatus } from '@shared/contract/local-api'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { FormEvent } from 'react'
import { useCall, useLive } from '../bridge/hooks'
import { CopyValue } from '../components/CopyValue'
import { ErrorNotice } from '../components/ErrorNotice'
import { useDraft } from '../drafts/use-draft'
import { HEIGHT, WIDTH } from '../theme'
import { Tokens } from './Tokens'

export function LocalApi() {
  const api = useLive('api.status', {})
  return (
    <Card component="section" aria-label="Local API">
      <Title order={2} mb="sm" id="settings-api">
        Local API
      </Title>
      {api.error ? (
        <ErrorNotice error={api.error} />
      ) : api.value ? (
        <Stack gap="md">
          <Serving status={api.value} />
          <Tokens status={api.value} />
        </Stack>
      ) : (
        <Skeleton h={HEIGHT.block} />
      )}
    </Card>
  )
}

function Serving({ status }: { status: LocalApiStatus }) {
  const enable = useCall('api.enable')
  const draft = useDraft('settings', 'port', { port: String(status.port) })
  const port = draft.values.port.trim() === '' ? Number.NaN : Number(draft.values.port)
  const valid = Number.isInteger(port) && port >= 1024 && port <= 65_535
  const turn = async (enabled: boolean): Promise<void> => {
    try {
      await enable.run({ enabled, ...(valid ? { port } : {}) })
      if (valid) draft.end()
    } catch {
      // It stands in `enable.error`, which is shown below.
    }
  }
  const changePort = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!valid) return
    try {
      await enable.run({ enabled: status.enabled, port })
      draft.end()
      notifications.show({ message: `The local API uses port ${port}.` })
    } catch {
      // It stands in `enable.error`, which is shown below.
    }
  }
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap="md" align="flex-start">
        <Switch
          label="Let programs on this device use it"
          description="A phone system, chat or customer system on this device can look people up, and say who gets in touch. Only programs with a token get in, and nothing outside this device does."
          checked={status.enabled}
          disabled={enable.pending}
          onChange={(event) => void turn(event.currentTarget.checked)}
        />
        <Badge variant="light" color={status.address ? 'green' : status.enabled ? 'red' : 'gray'} className="scv-fixed">
          {status.address ? 'Running' : status.enabled ? 'Not running' : 'Off'}
        </Badge>
      </Group>
      {status.enabled && status.message && (
        <Alert
          color="red"
          variant="light"
          icon={<IconAlertTriangle aria-hidden />}
          title="It does not run"
          role="alert"
        >
          {status.message}
        </Alert>
      )}
      {status.address && (
        <Group gap="xs">
          <Text size="sm">Address</Text>
          <Code>{status.address}</Code>
          <CopyValue value={status.address} what="the address" />
        </Group>
      )}
      <form onSubmit={(event) => void changePort(event)} noValidate>
        <Group align="flex-end" gap="xs">
          <NumberInput
            label="Port"
            w={WIDTH.field}
            min={1024}
            max={65_535}
            allowDecimal={false}
            thousandSeparator={false}
            value={draft.values.port}
            onChange={(typed) => draft.set({ port: String(typed) })}
            error={valid ? undefined : 'A whole number from 1024 to 65535'}
          />
          <Button
            type="submit"
            variant="default"
            disabled={!valid || !draft.begun}
            loading={enable.pending && port !== status.port}
          >
            Change
          </Button>
        </Group>
      </form>
      {enable.error && <ErrorNotice error={enable.error} />}
    </>
  )
}
