// Who did what and when, newest first: of everybody, or of one person.
// Invariant: the first page follows live, so that what one has just done stands at its top.
import {
  Anchor,
  Badge,
  Box,
  Button,
  Card,
  EmptyState,
  Group,
  Skeleton,
  Stack,
  Text,
  ThemeIcon,
  Tooltip,
} from '@mantine/core'
import type { ToldAuditEntry } from '@shared/contract/audit'
import type { AuditAction, AuditPlace } from '@shared/model/audit'
import { IMPORT_UNDO_DAYS } from '@shared/model/limits'
import {
  IconArrowBackUp,
  IconArrowsJoin2,
  IconArrowsSplit2,
  IconClock,
  IconEraser,
  IconFileImport,
  IconFilter,
  IconHistory,
  IconId,
  IconLink,
  IconNote,
  IconPencil,
  IconRestore,
  IconScale,
  IconTrash,
  IconUserCheck,
  IconUserOff,
  IconUserPlus,
} from '@tabler/icons-react'
import { Fragment, useState } from 'react'
import { useLive } from '../bridge/hooks'
import { BackButton } from '../components/BackButton'
import { ErrorNotice } from '../components/ErrorNotice'
import { NewerOlder } from '../components/NewerOlder'
import { Page } from '../components/Page'
import { useNow } from '../components/use-now'
import { formatDay, formatMoment, formatNumber, formatRelative } from '../format/locale'
import { personName } from '../format/words'
import { UndoImport } from '../importing/UndoImport'
import { PeoplePicker } from '../lookup/PeoplePicker'
import { useNavigation } from '../state/navigation'
import { HEIGHT, ICON, MARK } from '../theme'
import { AuditFilters, type AuditFilterValues, askedOf, isFiltered } from './AuditFilters'
import { useAuditMemory } from './audit-memory'
import { auditSentence, changeWords } from './audit-words'

const PAGE = 50

const ICONS: Readonly<Record<AuditAction, typeof IconHistory>> = {
  create: IconUserPlus,
  update: IconPencil,
  claim: IconId,
  release: IconId,
  promote: IconUserCheck,
  merge: IconArrowsJoin2,
  'undo-merge': IconArrowBackUp,
  delete: IconTrash,
  restore: IconRestore,
  expire: IconClock,
  erase: IconEraser,
  import: IconFileImport,
  link: IconLink,
  'cannot-link': IconArrowsSplit2,
  dismiss: IconUserOff,
  note: IconNote,
  reconcile: IconScale,
}

export function AuditScreen({ contactId }: { contactId?: string }) {
  const { go, replace } = useNavigation()
  const [picking, setPicking] = useState(false)
  const { filter, show } = useAuditMemory()
  /** What each page that was gone through goes on behind, the first page first, which follows nothing. */
  const [pages, setPages] = useState<readonly (AuditPlace | null)[]>([null])
  const after = pages.at(-1) ?? null
  const asked = { ...(contactId === undefined ? {} : { contactId }), ...askedOf(filter), after, limit: PAGE }
  const found = useLive('audit.trail', asked, { keepPrevious: true })
  const person = useLive('people.get', contactId === undefined ? null : { contactId })
  const change = (next: AuditFilterValues): void => {
    show(next)
    setPages([null])
  }
  const subtitle =
    contactId === undefined
      ? 'Who did what, when, and why.'
      : person.value
        ? `Everything that was done to ${personName(person.value)}.`
        : 'Everything that was done to one person.'
  const { entries, next } = found.value ?? { entries: [], next: null }
  return (
    <Page
      title={contactId === undefined ? 'Audit trail' : 'History of changes'}
      subtitle={subtitle}
      actions={
        <>
          {contactId !== undefined && (
            <Button variant="default" onClick={() => replace({ screen: 'audit' })}>
              Show everybody’s
            </Button>
          )}
          <Button
            variant="default"
            leftSection={<IconFilter size={ICON.lg} aria-hidden />}
            onClick={() => setPicking(true)}
          >
            Of one person…
          </Button>
          <BackButton />
        </>
      }
    >
      <AuditFilters values={filter} onChange={change} />
      {found.status === 'error' ? (
        <ErrorNotice error={found.error} />
      ) : !found.value ? (
        <Stack gap="xs" role="status" aria-label="Loading">
          {[0, 1, 2, 3, 4, 5].map((row) => (
            <Skeleton key={row} h={HEIGHT.row} />
          ))}
        </Stack>
      ) : entries.length === 0 && next === null ? (
        <EmptyState
          pt="xl"
          icon={<IconHistory aria-hidden />}
          title={
            after !== null
              ? 'Nothing older'
              : isFiltered(filter)
                ? 'Nothing matches the filter'
                : 'Nothing has been done yet'
          }
          description="Adding, changing, merging, deleting and erasing people leaves a line here."
        />
      ) : (
        <>
          <Entries entries={entries} />
          <Group justify="space-between">
            <Text size="sm" c="dimmed" role="status">
              {entries.length === 0
                ? 'None among these; there are older ones.'
                : `${formatNumber(entries.length)} ${entries.length === 1 ? 'line' : 'lines'} on page ${formatNumber(pages.length)}`}
            </Text>
            <NewerOlder pages={pages} next={next} onTurn={setPages} />
          </Group>
        </>
      )}
      <PeoplePicker
        search={{ kind: 'history', about: 'anyone' }}
        title="Whose history?"
        opened={picking}
        onClose={() => setPicking(false)}
        onPick={(chosen) => {
          setPicking(false)
          go({ screen: 'audit', contactId: chosen.id })
        }}
      />
    </Page>
  )
}

