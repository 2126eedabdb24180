// Writing down an interaction by hand: the form says live which person it will belong to.
// Invariant: what is recorded is what the notice below the identifier was asked about; closing it keeps what was typed.

import {
  Autocomplete,
  Button,
  Checkbox,
  Group,
  Modal,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { ScvError } from '@shared/errors'
import type { IdentifierInput } from '@shared/model/identifier'
import { CHANNELS, type Channel, type Direction } from '@shared/model/interaction'
import { NOTE_MAX, SUBJECT_MAX } from '@shared/model/limits'
import { tryNormalise } from '@shared/model/normalise'
import type { Candidate, ClaimView, PersonView } from '@shared/model/views'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { client, useCall, useLive } from '../bridge/hooks'
import { useSettings } from '../components/app-info'
import { ChannelIcon } from '../components/ChannelIcon'
import { ErrorNotice } from '../components/ErrorNotice'
import { PeopleChoices } from '../components/PeopleChoices'
import { TheyShareIt } from '../components/TheyShareIt'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { errorWords } from '../format/errors'
import { inferIdentifierType, TYPES_OF_CHANNEL } from '../format/infer-identifier'
import { fromLocalInput, regionName, toLocalInput } from '../format/locale'
import { CHANNEL_WORDS, DIRECTION_WORDS, IDENTIFIER_WORDS, personName } from '../format/words'
import { useCorrecting } from '../state/correcting'
import { type RecordFrom, useNavigation } from '../state/navigation'
import { HEIGHT, MARK } from '../theme'
import { ResolutionNotice } from './ResolutionNotice'
import { useResolution } from './use-resolution'
import { choiceOf } from './whose'
import { learningWords, whoseWords } from './whose-words'

const NO_CANDIDATES: readonly Candidate[] = []

export function RecordInteraction() {
  const { recording, stopRecording } = useNavigation()
  return (
    <Modal opened={recording !== null} onClose={stopRecording} title="Record an interaction" size="lg">
      {recording && <WithPerson key={JSON.stringify(recording)} from={recording} />}
    </Modal>
  )
}

function WithPerson({ from }: { from: RecordFrom }) {
  const person = useLive('people.get', from.contactId === undefined ? null : { contactId: from.contactId })
  if (from.contactId !== undefined && person.status === 'loading') return null // a moment; a flash would be worse
  return <Form from={from} person={person.status === 'ready' ? person.value : null} />
}

/** A person's identifier that a channel can come by: one that points to them first. */
function identifierFor(channel: Channel, person: PersonView | null): ClaimView | undefined {
  const fitting = TYPES_OF_CHANNEL[channel].flatMap(
    (type) => person?.identifiers.filter((claim) => claim.type === type) ?? [],
  )
  return fitting.find((claim) => claim.held) ?? fitting[0]
}

/** The channel to begin with: the first that the person, or what was typed, can be reached by. */
function firstChannel(from: RecordFrom, person: PersonView | null): Channel {
  if (from.typed?.includes('@')) return 'email'
  if (person) return CHANNELS.find((channel) => identifierFor(channel, person)) ?? 'voice'
  return 'voice'
}

/** What the form begins with: a channel and an identifier that fit, and now. `proposed`: the identifier follows the channel. */
function firstValues(from: RecordFrom, person: PersonView | null) {
  const channel: string = firstChannel(from, person)
  const typed = from.typed ?? identifierFor(firstChannel(from, person), person)?.display ?? ''
  const proposed = from.typed === undefined ? 'yes' : ''
  const at = toLocalInput(Date.now())
  return {
    channel,
    direction: 'inbound',
    typed,
    proposed,
    type: '',
    source: '',
    at,
    subject: '',
    note: '',
    whose: '',
    learn: '',
  }
}

function Form({ from, person }: { from: RecordFrom; person: PersonView | null }) {
  const settings = useSettings()
  const { go, stopRecording } = useNavigation()
  const record = useCall('interactions.record')
  const [start] = useState(() => firstValues(from, person))
  const draft = useDraft('interaction', from.contactId ?? (from.typed ? `=${from.typed}` : ''), start)
  const { typed, source, at, subject, note } = draft.values
  const channel = CHANNELS.find((each) => each === draft.values.channel) ?? 'voice'
  const direction: Direction = draft.values.direction === 'outbound' ? 'outbound' : 'inbound'
  const chosenType = TYPES_OF_CHANNEL[channel].find((each) => each === draft.values.type)
  const field = useRef<HTMLInputElement>(null)
  // The dialog may have opened before this form was there, and have given the focus to its closing cross.
  useEffect(() => field.current?.focus(), [])

  const claims = (person?.identifiers ?? []).filter((claim) => TYPES_OF_CHANNEL[channel].includes(claim.type))
  const claim = claims.find((each) => each.display === typed)
  const type = claim?.type ?? chosenType ?? inferIdentifierType(channel, typed, settings.defaultRegion)
  const isNumber = type === 'Phone' || type === 'SocialWhatsapp'
  const identifier: IdentifierInput | null =
    typed.trim() === ''
      ? null
      : claim
        ? { type: claim.type, value: claim.value, ...(claim.source ? { source: claim.source } : {}) }
        : { type, value: typed.trim(), ...(type === 'ExternalId' && source.trim() ? { source: source.trim() } : {}) }
  // What a person claims was normalised when it was claimed.
  const valid =
    claim !== undefined || (identifier !== null && tryNormalise(identifier, settings.defaultRegion) !== undefined)
  const [round, setRound] = useState(0)
  const askAgain = (): void => setRound(round + 1)
  const resolution = useResolution(valid ? identifier : null, round)
  const candidates = resolution.status === 'ready' ? resolution.value.candidates : NO_CANDIDATES
  const page = useLive('people.lines', person ? { contactIds: [person.id] } : null).value?.[0]
  const choice = choiceOf(page, candidates, { whose: draft.values.whose, learn: draft.values.learn })
  const choosing = choice.people.length > 1
  const chosenPerson = choice.people.find(({ id }) => id === choice.chosen)
  const [disputedBy] = candidates.filter(({ disputed }) => disputed)
  const startedAt = fromLocalInput(at)
  const future = startedAt !== undefined && Date.parse(startedAt) > Date.now() + 60_000

  const cancel = (): void => {
    discard(draft.key)
    stopRecording()
  }
  const changeChannel = (next: Channel): void => {
    const proposal = draft.values.proposed === '' ? {} : { typed: identifierFor(next, person)?.display ?? '' }
    draft.set({ channel: next, type: '', ...proposal })
  }
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault()
    if (!identifier || !startedAt || record.pending || (choosing && choice.chosen === '')) return
    try {
      const { contact, created, interaction } = await record.run({
        channel,
        direction,
        startedAt,
        identifiers: [identifier],
        ...(subject.trim() === '' ? {} : { subject: subject.trim() }),
        ...(note.trim() === '' ? {} : { note: note.trim() }),
        ...(choice.chosen === 'new'
          ? { whose: 'new' as const }
          : choice.chosen === '' || (!person && !choosing)
            ? {}
            : { whose: { contactId: choice.chosen } }),
      })
      // Recorded it is, whatever comes of this: the form must not be sent twice.
      if (choice.learns)
        await client
          .call('people.learn', { contactId: contact.id, interactionId: interaction.id })
          .catch((error: unknown) => {
            const { title, message } = errorWords(
              error instanceof ScvError ? error : new ScvError('internal', String(error)),
            )
            notifications.show({ color: 'red', title: `Recorded, but not remembered. ${title}`, message })
          })
      showUndo({
        id: `record ${interaction.id}`,
        text: created
          ? choice.chosen === 'new'
            ? 'Recorded for somebody new: a contact was created.'
            : 'Recorded. Nobody was known by this, so a new contact was created.'
          : `Recorded for ${personName(contact)}.`,
        // That it was recorded stays; whose it is and what is noted on it does not have to.
        label: 'Correct…',
        onUndo: () => {
          go({ screen: 'person', contactId: contact.id })
          useCorrecting.getState().ask({ personId: contact.id, interactionIds: [interaction.id] })
        },
      })
      draft.end()
      stopRecording()
      go({ screen: 'person', contactId: contact.id })
    } catch {
      // It stands in `record.error`, and the form stays open with what was typed.
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack gap="md">
        <Group grow align="flex-end">
          <Select
            label="Channel"
            allowDeselect={false}
            data={CHANNELS.map((each) => ({ value: each, label: CHANNEL_WORDS[each] }))}
            value={channel}
            onChange={(value) => changeChannel(CHANNELS.find((each) => each === value) ?? channel)}
            leftSection={<ChannelIcon channel={channel} size={MARK.sm} />}
            renderOption={({ option }) => (
              <Group gap="xs">
                <ChannelIcon channel={CHANNELS.find((each) => each === option.value) ?? 'voice'} size={MARK.sm} />
                <Text size="sm">{option.label}</Text>
              </Group>
            )}
            maxDropdownHeight={HEIGHT.list}
          />
          <SegmentedControl
            aria-label="Direction"
            data={(['inbound', 'outbound'] as const).map((each) => ({ value: each, label: DIRECTION_WORDS[each] }))}
            value={direction}
            onChange={(value) => draft.set({ direction: value })}
          />
        </Group>
        <Group grow align="flex-start">
          <Autocomplete
            label={IDENTIFIER_WORDS[type]}
            placeholder={isNumber ? 'With or without country code' : ''}
            ref={field}
            data-autofocus
            openOnFocus={false}
            required
            data={[...new Set(claims.map((each) => each.display))]}
            value={typed}
            onChange={(value) => draft.set({ typed: value, proposed: '' })}
            description={
              identifier !== null && !valid
                ? isNumber
                  ? `Not a number in ${regionName(settings.defaultRegion)}: it is kept as typed, and nobody is found by it`
                  : `Not a valid ${IDENTIFIER_WORDS[type].toLowerCase()}: it is kept as typed, and nobody is found by it`
                : undefined
            }
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            maxLength={SUBJECT_MAX}
            spellCheck={false}
          />
          {claim === undefined && TYPES_OF_CHANNEL[channel].length > 1 && (
            <Select
              label="Kind of identifier"
              allowDeselect={false}
              data={TYPES_OF_CHANNEL[channel].map((each) => ({ value: each, label: IDENTIFIER_WORDS[each] }))}
              value={type}
              onChange={(value) => draft.set({ type: value ?? '' })}
            />
          )}
        </Group>
        {type === 'ExternalId' && !claim && (
          <TextInput
            label="Which system"
            required
            value={source}
            onChange={(event) => draft.set({ source: event.currentTarget.value })}
          />
        )}
        {choosing ? (
          <Stack gap="xs">
            <Group justify="space-between" gap="xs">
              <Text size="sm" role="status">
                {whoseWords(choice.chosen, chosenPerson, person, candidates.length)}
              </Text>
              {identifier && disputedBy && candidates.length > 1 && (
                <TheyShareIt identifier={identifier} display={disputedBy.matched} onShared={askAgain} />
              )}
            </Group>
            <PeopleChoices
              people={choice.people}
              chosen={choice.chosen}
              onChoose={(whose) => draft.set({ whose, learn: '' })}
            />
          </Stack>
        ) : (
          <ResolutionNotice identifier={identifier} state={resolution} expected={page} />
        )}
        {choice.learning && (
          <Checkbox
            checked={choice.learns}
            onChange={(event) => draft.set({ learn: event.currentTarget.checked ? 'yes' : 'no' })}
            label={learningWords(
              choice.learning,
              typed.trim(),
              chosenPerson ? personName(chosenPerson) : 'somebody new',
            )}
          />
        )}
        <Group grow align="flex-start">
          <TextInput
            type="datetime-local"
            label="When"
            required
            value={at}
            max="9999-12-31T23:59"
            onChange={(event) => draft.set({ at: event.currentTarget.value })}
            error={startedAt === undefined ? 'Choose a day and a time' : undefined}
            description={future ? 'This lies in the future.' : undefined}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
          />
          <TextInput
            label="Subject"
            value={subject}
            maxLength={SUBJECT_MAX}
            onChange={(event) => draft.set({ subject: event.currentTarget.value })}
          />
        </Group>
        <Textarea
          label="Note"
          autosize
          minRows={3}
          maxRows={8}
          value={note}
          maxLength={NOTE_MAX}
          onChange={(event) => draft.set({ note: event.currentTarget.value })}
        />
        {record.error && <ErrorNotice error={record.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={cancel}>
            Cancel
          </Button>
          <Button
            type="submit"
            loading={record.pending}
            disabled={!identifier || startedAt === undefined || (choosing && choice.chosen === '')}
          >
            Record
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
