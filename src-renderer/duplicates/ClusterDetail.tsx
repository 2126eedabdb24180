// One cluster: its people, why they are likely one, and what can be done about it, each with its key.
import { Anchor, Badge, Box, Button, Group, Kbd, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import type { PersonLine } from '@shared/model/views'
import { IconArrowBackUp, IconArrowsJoin2, IconBan, IconClock } from '@tabler/icons-react'
import { type Ref, useState } from 'react'
import { PersonAvatar } from '../components/PersonAvatar'
import { PersonFacts } from '../components/PersonFacts'
import { TypeBadge } from '../components/TypeBadge'
import { useNow } from '../components/use-now'
import { CERTAINTY_WORDS } from '../format/likeness-words'
import { formatMoment } from '../format/locale'
import { toldApart } from '../format/told-apart'
import { personName } from '../format/words'
import { useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { ICON } from '../theme'
import { Reasons } from './Reasons'
import type { Settling, ShownCluster } from './use-settling'

interface ClusterDetailProps {
  cluster: ShownCluster
  settling: Settling
  heading: Ref<HTMLHeadingElement>
}

export function ClusterDetail({ cluster, settling, heading }: ClusterDetailProps) {
  const [pairAt, setPairAt] = useState('0')
  const { people, pairs, certainty, by, at } = cluster
  const may = useMay()
  const pair = pairs[Number(pairAt)] ?? pairs[0]
  const words = CERTAINTY_WORDS[certainty]
  const names = toldApart(people, (id) => [people.find((one) => one.id === id)?.detail ?? ''])
  const nameOf = (id: string): string => names[people.findIndex((one) => one.id === id)] ?? ''
  return (
    <Stack gap="md">
      <Box>
        <Badge variant="light" color={words.color}>
          {words.label}
        </Badge>
        <Title order={2} ref={heading} tabIndex={-1} mt="snug" className="scv-wrap">
          {people.map(personName).join(', ')}
        </Title>
        {at !== undefined && (
          <Text size="sm" c="dimmed">
            {by} put this aside on {formatMoment(at)}. It comes back by itself when a change makes it more likely.
          </Text>
        )}
      </Box>
      <Group gap="xs">
        {may('identity:merge') && (
          <>
            <Choice label="Merge…" letter="M" Icon={IconArrowsJoin2} isFirst onChoose={() => settling.merge(cluster)} />
            <Choice label="Never" letter="N" Icon={IconBan} onChoose={() => void settling.never(cluster)} />
          </>
        )}
        {may('contact:edit') &&
          (at === undefined ? (
            <Choice label="Not now" letter="L" Icon={IconClock} onChoose={() => void settling.notNow(cluster)} />
          ) : (
            <Choice
              label="Put back"
              letter="B"
              Icon={IconArrowBackUp}
              onChoose={() => void settling.putBack(cluster)}
            />
          ))}
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
      {pair ? (
        <Reasons pair={pair} />
      ) : (
        <Text size="sm">These two have little in common. Each of them is like another one of the group.</Text>
      )}
    </Stack>
  )
}

interface ChoiceProps {
  label: string
  /** Its key, shown beside it; screen readers are told by `aria-keyshortcuts`. */
  letter: string
  Icon: typeof IconBan
  /** The one that is expected. */
  isFirst?: boolean
  onChoose(): void
}

const Choice = ({ label, letter, Icon, isFirst = false, onChoose }: ChoiceProps) => (
  <Button
    variant={isFirst ? 'filled' : 'default'}
    leftSection={<Icon size={ICON.md} aria-hidden />}
    rightSection={
      <Kbd size="xs" aria-hidden>
        {letter}
      </Kbd>
    }
    aria-keyshortcuts={letter}
    onClick={onChoose}
  >
    {label}
  </Button>
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
