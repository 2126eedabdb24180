// What is known of a person as things that can be told apart: identifiers, values of fields with those that stood there before,
// notes, and interactions.
// Invariant: a thing's id says what it is and nothing of what it holds; each value stands once, with the latest stamp it has.
import type { Identifier } from '@shared/model/identifier'
import type { IdentifierId, InteractionId, NoteId, Stamp } from '@shared/model/ids'
import { canonicalJson } from '../documents/canonical-json'
import { type ContactDocument, registerOf } from '../documents/contact'
import { fieldsOf } from '../documents/fields'
import { identifierId } from '../documents/ids'
import { factsNow, type InteractionDocument } from '../documents/interaction'
import type { JSONValue } from '../documents/json'
import type { NoteDocument } from '../documents/note'
import { current, type Entry, joinRegisters } from '../documents/register'
import { stampMs } from '../documents/stamp'
import { mirroredIdentifiers } from './mirrored'
import type { SplitThing } from './split-suggestion'

export interface IdentifierThing extends SplitThing {
  kind: 'identifier'
  identifierId: IdentifierId
  identifier: Identifier
  by: string
}
export interface ValueThing extends SplitThing {
  kind: 'value'
  key: string
  entry: Entry
  isCurrent: boolean
}
export interface NoteThing extends SplitThing {
  kind: 'note'
  note: NoteDocument
}
export interface InteractionThing extends SplitThing {
  kind: 'interaction'
  interaction: InteractionDocument
}
export type KnownThing = IdentifierThing | ValueThing | NoteThing | InteractionThing

const identifierThingId = (id: IdentifierId): string => `identifier:${id}`
const valueThingId = (key: string, stamp: Stamp): string => `value:${key}:${stamp}`
const noteThingId = (id: NoteId): string => `note:${id}`
const interactionThingId = (id: InteractionId): string => `interaction:${id}`

/** A person's claim on an identifier, the earliest of their records. */
export interface OwnClaim {
  identifier: Identifier & { id: IdentifierId }
  since: Stamp
  by: string
}

const NAME_PARTS: ReadonlySet<string> = new Set(['firstName', 'middleName', 'lastName'])
const NUMBER_LIKE = /^[+\d][\d\s().-]*$/

/** What is read in an identifier: a name often stands in an address or a handle. */
function wordsIn({ type, value }: Identifier): string {
  if (type === 'Email') return value.slice(0, value.lastIndexOf('@'))
  return type === 'Phone' || type === 'Cookie' || NUMBER_LIKE.test(value) ? '' : value
}

/** The texts in a value, but for numbers and addresses, which are identifiers. */
function textsIn(value: JSONValue | null): string[] {
  if (typeof value === 'string') return value.includes('@') || NUMBER_LIKE.test(value) ? [] : [value]
  return value !== null && typeof value === 'object'
    ? Object.values(value).flatMap((one) => textsIn(one as JSONValue))
    : []
}

export function identifierThings(claims: readonly OwnClaim[]): IdentifierThing[] {
  return claims.map(({ identifier, since, by }) => ({
    id: identifierThingId(identifier.id),
    kind: 'identifier',
    at: stampMs(since),
    identifiers: [identifier.id],
    text: wordsIn(identifier),
    identifierId: identifier.id,
    identifier,
    by,
  }))
}

/** All entries of a field over the records of a person, newest first. */
export const entriesOf = (members: readonly ContactDocument[], key: string): Entry[] =>
  members.reduce<Entry[]>((all, member) => joinRegisters(all, registerOf(member, key)), [])

export function valueThings(members: readonly ContactDocument[]): ValueThing[] {
  // A merge writes the values of several people at once.
  const merged = new Set(members.flatMap(({ created }) => (created.via === 'merge' ? [created.at] : [])))
  const keys = [...new Set(members.flatMap(({ fields }) => Object.keys(fields)))].sort()
  return keys.flatMap((key) => {
    const entries = entriesOf(members, key)
    const now = current(entries)
    const found = new Map<string, { latest: Entry; first: Entry }>()
    for (const entry of entries) {
      if (entry.v === null) continue
      const text = canonicalJson(entry.v)
      const known = found.get(text)
      if (known) known.first = entry
      else found.set(text, { latest: entry, first: entry })
    }
    const isNow = (entry: Entry) => now !== undefined && canonicalJson(now.v) === canonicalJson(entry.v)
    return [...found.values()].map(({ latest, first }): ValueThing => {
      const identifiers = [...mirroredIdentifiers(fieldsOf([[key, latest.v]])).values()]
      return {
        id: valueThingId(key, latest.t),
        kind: 'value',
        at: stampMs(first.t),
        identifiers: identifiers.map(identifierId),
        text: [...textsIn(latest.v), ...identifiers.map(wordsIn)].join(' '),
        ...(merged.has(first.t) ? {} : { unit: first.t }),
        ...(NAME_PARTS.has(key) ? { namePart: key } : {}),
        key,
        entry: latest,
        isCurrent: isNow(latest),
      }
    })
  })
}

export function noteThings(notes: Iterable<NoteDocument>): NoteThing[] {
  return [...notes].flatMap((note) =>
    note.erased
      ? []
      : [
          {
            id: noteThingId(note.id),
            kind: 'note',
            at: stampMs(note.created.at),
            identifiers: [],
            text: current(note.text)?.v ?? '',
            note,
          } as const,
        ],
  )
}

export function interactionThings(interactions: Iterable<InteractionDocument>): InteractionThing[] {
  return [...interactions].flatMap((interaction) => {
    if (interaction.erased) return []
    const { startedAt, endedAt, identifiers, unread = [], subject, note } = factsNow(interaction)
    const texts = [subject, note, current(interaction.wrapUp)?.v, ...unread.map(({ value }) => value)]
    return [
      {
        id: interactionThingId(interaction.id),
        kind: 'interaction',
        at: Date.parse(startedAt),
        ...(endedAt === undefined ? {} : { until: Date.parse(endedAt) }),
        identifiers: identifiers.map(identifierId),
        text: texts.filter(Boolean).join(' '),
        interaction,
      } as const,
    ]
  })
}
