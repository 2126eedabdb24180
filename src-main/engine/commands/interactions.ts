// Recording interactions: each with the person it belongs to, who may be new.
// Invariant: recording the same conversation twice records it once; the contact id on it is never rewritten by merges.

import { ScvError } from '@shared/errors'
import type { Identifier } from '@shared/model/identifier'
import { type ContactId, type InteractionId, NO_CONTACT, type Stamp } from '@shared/model/ids'
import { type InteractionInput, interactionInputSchema, isSession } from '@shared/model/interaction'
import { SESSION_EVENTS_MAX } from '@shared/model/limits'
import { tryNormalise } from '@shared/model/normalise'
import type { LaterField, StatedField } from '@shared/model/views'
import { activityAt, typeRank } from '../documents/contact'
import { identifierId, interactionId, newContactId, newConversationId } from '../documents/ids'
import {
  factsNow,
  type InteractionDocument,
  type InteractionFacts,
  LATER_FACTS,
  stepsBeside,
  type UnreadIdentifier,
} from '../documents/interaction'
import { withoutUndefined } from '../documents/join'
import { current, joinRegisters, write } from '../documents/register'
import { laterStamp } from '../documents/stamp'
import { wellFormed } from '../documents/well-formed'
import { refusalOf } from '../issues'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import { idsLookedUp, inOrder, type Resolved, resolve } from '../resolution'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { claim, loadIdentifiers } from './claiming'
import { newContact } from './fields'
import { learnRepeated } from './learning'

/** Interactions in one commit, at most: keeps each commit short. */
const COMMIT_MAX = 200

export interface Recorded {
  interactionId: InteractionId
  contactId: ContactId
  /** Whether a contact was made for it. */
  created: boolean
  /** What decided; absent when it was recorded before. */
  resolved?: Resolved
  /** What this telling added to an interaction that was recorded before, and what of it was known otherwise. */
  added: LaterField[]
  known: StatedField[]
  /** Identifiers that a telling of it again made its contact's. */
  learnt?: Identifier[]
}

/** Whose an interaction is, by the word of its recorder. */
export type Whose = { contactId: ContactId } | 'new'

/**
 * Checks an interaction, and reads its identifiers; those that are none are kept as they were sent.
 * @throws ScvError `invalid_input`, `too_many`
 */
function readInteraction(input: unknown, region: string) {
  const parsed = interactionInputSchema.safeParse(input)
  if (!parsed.success) throw refusalOf(parsed.error, 'The interaction')
  // Nothing is refused for an identifier.
  const identifiers = wellFormed(parsed.data.identifiers)
  const { identifiers: _given, startedAt, endedAt, events, channel, ...rest } = parsed.data
  if (events && !isSession(channel))
    throw new ScvError('invalid_input', 'Only web and app sessions have events.', { field: 'events' })
  if (endedAt !== undefined && Date.parse(endedAt) < Date.parse(startedAt))
    throw new ScvError('invalid_input', 'An interaction cannot end before it starts.', { field: 'endedAt' })
  const read = identifiers.map((one) => tryNormalise(one, region))
  const unread = identifiers.flatMap(({ source, ...one }, i): UnreadIdentifier[] =>
    read[i] ? [] : [{ ...one, ...(source === undefined ? {} : { source }) }],
  )
  return {
    ...rest,
    channel,
    ...(events ? { events } : {}),
    startedAt: new Date(startedAt).toISOString(),
    ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
    identifiers: inOrder(read.filter((one) => one !== undefined)),
    ...(unread.length > 0 ? { unread } : {}),
  }
}

type Read = ReturnType<typeof readInteraction>

/** Adds to an interaction, from its being recorded again, what was not known the first time. What is known stays. */
function addRepeated(
  work: UnitOfWork,
  document: InteractionDocument,
  repeated: Read,
): Pick<Recorded, 'added' | 'known'> {
  const added: LaterField[] = []
  const known: StatedField[] = []
  if (document.erased) return { added, known }
  const facts = factsNow(document)
  const later = { ...document.later }
  const offer = (name: LaterField, value: string | undefined, before: string | null | undefined, add: () => void) => {
    if (value === undefined || value === '' || value === before) return
    if (before !== undefined && before !== null && before !== '') return void known.push(name)
    add()
    added.push(name)
  }
  for (const name of LATER_FACTS)
    offer(name, repeated[name], facts[name], () => {
      later[name] = write(later[name], repeated[name] ?? null, work.stamp, work.by)
    })
  let { wrapUp } = document
  offer('wrapUp', repeated.wrapUp, current(wrapUp)?.v, () => {
    wrapUp = write(wrapUp, repeated.wrapUp ?? null, work.stamp, work.by)
  })
  for (const name of ['channel', 'direction', 'startedAt'] as const)
    if (repeated[name] !== facts[name]) known.push(name)
  const steps = stepsBeside(repeated.events ?? [], facts.events ?? [])
  // All or none: which of them were left out could not be told.
  if (steps.length + (facts.events?.length ?? 0) > SESSION_EVENTS_MAX) known.push('events')
  else if (steps.length > 0) {
    later.events = joinRegisters([{ v: steps, t: work.stamp, b: work.by }], later.events)
    added.push('events')
  }
  if (added.length > 0)
    work.put('interactions', {
      ...document,
      ...(wrapUp ? { wrapUp } : {}),
      ...(Object.keys(later).length > 0 ? { later } : {}),
    })
  return { added, known }
}

