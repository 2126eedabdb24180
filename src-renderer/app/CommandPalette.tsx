// Ctrl-K from anywhere: commands and people in one list.
// Invariant: what the screen on show can do comes first, then commands, then people, the best hit of them before all further
// ways to look; what takes something away comes last.

import { Kbd, Text } from '@mantine/core'
import { Spotlight } from '@mantine/spotlight'
import {
  IconArrowLeft,
  IconArrowsJoin2,
  IconHistory,
  IconKeyboard,
  IconLock,
  IconMessagePlus,
  IconPencil,
  IconPlugConnected,
  IconRefresh,
  IconSearch,
  IconTrash,
  IconUserPlus,
} from '@tabler/icons-react'
import { useState } from 'react'
import { lockNow } from '../access/WhoIsHere'
import { PersonAvatar } from '../components/PersonAvatar'
import { factsOf } from '../components/PersonFacts'
import { useNow } from '../components/use-now'
import { matchSentence, personName } from '../format/words'
import { useLookupMemory } from '../lookup/lookup-memory'
import { useLookup } from '../lookup/use-lookup'
import { useHelp } from '../state/help'
import { HELP_KEYS, LOCK_KEYS, NEW_CONTACT_KEYS, PALETTE_KEYS, RECORD_KEYS } from '../state/keys'
import { useNavigation } from '../state/navigation'
import { type PageCommand, pageCommands } from '../state/page-commands'
import { HEIGHT, ICON } from '../theme'
import { SCREENS } from './screens'
import { newContact, openLookup, recordHere } from './use-shortcuts'

type Command = PageCommand

const go = useNavigation.getState().go

/** Begins a merge, with the person on screen if there is one; a merge that is going on goes on. */
function mergeHere(): void {
  const { place } = useNavigation.getState()
  if (place.screen !== 'merge') go({ screen: 'merge', contactIds: place.screen === 'person' ? [place.contactId] : [] })
}

const COMMANDS: readonly Command[] = [
  {
    label: 'Record an interaction',
    description: 'A call, message or visit that you write down',
    icon: IconMessagePlus,
    keys: RECORD_KEYS.keys,
    run: recordHere,
  },
  {
    label: 'New contact',
    description: 'Add a person by hand',
    icon: IconUserPlus,
    keys: NEW_CONTACT_KEYS.keys,
    run: newContact,
  },
  {
    label: 'Merge people',
    description: 'Records of one person, side by side, into one',
    icon: IconArrowsJoin2,
    run: mergeHere,
  },
  ...SCREENS.map(({ label, description, icon, keys, place }) => ({
    label: `Go to ${label}`,
    description,
    icon,
    keys,
    run: () => (place.screen === 'lookup' ? openLookup() : go(place)),
  })),
  {
    label: 'Go to Sync',
    description: 'Whether everything is exchanged with the server, and who is signed in',
    icon: IconRefresh,
    run: () => go({ screen: 'sync' }),
  },
  {
    label: 'Connect to a server',
    description: 'Share people and journeys with your team',
    icon: IconPlugConnected,
    run: () => go({ screen: 'connect' }),
  },
  {
    label: 'Go to Drafts',
    description: 'What you began and did not finish',
    icon: IconPencil,
    run: () => go({ screen: 'drafts' }),
  },
  {
    label: 'Go to Bin',
    description: 'Deleted people, to be restored',
    icon: IconTrash,
    run: () => go({ screen: 'bin' }),
  },
  {
    label: 'Go to Audit trail',
    description: 'Who did what, when, and why',
    icon: IconHistory,
    run: () => go({ screen: 'audit' }),
  },
  {
    label: 'Go back',
    description: 'To the screen before this one',
    icon: IconArrowLeft,
    keys: 'Alt ←',
    run: () => useNavigation.getState().back(),
  },
  {
    label: 'Lock this window',
    description: 'Nothing is shown until it is unlocked; what was typed is kept',
    icon: IconLock,
    keys: LOCK_KEYS.keys,
    run: lockNow,
  },
  {
    label: 'Keyboard shortcuts',
    description: 'Every key there is, on one sheet',
    icon: IconKeyboard,
    keys: HELP_KEYS.keys,
    run: () => useHelp.getState().open(),
  },
]

