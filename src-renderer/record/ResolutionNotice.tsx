// Says, before anything is recorded, which person an interaction will belong to and why.
import { Alert, Group, Loader, Text } from '@mantine/core'
import type { IdentifierInput } from '@shared/model/identifier'
import { IconUserCheck, IconUserPlus } from '@tabler/icons-react'
import { ErrorNotice } from '../components/ErrorNotice'
import { formatDay } from '../format/locale'
import { CONTACT_TYPE_WORDS, IDENTIFIER_WORDS, personName } from '../format/words'
import { ICON } from '../theme'
import type { ResolutionState } from './use-resolution'

interface ResolutionNoticeProps {
  identifier: IdentifierInput | null
  state: ResolutionState
  /** The person whose page the form was opened from. */
  expected?: { id: string; displayName: string } | undefined
}

export function ResolutionNotice({ identifier, state, expected }: ResolutionNoticeProps) {
  if (identifier === null) {
    return (
      <Alert variant="light" color="gray" p="sm">
        <Text size="sm">Type the number or address to see whose it is.</Text>
      </Alert>
    )
  }
  const nobody = state.status === 'idle' || (state.status === 'ready' && !state.value.contact)
  if (expected && nobody) {
    return (
      <Alert variant="light" color="green" icon={<IconUserCheck aria-hidden />} p="sm" role="status">
        <Text size="sm">
          Recorded for <b>{expected.displayName.trim() || 'this person'}</b>, whose page this is.
        </Text>
      </Alert>
    )
  }
  // What cannot be read is not asked about: it finds no one person.
  if (state.status === 'idle') {
    return (
      <Alert variant="light" color="blue" icon={<IconUserPlus aria-hidden />} p="sm" role="status">
        <Text size="sm">
          Nobody can be found by this: a new contact will be created. It is not in search until you keep it.
        </Text>
      </Alert>
    )
  }
  if (state.status === 'error') return <ErrorNotice error={state.error} />
  if (state.status === 'asking') {
    return (
      <Alert variant="light" color="gray" p="sm" role="status">
        <Group gap="xs">
          <Loader size={ICON.sm} />
          <Text size="sm">Looking…</Text>
        </Group>
      </Alert>
    )
  }
  const { contact, newType, reason } = state.value
  const what = IDENTIFIER_WORDS[identifier.type].toLowerCase()
  if (!contact) {
    const kind = newType ? ` (${CONTACT_TYPE_WORDS[newType].label})` : ''
    return (
      <Alert variant="light" color="blue" icon={<IconUserPlus aria-hidden />} p="sm" role="status">
        <Text size="sm">
          Nobody has this {what}: a new contact will be created{kind}. It is not in search until you keep it.
        </Text>
      </Alert>
    )
  }
  const other = expected !== undefined && expected.id !== contact.id
  const { decidedBy, heldByOthers } = reason
  return (
    <Alert variant="light" color={other ? 'yellow' : 'green'} icon={<IconUserCheck aria-hidden />} p="sm" role="status">
      <Text size="sm">
        This is <b>{personName(contact)}</b>
        {other ? `, not ${expected.displayName}` : ''}
        {decidedBy ? ` — ${decidedBy.display}, theirs since ${formatDay(decidedBy.claimedAt)}` : ''}.
      </Text>
      {heldByOthers.map((held) => (
        <Text size="sm" key={`${held.type} ${held.value}`}>
          {held.display} is {personName(held.holder)}’s: the two may be one person.
        </Text>
      ))}
    </Alert>
  )
}
