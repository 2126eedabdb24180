// Random commands as data: drawn, pointed at what exists, and carried out by the engine.
// Invariant: a command names contacts and merges by a place on a ring and takes what stands next to it, so that leaving
// commands out of a sequence changes little of what the others mean.

import { ScvError } from '@shared/errors'
import type { Identifier } from '@shared/model/identifier'
import fc from 'fast-check'
import { CERTAINTIES, type Certainty } from '../../../src-main/duplicates/certainty'
import type { Engine } from '../../../src-main/engine'
import {
  asContactId,
  asInteractionId,
  asMergeId,
  type ContactId,
  type InteractionId,
  type MergeId,
  NO_CONTACT,
} from '../../../src-shared/model/ids'
import { ann } from '../../support/engine'
import { type Decided, decide } from './deciding'
import {
  changesOf,
  EMAIL_TEXTS,
  FIRST_NAMES,
  IDENTIFIERS,
  LAST_NAMES,
  PHONE_SLOTS,
  PHONE_TEXTS,
  PLAIN,
  RECORDS,
  TITLES,
  TWITTER,
  type Typed,
} from './universe'

/** A command with ids in it. */
export type Command =
  | { kind: 'create'; typed: Typed }
  | { kind: 'update' | 'promote'; id: ContactId; typed: Typed }
  | { kind: 'claim' | 'release'; id: ContactId; identifier: Identifier }
  | { kind: 'remove' | 'restore' | 'erase'; id: ContactId }
  | { kind: 'record'; identifiers: Identifier[]; conversation: string; startedAt: number }
  | { kind: 'link'; interaction: InteractionId; id: ContactId | null }
  | { kind: 'merge'; ids: ContactId[]; choices: Record<string, ContactId> }
  | { kind: 'undo'; merge: string; assignments: Record<string, ContactId> }
  | { kind: 'cannotLink'; a: ContactId; b: ContactId; standing: boolean }
  | { kind: 'putAside'; pairs: { a: ContactId; b: ContactId; certainty: Certainty }[]; aside: boolean }
  | { kind: 'mergeAll'; groups: ContactId[][] }
  | { kind: 'note'; id: ContactId; text: string }
  | { kind: 'split'; id: ContactId; which: number }
  | { kind: 'rejoin'; id: ContactId }
  | { kind: 'import'; rows: Typed[]; onMatch: 'fill' | 'overwrite' | 'skip' }
  | { kind: 'decide'; item: number; choice: number }
  | { kind: 'retention' }
  | { kind: 'restart' }

/** A command that names things by place, how much time passes before it, and the place of what it makes. */
export interface Draft {
  pauseMs: number
  place: number
  draw: Drawn
}

type Drawn =
  | { kind: 'create'; typed: Typed }
  | { kind: 'update' | 'promote'; who: number; typed: Typed }
  | { kind: 'claim' | 'release'; who: number; identifier: Identifier }
  | { kind: 'remove' | 'restore' | 'erase'; who: number }
  | { kind: 'record'; identifiers: Identifier[]; conversation: number; agoMs: number }
  | { kind: 'link'; interaction: number; who: number | null }
  | { kind: 'merge'; who: number[]; choices: [string, number][] }
  | { kind: 'undo'; merge: number; to: number | null }
  | { kind: 'cannotLink'; a: number; b: number; standing: boolean }
  | { kind: 'putAside'; pairs: { a: number; b: number; certainty: Certainty }[]; aside: boolean }
  | { kind: 'mergeAll'; groups: number[][] }
  | { kind: 'note'; who: number; text: string }
  | { kind: 'split'; who: number; which: number }
  | { kind: 'rejoin'; who: number }
  | { kind: 'import'; rows: Typed[]; onMatch: 'fill' | 'overwrite' | 'skip' }
  | { kind: 'decide'; item: number; choice: number }
  | { kind: 'retention' }
  | { kind: 'restart' }