/** What scrolls can be reached by keyboard. The list hands this on to its scroll area, which its type does not say. */
const REACHABLE = { viewportProps: { tabIndex: 0 } }

/** The palette, once closed, gives the focus back, unless it is somewhere else by then: so a command comes after that. */
const afterClosing = (run: () => void) => (): void => {
  setTimeout(run)
}

export function CommandPalette() {
  const [query, setQuery] = useState('')
  const text = query.trim()
  const { result } = useLookup(text)
  const now = useNow()
  const wanted = text.toLowerCase()
  const [here, setHere] = useState<readonly Command[]>([])
  const matching = (commands: readonly Command[]): readonly Command[] =>
    commands.filter(({ label }) => wanted === '' || label.toLowerCase().includes(wanted))
  const groups = [
    { label: 'On this screen', commands: matching(here.filter(({ harmful }) => !harmful)) },
    { label: 'Commands', commands: matching(COMMANDS) },
  ].filter(({ commands }) => commands.length > 0)
  const harmful = matching(here.filter((command) => command.harmful))
  const people = text === '' ? [] : (result?.hits.slice(0, 7) ?? [])

  const seeAll = (): void => {
    useLookupMemory.getState().setText(text)
    openLookup()
  }

  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={PALETTE_KEYS.hotkey}
      onSpotlightOpen={() => {
        setQuery('') // opened again before it was quite gone, it would still hold what was typed
        setHere(pageCommands())
      }}
      tagsToIgnore={[]}
      scrollable
      maxHeight={HEIGHT.tall}
      centered={false}
      attributes={{ content: { 'aria-label': 'Commands and people' } }}
    >
      <Spotlight.Search
        placeholder="A command, or a person by number, address or name"
        aria-label="Command or person"
        leftSection={<IconSearch size={ICON.lg} aria-hidden />}
      />
      <Spotlight.ActionsList {...REACHABLE}>
        {groups.map((group) => (
          <Commands key={group.label} {...group} />
        ))}
        {people.length > 0 && (
          <Spotlight.ActionsGroup label="People">
            {people.map((hit) => (
              <Spotlight.Action
                key={hit.id}
                label={personName(hit)}
                description={[matchSentence(hit), ...factsOf(hit, now, hit.matched.text)].filter(Boolean).join(' · ')}
                leftSection={<PersonAvatar person={hit} />}
                onClick={afterClosing(() => go({ screen: 'person', contactId: hit.id }))}
              />
            ))}
          </Spotlight.ActionsGroup>
        )}
        {text !== '' && (
          <Spotlight.Action
            label={`Look up “${text}”`}
            description="Everyone who matches, with the reasons"
            leftSection={<IconSearch size={ICON.xl} aria-hidden />}
            onClick={afterClosing(seeAll)}
          />
        )}
        {harmful.length > 0 && <Commands label="Careful" commands={harmful} />}
      </Spotlight.ActionsList>
      <Spotlight.Footer>
        <Text size="xs" c="dimmed">
          ↑ ↓ to move, Enter to choose, Esc to close
        </Text>
      </Spotlight.Footer>
    </Spotlight.Root>
  )
}

function Commands({ label: group, commands }: { label: string; commands: readonly Command[] }) {
  return (
    <Spotlight.ActionsGroup label={group}>
      {commands.map(({ label, description, icon: Icon, keys, run }) => (
        <Spotlight.Action
          key={label}
          label={label}
          description={description}
          leftSection={<Icon size={ICON.xl} aria-hidden />}
          rightSection={keys ? <Kbd size="xs">{keys}</Kbd> : null}
          onClick={afterClosing(run)}
        />
      ))}
    </Spotlight.ActionsGroup>
  )
}
