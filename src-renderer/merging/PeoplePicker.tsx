// Choosing somebody: the look-up in a dialog. The field keeps the focus; arrows move the mark, Enter chooses.
// Invariant: nobody in `exclude` can be chosen, and Enter never chooses from an answer to a former text.
import { Box, EmptyState, Loader, Modal, Skeleton, Stack, Text, TextInput } from '@mantine/core'
import type { PersonRef } from '@shared/model/views'
import { IconSearch, IconUserSearch } from '@tabler/icons-react'
import { type KeyboardEvent, useState } from 'react'
import { useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { useNow } from '../components/use-now'
import { VirtualList } from '../components/VirtualList'
import { PersonRow } from '../lookup/PersonRow'
import { useLookup } from '../lookup/use-lookup'
import { ROW_HEIGHT } from '../theme'

interface PeoplePickerProps {
  title: string
  /** One sentence on what choosing does. */
  explanation?: string
  opened: boolean
  onClose: () => void
  onPick: (person: PersonRef) => void
  /** Ids of people who are not offered: those who are chosen already. */
  exclude?: readonly string[]
}

export function PeoplePicker({ title, opened, onClose, ...rest }: PeoplePickerProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      <Choice {...rest} />
    </Modal>
  )
}

const LIST_ID = 'people-picker'
const optionId = (index: number): string => `${LIST_ID}-${index}`

function Choice({ explanation, onPick, exclude = [] }: Omit<PeoplePickerProps, 'title' | 'opened' | 'onClose'>) {
  const [text, setText] = useState('')
  const [marked, setMarked] = useState(0)
  const wanted = text.trim()
  const lookup = useLookup(wanted)
  const recent = useLive('people.recent', { limit: 30 })
  const now = useNow()
  const found = wanted === '' ? recent.value : lookup.result?.hits
  const people = found?.filter((person) => !exclude.includes(person.id)) ?? []
  const current = Math.min(marked, Math.max(0, people.length - 1))
  const error = wanted === '' ? recent.error : lookup.error

  const pick = (index: number): void => {
    const person = people[index]
    if (person) onPick({ id: person.id, displayName: person.displayName, type: person.type })
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setMarked(Math.max(0, Math.min(people.length - 1, current + step)))
    } else if (event.key === 'Enter' && !lookup.pending) {
      event.preventDefault()
      pick(current)
    }
  }

  return (
    <Stack gap="sm">
      <TextInput
        label="Phone number, e-mail, name, handle or id"
        description={explanation}
        placeholder="e.g. 0412 345 678 or Ann Le"
        data-autofocus
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value)
          setMarked(0)
        }}
        onKeyDown={onKeyDown}
        maxLength={512}
        autoComplete="off"
        spellCheck={false}
        role="combobox"
        aria-expanded={people.length > 0}
        aria-controls={LIST_ID}
        aria-autocomplete="list"
        {...(people.length > 0 ? { 'aria-activedescendant': optionId(current) } : {})}
        leftSection={<IconSearch size={18} aria-hidden />}
        rightSection={lookup.pending ? <Loader size="xs" aria-label="Looking up" /> : null}
      />
      {error && <ErrorNotice error={error} {...(wanted === '' ? {} : { onRetry: lookup.retry })} />}
      <Text size="sm" c="dimmed" role="status" mih={20}>
        {people.length === 0 ? '' : wanted === '' ? 'Lately seen or changed' : 'People found'}
      </Text>
      <Stack h={320} gap="xs">
        {people.length > 0 ? (
          <VirtualList
            kind="listbox"
            id={LIST_ID}
            label="People to choose from"
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
                    onOpen={() => pick(index)}
                    onMark={() => setMarked(index)}
                  />
                )
              )
            }}
          />
        ) : found === undefined && !error ? (
          <Box aria-hidden>
            {[0, 1, 2].map((row) => (
              <Skeleton key={row} h={ROW_HEIGHT.hit - 8} mb="xs" />
            ))}
          </Box>
        ) : error || lookup.pending ? null : (
          <EmptyState
            pt="lg"
            icon={<IconUserSearch aria-hidden />}
            title={wanted === '' ? 'Nobody else here yet' : `Nobody else matches “${wanted}”`}
            description={
              wanted === '' ? 'Type a number, an address or a name.' : 'Check the spelling, or try a number.'
            }
          />
        )}
      </Stack>
    </Stack>
  )
}
