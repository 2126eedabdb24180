// What the form of an interaction begins with: a channel and an identifier of the person that fit each other, and now.

import { CHANNELS, type Channel } from '@shared/model/interaction'
import type { ClaimView, PersonView } from '@shared/model/views'
import { TYPES_OF_CHANNEL } from '../format/infer-identifier'
import { toLocalInput } from '../format/locale'
import type { RecordFrom } from '../state/navigation'

/** A person's identifier that a channel can come by: one that points to them first. */
export function identifierFor(channel: Channel, person: PersonView | null): ClaimView | undefined {
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
export function firstValues(from: RecordFrom, person: PersonView | null) {
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
