// The main screen: one field that takes anything, and who it may be.
// Invariant: the field keeps the focus; arrows move the mark in the list, Enter opens the marked person.
import { Box, Button, CloseButton, EmptyState, Group, Kbd, Skeleton, Stack, Text } from '@mantine/core'
import type { LookupResult } from '@shared/model/views'
import { IconMessagePlus, IconUserPlus, IconUserSearch } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { useAppInfo } from '../components/app-info'
import { ErrorNotice } from '../components/ErrorNotice'
import { Page } from '../components/Page'
import { useDraft } from '../drafts/use-draft'
import { formatNumber } from '../format/locale'
import { useMay } from '../state/access'
import { useNavigation } from '../state/navigation'
import { HEIGHT, ICON, ROW_GAP, ROW_HEIGHT } from '../theme'
import { checkWords } from './check-words'
import { LOOKED_UP, useLookupMemory } from './lookup-memory'
import { PeopleField, PeopleList } from './PeopleField'
import { usePeopleChoice } from './use-people-choice'

export function LookupScreen() {
  const may = useMay()
  const { marked, focusAsked, answered, setText, answer, mark } = useLookupMemory()
  const { text } = useDraft(LOOKED_UP.form, LOOKED_UP.subject, { text: answered }).values
  const { go, record } = useNavigation()
  const field = useRef<HTMLInputElement>(null)
  const choice = usePeopleChoice({
    text,
    marked,
    onMark: mark,
    onChoose: ({ id }) => {
      answer()
      go({ screen: 'person', contactId: id })
    },
    page: 8,
    listId: 'lookup-results',
  })
  const { wanted, people, result } = choice

  // biome-ignore lint/correctness/useExhaustiveDependencies: each request to focus counts, also a repeated one
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [focusAsked])

  const clear = (): void => {
    setText('')
    field.current?.focus()
  }

  return (
    <Page title="Look up" subtitle="Who am I talking to?" keepFocus>
      <PeopleField
        ref={field}
        choice={choice}
        size="lg"
        classNames={{ label: 'scv-field-label' }}
        placeholder="e.g. 0412 345 678, ann@example.org or Ann Le"
        value={text}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === 'Escape') setText('')
        }}
        idle={text === '' ? <Kbd aria-hidden>/</Kbd> : <CloseButton aria-label="Clear" onClick={clear} />}
      />
      {choice.error && <ErrorNotice error={choice.error} {...(choice.retry ? { onRetry: choice.retry } : {})} />}
      <Group justify="space-between" mih={HEIGHT.small} role="status">
        <Text size="sm" c="dimmed">
          {wanted === '' ? (people.length > 0 ? 'Lately seen or changed' : '') : result ? summary(result) : ''}
        </Text>
        {people.length > 0 && (
          <Text size="xs" c="dimmed" aria-hidden>
            <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> choose <Kbd size="xs">Enter</Kbd> open
          </Text>
        )}
      </Group>
      {people.length > 0 ? (
        <PeopleList choice={choice} label={wanted === '' ? 'Lately seen or changed people' : 'People found'} />
      ) : wanted === '' ? (
        choice.loading ? (
          <Stack gap="xs" aria-hidden>
            {[0, 1, 2, 3].map((row) => (
              <Skeleton key={row} h={ROW_HEIGHT.hit - ROW_GAP} />
            ))}
          </Stack>
        ) : (
          <NobodyYet />
        )
      ) : (
        result &&
        !choice.pending && (
          <EmptyState
            pt="xl"
            icon={<IconUserSearch aria-hidden />}
            title={`Nobody matches “${wanted}”`}
            description={`${checkWords(result)}, or start with what you have. Looking someone up never creates anything.`}
          >
            <EmptyState.Actions>
              {may('conversation:associate') && (
                <Button
                  leftSection={<IconMessagePlus size={ICON.lg} aria-hidden />}
                  onClick={() => record(result.readAs === 'name' ? {} : { typed: wanted })}
                >
                  Record an interaction
                </Button>
              )}
              {may('contact:add') && (
                <Button
                  variant="default"
                  leftSection={<IconUserPlus size={ICON.lg} aria-hidden />}
                  onClick={() => go({ screen: 'newContact', typed: wanted })}
                >
                  Create a contact
                </Button>
              )}
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
  const may = useMay()
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
            {may('import:add') && <Button onClick={() => go({ screen: 'import' })}>Import a file</Button>}
            {may('contact:add') && (
              <Button variant="default" onClick={() => go({ screen: 'newContact' })}>
                New contact
              </Button>
            )}
            {may('conversation:associate') && (
              <Button variant="default" onClick={() => record()}>
                Record an interaction
              </Button>
            )}
          </EmptyState.Actions>
        )}
      </EmptyState>
    </Box>
  )
}
