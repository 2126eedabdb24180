// One interaction that arrived: what it is, whose it is and why, and what can be done about it.
// Invariant: the same card in the pop-up and in the list, so that what was learnt on one works on the other.
import { ActionIcon, Badge, Box, Button, Card, Checkbox, Group, Menu, Stack, Text } from '@mantine/core'
import type { Incoming } from '@shared/contract/local-api'
import type { PersonRef } from '@shared/model/views'
import {
  IconArrowsJoin2,
  IconCheck,
  IconDots,
  IconLinkOff,
  IconUser,
  IconUserCheck,
  IconUserSearch,
} from '@tabler/icons-react'
import { type ReactNode, type Ref, useState } from 'react'
import { useLive } from '../bridge/hooks'
import { ChannelIcon } from '../components/ChannelIcon'
import { ErrorNotice } from '../components/ErrorNotice'
import { LikelyDoubles } from '../components/LikelyDoubles'
import { PeopleChoices } from '../components/PeopleChoices'
import { PersonAvatar } from '../components/PersonAvatar'
import { TheyShareIt } from '../components/TheyShareIt'
import { useNow } from '../components/use-now'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'
import { IDENTIFIER_WORDS, personName, personTitle, sentWords } from '../format/words'
import { PeoplePicker } from '../lookup/PeoplePicker'
import { PromoteForm } from '../promote/PromoteForm'
import { learningWords } from '../record/whose-words'
import { type Decided, useIncomingMemory } from '../state/incoming'
import { useNavigation } from '../state/navigation'
import { usePageCommands } from '../state/page-commands'
import { HEIGHT, ICON, MARK } from '../theme'
import { arrivalWords, DECIDED_WORDS, isUnknown, whyWords } from './incoming-words'
import { useDecisions } from './use-decisions'

interface IncomingCardProps {
  incoming: Incoming
  /** Receives the focus when the agent asks for the pop-up. */
  first?: Ref<HTMLButtonElement>
  /** In the pop-up: little room, and no other card beside it. Whose it is comes first there. */
  inDock?: boolean
}

