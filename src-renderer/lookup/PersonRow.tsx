// One person in a list: who, why they are here, and what tells them from others.
import { Badge, Box, Group, Text } from '@mantine/core'
import type { LookupHit, PersonLine } from '@shared/model/views'
import { PersonAvatar } from '../components/PersonAvatar'
import { PersonFacts } from '../components/PersonFacts'
import { TypeBadge } from '../components/TypeBadge'
import { personName } from '../format/words'

interface PersonRowProps {
  id: string
  person: PersonLine | LookupHit
  selected: boolean
  position: number
  count: number
  now: number
  onOpen: () => void
  onMark: () => void
}

/** A name; else, of a person who is known by an identifier only, that identifier. */
const titleOf = (person: PersonLine | LookupHit): string =>
  person.displayName.trim() === '' && 'matched' in person ? person.matched.text : personName(person)

/** An option of the list below the look-up field; worked from there by keyboard, and with the mouse. */
export function PersonRow({ id, person, selected, position, count, now, onOpen, onMark }: PersonRowProps) {
  const hit = 'match' in person ? person : null
  return (
    <Box
      id={id}
      role="option"
      aria-selected={selected}
      aria-setsize={count}
      aria-posinset={position}
      className="scv-row"
      px="sm"
      h="100%"
      onClick={onOpen}
      onMouseMove={selected ? undefined : onMark}
    >
      <Group h="100%" gap="sm" wrap="nowrap">
        <PersonAvatar person={person} />
        <Box flex={1} miw={0}>
          <Group gap="xs" wrap="nowrap">
            <Text fw={600} truncate>
              {titleOf(person)}
            </Text>
            {person.type !== 'Curated' && <TypeBadge type={person.type} />}
            {hit?.match === 'holder' && (
              <Badge color="green" variant="light" className="scv-fixed">
                This is the person
              </Badge>
            )}
            {hit?.match === 'contender' && (
              <Badge color="yellow" variant="light" className="scv-fixed">
                Also has it
              </Badge>
            )}
          </Group>
          <PersonFacts line={person} now={now} />
        </Box>
      </Group>
    </Box>
  )
}
