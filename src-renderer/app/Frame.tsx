// The frame around every screen: navigation at the left, where the data lives at its foot, the screen itself.
import { AppShell, Badge, Box, Button, Group, Kbd, NavLink, Stack, Text, ThemeIcon } from '@mantine/core'
import { spotlight } from '@mantine/spotlight'
import { IconCommand, IconMessagePlus, IconPencil, IconUserPlus, IconUsers } from '@tabler/icons-react'
import { Allowed } from '../access/NotAllowed'
import { SignedOutBanner } from '../access/SignedOutBanner'
import { WhoIsHere } from '../access/WhoIsHere'
import { AuditScreen } from '../audit/AuditScreen'
import { BinScreen } from '../bin/BinScreen'
import { useLive } from '../bridge/hooks'
import { ConnectScreen } from '../connect/ConnectScreen'
import { NewContactScreen } from '../create/NewContactScreen'
import { DraftsScreen } from '../drafts/DraftsScreen'
import { KeptDrafts } from '../drafts/KeptDrafts'
import { useBegun } from '../drafts/use-draft'
import { DuplicatesScreen } from '../duplicates/DuplicatesScreen'
import { formatNumber } from '../format/locale'
import { HistoryScreen } from '../history/HistoryScreen'
import { ImportScreen } from '../importing/ImportScreen'
import { IncomingDock } from '../incoming/IncomingDock'
import { IncomingScreen } from '../incoming/IncomingScreen'
import { useIncoming } from '../incoming/use-incoming'
import { JourneyScreen } from '../journey/JourneyScreen'
import { LookupScreen } from '../lookup/LookupScreen'
import { MergeScreen } from '../merging/MergeScreen'
import { UndoDialog } from '../merging/UndoDialog'
import { PersonScreen } from '../person/PersonScreen'
import { QueueScreen } from '../queue/QueueScreen'
import { ReconcileScreen } from '../reconcile/ReconcileScreen'
import { RecordInteraction } from '../record/RecordInteraction'
import { SettingsScreen } from '../settings/SettingsScreen'
import { RejoinDialog } from '../splitting/RejoinDialog'
import { SplitScreen } from '../splitting/SplitScreen'
import { useMay } from '../state/access'
import { NEW_CONTACT_KEYS, PALETTE_KEYS, RECORD_KEYS } from '../state/keys'
import { type Place, useNavigation } from '../state/navigation'
import { SyncBadge } from '../sync/SyncBadge'
import { SyncScreen } from '../sync/SyncScreen'
import { ICON, MARK, WIDTH } from '../theme'
import { EncryptionBadge } from '../vault/EncryptionBadge'
import { CommandPalette } from './CommandPalette'
import { HelpSheet } from './HelpSheet'
import { OngoingWork } from './OngoingWork'
import { SCREENS } from './screens'
import { useKeptFocus } from './use-kept-focus'
import { useNoticesFoot } from './use-notices-foot'
import { useOpening } from './use-opening'
import { openLookup, recordHere, useShortcuts } from './use-shortcuts'

export function Frame() {
  useShortcuts()
  useKeptFocus()
  useNoticesFoot()
  useOpening()
  const place = useNavigation((state) => state.place)
  return (
    <AppShell navbar={{ width: WIDTH.frame, breakpoint: 0 }} padding={0} h="100%">
      <AppShell.Navbar p="sm" bg="var(--scv-frame)">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main h="100vh" className="scv-clip scv-above-notices scv-column">
        <SignedOutBanner />
        <KeptDrafts />
        <Box className="scv-grow">
          <Screen place={place} />
        </Box>
      </AppShell.Main>
      <RecordInteraction />
      <UndoDialog />
      <RejoinDialog />
      <CommandPalette />
      <HelpSheet />
    </AppShell>
  )
}

function Screen({ place }: { place: Place }) {
  switch (place.screen) {
    case 'lookup':
      return <LookupScreen />
    case 'person':
      return <PersonScreen key={place.contactId} contactId={place.contactId} />
    case 'journey':
      return <JourneyScreen key={place.contactId} contactId={place.contactId} />
    case 'incoming':
      return <IncomingScreen />
    case 'newContact':
      return (
        <Allowed needs="contact:add">
          <NewContactScreen key={place.typed ?? ''} {...(place.typed === undefined ? {} : { typed: place.typed })} />
        </Allowed>
      )
    case 'queue':
      return <QueueScreen />
    case 'import':
      return (
        <Allowed needs="import:add">
          <ImportScreen />
        </Allowed>
      )
    case 'settings':
      return <SettingsScreen />
    case 'merge':
      return (
        <Allowed needs="identity:merge">
          <MergeScreen contactIds={place.contactIds} />
        </Allowed>
      )
    case 'split':
      return (
        <Allowed needs="identity:merge">
          <SplitScreen key={place.contactId} contactId={place.contactId} />
        </Allowed>
      )
    case 'reconcile':
      return <ReconcileScreen />
    case 'duplicates':
      return <DuplicatesScreen />
    case 'sync':
      return <SyncScreen />
    case 'connect':
      return <ConnectScreen />
    case 'drafts':
      return <DraftsScreen />
    case 'bin':
      return <BinScreen />
    case 'history':
      return <HistoryScreen key={place.contactId} contactId={place.contactId} />
    case 'audit':
      return (
        <AuditScreen
          key={place.contactId ?? ''}
          {...(place.contactId === undefined ? {} : { contactId: place.contactId })}
        />
      )
  }
}

