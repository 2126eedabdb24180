// One item: what happened, both sides with who, when and where, and what can be decided about it.
import { Alert, Anchor, Badge, Box, Button, Card, Group, SimpleGrid, Stack, Text, Title, Tooltip } from '@mantine/core'
import type { ReconcileItem, ReconcileSide } from '@shared/contract/reconcile'
import { IconArrowsJoin2, IconCheck } from '@tabler/icons-react'
import { type RefObject, useState } from 'react'
import { useAppInfo } from '../components/app-info'
import { LikelyDoubles } from '../components/LikelyDoubles'
import { PersonAvatar } from '../components/PersonAvatar'
import { PersonFacts } from '../components/PersonFacts'
import { useNow } from '../components/use-now'
import { formatMoment, formatRelative } from '../format/locale'
import { personName } from '../format/words'
import { useNavigation } from '../state/navigation'
import { useReconcileMemory } from '../state/reconcile'
import { ICON } from '../theme'
import { Decisions } from './Decisions'
import { SetAsideDocument } from './SetAsideDocument'
import { DID_WORDS, fieldWords, KIND_WORDS } from './words'

interface ItemDetailProps {
  item: ReconcileItem
  heading: RefObject<HTMLHeadingElement | null>
  /** The item makes way for the next one. */
  onSettled: () => void
}

export function ItemDetail({ item, heading, onSettled }: ItemDetailProps) {
  const settle = useReconcileMemory((state) => state.settle)
  const [gone, setGone] = useState(false)
  const words = KIND_WORDS[item.kind]
  const aside = item.kind === 'refused' || item.kind === 'unreadable'
  const settled = (): void => {
    settle(item.id)
    onSettled()
  }
  return (
    <Stack gap="md">
      <Box>
        <Badge variant="light" color={words.color} leftSection={<words.icon size={ICON.xs} aria-hidden />}>
          {words.label}
        </Badge>
        <Title order={2} ref={heading} tabIndex={-1} data-page-title mt="snug" className="scv-wrap">
          {item.field !== undefined && `${fieldWords(item.field)}: `}
          {item.subject}
        </Title>
        <Text size="sm" c="dimmed">
          {words.meaning}
        </Text>
      </Box>
      <SimpleGrid cols={item.sides.length > 1 ? 2 : 1} spacing="sm" role="list" aria-label="What each side did">
        {item.sides.map((side, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: sides have no identity but their place
          <Side key={at} side={side} isOnly={item.sides.length === 1} />
        ))}
      </SimpleGrid>
      {aside && <SetAsideDocument itemId={item.id} />}
      {gone ? (
        <Alert
          color="green"
          variant="light"
          icon={<IconCheck aria-hidden />}
          title="This was settled meanwhile"
          role="status"
        >
          <Stack gap="xs" align="flex-start">
            <Text size="sm">A colleague decided it, or it settled by itself. There is nothing left to do here.</Text>
            <Button size="xs" variant="default" onClick={settled}>
              Go on
            </Button>
          </Stack>
        </Alert>
      ) : (
        <>
          <Compare item={item} />
          <Doubles item={item} />
          <Decisions item={item} onSettled={settled} onGone={() => setGone(true)} />
        </>
      )}
    </Stack>
  )
}

function Side({ side, isOnly }: { side: ReconcileSide; isOnly: boolean }) {
  const go = useNavigation((navigation) => navigation.go)
  const { deviceId } = useAppInfo()
  const now = useNow()
  const { person } = side
  const device =
    side.device === '' ? '' : side.device === deviceId ? 'this device' : `device ${side.device.slice(0, 8)}`
  const where = side.did === 'received' ? 'The server' : side.did === 'sent' ? 'This device' : ''
  return (
    <Card
      padding="sm"
      role="listitem"
      {...(side.stands ? { style: { borderColor: 'var(--mantine-primary-color-filled)' } } : {})}
    >
      <Group wrap="nowrap" gap="sm" align="flex-start">
        {person && <PersonAvatar person={person} />}
        <Box flex={1} miw={0}>
          {!isOnly && (
            <Badge
              size="sm"
              mb="tight"
              variant={side.stands ? 'filled' : 'light'}
              color={side.stands ? 'petrol' : 'gray'}
            >
              {side.stands ? 'This counts now' : 'This gave way'}
            </Badge>
          )}
          <div>
            {person ? (
              <Anchor
                component="button"
                type="button"
                fw={600}
                ta="start"
                underline="always"
                className="scv-wrap"
                onClick={() => go({ screen: 'person', contactId: person.id })}
              >
                {personName(person)}
              </Anchor>
            ) : (
              <Text fw={600}>{where === '' ? side.by : where}</Text>
            )}
          </div>
          {side.line && <PersonFacts line={side.line} now={now} size="xs" />}
          <Text size="sm" className="scv-text" lineClamp={8}>
            <Text span size="sm" c="dimmed">
              {DID_WORDS[side.did]}:{' '}
            </Text>
            {side.text}
          </Text>
          <Tooltip label={formatMoment(side.at)} position="bottom-start">
            <Text size="xs" c="dimmed" mt="hair">
              {[side.by, formatRelative(side.at, now), device].filter((part) => part !== '').join(' · ')}
            </Text>
          </Tooltip>
        </Box>
      </Group>
    </Card>
  )
}

/** The people of an item may be in the book a further time: better settled once, for all of them. */
function Doubles({ item }: { item: ReconcileItem }) {
  const go = useNavigation((navigation) => navigation.go)
  const people = [
    ...new Map(item.sides.flatMap(({ person }) => (person ? [[person.id, person] as const] : []))).values(),
  ]
  const ids = people.map(({ id }) => id)
  return people.map((person) => (
    <LikelyDoubles
      key={person.id}
      contactId={person.id}
      who={personName(person)}
      except={ids}
      action="Compare"
      onPick={(other) => go({ screen: 'merge', contactIds: [person.id, other.id] })}
    />
  ))
}

/** Two people who may be one are best seen side by side first. */
function Compare({ item }: { item: ReconcileItem }) {
  const go = useNavigation((navigation) => navigation.go)
  const people = [...new Set(item.sides.flatMap(({ person }) => (person ? [person.id] : [])))]
  const offered = item.decisions.some(({ decision, forbidden }) => decision === 'merge' && !forbidden)
  if (!offered || people.length < 2) return null
  return (
    <Group>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconArrowsJoin2 size={ICON.md} aria-hidden />}
        onClick={() => go({ screen: 'merge', contactIds: people })}
      >
        Compare them side by side
      </Button>
    </Group>
  )
}
