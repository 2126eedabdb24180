// The reference's filters of conversations: clauses of predicates on dimensions.
// Invariant: a word that is not known here is refused, never read over: it would widen what a caller asked for.
import type { InteractionView } from '@shared/model/views'
import { z } from 'zod'
import { HttpError } from '../errors'
import { type Conversed, DIRECTIONS, PURPOSES } from './conversation'
import { MEDIA_TYPES, MESSAGE_TYPES, mediaOf } from './media'

const predicateSchema = z.strictObject({
  type: z.literal('dimension').nullish(),
  dimension: z.string().max(64),
  operator: z.enum(['matches', 'exists', 'notExists']).nullish(),
  value: z.string().max(1024).nullish(),
})
type Predicate = z.infer<typeof predicateSchema>
const clauseSchema = z.strictObject({ type: z.enum(['and', 'or']), predicates: z.array(predicateSchema).max(200) })
export const filterSchema = z.strictObject({
  type: z.enum(['and', 'or']),
  clauses: z.array(clauseSchema).max(50).nullish(),
  predicates: z.array(predicateSchema).max(200).nullish(),
})
export type Filter = z.infer<typeof filterSchema>

/** Predicates of a query, whatever they stand in: each is asked of each interaction. */
const PREDICATES_MAX = 1000

/** Whose contact an id stands for: the head of its set. */
type CanonicalOf = (contactId: string) => string

interface Dimension {
  /** What an interaction has there; some have several. */
  read: (view: Conversed, canonicalOf: CanonicalOf) => readonly (string | undefined | null)[]
  /** The only values there are. */
  words?: readonly string[]
}

const purposes = ({ agent, queue, wrapUp }: InteractionView) => [
  'customer',
  agent || wrapUp ? 'agent' : undefined,
  queue ? 'acd' : undefined,
]

/** Dimensions that can be asked for. */
const DIMENSIONS: Readonly<Record<string, Dimension>> = {
  externalContactId: { read: ({ contactId }) => [contactId] },
  canonicalExternalContactId: { read: ({ contactId }, of) => [contactId === null ? null : of(contactId)] },
  conversationId: { read: ({ conversationId }) => [conversationId] },
  mediaType: { read: (view) => [mediaOf(view.channel, view.identifiers).mediaType], words: MEDIA_TYPES },
  messageType: { read: (view) => [mediaOf(view.channel, view.identifiers).messageType], words: MESSAGE_TYPES },
  direction: { read: ({ direction }) => [direction], words: DIRECTIONS },
  originatingDirection: { read: ({ direction }) => [direction], words: DIRECTIONS },
  purpose: { read: purposes, words: PURPOSES },
  queueId: { read: ({ queue }) => [queue] },
  userId: { read: ({ agent }) => [agent] },
  wrapUpCode: { read: ({ wrapUp }) => [wrapUp] },
  addressFrom: { read: ({ identifiers }) => identifiers.map(({ value }) => value) },
  divisionId: { read: () => ['home'] },
}

/** @throws ScvError `malformed` */
export function dimensionOf(name: string): Dimension {
  const found = Object.hasOwn(DIMENSIONS, name) ? DIMENSIONS[name] : undefined
  if (found) return found
  const known = Object.keys(DIMENSIONS).join(', ')
  throw new HttpError('malformed', `“${name}” is no dimension known here; there are: ${known}.`, 'dimension')
}

/** What an interaction has in a dimension. */
export const valuesIn = (name: string, view: Conversed, canonicalOf: CanonicalOf): string[] =>
  dimensionOf(name)
    .read(view, canonicalOf)
    .flatMap((value) => value || [])

const predicatesIn = ({ predicates, clauses }: Filter): Predicate[] => [
  ...(predicates ?? []),
  ...(clauses ?? []).flatMap((clause) => clause.predicates),
]

/** @throws HttpError `malformed` for a dimension, or a value of one, that there is not */
export function checkFilters(filters: readonly Filter[]): void {
  if (filters.flatMap(predicatesIn).length > PREDICATES_MAX)
    throw new HttpError('malformed', `At most ${PREDICATES_MAX} predicates in all.`, 'predicates')
  for (const { dimension, operator, value } of filters.flatMap(predicatesIn)) {
    const { words } = dimensionOf(dimension)
    if (operator === 'exists' || operator === 'notExists') continue
    if (value === undefined || value === null)
      throw new HttpError('malformed', `A predicate on ${dimension} needs a value.`, dimension)
    if (words && !words.includes(value))
      throw new HttpError('malformed', `“${value}” is no ${dimension}; there are: ${words.join(', ')}.`, dimension)
  }
}

/** What alone can pass, where filters say so. */
export interface Named {
  contacts: readonly string[]
  /** By any id of the set: all of it. */
  people: readonly string[]
  conversations: readonly string[]
}

function namedByPredicate({ dimension, operator, value }: Predicate): Named | undefined {
  if ((operator ?? 'matches') !== 'matches' || !value) return undefined
  const none = { contacts: [], people: [], conversations: [] }
  if (dimension === 'externalContactId') return { ...none, contacts: [value] }
  if (dimension === 'canonicalExternalContactId') return { ...none, people: [value] }
  return dimension === 'conversationId' ? { ...none, conversations: [value] } : undefined
}

/** Of several that all must hold one suffices; of alternatives each must name some. */
function namedByAll(type: 'and' | 'or', named: readonly (Named | undefined)[]): Named | undefined {
  const known = named.filter((one) => one !== undefined)
  if (type === 'and') return known[0]
  if (known.length < named.length || known.length === 0) return undefined
  return {
    contacts: known.flatMap(({ contacts }) => contacts),
    people: known.flatMap(({ people }) => people),
    conversations: known.flatMap(({ conversations }) => conversations),
  }
}

/** The contacts, people and conversations that filters name; undefined: others may pass as well. */
export function namedBy(filters: readonly Filter[]): Named | undefined {
  const byFilter = filters.map(({ type, clauses, predicates }) =>
    namedByAll(type, [
      ...(predicates ?? []).map(namedByPredicate),
      ...(clauses ?? []).map((clause) => namedByAll(clause.type, clause.predicates.map(namedByPredicate))),
    ]),
  )
  return namedByAll('and', byFilter)
}

/** Whether filters let everything pass. */
export const passAll = (filters: readonly Filter[]): boolean =>
  filters.every((filter) => predicatesIn(filter).length === 0)

/** Whether an interaction passes a filter. An id of a set stands for all of it where the canonical one is asked for. */
export function passes({ type, clauses, predicates }: Filter, view: Conversed, canonicalOf: CanonicalOf): boolean {
  const answers = [
    ...(predicates ?? []).map((one) => holds(one, view, canonicalOf)),
    ...(clauses ?? []).map((clause) => passes({ type: clause.type, predicates: clause.predicates }, view, canonicalOf)),
  ]
  return answers.length === 0 || (type === 'and' ? answers.every(Boolean) : answers.some(Boolean))
}

function holds({ dimension, operator, value }: Predicate, view: Conversed, canonicalOf: CanonicalOf): boolean {
  const found = valuesIn(dimension, view, canonicalOf)
  if (operator === 'exists') return found.length > 0
  if (operator === 'notExists') return found.length === 0
  return found.includes(dimension === 'canonicalExternalContactId' ? canonicalOf(value ?? '') : (value ?? ''))
}
