// Opens the log of this application in the system's program for text.
import { Button, Text } from '@mantine/core'
import { useCall } from '../bridge/hooks'

export function OpenLog() {
  const open = useCall('app.openLog')
  return (
    <>
      {/* A failure stands in `open.error`, which is shown beside it. */}
      <Button
        size="xs"
        variant="default"
        loading={open.pending}
        onClick={() => void open.run({}).catch(() => undefined)}
      >
        Open the log
      </Button>
      {open.error && (
        <Text size="xs" role="alert">
          {open.error.message}
        </Text>
      )}
    </>
  )
}
