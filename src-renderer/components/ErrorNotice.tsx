// An error where it belongs: what happened, what exactly is wrong, and what to do.
import { Alert, Button, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { errorWords } from '../format/errors'
import { OpenLog } from './OpenLog'

interface ErrorNoticeProps {
  error: { code: string; message: string }
  /** Offers to do it again. */
  onRetry?: () => void
  children?: ReactNode
}

/** Shows an error of the product, from a call or as data. Announced to screen readers when it appears. */
export function ErrorNotice({ error, onRetry, children }: ErrorNoticeProps) {
  const { title, message, advice } = errorWords(error)
  const inLog = error.code === 'internal'
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle aria-hidden />} title={title} role="alert">
      <Stack gap="xs">
        <Text size="sm">
          {message}
          {advice && advice !== message ? ` ${advice}` : ''}
        </Text>
        {(onRetry || children || inLog) && (
          <Group gap="xs">
            {onRetry && (
              <Button size="xs" variant="default" onClick={onRetry}>
                Try again
              </Button>
            )}
            {inLog && <OpenLog />}
            {children}
          </Group>
        )}
      </Stack>
    </Alert>
  )
}
