// A person's journey on a screen of its own: the same as on their page, with room to look closely.
import { Button, EmptyState, Skeleton } from '@mantine/core'
import { IconTimeline, IconUser } from '@tabler/icons-react'
import { useLive } from '../bridge/hooks'
import { BackButton } from '../components/BackButton'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { useNow } from '../components/use-now'
import { formatRelative } from '../format/locale'
import { personName } from '../format/words'
import { useNavigation } from '../state/navigation'
import { HEIGHT, ICON, LOWER } from '../theme'
import { Journey } from './Journey'

export function JourneyScreen({ contactId }: { contactId: string }) {
  const person = useLive('people.get', { contactId })
  const { go, back } = useNavigation()
  const now = useNow()
  const { value } = person
  return (
    <Page
      title={value ? `Journey of ${personName(value)}` : 'Journey'}
      subtitle={
        value
          ? `Everything they have done with us. ${value.lastSeen ? `Last seen ${formatRelative(value.lastSeen, now)}.` : 'Never seen yet.'}`
          : undefined
      }
      actions={
        <>
          {value && (
            <Button
              variant="default"
              leftSection={<IconUser size={ICON.lg} aria-hidden />}
              onClick={() => go({ screen: 'person', contactId: value.id })}
            >
              Open the person
            </Button>
          )}
          <BackButton />
        </>
      }
    >
      {person.error?.code === 'not_found' ? (
        <EmptyState
          pt={LOWER}
          icon={<IconTimeline aria-hidden />}
          title="This person is not here any more"
          description="They were deleted for good, or were known only from an interaction that is long past."
        >
          <EmptyState.Actions>
            <Button onClick={back}>Go back</Button>
          </EmptyState.Actions>
        </EmptyState>
      ) : person.error ? (
        <ErrorNotice error={person.error} />
      ) : value ? (
        <div className="scv-grow">
          <Journey person={value} wide />
        </div>
      ) : (
        <Skeleton h={HEIGHT.list} aria-label="Loading the journey" />
      )}
    </Page>
  )
}