function Entries({ entries }: { entries: readonly ToldAuditEntry[] }) {
  const days = new Map<string, ToldAuditEntry[]>()
  for (const entry of entries) {
    const day = formatDay(entry.at)
    days.set(day, [...(days.get(day) ?? []), entry])
  }
  return (
    <Card p={0} flex={1} mih={0} className="scv-scroll" tabIndex={0} role="region" aria-label="Changes">
      {[...days].map(([day, ofDay]) => (
        <Box key={day} component="section" aria-label={day}>
          <Text size="xs" fw={600} c="dimmed" px="md" py="snug" className="scv-merge-day">
            {day}
          </Text>
          <Stack gap={0} component="ul" m={0} p={0} className="scv-plain-list">
            {ofDay.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </Stack>
        </Box>
      ))}
    </Card>
  )
}

function Entry({ entry }: { entry: ToldAuditEntry }) {
  const go = useNavigation((state) => state.go)
  const now = useNow()
  const Icon = ICONS[entry.action]
  return (
    <Group component="li" wrap="nowrap" gap="sm" px="md" py="xs" align="flex-start">
      <ThemeIcon
        variant="light"
        color={entry.action === 'erase' ? 'red' : 'gray'}
        radius="xl"
        size={MARK.lg}
        aria-hidden
      >
        <Icon size={ICON.lg} />
      </ThemeIcon>
      <Box flex={1} miw={0}>
        <Text size="sm" className="scv-wrap">
          {auditSentence(entry).map((piece, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a sentence have no other identity
            <Fragment key={at}>
              {typeof piece === 'string' ? (
                piece
              ) : (
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  fw={600}
                  underline="always"
                  onClick={() => go({ screen: 'person', contactId: piece.id })}
                >
                  {personName(piece)}
                </Anchor>
              )}
            </Fragment>
          ))}
        </Text>
        <Text size="xs" c="dimmed">
          {entry.by} · device {entry.device.slice(0, 8)}
        </Text>
        {entry.people.length < 4 && <Details people={entry.people} />}
        <Changes changes={entry.changes} />
        {entry.reason && <Text size="sm">“{entry.reason}”</Text>}
        <ImportEntry entry={entry} now={now} />
      </Box>
      <Tooltip label={formatMoment(entry.at)}>
        <Badge variant="transparent" color="gray" fw={400} className="scv-fixed">
          {formatRelative(entry.at, now)}
        </Badge>
      </Tooltip>
    </Group>
  )
}

/** What it changed, each from what to what. */
function Changes({ changes }: Pick<ToldAuditEntry, 'changes'>) {
  if (changes.length === 0) return null
  return (
    <Stack gap={0} component="ul" m={0} p={0} className="scv-plain-list" aria-label="From what to what">
      {changes.map((change) => {
        const { label, before, after } = changeWords(change)
        return (
          <Text key={change.key} component="li" size="sm" className="scv-wrap">
            <Text span c="dimmed" inherit>
              {label}:
            </Text>{' '}
            {before !== '' && <del>{before}</del>} {before !== '' && after !== '' && '→'} {after}
            {after === '' && before === '' && 'emptied'}
          </Text>
        )
      })}
    </Stack>
  )
}

/** What tells those concerned from others of the same name. */
function Details({ people }: Pick<ToldAuditEntry, 'people'>) {
  const told = people.filter(({ detail }) => detail !== undefined)
  const texts = [
    ...new Set(told.map((person) => `${people.length > 1 ? `${personName(person)}: ` : ''}${person.detail}`)),
  ]
  if (texts.length === 0) return null
  return (
    <Text size="xs" c="dimmed" truncate>
      {texts.join('; ')}
    </Text>
  )
}

const UNDO_MS = IMPORT_UNDO_DAYS * 86_400_000

/** An import can be undone from here as long as its people can be restored. */
function ImportEntry({ entry, now }: { entry: ToldAuditEntry; now: number }) {
  const { importId, undone } = entry.details
  if (entry.action !== 'import' || typeof importId !== 'string' || undone === true) return null
  return Date.parse(entry.at) < now - UNDO_MS ? null : <UndoImport id={importId} />
}