/** What exists that a command can name. */
export interface World {
  contacts: { id: ContactId; place: number }[]
  merges: { id: MergeId; place: number; inputs: ContactId[] }[]
  interactions: { id: InteractionId; place: number }[]
  count: number
}

export const emptyWorld = (): World => ({ contacts: [], merges: [], interactions: [], count: 0 })

const HOUR = 3_600_000
const DAY = 24 * HOUR

const textOf = (field: string) => {
  if (field === 'firstName') return fc.constantFrom(...FIRST_NAMES)
  if (field === 'lastName') return fc.constantFrom(...LAST_NAMES)
  if (field === 'title') return fc.constantFrom(...TITLES)
  if (field === 'twitterId') return fc.constantFrom(...TWITTER)
  if (PHONE_SLOTS.includes(field)) return fc.constantFrom(...PHONE_TEXTS)
  return fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...EMAIL_TEXTS) }, fc.constant('not an address'))
}

/** How often a field is named: free slots make merges interesting, so not all are filled. */
const RARE = new Set(['homePhone', 'otherPhone', 'otherEmail', 'title', 'twitterId'])

function typed(emptying: boolean): fc.Arbitrary<Typed> {
  const fields = Object.fromEntries(
    PLAIN.map((field) => {
      const named = emptying
        ? fc.oneof({ weight: 3, arbitrary: textOf(field) }, { weight: 1, arbitrary: fc.constant(null) })
        : textOf(field)
      return [field, fc.option(named, { nil: undefined, freq: RARE.has(field) ? 1 : 2 })]
    }),
  )
  return fc
    .record({
      fields: fc
        .record(fields)
        .map((all) => Object.fromEntries(Object.entries(all).filter(([, v]) => v !== undefined))),
      records: fc.option(fc.uniqueArray(fc.constantFrom(...RECORDS), { maxLength: 2 }), { nil: undefined, freq: 1 }),
    })
    .map(({ fields: named, records }) => ({ fields: named, ...(records ? { records } : {}) }) as Typed)
}

const fewFields = typed(true).map(({ fields, records }): Typed => {
  const all = Object.entries(fields)
  const some = all.filter((_, i) => (i * 7 + all.length) % 3 === 0)
  return { fields: Object.fromEntries(some), ...(records && some.length < 2 ? { records } : {}) }
})
const row = typed(false).map(({ fields, records }): Typed => {
  const { firstName = FIRST_NAMES[0], ...rest } = fields
  return { fields: { firstName, ...rest } as Typed['fields'], ...(records?.length ? { records } : {}) }
})

const RING = 10_000
const who = fc.nat(RING - 1)

/** The first thing at or after a place of the ring. */
function at<T extends { place: number }>(things: readonly T[], place: number): T | undefined {
  const distance = (thing: T) => (thing.place - place + RING) % RING
  return things.length === 0 ? undefined : things.reduce((a, b) => (distance(b) < distance(a) ? b : a))
}
const identifier = fc.constantFrom(...IDENTIFIERS)