export function IncomingCard({ incoming, first, inDock = false }: IncomingCardProps) {
  const { interaction, contact, candidates, reason } = incoming
  const decided = useIncomingMemory((state) => state.decided[interaction.id])
  const decisions = useDecisions(incoming)
  const go = useNavigation((state) => state.go)
  const [picking, setPicking] = useState<'link' | 'merge' | null>(null)
  const [keeping, setKeeping] = useState(false)
  const [known] = interaction.identifiers
  const kept = candidates.some(({ type }) => type === 'Curated')
  const [said, setSaid] = useState<boolean | null>(null)
  // What no kept person has is remembered unless the agent says otherwise; what another has is shared only if the agent says so.
  const learns = known !== undefined && (said ?? !kept)
  const several = candidates.length > 1
  const unknown = contact !== null && isUnknown(incoming)
  const [disputed] = candidates.filter((one) => one.disputed)
  const wanted = interaction.identifiers.find(({ display }) => display === disputed?.matched)
  const choose = (id: string): void => {
    const person = candidates.find((one) => one.id === id)
    if (id === 'new') void decisions.somebodyNew()
    else if (person && person.id === contact?.id) void decisions.right()
    else if (person) void decisions.someoneElse(person)
  }
  const face = (icon: ReactNode) => (inDock ? { size: 'compact-sm', fz: 'xs' } : { size: 'xs', leftSection: icon })
  const merge = (other: PersonRef): void => {
    if (contact) go({ screen: 'merge', contactIds: [other.id, contact.id] })
  }
  const pick = (person: PersonRef): void => {
    const what = picking
    setPicking(null)
    if (what === 'merge') merge(person)
    else void decisions.someoneElse(person, learns)
  }
  usePageCommands(
    // Of several cards on screen, a command would not say which one it means.
    !inDock || !contact || unknown
      ? []
      : [
          {
            label: 'Right person',
            description: `${arrivalWords(incoming)}: ${personName(contact)}`,
            icon: IconCheck,
            run: () => void decisions.right(),
          },
          {
            label: 'Someone else…',
            description: `${arrivalWords(incoming)}, linked to whom you choose`,
            icon: IconUserSearch,
            run: () => setPicking('link'),
          },
          {
            label: 'Unlink the interaction',
            description: `${arrivalWords(incoming)} is nobody’s`,
            icon: IconLinkOff,
            run: () => void decisions.unlink(),
          },
        ],
  )

  return (
    <Card padding={inDock ? 'xs' : 'sm'}>
      <Stack gap={inDock ? 'tight' : 'xs'}>
        <Arrival incoming={incoming} decided={decided} inDock={inDock} />
        {(interaction.unread ?? []).map(({ type, value }) => (
          <Text key={`${type} ${value}`} size="xs" c="dimmed">
            {IDENTIFIER_WORDS[type]} as sent: {sentWords(value)}. Nobody can be found by it.
          </Text>
        ))}
        {several && decided === undefined && (
          <>
            <Group justify="space-between" gap="xs">
              <Text size="sm" fw={600}>
                {candidates.length} people have what it came by. Who is it?
              </Text>
              {wanted && wanted.type !== 'ExternalId' && (
                <TheyShareIt identifier={wanted} display={wanted.display} size="compact-xs" />
              )}
            </Group>
            <PeopleChoices
              people={candidates}
              chosen=""
              onChoose={choose}
              disabled={decisions.pending}
              {...(first ? { first } : {})}
            />
          </>
        )}
        {reason.heldByOthers
          .filter(({ holder }) => holder.id !== contact?.id && !several)
          .map((held) => (
            <Group key={`${held.type} ${held.value}`} gap="xs" wrap="nowrap" justify="space-between">
              <Text size="sm">
                {held.display} points to {personName(held.holder)}: the two may be one person.
              </Text>
              {contact && (
                <Button size="compact-xs" variant="light" className="scv-fixed" onClick={() => merge(held.holder)}>
                  Compare
                </Button>
              )}
            </Group>
          ))}
        {contact && contact.type !== 'Curated' && !several && (
          <LikelyDoubles contactId={contact.id} action="Compare" onPick={merge} />
        )}
        {decisions.error && <ErrorNotice error={decisions.error} />}
        <Group gap={inDock ? 'tight' : 'snug'} wrap={inDock ? 'wrap' : 'nowrap'}>
          {contact && !unknown && !several && (
            <Button
              ref={first}
              {...face(<IconCheck size={ICON.md} aria-hidden />)}
              disabled={decisions.pending || decided === 'right'}
              onClick={() => void decisions.right()}
            >
              Right person
            </Button>
          )}
          <Button
            variant="default"
            {...(contact && !unknown ? {} : several ? {} : { ref: first })}
            {...face(<IconUserSearch size={ICON.md} aria-hidden />)}
            disabled={decisions.pending}
            onClick={() => setPicking('link')}
          >
            {contact && !unknown ? 'Someone else…' : 'Choose someone…'}
          </Button>
          {contact && contact.type !== 'Curated' && (
            <Button
              variant="default"
              {...face(<IconUserCheck size={ICON.md} aria-hidden />)}
              onClick={() => setKeeping(true)}
            >
              Add to contacts…
            </Button>
          )}
          {contact && (
            <Menu position="bottom-end" withinPortal>
              <Menu.Target>
                <ActionIcon
                  variant="default"
                  size={inDock ? MARK.md : MARK.lg}
                  ml="auto"
                  aria-label="More about this interaction"
                >
                  <IconDots size={ICON.md} aria-hidden />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item
                  leftSection={<IconUser size={ICON.md} aria-hidden />}
                  onClick={() => go({ screen: 'person', contactId: contact.id })}
                >
                  Open {personName(contact)}
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconArrowsJoin2 size={ICON.md} aria-hidden />}
                  onClick={() => setPicking('merge')}
                >
                  Merge into…
                </Menu.Item>
                <Menu.Item
                  leftSection={<IconLinkOff size={ICON.md} aria-hidden />}
                  onClick={() => void decisions.unlink()}
                >
                  Unlink: it is not theirs
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </Group>
      </Stack>
      <PeoplePicker
        title={picking === 'merge' && contact ? `Merge ${personName(contact)} into whom?` : 'Whose is it?'}
        explanation={
          picking === 'merge'
            ? 'Nothing happens yet: you see both side by side first.'
            : 'This interaction is linked to whom you choose. It can be undone.'
        }
        opened={picking !== null}
        onClose={() => setPicking(null)}
        onPick={pick}
        {...(contact ? { exclude: [contact.id] } : {})}
      >
        {picking === 'link' && known && (
          <Checkbox
            checked={learns}
            onChange={(event) => setSaid(event.currentTarget.checked)}
            label={learningWords(kept ? 'share' : 'remember', known.display, 'somebody new')}
          />
        )}
      </PeoplePicker>
      <PromoteForm
        contactId={contact?.id ?? ''}
        fields={{}}
        opened={keeping}
        onClose={() => setKeeping(false)}
        onKept={decisions.kept}
      />
    </Card>
  )
}

interface ArrivalProps {
  incoming: Incoming
  decided: Decided | undefined
  inDock: boolean
}

/** What arrived, whose it is, and why. */
function Arrival({ incoming, decided, inDock }: ArrivalProps) {
  const { interaction, contact, arrivedAt } = incoming
  const now = useNow()
  const about = [interaction.subject, interaction.queue].filter(Boolean).join(' · ')
  return (
    <>
      {!inDock && (
        <Group gap="xs" wrap="nowrap">
          <ChannelIcon channel={interaction.channel} size={MARK.md} />
          <Text size="sm" fw={600} flex={1} miw={0} truncate>
            {arrivalWords(incoming)}
          </Text>
          {decided && (
            <Badge size="sm" variant="light" color="gray" className="scv-fixed">
              {DECIDED_WORDS[decided]}
            </Badge>
          )}
          <Text size="xs" c="dimmed" title={formatMoment(arrivedAt)} className="scv-fixed">
            {formatRelative(arrivedAt, now)}
          </Text>
        </Group>
      )}
      {!inDock && about !== '' && (
        <Text size="xs" c="dimmed" truncate>
          {about}
        </Text>
      )}
      <Group gap="sm" wrap="nowrap" align="flex-start">
        {contact && !inDock && <PersonAvatar person={contact} />}
        <Box miw={0} flex={1}>
          {contact && <Who contact={contact} withFacts={!inDock} />}
          {inDock && (
            <Text size="xs" fw={600} className="scv-wrap">
              {arrivalWords(incoming)}
            </Text>
          )}
          <Text size={inDock ? 'xs' : 'sm'}>{whyWords(incoming, decided)}</Text>
          {inDock && about !== '' && (
            <Text size="xs" c="dimmed" truncate>
              {about}
            </Text>
          )}
        </Box>
      </Group>
    </>
  )
}

/** Who they are, and what they have done with us, in two lines. */
function Who({ contact, withFacts }: { contact: PersonRef; withFacts: boolean }) {
  const go = useNavigation((state) => state.go)
  const person = useLive('people.get', { contactId: contact.id })
  const { fields, interactions } = person.value ?? {}
  const facts = [
    [fields?.title, fields?.externalOrganization?.name].filter(Boolean).join(', '),
    fields?.address?.city,
    interactions === undefined
      ? ''
      : `${formatNumber(interactions)} ${interactions === 1 ? 'interaction' : 'interactions'}`,
  ].filter(Boolean)
  return (
    <>
      <Group gap="xs" wrap="nowrap">
        <Button
          variant="transparent"
          size="compact-sm"
          px={0}
          c="var(--mantine-color-anchor)"
          fw={650}
          onClick={() => go({ screen: 'person', contactId: contact.id })}
          classNames={{ label: 'scv-cut' }}
        >
          {personTitle(contact)}
        </Button>
      </Group>
      {withFacts && (
        <Text size="xs" c="dimmed" truncate mih={HEIGHT.small}>
          {facts.join(' · ')}
        </Text>
      )}
    </>
  )
}
