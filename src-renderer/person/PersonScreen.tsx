// A person's page: who they are at the left, what they have done with us at the right. Follows live.
import {
  ActionIcon,
  Badge,
  Box,
  Button,
  EmptyState,
  Group,
  Menu,
  Skeleton,
  Stack,
  Tabs,
  Text,
  Title,
} from '@mantine/core'
import type { PersonView } from '@shared/model/views'
import {
  IconArrowLeft,
  IconArrowsMaximize,
  IconDots,
  IconInfoCircle,
  IconMessagePlus,
  IconNote,
  IconTrash,
} from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { KeysTip } from '../components/KeysTip'
import { LikelyDoubles } from '../components/LikelyDoubles'
import { PersonAvatar } from '../components/PersonAvatar'
import { TypeBadge } from '../components/TypeBadge'
import { useNow } from '../components/use-now'
import { BegunHere } from '../drafts/BegunHere'
import { useBegun, useMovedDrafts } from '../drafts/use-draft'
import { formatMoment, formatNumber, formatRelative } from '../format/locale'
import { personName } from '../format/words'
import { Journey } from '../journey/Journey'
import { useMay } from '../state/access'
import { BACK_KEYS, RECORD_KEYS } from '../state/keys'
import { useNavigation } from '../state/navigation'
import { usePageCommands } from '../state/page-commands'
import { HEIGHT, ICON, LOWER, MARK, WIDTH } from '../theme'
import { Banners } from './Banners'
import { DeleteDialog } from './DeleteDialog'
import { Details } from './Details'
import { Disputes } from './Disputes'
import { EarlierValues } from './EarlierValues'
import { Identifiers } from './Identifiers'
import { MadeOf } from './MadeOf'
import { NeverMerged } from './NeverMerged'
import { Notes } from './Notes'
import { usePersonActions } from './person-actions'
import { TakenApart } from './TakenApart'
import { useTab } from './use-tab'

const NO_RECORDS: readonly string[] = []

export function PersonScreen({ contactId }: { contactId: string }) {
  const person = useLive('people.get', { contactId })
  const back = useNavigation((state) => state.back)
  if (person.status === 'error') {
    return (
      <Box p="lg">
        {person.error.code === 'not_found' ? (
          <EmptyState
            pt={LOWER}
            icon={<IconInfoCircle aria-hidden />}
            title="This person is not here any more"
            description="They were deleted for good, or were known only from an interaction that is long past."
          >
            <EmptyState.Actions>
              <Button onClick={back}>Go back</Button>
            </EmptyState.Actions>
          </EmptyState>
        ) : (
          <ErrorNotice error={person.error}>
            <Button size="xs" variant="default" onClick={back}>
              Go back
            </Button>
          </ErrorNotice>
        )}
      </Box>
    )
  }
  if (person.status === 'loading') {
    return (
      <Stack p="lg" gap="md" role="status" aria-label="Loading this person">
        <Group>
          <Skeleton circle h={HEIGHT.row} />
          <Skeleton h={HEIGHT.line} w={WIDTH.form} />
        </Group>
        <Group align="stretch" wrap="nowrap">
          <Skeleton h={HEIGHT.tall} w={WIDTH.panel} />
          <Skeleton h={HEIGHT.tall} flex={1} />
        </Group>
      </Stack>
    )
  }
  return <Whole person={person.value} askedFor={contactId} />
}

function Whole({ person, askedFor }: { person: PersonView; askedFor: string }) {
  const may = useMay()
  const readOnly = person.status !== 'active' || !may('contact:edit')
  const mayMerge = may('identity:merge')
  useMovedDrafts(person.id, person.mergeSet ?? NO_RECORDS)
  const begun = useBegun().some(
    ({ form, subject }) =>
      (form === 'note' && subject === person.id) || (form === 'note-edit' && subject.startsWith(`${person.id}/`)),
  )
  const [tab, setTab] = useTab(begun)
  const [noteAsked, setNoteAsked] = useState(0)
  const go = useNavigation((state) => state.go)
  usePageCommands([
    ...(readOnly
      ? []
      : [
          {
            label: 'Write a note',
            description: `What the next person who talks to ${personName(person)} should know`,
            icon: IconNote,
            run: () => {
              setTab('notes')
              setNoteAsked((count) => count + 1)
            },
          },
        ]),
    {
      label: 'Enlarge the journey',
      description: `Everything ${personName(person)} has done with us, on a screen of its own`,
      icon: IconArrowsMaximize,
      run: () => go({ screen: 'journey', contactId: person.id }),
    },
  ])
  return (
    <Stack h="100%" p="lg" gap="md">
      <Header person={person} />
      <Banners person={person} askedFor={askedFor} />
      <BegunHere contactId={person.id} name={personName(person)} />
      <div className="scv-person">
        <Box className="scv-scroll" pr="tight" tabIndex={-1}>
          <Stack gap="md">
            <Identifiers person={person} readOnly={readOnly} />
            <Disputes person={person} readOnly={readOnly} />
            {person.status === 'active' && mayMerge && (
              <LikelyDoubles
                contactId={person.id}
                fields={person.fields}
                action="Compare"
                onPick={(other) => go({ screen: 'merge', contactIds: [person.id, other.id] })}
              />
            )}
            <Details person={person} readOnly={readOnly} />
            <EarlierValues person={person} readOnly={readOnly} />
            <MadeOf person={person} readOnly={person.status !== 'active' || !mayMerge} />
            <TakenApart person={person} readOnly={person.status !== 'active' || !mayMerge} />
            <NeverMerged person={person} readOnly={person.status !== 'active' || !mayMerge} />
            <Text size="xs" c="dimmed" px="tight">
              Added {formatMoment(person.createdAt)} by {person.createdBy} · last changed{' '}
              {formatMoment(person.modifiedAt)}
            </Text>
          </Stack>
        </Box>
        <Tabs value={tab} onChange={setTab} keepMounted={false} h="100%" mih={0} className="scv-column">
          <Tabs.List mb="sm">
            <Tabs.Tab value="journey" rightSection={<Count value={person.interactions} />}>
              Journey
            </Tabs.Tab>
            <Tabs.Tab value="notes" rightSection={<Count value={person.notes.length} />}>
              {begun ? 'Notes (unfinished)' : 'Notes'}
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="journey" flex={1} mih={0}>
            <Journey person={person} />
          </Tabs.Panel>
          <Tabs.Panel value="notes" flex={1} mih={0}>
            <Notes person={person} readOnly={readOnly} focusAsked={noteAsked} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </Stack>
  )
}

