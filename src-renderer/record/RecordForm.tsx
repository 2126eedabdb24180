// The form of an interaction: how and by what it came, whose it is, when, and what is noted on it.

import {
  Autocomplete,
  Button,
  Checkbox,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import { CHANNELS } from '@shared/model/interaction'
import { NOTE_MAX, SUBJECT_MAX } from '@shared/model/limits'
import type { PersonView } from '@shared/model/views'
import { useEffect, useRef } from 'react'
import { useSettings } from '../components/app-info'
import { ChannelIcon } from '../components/ChannelIcon'
import { ErrorNotice } from '../components/ErrorNotice'
import { PeopleChoices } from '../components/PeopleChoices'
import { TheyShareIt } from '../components/TheyShareIt'
import { TYPES_OF_CHANNEL } from '../format/infer-identifier'
import { regionName } from '../format/locale'
import { CHANNEL_WORDS, DIRECTION_WORDS, IDENTIFIER_WORDS, personName } from '../format/words'
import type { RecordFrom } from '../state/navigation'
import { HEIGHT, MARK } from '../theme'
import { ResolutionNotice } from './ResolutionNotice'
import { type Recording, useRecording } from './use-recording'
import { learningWords, whoseWords } from './whose-words'

/** @param person whose page it was opened from, if any */
export function RecordForm({ from, person }: { from: RecordFrom; person: PersonView | null }) {
  const recording = useRecording(from, person)
  const { values, set, pending, error, incomplete } = recording
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void recording.submit()
      }}
    >
      <Stack gap="md">
        <How recording={recording} />
        <By recording={recording} />
        <Whose recording={recording} />
        <WhenAndAbout recording={recording} />
        <Textarea
          label="Note"
          autosize
          minRows={3}
          maxRows={8}
          value={values.note}
          maxLength={NOTE_MAX}
          onChange={(event) => set({ note: event.currentTarget.value })}
        />
        {error && <ErrorNotice error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={recording.cancel}>
            Cancel
          </Button>
          <Button type="submit" loading={pending} disabled={incomplete}>
            Record
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface Part {
  recording: Recording
}

/** Its channel and direction. */
function How({ recording: { channel, direction, changeChannel, set } }: Part) {
  return (
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
        onChange={(value) => set({ direction: value })}
      />
    </Group>
  )
}

/** The number or address it came by. */
function By({ recording: { values, set, channel, claims, claim, type, identifier, valid } }: Part) {
  const { defaultRegion } = useSettings()
  const field = useRef<HTMLInputElement>(null)
  // The dialog may have opened before this form was there, and have given the focus to its closing cross.
  // A proposed number is selected, so that typing takes its place.
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  const isNumber = type === 'Phone' || type === 'SocialWhatsapp'
  const what = isNumber ? `number in ${regionName(defaultRegion)}` : `valid ${IDENTIFIER_WORDS[type].toLowerCase()}`
  return (
    <>
      <Group grow align="flex-start">
        <Autocomplete
          label={IDENTIFIER_WORDS[type]}
          placeholder={isNumber ? 'With or without country code' : ''}
          ref={field}
          data-autofocus
          openOnFocus={false}
          required
          data={[...new Set(claims.map((each) => each.display))]}
          value={values.typed}
          onChange={(value) => set({ typed: value, proposed: '' })}
          description={
            identifier !== null && !valid ? `Not a ${what}: it is kept as typed, and nobody is found by it` : undefined
          }
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          maxLength={SUBJECT_MAX}
          spellCheck={false}
        />
        {claim === undefined && TYPES_OF_CHANNEL[channel].length > 1 && (
          <Select
            label="Kind of number or address"
            allowDeselect={false}
            data={TYPES_OF_CHANNEL[channel].map((each) => ({ value: each, label: IDENTIFIER_WORDS[each] }))}
            value={type}
            onChange={(value) => set({ type: value ?? '' })}
          />
        )}
      </Group>
      {type === 'ExternalId' && !claim && (
        <TextInput
          label="Which system"
          required
          value={values.source}
          onChange={(event) => set({ source: event.currentTarget.value })}
        />
      )}
    </>
  )
}

/** Whose it is, and whether they have this number or address from now on. */
function Whose({ recording }: Part) {
  const { values, set, identifier, resolution, candidates, choice, choosing, person, page } = recording
  const chosenPerson = choice.people.find(({ id }) => id === choice.chosen)
  const [disputedBy] = candidates.filter(({ disputed }) => disputed)
  return (
    <>
      {choosing ? (
        <Stack gap="xs">
          <Group justify="space-between" gap="xs">
            <Text size="sm" role="status">
              {whoseWords(choice.chosen, chosenPerson, person, candidates.length)}
            </Text>
            {identifier && disputedBy && candidates.length > 1 && (
              <TheyShareIt identifier={identifier} display={disputedBy.matched} onShared={recording.askAgain} />
            )}
          </Group>
          <PeopleChoices
            people={choice.people}
            chosen={choice.chosen}
            onChoose={(whose) => set({ whose, learn: '' })}
          />
        </Stack>
      ) : (
        <ResolutionNotice identifier={identifier} state={resolution} expected={page} />
      )}
      {choice.learning && (
        <Checkbox
          checked={choice.learns}
          onChange={(event) => set({ learn: event.currentTarget.checked ? 'yes' : 'no' })}
          label={learningWords(
            choice.learning,
            values.typed.trim(),
            chosenPerson ? personName(chosenPerson) : 'somebody new',
          )}
        />
      )}
    </>
  )
}

function WhenAndAbout({ recording: { values, set, startedAt } }: Part) {
  const future = startedAt !== undefined && Date.parse(startedAt) > Date.now() + 60_000
  return (
    <Group grow align="flex-start">
      <TextInput
        type="datetime-local"
        label="When"
        required
        value={values.at}
        max="9999-12-31T23:59"
        onChange={(event) => set({ at: event.currentTarget.value })}
        error={startedAt === undefined ? 'Choose a day and a time' : undefined}
        description={future ? 'This lies in the future.' : undefined}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
      />
      <TextInput
        label="Subject"
        value={values.subject}
        maxLength={SUBJECT_MAX}
        onChange={(event) => set({ subject: event.currentTarget.value })}
      />
    </Group>
  )
}
