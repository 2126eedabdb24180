// In place of a screen that is there for doing something the person may not do: said before anything is begun.
import { Button, EmptyState } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { type May, useAccessMemory, useMay, whyNot } from '../state/access'
import { useNavigation } from '../state/navigation'

/** The screen, or why it is not offered. */
export function Allowed({ needs, children }: { needs: May; children: ReactNode }) {
  const may = useMay()
  return may(needs) ? children : <NotAllowed />
}

function NotAllowed() {
  const access = useAccessMemory((state) => state.access)
  const { back, past } = useNavigation()
  return (
    <EmptyState pt="xl" icon={<IconLock aria-hidden />} title="Not open to you now" description={whyNot(access)}>
      {past.length > 0 && (
        <EmptyState.Actions>
          <Button variant="default" onClick={back}>
            Go back
          </Button>
        </EmptyState.Actions>
      )}
    </EmptyState>
  )
}