const Count = ({ value }: { value: number }) => (
  <Badge size="sm" variant="light" color="gray" circle={value < 10}>
    {formatNumber(value)}
  </Badge>
)

function Header({ person }: { person: PersonView }) {
  const may = useMay()
  const isActive = person.status === 'active'
  const deletable = isActive && may('contact:delete')
  const { back, past, record } = useNavigation()
  const [deleting, setDeleting] = useState(false)
  // An aged-out person can still be merged: that brings them back.
  const actions = usePersonActions(person, !isActive && person.status !== 'expired')
  usePageCommands(
    !deletable
      ? []
      : [
          {
            label: 'Delete this person…',
            description: `Puts ${personName(person)} in the bin`,
            icon: IconTrash,
            harmful: true,
            run: () => setDeleting(true),
          },
        ],
  )
  const heading = useRef<HTMLHeadingElement>(null)
  const now = useNow()
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const { title, externalOrganization, address } = person.fields
  const line = [[title, externalOrganization?.name].filter(Boolean).join(', '), address?.city]
    .filter(Boolean)
    .join(' · ')
  const seen = person.lastSeen ? `last seen ${formatRelative(person.lastSeen, now)}` : 'never seen yet'
  return (
    <Group wrap="nowrap" gap="md" justify="space-between">
      <Group wrap="nowrap" gap="sm" miw={0}>
        {past.length > 0 && (
          <KeysTip label="Back" keys={BACK_KEYS}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              aria-label="Back"
              aria-keyshortcuts="Alt+ArrowLeft Escape"
              onClick={back}
            >
              <IconArrowLeft size={ICON.xl} aria-hidden />
            </ActionIcon>
          </KeysTip>
        )}
        <PersonAvatar person={person} size="lg" />
        <Box miw={0}>
          <Group gap="xs" wrap="nowrap">
            <Title order={1} ref={heading} tabIndex={-1} data-page-title lineClamp={1}>
              {titleOf(person)}
            </Title>
            <TypeBadge type={person.type} />
          </Group>
          <Text size="sm" c="dimmed" truncate>
            {line === '' ? `${seen.charAt(0).toUpperCase()}${seen.slice(1)}` : `${line} · ${seen}`}
          </Text>
        </Box>
      </Group>
      <Group gap="xs" wrap="nowrap">
        {isActive && may('conversation:associate') && (
          <KeysTip label="For this person" keys={[RECORD_KEYS.keys]}>
            <Button
              leftSection={<IconMessagePlus size={ICON.lg} aria-hidden />}
              aria-keyshortcuts="Control+J"
              onClick={() => record({ contactId: person.id })}
            >
              Record an interaction
            </Button>
          </KeysTip>
        )}
        {person.status !== 'erased' && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={MARK.xxl} aria-label="More actions">
                <IconDots size={ICON.lg} aria-hidden />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {actions.items}
              {(deletable || actions.lastItem) && <Menu.Divider />}
              {deletable && (
                <Menu.Item
                  c="var(--mantine-color-error)"
                  leftSection={<IconTrash size={ICON.md} aria-hidden />}
                  onClick={() => setDeleting(true)}
                >
                  Delete this person…
                </Menu.Item>
              )}
              {actions.lastItem}
            </Menu.Dropdown>
          </Menu>
        )}
      </Group>
      <DeleteDialog person={person} opened={deleting} onClose={() => setDeleting(false)} />
      {actions.dialogs}
    </Group>
  )
}

/** A name, else what the person is known by. */
const titleOf = (person: PersonView): string =>
  person.displayName.trim() === '' ? (person.identifiers[0]?.display ?? personName(person)) : personName(person)