export function interactionCommands({ views, settings, execute, executeTogether }: Runtime) {
  /** Decides and writes one interaction; also for the sample data and the API, many in one work. */
  async function recordIn(work: UnitOfWork, input: Read, stamp: Stamp = work.stamp, whose?: Whose): Promise<Recorded> {
    const { wrapUp, conversationId = newConversationId(), communicationId, identifiers, ...facts } = input
    const id = interactionId(conversationId, communicationId)
    const known = await work.get('interactions', id)
    if (known) {
      const link = current(known.link)?.v
      const owner = typeof link === 'string' ? (views.interactionOwner(id) ?? link) : NO_CONTACT
      const contactId = views.person(owner)?.id ?? owner
      const learnt = await learnRepeated(views, work, known, contactId, input.identifiers)
      const now = (await work.get('interactions', id)) ?? known
      const { added, known: otherwise } = addRepeated(work, now, input)
      return {
        interactionId: id,
        contactId: learnt.contactId,
        created: false,
        added: [...learnt.added, ...added],
        known: [...learnt.known, ...otherwise],
        learnt: learnt.claimed,
      }
    }
    const resolved = resolve(views, identifiers)
    const { by } = work
    const activity = activityAt(Date.parse(facts.startedAt), laterStamp(stamp, work.stamp))
    const named = whose !== undefined && whose !== 'new' ? whose.contactId : undefined
    if (named !== undefined) livingPerson(views, named)
    let contactId = whose === undefined ? resolved.decision?.claim.person.id : named
    const created = contactId === undefined
    if (contactId === undefined) {
      const contact = newContact(work, newContactId(work.stamp), resolved.newType, 'interaction', {}, stamp)
      work.put('contacts', { ...contact, lastActivity: activity })
      contactId = contact.id
    } else {
      const head = await work.get('contacts', contactId)
      const gains = named === undefined && resolved.free.some((identifier) => identifier.type !== 'Cookie')
      const rises = gains && head && typeRank(head.type.value) < typeRank('Identified')
      if (head)
        work.put('contacts', {
          ...head,
          ...(rises ? { type: { value: 'Identified' as const, at: stamp, by } } : {}),
          lastActivity: Math.max(head.lastActivity, activity),
        })
    }
    // Of a person who was named, what it came by is learnt only when it is said so.
    const claims = named === undefined ? resolved.free : []
    await loadIdentifiers(work, claims.map(identifierId))
    for (const identifier of claims) await claim(work, contactId, identifier, 'interaction', { at: stamp })
    const stored = { ...facts, at: stamp, by, conversationId, communicationId, identifiers }
    work.put('interactions', {
      id,
      facts: withoutUndefined(stored) as InteractionFacts,
      link: [{ v: contactId, t: stamp, b: by }],
      ...(wrapUp ? { wrapUp: [{ v: wrapUp, t: stamp, b: by }] } : {}),
    })
    return { interactionId: id, contactId, created, resolved, added: [], known: [] }
  }

  return {
    recordIn,

    /**
     * Records an interaction and resolves it; an unknown person gets an Identified or Ephemeral contact.
     * Telling of one again adds what was not known. An identifier that cannot be read refuses nothing: it is kept as sent.
     * @param whose the person it is of, whatever it came by, or that it is of a new person
     * @throws ScvError `forbidden`, `invalid_input`, `too_many`; with a person named `not_found`, `deleted`, `erased`, `expired`
     */
    async record(actor: Actor, input: InteractionInput, whose?: Whose): Promise<Recorded> {
      requirePermission(actor, 'externalContacts:conversation:associate')
      const read = readInteraction(input, settings().defaultRegion)
      // Tellings of one conversation one after the other: the later one adds to what the earlier has made.
      const { conversationId, communicationId } = read
      const concerns = {
        reads: idsLookedUp(read.identifiers),
        writes: read.identifiers.map(identifierId),
        tells: conversationId === undefined ? undefined : interactionId(conversationId, communicationId),
      }
      if (whose !== undefined) return execute(actor, (work) => recordIn(work, read, work.stamp, whose))
      return executeTogether(actor, concerns, (work) => recordIn(work, read))
    },

    /**
     * Records many in as few commits as their order allows: one that may depend on another waits for its commit.
     * @param stamp when each counts as recorded; a past moment for what is carried over from elsewhere
     * @throws ScvError as `record`; what was committed before stays
     */
    async recordMany(actor: Actor, inputs: readonly { input: InteractionInput; stamp?: Stamp }[]): Promise<Recorded[]> {
      requirePermission(actor, 'externalContacts:conversation:associate')
      const region = settings().defaultRegion
      const rest = inputs.map(({ input, stamp }) => ({ read: readInteraction(input, region), stamp }))
      const recorded: Recorded[] = []
      while (recorded.length < rest.length) {
        const batch = await execute(actor, async (work) => {
          const done: Recorded[] = []
          const pending = new Set<string>() // identifiers this commit claims, which the views do not show yet
          for (const { read, stamp } of rest.slice(recorded.length, recorded.length + COMMIT_MAX)) {
            if (idsLookedUp(read.identifiers).some((id) => pending.has(id))) break
            done.push(await recordIn(work, read, stamp))
            for (const id of read.identifiers.map(identifierId)) if (views.claimsOn(id, 1).length === 0) pending.add(id)
          }
          return done
        })
        recorded.push(...batch)
      }
      return recorded
    },
  }
}
