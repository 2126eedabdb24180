// Why people cannot be merged, in plain words, with what can be done about it there and then.
import { Box, Button, Card, CloseButton, Group, SimpleGrid, Text, TextInput } from '@mantine/core'
import { detailsOf, type ScvError } from '@shared/errors'
import { REASON_MAX } from '@shared/model/limits'
import { client, useCall, useLive } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { FactsById } from '../components/FactsById'
import { PersonAvatar } from '../components/PersonAvatar'
import { showUndo } from '../components/undo-notice'
import { NO_REASON, useDraft } from '../drafts/use-draft'
import { personName } from '../format/words'
import { WIDTH } from '../theme'

interface RefusalProps {
  error: ScvError
  contactIds: readonly string[]
  onLeaveOut: (contactId: string) => void
  onRetry: () => void
}

export function Refusal({ error, contactIds, onLeaveOut, onRetry }: RefusalProps) {
  const pair = error.code === 'merge_forbidden_pair' ? (detailsOf(error, 'merge_forbidden_pair')?.pair ?? null) : null
  if (pair) return <ForbiddenPair error={error} pair={pair} onWithdrawn={onRetry} />
  const culprit = culpritOf(error, contactIds)
  if (error.code === 'deleted' && culprit !== undefined) {
    return <InBin contactId={culprit} onLeaveOut={() => onLeaveOut(culprit)} onRestored={onRetry} />
  }
  return (
    <ErrorNotice error={inPlainWords(error)} {...(culprit === undefined ? { onRetry } : {})}>
      {culprit !== undefined && (
        <Button size="xs" variant="default" onClick={() => onLeaveOut(culprit)}>
          Leave them out
        </Button>
      )}
    </ErrorNotice>
  )
}

/** The engine names the person at fault by their place in the list. */
function culpritOf(error: ScvError, contactIds: readonly string[]): string | undefined {
  const place = /^contactIds\.(\d+)$/.exec(error.field ?? '')?.[1]
  return place === undefined ? undefined : contactIds[Number(place)]
}

/** The refusal with what it means here. */
function inPlainWords(error: ScvError): { code: string; message: string } {
  const { code, message } = error
  const size = detailsOf(error, 'merge_set_too_large')?.setSize
  if (size !== undefined) {
    return { code, message: `Together they would be made of ${size} records. Leave some of them out.` }
  }
  if (code === 'merge_same_person') {
    return { code, message: 'The records you chose were merged before. Add someone else to merge them with.' }
  }
  return { code, message }
}

interface InBinProps {
  contactId: string
  onLeaveOut: () => void
  onRestored: () => void
}

function InBin({ contactId, onLeaveOut, onRestored }: InBinProps) {
  const restore = useCall('people.restore')
  const name = useName(contactId)
  const run = async (): Promise<void> => {
    try {
      await restore.run({ contactId })
      onRestored()
      showUndo({ text: `${name} is restored.`, onUndo: () => client.call('people.delete', { contactId }) })
    } catch {
      // It stands in `restore.error`, which is shown below.
    }
  }
  return (
    <>
      <ErrorNotice
        error={{ code: 'deleted', message: `${name} was deleted, and only people who are here can be merged.` }}
      >
        <Button size="xs" variant="default" loading={restore.pending} onClick={() => void run()}>
          Restore them
        </Button>
        <Button size="xs" variant="default" onClick={onLeaveOut}>
          Leave them out
        </Button>
      </ErrorNotice>
      {restore.error && <ErrorNotice error={restore.error} />}
    </>
  )
}

interface ForbiddenPairProps {
  error: ScvError
  pair: readonly [string, string]
  onWithdrawn: () => void
}

function ForbiddenPair({ error, pair: [a, b], onWithdrawn }: ForbiddenPairProps) {
  const withdraw = useCall('merges.cannotLink')
  const draft = useDraft('withdraw-never-merge', `${a} ${b}`, NO_REASON)
  const { reason } = draft.values
  const names = [useName(a), useName(b)]
  const run = async (): Promise<void> => {
    try {
      await withdraw.run({ a, b, standing: false, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) })
      draft.end()
      onWithdrawn()
      showUndo({
        text: `Withdrawn: ${names.join(' and ')} may be merged again.`,
        onUndo: () => client.call('merges.cannotLink', { a, b, standing: true }),
      })
    } catch {
      // It stands in `withdraw.error`, which is shown below.
    }
  }
  return (
    <>
      <ErrorNotice
        error={{
          code: error.code,
          message: `${names.join(' and ')} were marked as two different people. Leave one of them out; or, if that was a mistake, withdraw it.`,
        }}
      >
        <TextInput
          size="xs"
          w={WIDTH.form}
          aria-label="Reason for withdrawing it"
          placeholder="Reason (optional)"
          maxLength={REASON_MAX}
          value={reason}
          onChange={(event) => draft.set({ reason: event.currentTarget.value })}
        />
        <Button size="xs" variant="default" loading={withdraw.pending} onClick={() => void run()}>
          Withdraw and go on
        </Button>
      </ErrorNotice>
      {withdraw.error && <ErrorNotice error={withdraw.error} />}
    </>
  )
}

function useName(contactId: string): string {
  const person = useLive('people.get', { contactId })
  return person.value ? personName(person.value) : 'One of them'
}

interface ChosenPeopleProps {
  contactIds: readonly string[]
  onLeaveOut: (contactId: string) => void
}

/** Who was chosen so far, each to be left out again. */
export function ChosenPeople({ contactIds, onLeaveOut }: ChosenPeopleProps) {
  return (
    <SimpleGrid cols={3} spacing="xs" role="list" aria-label="Chosen people">
      {contactIds.map((id) => (
        <Chosen key={id} contactId={id} onLeaveOut={() => onLeaveOut(id)} />
      ))}
    </SimpleGrid>
  )
}

function Chosen({ contactId, onLeaveOut }: { contactId: string; onLeaveOut: () => void }) {
  const person = useLive('people.get', { contactId })
  const name = person.value
    ? personName(person.value)
    : person.status === 'error'
      ? 'Someone who is not here any more'
      : '…'
  return (
    <Card role="listitem" p="xs">
      <Group wrap="nowrap" gap="xs">
        <PersonAvatar person={person.value ?? { displayName: '', type: 'Curated' }} />
        <Box flex={1} miw={0}>
          <Text size="sm" fw={600} truncate>
            {name}
          </Text>
          <FactsById contactId={contactId} />
        </Box>
        <CloseButton size="sm" aria-label={`Leave ${name} out`} onClick={onLeaveOut} />
      </Group>
    </Card>
  )
}
