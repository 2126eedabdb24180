// The main screen: one field that takes anything, and who it may be.
// Invariant: the field keeps the focus; arrows move the mark in the list, Enter opens the marked person.
import {
  Box,
  Button,
  CloseButton,
  EmptyState,
  Group,
  Kbd,
  Loader,
  Skeleton,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import type { LookupHit, LookupResult, PersonRef } from '@shared/model/views'
import { IconMessagePlus, IconSearch, IconUserPlus, IconUserSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef } from 'react'
import { useLive } from '../bridge/hooks'
import { useAppInfo } from '../components/app-info'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { useNow } from '../components/use-now'
import { VirtualList } from '../components/VirtualList'
import { formatNumber } from '../format/locale'
import { useLookupMemory } from '../state/lookup'
import { useNavigation } from '../state/navigation'
import { ROW_HEIGHT } from '../theme'
import { PersonRow } from './PersonRow'
import { useLookup } from './use-lookup'

const LIST_ID = 'lookup-results'
const optionId = (index: number): string => `lookup-result-${index}`

export function LookupScreen() {
  const { text, marked, focusAsked, setText, mark } = useLookupMemory()
  const { go, record } = useNavigation()
  const wanted = text.trim()
  const lookup = useLookup(wanted)
  const recent = useLive('people.recent', { limit: 20 })
  const field = useRef<HTMLInputElement>(null)
  const now = useNow()

  // biome-ignore lint/correctness/useExhaustiveDependencies: each request to focus counts, also a repeated one
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [focusAsked])

  const people: readonly (PersonRef | LookupHit)[] =
    wanted === '' ? (recent.status === 'ready' ? recent.value : []) : (lookup.result?.hits ?? [])
  const current = Math.min(marked, Math.max(0, people.length - 1))
  const open = (index: number): void => {
    const person = people[index]
    if (person) go({ screen: 'person', contactId: person.id })
  }

  const clear = (): void => {
    setText('')
    field.current?.focus()
  }

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      mark(Math.max(0, Math.min(people.length - 1, current + step)))
    } else if (event.key === 'Enter' && !lookup.pending) {
      open(current)
    } else if (event.key === 'Escape') {
      setText('')
    }
  }

  return (
    <Page title="Look up" subtitle="Who am I talking to?" keepFocus>
      <TextInput
        ref={field}
        size="lg"
        label="Phone number, e-mail, name, handle or id"
        styles={{ label: { fontSize: 'var(--mantine-font-size-sm)' } }}
        placeholder="e.g. 0412 345 678, ann@example.org or Ann Le"
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        maxLength={512}
        autoComplete="off"
        spellCheck={false}
        role="combobox"
        aria-expanded={people.length > 0}
        aria-controls={LIST_ID}
        aria-autocomplete="list"
        {...(people.length > 0 ? { 'aria-activedescendant': optionId(current) } : {})}
        leftSection={<IconSearch size={20} aria-hidden />}
        rightSection={
          lookup.pending ? (
            <Loader size="xs" aria-label="Looking up" />
          ) : text === '' ? (
            <Kbd aria-hidden>/</Kbd>
          ) : (
            <CloseButton aria-label="Clear" onClick={clear} />
          )
        }
      />
      {lookup.error && <ErrorNotice error={lookup.error} onRetry={lookup.retry} />}
      {wanted === '' && recent.status === 'error' && <ErrorNotice error={recent.error} />}
      <Group justify="space-between" mih={20} role="status">
        <Text size="sm" c="dimmed">
          {wanted === ''
            ? people.length > 0
              ? 'Lately seen or changed'
              : ''
            : lookup.result
              ? summary(lookup.result)
              : ''}
        </Text>
        {people.length > 0 && (
          <Text size="xs" c="dimmed" aria-hidden>
            <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose <Kbd size="xs">Enter</Kbd> open
          </Text>
        )}
      </Group>
      {people.length > 0 ? (
        <VirtualList
          kind="listbox"
          id={LIST_ID}
          label={wanted === '' ? 'Lately seen or changed people' : 'People found'}
          count={people.length}
          rowHeight={ROW_HEIGHT.hit}
          follow={current}
          renderRow={(index) => {
            const person = people[index]
            return (
              person && (
                <PersonRow
                  id={optionId(index)}
                  person={person}
                  selected={index === current}
                  position={index + 1}
                  count={people.length}
                  now={now}
                  onOpen={() => open(index)}
                  onMark={() => mark(index)}
                />
              )
            )
          }}
        />
      ) : wanted === '' ? (
        recent.status === 'loading' ? (
          <Stack gap="xs" aria-hidden>
            {[0, 1, 2, 3].map((row) => (
              <Skeleton key={row} h={ROW_HEIGHT.hit - 8} />
            ))}
          </Stack>
        ) : (
          <NobodyYet />
        )
      ) : (
        lookup.result &&
        !lookup.pending && (
          <EmptyState
            pt="xl"
            icon={<IconUserSearch aria-hidden />}
            title={`Nobody matches “${wanted}”`}
            description="Check the spelling, or start with what you have. Looking someone up never creates anything."
          >
            <EmptyState.Actions>
              <Button
                leftSection={<IconMessagePlus size={18} aria-hidden />}
                onClick={() => record(lookup.result?.readAs === 'name' ? {} : { typed: wanted })}
              >
                Record an interaction
              </Button>
              <Button
                variant="default"
                leftSection={<IconUserPlus size={18} aria-hidden />}
                onClick={() => go({ screen: 'newContact', typed: wanted })}
              >
                Create a contact
              </Button>
            </EmptyState.Actions>
          </EmptyState>
        )
      )}
    </Page>
  )
}

function summary(result: LookupResult): string {
  const count = result.hits.length
  const readAs = {
    phone: `Read as the phone number ${result.normalised ?? ''}`.trim(),
    email: `Read as the e-mail address ${result.normalised ?? ''}`.trim(),
    name: '',
    other: '',
  }[result.readAs]
  const found =
    count === 0 ? '' : `${formatNumber(count)}${count === 100 ? ' or more' : ''} ${count === 1 ? 'match' : 'matches'}`
  return [readAs, found].filter((part) => part !== '').join(' · ')
}

function NobodyYet() {
  const { counts } = useAppInfo()
  const { go, record } = useNavigation()
  return (
    <Box pt="xl">
      <EmptyState
        icon={<IconUserSearch aria-hidden />}
        title={counts.curated === 0 ? 'Nobody here yet' : 'Nobody seen lately'}
        description={
          counts.curated === 0
            ? 'Bring your people in from a file, add one by hand, or write down the first interaction.'
            : 'Type a number, an address or a name to find someone.'
        }
      >
        {counts.curated === 0 && (
          <EmptyState.Actions>
            <Button onClick={() => go({ screen: 'import' })}>Import a file</Button>
            <Button variant="default" onClick={() => go({ screen: 'newContact' })}>
              New contact
            </Button>
            <Button variant="default" onClick={() => record()}>
              Record an interaction
            </Button>
          </EmptyState.Actions>
        )}
      </EmptyState>
    </Box>
  )
}
