// The field that takes anything about a person, and the list of who it may be.
// Invariant: the field keeps the focus; the list below it is worked from there, or with the mouse.

import { Loader, TextInput, type TextInputProps } from '@mantine/core'
import { LOOKUP_TEXT_MAX } from '@shared/model/limits'
import { IconSearch } from '@tabler/icons-react'
import type { KeyboardEvent, ReactNode, Ref } from 'react'
import { useNow } from '../components/use-now'
import { VirtualList } from '../components/VirtualList'
import { ICON, ROW_HEIGHT } from '../theme'
import { PersonRow } from './PersonRow'
import type { PeopleChoice } from './use-people-choice'

const optionId = ({ listId }: PeopleChoice, index: number): string => `${listId}-${index}`

interface PeopleFieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'onKeyDown' | 'rightSection'> {
  choice: PeopleChoice
  value: string
  onChange: (text: string) => void
  /** Told of keys that do not choose. */
  onKeyDown?: (event: KeyboardEvent) => void
  /** At the end of the field while nothing is being looked up. */
  idle?: ReactNode
  ref?: Ref<HTMLInputElement>
}

export function PeopleField({ choice, value, onChange, onKeyDown, idle = null, ...rest }: PeopleFieldProps) {
  const open = choice.people.length > 0
  return (
    <TextInput
      label="Phone number, e-mail, name, handle or id"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        choice.onKeyDown(event)
        onKeyDown?.(event)
      }}
      maxLength={LOOKUP_TEXT_MAX}
      autoComplete="off"
      spellCheck={false}
      role="combobox"
      aria-expanded={open}
      aria-controls={choice.listId}
      aria-autocomplete="list"
      {...(open ? { 'aria-activedescendant': optionId(choice, choice.current) } : {})}
      leftSection={<IconSearch size={ICON.xl} aria-hidden />}
      rightSection={choice.pending ? <Loader size="xs" aria-label="Looking up" /> : idle}
      {...rest}
    />
  )
}

/** The people to choose from; only where there are any. */
export function PeopleList({ choice, label }: { choice: PeopleChoice; label: string }) {
  const now = useNow()
  const { people, current } = choice
  return (
    <VirtualList
      kind="listbox"
      id={choice.listId}
      label={label}
      count={people.length}
      rowHeight={ROW_HEIGHT.hit}
      follow={current}
      renderRow={(index) => {
        const person = people[index]
        return (
          person && (
            <PersonRow
              id={optionId(choice, index)}
              person={person}
              selected={index === current}
              position={index + 1}
              count={people.length}
              now={now}
              onOpen={() => choice.choose(index)}
              onMark={() => choice.mark(index)}
            />
          )
        )
      }}
    />
  )
}