const drawn: fc.Arbitrary<Drawn> = fc.oneof(
  { weight: 14, arbitrary: typed(false).map((t): Drawn => ({ kind: 'create', typed: t })) },
  {
    weight: 14,
    arbitrary: fc.record({ kind: fc.constant('update' as const), who, typed: fewFields }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('promote' as const), who, typed: fewFields }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('claim' as const), who, identifier }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('release' as const), who, identifier }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('remove' as const), who }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('restore' as const), who }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const), who }) },
  {
    weight: 18,
    arbitrary: fc.record({
      kind: fc.constant('record' as const),
      identifiers: fc.uniqueArray(identifier, { maxLength: 3 }),
      conversation: fc.nat(60),
      agoMs: fc.oneof(fc.constant(0), fc.nat(40 * DAY)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('link' as const), interaction: who, who: fc.option(who, { freq: 4 }) }),
  },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('merge' as const),
      who: fc.array(who, { minLength: 1, maxLength: 5 }),
      choices: fc.array(fc.tuple(fc.constantFrom(...PLAIN, 'externalIds'), fc.nat(5)), { maxLength: 3 }),
    }),
  },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('undo' as const),
      merge: who,
      to: fc.option(fc.nat(4), { freq: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cannotLink' as const), a: who, b: who, standing: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('putAside' as const),
      pairs: fc.array(fc.record({ a: who, b: who, certainty: fc.constantFrom(...CERTAINTIES) }), {
        minLength: 1,
        maxLength: 2,
      }),
      aside: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('mergeAll' as const),
      groups: fc.array(fc.array(who, { minLength: 2, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('note' as const), who, text: fc.constantFrom('called', 'wants a quote') }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('import' as const),
      rows: fc.array(row, { minLength: 1, maxLength: 3 }),
      onMatch: fc.constantFrom('fill' as const, 'overwrite' as const, 'skip' as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('decide' as const), item: fc.nat(50), choice: fc.nat(11) }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'retention' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
)

/** Taking apart is compared by what it keeps on devices that meet, not by the model. */
const drawnWithSplits: fc.Arbitrary<Drawn> = fc.oneof(
  { weight: 20, arbitrary: drawn },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('split' as const), who, which: fc.nat(2 ** 20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('rejoin' as const), who }) },
)

const pauseMs = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 12, arbitrary: fc.nat(10 * 60_000) },
  { weight: 2, arbitrary: fc.nat(30 * DAY) },
)

export const draft: fc.Arbitrary<Draft> = fc.record({ pauseMs, place: who, draw: drawn })
export const drafts = (maxLength = 200): fc.Arbitrary<Draft[]> => fc.array(draft, { maxLength, size: 'max' })

/** With people taken apart and put together, for worlds that are judged by what devices show, not by the model. */
export const draftWithSplits: fc.Arbitrary<Draft> = fc.record({ pauseMs, place: who, draw: drawnWithSplits })
export const draftsWithSplits = (maxLength: number): fc.Arbitrary<Draft[]> =>
  fc.array(draftWithSplits, { maxLength, size: 'max' })

/** Points a draft at what exists. @returns undefined when it needs something that does not exist yet */
export function pointAt({ draw }: Draft, world: World, now: number): Command | undefined {
  const { contacts, merges, interactions } = world
  // One in fifty points at nobody.
  const contact = (n: number) => (n % 50 === 49 ? asContactId('nobody') : at(contacts, n)?.id)
  switch (draw.kind) {
    case 'create':
    case 'import':
    case 'decide':
    case 'retention':
    case 'restart':
      return draw
    case 'update':
    case 'promote': {
      const id = contact(draw.who)
      return id === undefined ? undefined : { kind: draw.kind, id: asContactId(id), typed: draw.typed }
    }
    case 'claim':
    case 'release': {
      const id = contact(draw.who)
      return id === undefined ? undefined : { kind: draw.kind, id: asContactId(id), identifier: draw.identifier }
    }
    case 'split': {
      const id = contact(draw.who)
      return id === undefined ? undefined : { kind: 'split', id: asContactId(id), which: draw.which }
    }
    case 'rejoin':
    case 'remove':
    case 'restore':
    case 'erase': {
      const id = contact(draw.who)
      return id === undefined ? undefined : { kind: draw.kind, id: asContactId(id) }
    }
    case 'note': {
      const id = contact(draw.who)
      return id === undefined ? undefined : { kind: 'note', id: asContactId(id), text: `${draw.text} ${world.count}` }
    }
    case 'record':
      return {
        kind: 'record',
        identifiers: draw.identifiers,
        conversation: `conversation-${draw.conversation}`,
        startedAt: now - draw.agoMs,
      }
    case 'link': {
      const interaction = at(interactions, draw.interaction)?.id
      const id = draw.who === null ? null : contact(draw.who)
      return interaction === undefined || id === undefined ? undefined : { kind: 'link', interaction, id }
    }
    case 'merge': {
      const ids = draw.who.flatMap((n) => contact(n) ?? [])
      const choices = Object.fromEntries(
        draw.choices.flatMap(([field, n]) => (ids[n % 6] ? [[field, ids[n % 6] ?? NO_CONTACT]] : [])),
      )
      return ids.length === 0 ? undefined : { kind: 'merge', ids, choices }
    }
    case 'undo': {
      const merge = at(merges, draw.merge)
      if (!merge) return undefined
      const to = draw.to === null ? undefined : merge.inputs[draw.to % merge.inputs.length]
      const assignments =
        to === undefined ? {} : Object.fromEntries([...PLAIN, 'externalIds', 'notes'].map((key) => [key, to]))
      return { kind: 'undo', merge: merge.id, assignments }
    }
    case 'cannotLink': {
      const [a, b] = [contact(draw.a), contact(draw.b)]
      return a === undefined || b === undefined
        ? undefined
        : { kind: 'cannotLink', a: asContactId(a), b: asContactId(b), standing: draw.standing }
    }
    case 'putAside': {
      const pairs = draw.pairs.flatMap(({ certainty, ...pair }) => {
        const [a, b] = [contact(pair.a), contact(pair.b)]
        return a === undefined || b === undefined ? [] : [{ a, b, certainty }]
      })
      return pairs.length === 0 ? undefined : { kind: 'putAside', pairs, aside: draw.aside }
    }
    case 'mergeAll': {
      const groups = draw.groups.map((group) => group.flatMap((n) => contact(n) ?? []))
      return contacts.length === 0 ? undefined : { kind: 'mergeAll', groups }
    }
  }
}

