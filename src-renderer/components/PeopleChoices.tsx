// Several people that one number or address may mean: each with what tells them apart, a key for each, and one for a new person.
// Invariant: none is left out for looking like another; the keys are those written beside them.
import { Box, Group, Kbd, Stack, Text, UnstyledButton } from '@mantine/core'
import type { Candidate, PersonLine } from '@shared/model/views'
import { IconUserPlus } from '@tabler/icons-react'
import { type Ref, useRef } from 'react'
import { personTitle } from '../format/words'
import { ICON } from '../theme'
import { PersonAvatar } from './PersonAvatar'
import { PersonFacts } from './PersonFacts'
import { useNow } from './use-now'

/** People that have a key of their own. */
const KEYED = 9

interface PeopleChoicesProps {
  people: readonly (PersonLine | Candidate)[]
  /** The id chosen, `new`, or nothing yet. */
  chosen: string
  onChoose: (id: string) => void
  /** Receives the focus. */
  first?: Ref<HTMLButtonElement>
  disabled?: boolean
}

export function PeopleChoices({ people, chosen, onChoose, first, disabled = false }: PeopleChoicesProps) {
  const now = useNow()
  const list = useRef<HTMLDivElement>(null)
  const buttons = (): HTMLElement[] => [...(list.current?.querySelectorAll<HTMLElement>('[role="radio"]') ?? [])]
  const options = [...people.slice(0, 50).map(({ id }) => id), 'new']
  const choose = (at: number): void => {
    const id = options[at]
    if (id !== undefined && !disabled) onChoose(id)
  }
  return (
    <Stack
      ref={list}
      gap="tight"
      role="radiogroup"
      aria-label="Who is it?"
      onKeyDown={(event) => {
        const digit = Number(event.key)
        if (digit >= 1 && digit <= Math.min(KEYED, people.length)) choose(digit - 1)
        else if (event.key.toLowerCase() === 'n' && !event.ctrlKey && !event.metaKey) choose(people.length)
        else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
          const all = buttons()
          const at = all.indexOf(document.activeElement as HTMLElement)
          all[(at + (event.key === 'ArrowDown' ? 1 : all.length - 1)) % all.length]?.focus()
        } else return
        event.preventDefault()
        event.stopPropagation()
      }}
    >
      {options.map((id, at) => {
        const person = people[at]
        return (
          <UnstyledButton
            key={id}
            {...(at === 0 && first ? { ref: first } : {})}
            role="radio"
            aria-checked={chosen === id}
            aria-keyshortcuts={person ? (at < KEYED ? String(at + 1) : undefined) : 'N'}
            disabled={disabled}
            className="scv-choice"
            onClick={() => choose(at)}
          >
            <Group gap="xs" wrap="nowrap">
              {person ? <PersonAvatar person={person} /> : <IconUserPlus size={ICON.lg} aria-hidden />}
              <Box flex={1} miw={0}>
                <Text size="sm" fw={600} truncate>
                  {person ? personTitle(person) : 'Somebody new'}
                </Text>
                {person && (
                  <PersonFacts
                    line={person}
                    now={now}
                    size="xs"
                    matched={'matched' in person ? person.matched : undefined}
                  />
                )}
              </Box>
              {(at < KEYED || !person) && <Kbd size="xs">{person ? at + 1 : 'N'}</Kbd>}
            </Group>
          </UnstyledButton>
        )
      })}
    </Stack>
  )
}
