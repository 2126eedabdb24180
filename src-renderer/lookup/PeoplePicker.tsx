// Choosing a person: the look-up in a dialog. The field keeps the focus; arrows move the mark, Enter chooses.
// Invariant: what is typed stays, over Escape and a restart, until a person is picked; people in `exclude` cannot be chosen.
import { Box, EmptyState, Modal, Skeleton, Stack, Text } from '@mantine/core'
import type { PersonRef } from '@shared/model/views'
import { IconUserSearch } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { ErrorNotice } from '../components/ErrorNotice'
import { useDraft } from '../drafts/use-draft'
import { HEIGHT, ROW_GAP, ROW_HEIGHT } from '../theme'
import { checkWords } from './check-words'
import { PeopleField, PeopleList } from './PeopleField'
import { usePeopleChoice } from './use-people-choice'

interface PeoplePickerProps {
  /** Keeps what is typed until a person is picked: what for, and about what. */
  search: { kind: 'merge' | 'never' | 'whose' | 'history' | 'correct'; about: string }
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

const NOTHING_ASKED = { text: '', about: '' }

function Choice({
  search,
  explanation,
  onPick,
  exclude = [],
  children,
}: Omit<PeoplePickerProps, 'title' | 'opened' | 'onClose'>) {
  const draft = useDraft('search', search.kind, NOTHING_ASKED)
  const text = draft.values.about === search.about ? draft.values.text : ''
  const [marked, setMarked] = useState(0)
  const choice = usePeopleChoice({
    text,
    marked,
    onMark: setMarked,
    onChoose: (person) => {
      draft.end()
      onPick(person)
    },
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
          draft.set({ text: value, about: value === '' ? '' : search.about })
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
