// Recording an interaction: it is resolved, and its teller hears to which person and why, the same through both doors.
// Invariant: whatever of what was told could not be taken as told is in the warnings.
import type { ContactId } from '@shared/model/ids'
import type { InteractionInput } from '@shared/model/interaction'
import { SESSION_EVENTS_MAX } from '@shared/model/limits'
import type { InteractionView, LaterField, RecordingWarning, ResolutionReason, StatedField } from '@shared/model/views'
import type { Engine } from '../engine'
import type { Whose } from '../engine/commands/interactions'
import { reasonOf } from '../engine/queries/journey'
import type { Resolved } from '../engine/resolution'
import type { Caller } from './caller'

/** Clocks of different systems differ by so much without being wrong. */
const CLOCK_TOLERANCE_MS = 5 * 60_000

const NOTHING: Resolved = { free: [], elsewhere: [], newType: 'Ephemeral' }

export interface RecordedInteraction {
  interaction: InteractionView
  /** The contact it was tied to when it was recorded. */
  contactId: ContactId
  created: boolean
  /** Recorded now, not told of again. */
  isNew: boolean
  /** Why, as the teller may know it. */
  reason: ResolutionReason
  /** Why, for those who may view contacts. */
  resolution: ResolutionReason
  /** What a telling of a known interaction added. */
  added: LaterField[]
  warnings: RecordingWarning[]
}

/** @param now corrected wall clock in ms @throws ScvError as the engine's `interactions.record` */
export async function recordInteraction(
  engine: Engine,
  { actor }: Caller,
  told: InteractionInput,
  now: number,
  whose?: Whose,
): Promise<RecordedInteraction> {
  const early = endsBeforeItStarts(told)
  const { endedAt: _end, ...begun } = told
  const input = early ? begun : told
  const recorded = await engine.interactions.record(actor(), input, whose)
  const { interactionId, contactId, created, resolved, added, known, learnt = [] } = recorded
  const interaction = await engine.queries.interaction(interactionId)
  // Told of again, what it came by is claimed already, or stays unclaimed.
  const resolution = resolved
    ? reasonOf(resolved)
    : {
        ...engine.queries.resolution(input.identifiers).reason,
        claimed: reasonOf({ ...NOTHING, free: learnt }).claimed,
      }
  const { permissions } = actor()
  return {
    // Recorded now it holds what its teller said; told of again, what others said as well.
    interaction:
      resolved !== undefined || permissions.has('externalContacts:conversation:viewAll')
        ? interaction
        : bare(interaction),
    contactId,
    created,
    isNew: resolved !== undefined,
    reason: permissions.has('externalContacts:contact:view') ? resolution : withoutNames(resolution),
    resolution,
    added,
    warnings: [
      ...unreadWarnings(engine, input, interaction.unread ?? []),
      ...clockWarnings(input, now),
      ...(early ? [ENDED_EARLY] : []),
      ...known.map(knownOtherwise),
    ],
  }
}

/** Clocks of two systems may say so; the interaction took place all the same. */
const endsBeforeItStarts = ({ startedAt, endedAt }: InteractionInput) =>
  endedAt !== undefined && Date.parse(endedAt) < Date.parse(startedAt)
const ENDED_EARLY: RecordingWarning = {
  code: 'ended_before_start',
  field: 'endedAt',
  message:
    'endedAt lies before startedAt: the clocks of two systems differ. It was left out; tell it again to add the end.',
}

/** @param kept what is kept as it was sent when the interaction was recorded */
function unreadWarnings(
  engine: Engine,
  { identifiers }: InteractionInput,
  kept: readonly { value: string }[],
): RecordingWarning[] {
  const isKept = (value: string) => kept.some((one) => one.value === value)
  return identifiers.flatMap((one, i) =>
    engine.queries.isIdentifier(one)
      ? []
      : [
          {
            code: 'unread_identifier',
            field: `identifiers.${i}.value` as const,
            message: `“${one.value}” cannot be read as an identifier of type ${one.type}. ${isKept(one.value) ? 'It is kept as sent; no contact is found by it' : 'Told again, it is not kept'}.`,
          },
        ],
  )
}

function clockWarnings({ startedAt, endedAt }: InteractionInput, now: number): RecordingWarning[] {
  const moments = [['startedAt', startedAt] as const, ['endedAt', endedAt] as const]
  return moments.flatMap(([field, moment]) =>
    moment !== undefined && Date.parse(moment) > now + CLOCK_TOLERANCE_MS
      ? [
          {
            code: 'future_moment',
            field,
            message: `${field} lies in the future: the clock of the system that tells of it, or of this one, is wrong. It is recorded as told, and keeps nobody longer than if it were now.`,
          },
        ]
      : [],
  )
}

const NOT_ADDED: Partial<Record<StatedField, string>> = {
  identifiers: 'Not all identifiers could be added: another contact holds them, or a person has decided whose it is.',
  events: `A session has at most ${SESSION_EVENTS_MAX} events: none of these was added.`,
}
const knownOtherwise = (field: StatedField): RecordingWarning => ({
  code: 'known_otherwise',
  field,
  message: NOT_ADDED[field] ?? `${field} was told differently before. What was recorded first stays.`,
})

/** That there is such an interaction, and none of what was said in or of it. */
function bare(interaction: InteractionView): InteractionView {
  const { id, channel, direction, startedAt, contactId, recordedBy } = interaction
  const { conversationId, communicationId } = interaction
  return {
    id,
    conversationId,
    channel,
    direction,
    startedAt,
    contactId,
    recordedBy,
    identifiers: [],
    ...(communicationId === undefined ? {} : { communicationId }),
  }
}

const withoutNames = (reason: ResolutionReason): ResolutionReason => ({
  ...reason,
  heldByOthers: reason.heldByOthers.map((one) => ({ ...one, holder: { ...one.holder, displayName: '' } })),
})
