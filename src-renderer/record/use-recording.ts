// The state of the form that records an interaction: what was typed, what it means, whose it is, and sending it.
// Invariant: it is sent once; whatever is refused, what was typed stays.

import type { IdentifierInput } from '@shared/model/identifier'
import { CHANNELS, type Channel, type Direction } from '@shared/model/interaction'
import { tryNormalise } from '@shared/model/normalise'
import type { Candidate, ClaimView, PersonView } from '@shared/model/views'
import { useState } from 'react'
import { client, useCall, useLive } from '../bridge/hooks'
import { useSettings } from '../components/app-info'
import { showFailure } from '../components/failure-notice'
import { showUndo } from '../components/undo-notice'
import { discard } from '../drafts/discard'
import { useDraft } from '../drafts/use-draft'
import { inferIdentifierType, TYPES_OF_CHANNEL } from '../format/infer-identifier'
import { fromLocalInput } from '../format/locale'
import { personName } from '../format/words'
import { useCorrecting } from '../state/correcting'
import { type RecordFrom, useNavigation } from '../state/navigation'
import { firstValues, identifierFor } from './first-values'
import { useResolution } from './use-resolution'
import { choiceOf } from './whose'

const NO_CANDIDATES: readonly Candidate[] = []
type Values = ReturnType<typeof firstValues>

export type Recording = ReturnType<typeof useRecording>

/** @param person whose page the form was opened from, if any */
export function useRecording(from: RecordFrom, person: PersonView | null) {
  const { go, stopRecording } = useNavigation()
  const record = useCall('interactions.record')
  const [start] = useState(() => firstValues(from, person))
  const draft = useDraft('interaction', from.contactId ?? (from.typed ? `=${from.typed}` : ''), start)
  const { values } = draft
  const channel = CHANNELS.find((each) => each === values.channel) ?? 'voice'
  const direction: Direction = values.direction === 'outbound' ? 'outbound' : 'inbound'
  const named = useIdentifier(channel, values, person)
  const { identifier } = named

  const [round, setRound] = useState(0)
  const resolution = useResolution(named.valid ? identifier : null, round)
  const candidates = resolution.status === 'ready' ? resolution.value.candidates : NO_CANDIDATES
  const page = useLive('people.lines', person ? { contactIds: [person.id] } : null).value?.[0]
  const choice = choiceOf(page, candidates, { whose: values.whose, learn: values.learn })
  const choosing = choice.people.length > 1
  const startedAt = fromLocalInput(values.at)
  const incomplete = !identifier || startedAt === undefined || (choosing && choice.chosen === '')

  const changeChannel = (next: Channel): void => {
    // What was looked up goes along to a channel that is reached by its kind, and makes way for another's.
    const isMisplaced = values.typed === from.typed && named.type !== TYPES_OF_CHANNEL[next][0]
    const proposal =
      values.proposed === ''
        ? isMisplaced
          ? { typed: '' }
          : {}
        : { typed: identifierFor(next, person)?.display ?? '' }
    draft.set({ channel: next, type: '', ...proposal })
  }
  const cancel = (): void => {
    discard(draft.key)
    stopRecording()
  }
  const send = async (): Promise<void> => {
    if (!identifier || !startedAt || incomplete || record.pending) return
    const { contact, created, interaction } = await record.run({
      channel,
      direction,
      startedAt,
      identifiers: [identifier],
      ...(values.subject.trim() === '' ? {} : { subject: values.subject.trim() }),
      ...(values.note.trim() === '' ? {} : { note: values.note.trim() }),
      ...(choice.chosen === 'new'
        ? { whose: 'new' as const }
        : choice.chosen === '' || (!person && !choosing)
          ? {}
          : { whose: { contactId: choice.chosen } }),
    })
    // Recorded it is, whatever comes of this: the form must not be sent twice.
    if (choice.learns) await learn(contact.id, interaction.id)
    showUndo({
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
  }

  return {
    values,
    set: draft.set,
    channel,
    direction,
    changeChannel,
    ...named,
    resolution,
    candidates,
    askAgain: (): void => setRound(round + 1),
    person,
    page,
    choice,
    choosing,
    startedAt,
    incomplete,
    cancel,
    // What is refused stands in `error`, and the form stays open with what was typed.
    submit: (): Promise<void> => send().catch(() => undefined),
    pending: record.pending,
    error: record.error,
  }
}

/** What was typed as an identifier: one that the person claims, or a new one of the kind it looks like. */
function useIdentifier(channel: Channel, { typed, type: chosen, source }: Values, person: PersonView | null) {
  const { defaultRegion } = useSettings()
  const claims = (person?.identifiers ?? []).filter((claim) => TYPES_OF_CHANNEL[channel].includes(claim.type))
  const claim: ClaimView | undefined = claims.find((each) => each.display === typed)
  const chosenType = TYPES_OF_CHANNEL[channel].find((each) => each === chosen)
  const type = claim?.type ?? chosenType ?? inferIdentifierType(channel, typed, defaultRegion)
  const identifier: IdentifierInput | null =
    typed.trim() === ''
      ? null
      : claim
        ? { type: claim.type, value: claim.value, ...(claim.source ? { source: claim.source } : {}) }
        : { type, value: typed.trim(), ...(type === 'ExternalId' && source.trim() ? { source: source.trim() } : {}) }
  // What a person claims was normalised when it was claimed.
  const valid = claim !== undefined || (identifier !== null && tryNormalise(identifier, defaultRegion) !== undefined)
  return { claims, claim, type, identifier, valid }
}

/** Lets the person have what the interaction came by; a failure is said, and the interaction stays recorded. */
async function learn(contactId: string, interactionId: string): Promise<void> {
  await client
    .call('people.learn', { contactId, interactionId })
    .catch((error: unknown) => showFailure('Recorded, but not remembered.', error))
}
