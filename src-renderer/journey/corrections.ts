// What a correction of interactions changes, and what takes it back.
// Invariant: only what was changed in the form is sent, so that a value of each of several stays its own.
import type { ScvContract } from '@shared/contract'
import type { InputOf } from '@shared/ipc/contract'
import type { InteractionView } from '@shared/model/views'

export type Correction = InputOf<ScvContract['interactions.correct']>['corrections'][number]
export type CorrectionValues = Record<'contactId' | 'name' | 'note' | 'wrapUp' | 'ids', string>

/** What the form begins with: of one its note and end; of several nothing, and what stays empty stays as it is. */
export function firstValues(interactions: readonly InteractionView[]): CorrectionValues {
  const [one] = interactions
  const only = interactions.length === 1 ? one : undefined
  return {
    ids: interactions.map(({ id }) => id).join(' '),
    contactId: '',
    name: '',
    note: only?.note ?? '',
    wrapUp: only?.wrapUp ?? '',
  }
}

/** What of each interaction the form changes; empty: nothing. */
export function corrections(interactions: readonly InteractionView[], values: CorrectionValues): Correction[] {
  const start = firstValues(interactions)
  const text = (name: 'note' | 'wrapUp') =>
    values[name].trim() === start[name].trim() ? {} : { [name]: values[name].trim() }
  const change = {
    ...(values.contactId === '' ? {} : { contactId: values.contactId }),
    ...text('note'),
    ...text('wrapUp'),
  }
  return Object.keys(change).length === 0 ? [] : interactions.map(({ id }) => ({ interactionId: id, ...change }))
}

/** What makes of corrected interactions what they were before. */
export function formerly(interactions: readonly InteractionView[], made: readonly Correction[]): Correction[] {
  return made.flatMap((correction) => {
    const before = interactions.find(({ id }) => id === correction.interactionId)
    if (!before) return []
    return {
      interactionId: before.id,
      ...(correction.contactId === undefined ? {} : { contactId: before.contactId }),
      ...(correction.note === undefined ? {} : { note: before.note ?? '' }),
      ...(correction.wrapUp === undefined ? {} : { wrapUp: before.wrapUp ?? '' }),
    }
  })
}