/** What a command came to. */
export interface Outcome {
  /** Why it was refused. */
  code?: string
  /** The contact it made or acted on. */
  id?: string
  created?: boolean
  mergeId?: MergeId
  ids?: string[]
  /** Each merge of several: its result, and of what. */
  merged?: { id: ContactId; mergeId: MergeId; ids: string[] }[]
  decided?: Decided
  rows?: { verdict: string; id?: string; created: boolean; disputes: number }[]
}

/** Carries a command out; a refusal is an outcome, anything else thrown is a defect. */
export async function carryOut(engine: Engine, command: Command): Promise<Outcome> {
  try {
    return await call(engine, command)
  } catch (error) {
    if (error instanceof ScvError && error.code !== 'internal') return { code: error.code }
    throw error
  }
}

async function call(engine: Engine, command: Command): Promise<Outcome> {
  switch (command.kind) {
    case 'create':
      return { id: await engine.contacts.create(ann, changesOf(command.typed)), created: true }
    case 'update':
      return { id: await engine.contacts.update(ann, command.id, changesOf(command.typed)) }
    case 'promote':
      return { id: await engine.contacts.promote(ann, command.id, changesOf(command.typed)) }
    case 'claim':
      await engine.identifiers.claim(ann, command.id, command.identifier)
      return {}
    case 'release':
      await engine.identifiers.release(ann, command.id, command.identifier)
      return {}
    case 'remove':
      return { id: await engine.contacts.remove(ann, command.id) }
    case 'restore':
      return { id: await engine.contacts.restore(ann, command.id) }
    case 'erase':
      return { ids: await engine.erasure.erase(ann, command.id) }
    case 'record': {
      const { contactId, created, interactionId } = await engine.interactions.record(ann, {
        conversationId: command.conversation,
        channel: 'voice',
        startedAt: new Date(command.startedAt).toISOString(),
        identifiers: command.identifiers,
      })
      return { id: contactId, created, ids: [interactionId] }
    }
    case 'link':
      await engine.interactions.link(ann, command.interaction, command.id)
      return {}
    case 'merge': {
      const { contactId, mergeId } = await engine.merges.merge(ann, {
        contactIds: command.ids,
        choices: command.choices,
        reason: 'same person',
      })
      const { mergedFrom } = await engine.queries.person(contactId)
      return { id: contactId, mergeId, ids: mergedFrom ?? [], created: true }
    }
    case 'undo':
      return { ids: await engine.merges.undo(ann, asMergeId(command.merge), command.assignments) }
    case 'cannotLink':
      await engine.merges.cannotLink(ann, command.a, command.b, command.standing, 'twins')
      return {}
    case 'putAside':
      await engine.duplicates.putAside(ann, command.pairs, command.aside)
      return {}
    case 'mergeAll': {
      const made = await engine.duplicates.mergeAll(ann, command.groups, 'the same people')
      const merged = command.groups.map(async ([one = NO_CONTACT], i) => {
        const merge = (await engine.queries.merges(one)).find(({ id }) => id === made[i])
        return merge ? [{ id: merge.resultId, mergeId: merge.id, ids: merge.inputs.map(({ id }) => id) }] : []
      })
      return { merged: (await Promise.all(merged)).flat() }
    }
    case 'note':
      await engine.contacts.addNote(ann, command.id, command.text)
      return {}
    case 'split': {
      const { things } = await engine.splits.splitPreview(ann, { contactId: command.id, placed: [] })
      const placed = things.flatMap(({ id, kind }, i) => {
        const drawn = (command.which >> (i % 20)) % 4
        const both = drawn === 3 && (kind === 'identifier' || kind === 'value')
        return drawn === 0 ? [] : [{ id, side: both ? ('both' as const) : ('moves' as const) }]
      })
      const { newContactId } = await engine.splits.split(ann, { contactId: command.id, placed, reason: 'two people' })
      return { id: newContactId, created: true }
    }
    case 'rejoin': {
      const id = await engine.splits.rejoin(ann, command.id, {}, 'one person')
      const [merge] = await engine.queries.merges(id)
      return merge ? { id, mergeId: merge.id, ids: merge.inputs.map((input) => input.id), created: true } : { id }
    }
    case 'import': {
      const session = engine.importer(ann).begin({ onMatch: command.onMatch })
      const verdicts = await session.apply(
        command.rows.map((typed, i) => ({ row: i + 1, input: changesOf(typed) as never })),
      )
      await session.end({ fileName: 'people.csv', counts: { rows: command.rows.length }, cancelled: false })
      return {
        rows: verdicts.map(({ verdict, contactId, disputes }) => ({
          verdict,
          ...(contactId === undefined ? {} : { id: contactId }),
          created: verdict === 'create',
          disputes: disputes.length,
        })),
      }
    }
    case 'decide':
      return decide(engine, command.item, command.choice)
    case 'retention':
      return { ids: (await engine.retention.run(ann)).expired }
    case 'restart':
      return {}
  }
}