/** The entry of the navigation that a place belongs to; the bin and the audit trail are reached from the settings. */
const sectionOf = ({ screen }: Place): Place['screen'] => (screen === 'bin' || screen === 'audit' ? 'settings' : screen)

function Navigation() {
  const { place, go } = useNavigation()
  const may = useMay()
  return (
    <Stack h="100%" gap="md">
      <Group gap="xs" px="xs" pt="tight" wrap="nowrap">
        <ThemeIcon variant="filled" size={MARK.md} aria-hidden>
          <IconUsers size={ICON.lg} />
        </ThemeIcon>
        <Text fw={650} size="sm" lh={1.2}>
          Single Customer View
        </Text>
      </Group>

      <Stack gap="snug">
        {may('conversation:associate') && (
          <Button
            leftSection={<IconMessagePlus size={ICON.lg} aria-hidden />}
            rightSection={<Keys keys={RECORD_KEYS.keys} inverted />}
            px="sm"
            classNames={{ label: 'scv-grow' }}
            onClick={recordHere}
            aria-keyshortcuts="Control+J"
          >
            Record
          </Button>
        )}
        {may('contact:add') && (
          <Button
            variant="default"
            leftSection={<IconUserPlus size={ICON.lg} aria-hidden />}
            rightSection={<Keys keys={NEW_CONTACT_KEYS.keys} />}
            px="sm"
            classNames={{ label: 'scv-grow' }}
            onClick={() => go({ screen: 'newContact' })}
            aria-keyshortcuts="Control+N"
          >
            New contact
          </Button>
        )}
      </Stack>

      <Stack gap="hair" component="nav" aria-label="Screens">
        {SCREENS.filter(({ needs }) => needs === undefined || may(needs)).map((screen) => {
          const active = screen.place.screen === sectionOf(place)
          return (
            <NavLink
              key={screen.label}
              component="button"
              active={active}
              {...(active ? { 'aria-current': 'page' } : {})}
              aria-keyshortcuts={screen.hotkey.replace('mod', 'Control')}
              label={screen.label}
              leftSection={<screen.icon size={ICON.lg} aria-hidden />}
              rightSection={
                <Group gap="snug" wrap="nowrap">
                  {screen.place.screen === 'incoming' && <Arrived />}
                  {screen.place.screen === 'reconcile' && <OpenItems />}
                  {screen.place.screen === 'duplicates' && <VeryLikely />}
                  <Keys keys={screen.keys} />
                </Group>
              }
              onClick={() => (screen.place.screen === 'lookup' ? openLookup() : go(screen.place))}
              className="scv-nav"
            />
          )
        })}
        <NavLink
          component="button"
          label="All commands"
          leftSection={<IconCommand size={ICON.lg} aria-hidden />}
          rightSection={<Keys keys={PALETTE_KEYS.keys} />}
          onClick={() => spotlight.open()}
          className="scv-nav"
        />
      </Stack>

      <IncomingDock />
      <BegunEntry />
      <OngoingWork />
      <Box className="scv-line-above" pt="xs">
        <WhoIsHere />
        <SyncBadge />
        <EncryptionBadge />
      </Box>
    </Stack>
  )
}

/** The way to what was begun; nothing at all while there is nothing. */
function BegunEntry() {
  const { place, go } = useNavigation()
  const begun = useBegun().length
  if (begun === 0) return null
  const active = place.screen === 'drafts'
  return (
    <NavLink
      component="button"
      active={active}
      {...(active ? { 'aria-current': 'page' } : {})}
      label="Drafts"
      leftSection={<IconPencil size={ICON.lg} aria-hidden />}
      rightSection={
        <Badge size="sm" variant="light" aria-label={`${formatNumber(begun)} begun`}>
          {formatNumber(begun)}
        </Badge>
      }
      onClick={() => go({ screen: 'drafts' })}
      className="scv-nav"
    />
  )
}

/** How many interactions that arrived are undecided; nothing at all while there are none. */
function Arrived() {
  const { open } = useIncoming()
  if (open.length === 0) return null
  return (
    <Badge size="sm" variant="filled" aria-label={`${formatNumber(open.length)} to decide`}>
      {formatNumber(open.length)}
    </Badge>
  )
}

/** How many items wait to be reconciled; nothing at all while there are none. */
function OpenItems() {
  const { value } = useLive('reconcile.count', {})
  if (!value || value.total === 0) return null
  return (
    <Badge size="sm" variant="filled" aria-label={`${formatNumber(value.total)} open`}>
      {value.total > 999 ? '999+' : formatNumber(value.total)}
    </Badge>
  )
}

/** How many are very likely one person: what is less so waits on its screen, and calls no one. */
function VeryLikely() {
  const { value } = useLive('duplicates.state', {})
  const count = value?.counts.veryLikely ?? 0
  if (count === 0) return null
  return (
    <Badge size="sm" variant="light" aria-label={`${formatNumber(count)} very likely`}>
      {count > 999 ? '999+' : formatNumber(count)}
    </Badge>
  )
}

/** A shortcut beside what it does. Screen readers are told by `aria-keyshortcuts`, not by these letters. */
function Keys({ keys, inverted = false }: { keys: string; inverted?: boolean }) {
  return (
    <Kbd size="xs" aria-hidden {...(inverted ? { className: 'scv-keys-inverted' } : { c: 'dimmed' })}>
      {keys}
    </Kbd>
  )
}
