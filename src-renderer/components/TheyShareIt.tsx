// Settles that several people share a number or an address: on every device, until another person wants it.
import { Button } from '@mantine/core'
import type { IdentifierInput } from '@shared/model/identifier'
import { client, useCall } from '../bridge/hooks'
import { useMay } from '../state/access'
import { ErrorNotice } from './ErrorNotice'
import { showUndo } from './undo-notice'

interface TheyShareItProps {
  identifier: IdentifierInput
  /** As a person reads it. */
  display: string
  size?: 'compact-sm' | 'compact-xs'
  onShared?: () => void
}

export function TheyShareIt({ identifier, display, size = 'compact-sm', onShared }: TheyShareItProps) {
  const share = useCall('people.share')
  const may = useMay()
  const { type, value, source } = identifier
  const exact = { type, value, ...(source === undefined ? {} : { source }) }
  const settle = async (): Promise<void> => {
    try {
      await share.run({ identifier: exact, shared: true })
      showUndo({
        text: `${display} is shared: from now on all of them are offered.`,
        onUndo: () => client.call('people.share', { identifier: exact, shared: false }),
      })
      onShared?.()
    } catch {
      // It stands in `share.error`, which is shown beside the button.
    }
  }
  if (!may('contact:edit')) return null
  return (
    <>
      <Button
        size={size}
        variant="default"
        aria-label={`They share ${display}`}
        loading={share.pending}
        onClick={() => void settle()}
      >
        They share it
      </Button>
      {share.error && <ErrorNotice error={share.error} />}
    </>
  )
}
