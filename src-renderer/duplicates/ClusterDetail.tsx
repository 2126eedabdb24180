// One cluster: its people, why they are likely one, and what can be done about it, each with its key.
import { Anchor, Badge, Box, Button, Group, Kbd, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import type { DuplicateCluster } from '@shared/contract/duplicates'
import type { PersonLine } from '@shared/model/views'
import { IconArrowsJoin2, IconBan, IconClock } from '@tabler/icons-react'
import { type Ref, useState } from 'react'
import { PersonAvatar } from '../components/PersonAvatar'
import { PersonFacts } from '../components/PersonFacts'
import { TypeBadge } from '../components/TypeBadge'
import { useNow } from '../components/use-now'
import { CERTAINTY_WORDS } from '../format/likeness-words'
import { personName } from '../format/words'
import { useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'
import { Reasons } from './Reasons'
import type { Settling } from './use-settling'

interface ClusterDetailProps {
  cluster: DuplicateCluster
  settling: Settling
  heading: Ref<HTMLHeadingElement>
}

export function ClusterDetail({ cluster, settling, heading }: ClusterDetailProps) {
  const [pairAt, setPairAt] = useState('0')
  const { people, pairs, certainty } = cluster
  const may = useMay()
  const pair = pairs[Number(pairAt)] ?? pairs[0]
  const words = CERTAINTY_WORDS[certainty]
  const nameOf = (id: string): string => {
    const person = people.find((one) => one.id === id)
    return person ? personName(person) : ''
  }
  return (
    <Stack gap="md">
      <Box>
        <Badge variant="light" color={words.color}>
          {words.label}
        </Badge>
        <Title order={2} ref={heading} tabIndex={-1} mt="snug" className="scv-wrap">
          {people.map(personName).join(', ')}
        </Title>
      </Box>
      <Group gap="xs">
        {may('identity:merge') && (
          <>
            <Button
              leftSection={<IconArrowsJoin2 size={ICON.md} aria-hidden />}
              rightSection={<Key letter="M" />}
              aria-keyshortcuts="M"
              onClick={() => settling.merge(cluster)}
            >
              Merge…
            </Button>
            <Button
              variant="default"
              leftSection={<IconBan size={ICON.md} aria-hidden />}
              rightSection={<Key letter="N" />}
              aria-keyshortcuts="N"
              onClick={() => void settling.never(cluster)}
            >
              Never
            </Button>
          </>
        )}
        {may('contact:edit') && (
          <Button
            variant="default"
            leftSection={<IconClock size={ICON.md} aria-hidden />}
            rightSection={<Key letter="L" />}
            aria-keyshortcuts="L"
            onClick={() => void settling.notNow(cluster)}
          >
            Not now
          </Button>
        )}
      </Group>
      <Stack gap="xs" role="list" aria-label="The people">
        {people.map((person) => (
          <Person key={person.id} person={person} />
        ))}
      </Stack>
      {pairs.length > 1 && (
        <Box className="scv-scroll-across">
          <SegmentedControl
            aria-label="Which two"
            size="xs"
            value={pairs[Number(pairAt)] ? pairAt : '0'}
            onChange={setPairAt}
            data={pairs.map(({ a, b }, at) => ({ value: `${at}`, label: `${nameOf(a)} and ${nameOf(b)}` }))}
          />
        </Box>
      )}
      {pair ? <Reasons pair={pair} /> : <Text size="sm">They hang together by others.</Text>}
    </Stack>
  )
}

/** A key beside what it does; screen readers are told by `aria-keyshortcuts`. */
const Key = ({ letter }: { letter: string }) => (
  <Kbd size="xs" aria-hidden>
    {letter}
  </Kbd>
)

function Person({ person }: { person: PersonLine }) {
  const go = useNavigation((state) => state.go)
  const now = useNow()
  return (
    <Group gap="sm" wrap="nowrap" role="listitem">
      <PersonAvatar person={person} />
      <Box flex={1} miw={0}>
        <Group gap="xs" wrap="nowrap">
          <Anchor
            component="button"
            type="button"
            fw={600}
            ta="start"
            underline="always"
            onClick={() => go({ screen: 'person', contactId: person.id })}
          >
            {personName(person)}
          </Anchor>
          <TypeBadge type={person.type} />
        </Group>
        <PersonFacts line={person} now={now} />
      </Box>
    </Group>
  )
}
