// Correcting interactions that were recorded by mistake: whose they are, what is noted on them, how they ended.
// Invariant: what happened stays as it was recorded; every correction can be taken back.
import { Button, Group, Modal, Stack, Text, Textarea, TextInput } from '@mantine/core'
import { NOTE_MAX, WRAP_UP_MAX } from '@shared/model/limits'
import type { InteractionView, PersonView } from '@shared/model/views'
import { type FormEvent, useEffect, useState } from 'react'
import { client, useCall } from '../bridge/hooks'
import { ErrorNotice } from '../components/ErrorNotice'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { formatMoment, formatNumber } from '../format/locale'
import { CHANNEL_WORDS, personName } from '../format/words'
import { PeoplePicker } from '../lookup/PeoplePicker'
import { type Correcting, useCorrecting } from '../state/correcting'
import { corrections, firstValues, formerly } from './corrections'

/** @param person whose page it is opened on */
export function CorrectDialog({ person }: { person: PersonView }) {
  const { asked, close } = useCorrecting()
  if (asked?.personId !== person.id) return null
  return <Loaded key={asked.interactionIds.join(' ')} asked={asked} person={person} onClose={close} />
}

interface LoadedProps {
  asked: Correcting
  person: PersonView
  onClose: () => void
}

const TITLE = 'Correct what was recorded'

function Loaded(props: LoadedProps) {
  const find = useCall('interactions.get')
  const { run } = find
  const [interactions, setInteractions] = useState<InteractionView[] | null>(null)
  const ids = props.asked.interactionIds.join(' ')
  useEffect(() => {
    let gone = false
    Promise.all(ids.split(' ').map((interactionId) => run({ interactionId }))).then(
      (found) => !gone && setInteractions(found),
      () => undefined, // it stands in `find.error`
    )
    return () => {
      gone = true
    }
  }, [ids, run])
  if (interactions) return <Form {...props} interactions={interactions} />
  return (
    <Modal opened={find.error !== undefined} onClose={props.onClose} title={TITLE} size="lg">
      {find.error && <ErrorNotice error={find.error} />}
    </Modal>
  )
}

function Form({ asked, person, interactions, onClose }: LoadedProps & { interactions: readonly InteractionView[] }) {
  // The form gives way while a person is chosen: what is in it is a draft.
  const [picking, setPicking] = useState(false)
  const correct = useCall('interactions.correct')
  const [start] = useState(() => firstValues(interactions))
  const only = asked.interactionIds.length === 1
  const draft = useDraft('correct', `${asked.personId}/${only ? asked.interactionIds[0] : 'several'}`, start)
  const { name, note, wrapUp } = draft.values
  const made = corrections(interactions, draft.values)
  const [first] = interactions
  const what =
    only && first
      ? `${CHANNEL_WORDS[first.channel]} of ${formatMoment(first.startedAt)}`
      : `${formatNumber(interactions.length)} interactions`
  const cancel = (): void => {
    discard(draft.key)
    onClose()
  }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (made.length === 0 || correct.pending) return
    try {
      await correct.run({ corrections: made })
      draft.end()
      onClose()
      showUndo({
        text: name === '' ? `Corrected: ${what}.` : `${what}: ${name}’s now.`,
        onUndo: () => client.call('interactions.correct', { corrections: formerly(interactions, made) }),
      })
    } catch {
      // It stands in `correct.error`, and the form stays open with what was typed.
    }
  }
  return (
    <>
      <Modal opened={!picking} onClose={onClose} title={TITLE} size="lg">
        <form onSubmit={(event) => void submit(event)}>
          <Stack gap="md">
            <Text size="sm">
              {what}.{' '}
              {only ? 'What happened, when and by what number or address' : 'When they were and what they came by'}{' '}
              stays as it was recorded.
            </Text>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Text size="sm">
                {name === '' ? (
                  <>
                    Belongs to <b>{personName(person)}</b>
                  </>
                ) : (
                  <>
                    Will belong to <b>{name}</b>
                  </>
                )}
              </Text>
              <Group gap="xs" wrap="nowrap" className="scv-fixed">
                {name !== '' && (
                  <Button
                    size="xs"
                    variant="subtle"
                    color="gray"
                    onClick={() => draft.set({ contactId: start.contactId, name: start.name })}
                  >
                    Leave it there
                  </Button>
                )}
                <Button size="xs" variant="default" onClick={() => setPicking(true)}>
                  Someone else…
                </Button>
              </Group>
            </Group>
            <Textarea
              label={only ? 'Note' : 'Note on all of them'}
              description={only ? undefined : 'Left empty, the note of each stays.'}
              autosize
              minRows={3}
              maxRows={8}
              maxLength={NOTE_MAX}
              value={note}
              onChange={(event) => draft.set({ note: event.currentTarget.value })}
            />
            <TextInput
              label={only ? 'Outcome' : 'Outcome of all of them'}
              description={only ? undefined : 'Left empty, the outcome of each stays.'}
              maxLength={WRAP_UP_MAX}
              value={wrapUp}
              onChange={(event) => draft.set({ wrapUp: event.currentTarget.value })}
            />
            {correct.error && <ErrorNotice error={correct.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={cancel}>
                Cancel
              </Button>
              <Button type="submit" loading={correct.pending} disabled={made.length === 0}>
                Correct
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
      <PeoplePicker
        search={{ kind: 'correct', about: asked.interactionIds.join(' ') }}
        title="Whose is it?"
        explanation="Nothing happens yet: you see it in the form first."
        opened={picking}
        onClose={() => setPicking(false)}
        onPick={(other) => {
          draft.set({ contactId: other.id, name: personName(other) })
          setPicking(false)
        }}
        exclude={[person.id]}
      />
    </>
  )
}