/** Takes note of what a command made. */
export function remember(world: World, { place }: Draft, command: Command, outcome: Outcome): void {
  world.count += 1
  const add = <Id extends string>(things: { id: Id; place: number }[], id: Id | undefined, i = 0) => {
    if (id !== undefined && id !== '' && !things.some((thing) => thing.id === id))
      things.push({ id, place: (place + i * 997) % RING })
  }
  if (outcome.code !== undefined) return
  add(world.contacts, outcome.id === undefined ? undefined : asContactId(outcome.id))
  for (const [i, made] of (outcome.rows ?? []).entries())
    add(world.contacts, made.id === undefined ? undefined : asContactId(made.id), i)
  for (const [i, { id, mergeId, ids }] of (outcome.merged ?? []).entries()) {
    add(world.contacts, id, i)
    world.merges.push({ id: mergeId, place: (place + i * 997) % RING, inputs: ids.map(asContactId) })
  }
  if (command.kind === 'record') for (const id of outcome.ids ?? []) add(world.interactions, asInteractionId(id))
  if (
    (command.kind === 'merge' || command.kind === 'rejoin' || command.kind === 'decide') &&
    outcome.mergeId !== undefined
  )
    world.merges.push({ id: outcome.mergeId, place, inputs: (outcome.ids ?? []).map(asContactId) })
}
