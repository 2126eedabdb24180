// Choosing a person: the look-up in a dialog. The field keeps the focus; arrows move the mark, Enter chooses.
// Invariant: people in `exclude` cannot be chosen.
import { Box, EmptyState, Modal, Skeleton, Stack, Text } from '@mantine/core'
import type { PersonRef } from '@shared/model/views'
import { IconUserSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { ErrorNotice } from '../components/ErrorNotice'
import { HEIGHT, ROW_GAP, ROW_HEIGHT } from '../theme'
import { checkWords } from './check-words'
import { PeopleField, PeopleList } from './PeopleField'
import { usePeopleChoice } from './use-people-choice'

interface PeoplePickerProps {
  title: string
  /** One sentence on what choosing does. */
  explanation?: string
  opened: boolean
  onClose: () => void
  onPick: (person: PersonRef) => void
  /** Ids of people who are not offered: those who are chosen already. */
  exclude?: readonly string[]
  /** What else can be said with the choice. */
  children?: ReactNode
}

export function PeoplePicker({ title, opened, onClose, ...rest }: PeoplePickerProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      <Choice {...rest} />
    </Modal>
  )
}

function Choice({
  explanation,
  onPick,
  exclude = [],
  children,
}: Omit<PeoplePickerProps, 'title' | 'opened' | 'onClose'>) {
  const [text, setText] = useState('')
  const [marked, setMarked] = useState(0)
  const choice = usePeopleChoice({
    text,
    marked,
    onMark: setMarked,
    onChoose: onPick,
    exclude,
    page: 5,
    listId: 'people-picker',
  })
  const { wanted, people, error } = choice
  return (
    <Stack gap="sm">
      <PeopleField
        choice={choice}
        description={explanation}
        placeholder="e.g. 0412 345 678 or Ann Le"
        data-autofocus
        value={text}
        onChange={(value) => {
          setText(value)
          setMarked(0)
        }}
      />
      {children}
      {error && <ErrorNotice error={error} {...(choice.retry ? { onRetry: choice.retry } : {})} />}
      <Text size="sm" c="dimmed" role="status" mih={HEIGHT.small}>
        {people.length === 0 ? '' : wanted === '' ? 'Lately seen or changed' : 'People found'}
      </Text>
      <Stack h={HEIGHT.list} gap="xs">
        {people.length > 0 ? (
          <PeopleList choice={choice} label="People to choose from" />
        ) : choice.loading ? (
          <Box aria-hidden>
            {[0, 1, 2].map((row) => (
              <Skeleton key={row} h={ROW_HEIGHT.hit - ROW_GAP} mb="xs" />
            ))}
          </Box>
        ) : error || choice.pending ? null : (
          <EmptyState
            pt="lg"
            icon={<IconUserSearch aria-hidden />}
            title={wanted === '' ? 'Nobody else here yet' : `Nobody else matches “${wanted}”`}
            description={
              wanted === ''
                ? 'Type a number, an address or a name.'
                : `${checkWords(choice.result)}, or try ${choice.result?.readAs === 'phone' ? 'a name' : 'a number'}.`
            }
          />
        )}
      </Stack>
    </Stack>
  )
}
