// Taking a person apart who was stitched from two by resolution: a new contact takes identifiers, values of fields, notes and
// interactions. A merge is undone instead; what this does is put together again by `rejoining.ts`.
// Invariant: nothing is rewritten. Claims are released and made, what hangs on the person is tied to the new contact by registers,
// and a value that moves leaves what stood there before it, so that both people show their own.
import type { SplitSide } from '@shared/contract/splitting'
import { ScvError } from '@shared/errors'
import type { ContactChanges } from '@shared/model/contact'
import { isKnownToPeople } from '@shared/model/identifier'
import type { ContactId, IdentifierId } from '@shared/model/ids'
import {
  MERGE_SET_MAX,
  SPLIT_IDENTIFIERS_MAX,
  SPLIT_INTERACTIONS_MAX,
  SPLIT_NOTES_MAX,
  SPLIT_THINGS_MAX,
  SPLIT_VALUES_MAX,
} from '@shared/model/limits'
import { standingClaims } from '../derive/claims'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { Person } from '../derive/person'
import { suggestSplit } from '../derive/split-suggestion'
import {
  entriesOf,
  type IdentifierThing,
  identifierThings,
  interactionThings,
  type KnownThing,
  noteThings,
  valueThings,
} from '../derive/split-things'
import { canonicalJson } from '../documents/canonical-json'
import type { ContactDocument } from '../documents/contact'
import { currentValues, fieldsOf, registerChanges } from '../documents/fields'
import { itemId, newContactId } from '../documents/ids'
import type { JSONValue } from '../documents/json'
import { carriedOver, current, type Entry, joinRegisters, type Register, write } from '../documents/register'
import { readChanges } from '../input'
import { livingPerson } from '../people'
import { type Actor, type Permission, requirePermission } from '../permissions'
import type { ClaimOfContact, Views } from '../ports'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { claim, loadIdentifiers, release } from './claiming'
import { checkCustomFields } from './contact-schemas'
import { tieIn } from './correcting'
import { newContact, writeRegisters } from './fields'
import { settleNeverMerge } from './merging'
import { personOf } from './person-in-work'
import { review } from './reviewing'

/** What taking apart needs. */
export const SPLIT_NEEDS: readonly Permission[] = [
  'externalContacts:identity:merge',
  'externalContacts:contact:add',
  'externalContacts:contact:edit',
  'externalContacts:conversation:associate',
]

/** What it shows of a person beforehand. */
export const SPLIT_SHOWS: readonly Permission[] = [
  'externalContacts:contact:view',
  'externalContacts:conversation:viewAll',
  'externalContacts:session:view',
]

interface Placed {
  /** As `KnownThing.id`. */
  id: string
  side: SplitSide
}

export interface SplitRequest {
  contactId: ContactId
  /** Where things go, in the order in which they were placed. What is not named stays. */
  placed: readonly Placed[]
  /** What is not named goes where it is suggested, instead of staying. */
  follow?: boolean | undefined
  /** What is typed of the other person: it stands above what moves. */
  contact?: ContactChanges | undefined
  reason?: string | undefined
}

export interface SplitPreview {
  person: Person
  things: KnownThing[]
  sides: Map<string, SplitSide>
  /** Conversations before those that are among the things: so many. They stay. */
  earlier: number
  /** The two people as they would be; undefined while nothing moves. */
  result: { stays: Person; moves: Person } | undefined
}

interface Known {
  person: Person
  members: ContactDocument[]
  things: KnownThing[]
  claims: Map<IdentifierId, ClaimOfContact>
  earlier: number
}

/** Everything that is known of a person, as a command has left it. */
async function thingsOf(views: Views, work: UnitOfWork, person: Person): Promise<Known> {
  const members = [...(await work.load('contacts', person.members)).values()]
  const claims = new Map<IdentifierId, ClaimOfContact>()
  for (const one of views.claimsBy(person.members)) {
    const known = claims.get(one.identifier.id)
    if (isKnownToPeople(one.identifier) && !(known && known.since <= one.since)) claims.set(one.identifier.id, one)
  }
  const rows = views.interactionsOf(person.members)
  const latest = rows.slice(-SPLIT_INTERACTIONS_MAX).map(({ id }) => id)
  const noteIds = views.noteIds(person.members).slice(0, SPLIT_NOTES_MAX)
  return {
    person,
    members,
    claims,
    things: [
      ...identifierThings([...claims.values()].slice(0, SPLIT_IDENTIFIERS_MAX)),
      ...valueThings(members).slice(0, SPLIT_VALUES_MAX),
      ...noteThings((await work.load('notes', noteIds)).values()),
      ...interactionThings((await work.load('interactions', latest)).values()),
    ],
    earlier: rows.length - latest.length,
  }
}

/** Where everything goes. @throws ScvError `not_found`, `invalid_input`, `too_many` */
function sidesOf(things: readonly KnownThing[], placed: readonly Placed[], follow: boolean): Map<string, SplitSide> {
  if (placed.length > SPLIT_THINGS_MAX)
    throw new ScvError('too_many', `At most ${SPLIT_THINGS_MAX} things are placed at once.`, { field: 'placed' })
  const known = new Map(things.map((thing) => [thing.id, thing]))
  const wanted = new Map<string, SplitSide>()
  placed.forEach(({ id, side }, i) => {
    const thing = known.get(id)
    if (!thing)
      throw new ScvError('not_found', 'This person has no such thing, or not any more. Look at them again.', {
        field: `placed.${i}`,
      })
    if (side === 'both' && (thing.kind === 'note' || thing.kind === 'interaction'))
      throw new ScvError('invalid_input', 'A note or a conversation is of one person.', { field: `placed.${i}` })
    wanted.set(id, side)
  })
  if (!follow) return new Map(things.map(({ id }) => [id, wanted.get(id) ?? 'stays']))
  return suggestInOrder(things, [...wanted])
}

/** As many of the latest placings as are followed one by one, so that a correction changes little of what was suggested before. */
const STEPS = 6

function suggestInOrder(things: readonly KnownThing[], placed: readonly (readonly [string, SplitSide])[]) {
  let suggested: Map<string, SplitSide> | undefined
  for (let n = Math.max(1, placed.length - STEPS + 1); n <= placed.length; n += 1)
    suggested = suggestSplit(things, new Map(placed.slice(0, n)), suggested)
  return suggested ?? suggestSplit(things, new Map())
}

/** What goes to the new contact of one field, and what the person has there afterwards; undefined: what they had. */
function dividedField(entries: Register, moving: ReadonlySet<string>, copied: ReadonlySet<string>) {
  const text = ({ v }: Entry) => canonicalJson(v)
  const gets = entries.filter((entry) => entry.v !== null && (moving.has(text(entry)) || copied.has(text(entry))))
  const now = current(entries)
  const leaves =
    now && moving.has(text(now)) ? (entries.find((entry) => !moving.has(text(entry)))?.v ?? null) : undefined
  return { gets, leaves }
}

/** Entries as the new contact has them: each knows the one before it. */
function asHistory(entries: Register, by: string): Register {
  const oldestFirst = [...entries].reverse()
  return oldestFirst.reduce<Register>((history, { p: _p, ...entry }) => {
    const before = history[0]
    return joinRegisters(carriedOver([{ ...entry, ...(before ? { p: [before.t] } : {}) }], by), history)
  }, [])
}

/** What of the fields goes where. */
function divideFields({ members, things }: Known, sides: ReadonlyMap<string, SplitSide>, by: string) {
  const fields = new Map<string, Register>()
  const leaves = new Map<string, JSONValue | null>()
  const values = things.filter((thing) => thing.kind === 'value')
  for (const key of new Set(values.map((value) => value.key))) {
    const on = (side: SplitSide) =>
      new Set(
        values.flatMap(({ key: own, id, entry }) =>
          own === key && sides.get(id) === side ? [canonicalJson(entry.v)] : [],
        ),
      )
    const divided = dividedField(entriesOf(members, key), on('moves'), on('both'))
    if (divided.gets.length > 0) fields.set(key, asHistory(divided.gets, by))
    if (divided.leaves !== undefined) leaves.set(key, divided.leaves)
  }
  return { fields, leaves }
}

/** @throws ScvError `invalid_input` */
function checkDivision(things: readonly KnownThing[], sides: ReadonlyMap<string, SplitSide>): void {
  if (things.every(({ id }) => sides.get(id) === 'stays'))
    throw new ScvError('invalid_input', 'Nothing goes to the other person. Choose what is theirs.', { field: 'placed' })
  if (things.every(({ id }) => sides.get(id) === 'moves'))
    throw new ScvError('invalid_input', 'Everything goes to the other person. Something has to stay.', {
      field: 'placed',
    })
}

/** The identifiers that are claimed for the new contact, and whether the person keeps them as well. */
function claimsToMake(known: Known, sides: ReadonlyMap<string, SplitSide>, contact: ContactDocument) {
  const chosen = known.things.filter((thing): thing is IdentifierThing => thing.kind === 'identifier')
  const wanted = new Map(
    chosen.flatMap(({ id, identifierId, identifier }) => {
      const side = sides.get(id)
      return side === 'moves' || side === 'both' ? [[identifierId, { identifier, side }] as const] : []
    }),
  )
  for (const [id, identifier] of mirroredIdentifiers(fieldsOf(currentValues(contact.fields))))
    if (!wanted.has(id)) wanted.set(id, { identifier, side: 'both' })
  return wanted
}

async function divideClaims(
  views: Views,
  work: UnitOfWork,
  known: Known,
  sides: ReadonlyMap<string, SplitSide>,
  contact: ContactDocument,
): Promise<number> {
  const { person, claims } = known
  const wanted = claimsToMake(known, sides, contact)
  await loadIdentifiers(work, wanted.keys())
  for (const [id, { identifier, side }] of wanted) {
    const former = claims.get(id)
    if (side === 'moves') await release(work, person.members, id)
    // A value that moves has taken its identifier along by now.
    const document = await work.get('identifiers', id)
    const isKept =
      document !== undefined && standingClaims(document).some((one) => person.members.includes(one.contactId))
    const moved = former !== undefined && !isKept
    await claim(work, contact.id, identifier, former?.via ?? 'field', moved ? { since: former.since } : {})
    if (!isKept) continue
    const sharing = views.claimsOn(id).flatMap((one) => views.setOf(one.contactId)?.members ?? [one.contactId])
    await review(work, 'shared-identifier', itemId('dispute', [id]), [...sharing, contact.id], undefined)
  }
  return wanted.size
}

/** Ties notes and conversations to the new contact. */
async function tieAll(
  views: Views,
  work: UnitOfWork,
  moving: readonly KnownThing[],
  contactId: ContactId,
): Promise<{ notes: number; interactions: number }> {
  const tied = { notes: 0, interactions: 0 }
  for (const thing of moving) {
    if (thing.kind === 'note') {
      const { note } = thing
      work.put('notes', { ...note, link: write(note.link, contactId, work.stamp, work.by) })
      tied.notes += 1
    } else if (thing.kind === 'interaction') {
      await tieIn(views, work, thing.interaction.id, contactId)
      tied.interactions += 1
    }
  }
  return tied
}

/** What the new contact is: what people keep, unless it is known by nothing but what it came by. */
function typeOf(person: Person, fields: number, moving: readonly KnownThing[]): ContactDocument['type']['value'] {
  if (person.type === 'Curated' || fields > 0) return 'Curated'
  const isKnown = moving.some((thing) => thing.kind === 'identifier' && thing.identifier.type !== 'Cookie')
  return isKnown ? 'Identified' : 'Ephemeral'
}

/** The new contact, before anything is claimed for it or tied to it. */
async function contactOf(
  work: UnitOfWork,
  person: Person,
  moved: ReadonlyMap<string, Register>,
  typed: ReadonlyMap<string, JSONValue | null>,
  moving: readonly KnownThing[],
): Promise<ContactDocument> {
  const fields = new Map(moved)
  for (const [key, value] of typed)
    if (value !== null) fields.set(key, write(fields.get(key), value, work.stamp, work.by))
  const type = typeOf(person, fields.size, moving)
  const contact = newContact(work, newContactId(work.stamp), type, 'person', {})
  return { ...contact, created: { ...contact.created, from: person.id }, fields: Object.fromEntries(fields) }
}

/**
 * Takes a person apart in a command's work.
 * @returns the new contact's id
 */
async function splitIn(
  deciding: Pick<Runtime, 'views' | 'settings'>,
  work: UnitOfWork,
  known: Known,
  sides: ReadonlyMap<string, SplitSide>,
  { contact: given, reason }: Pick<SplitRequest, 'contact' | 'reason'>,
): Promise<ContactId> {
  const { views, settings } = deciding
  const { person, things } = known
  const typed = registerChanges(readChanges(given ?? {}, settings().defaultRegion), new Map())
  await checkCustomFields(work, new Map(), typed)
  const moving = things.filter(({ id }) => sides.get(id) === 'moves')
  const { fields, leaves } = divideFields(known, sides, work.by)
  const contact = await contactOf(work, person, fields, typed, moving)
  work.put('contacts', contact)
  await writeRegisters(work, person, leaves, 'field')
  const identifiers = await divideClaims(views, work, known, sides, contact)
  const tied = await tieAll(views, work, moving, contact.id)
  await settleNeverMerge(work, [person.id, contact.id], true)
  const details = { change: 'split', identifiers, values: fields.size, ...tied }
  audit(work, 'link', [person.id, contact.id], { reason, details })
  return contact.id
}

export function splitCommands({ views, settings, execute, dryRun }: Runtime) {
  /** A person who can be taken apart so that it can be taken back. @throws ScvError `merge_set_too_large`, and as `livingPerson` */
  function divisible(contactId: ContactId): Person {
    const person = livingPerson(views, contactId)
    const setSize = person.members.length + 2
    if (setSize > MERGE_SET_MAX)
      throw new ScvError(
        'merge_set_too_large',
        `This person is made of so many records that taking them apart could not be taken back: at most ${MERGE_SET_MAX} fit.`,
        { field: 'contactId', details: { setSize } },
      )
    return person
  }

  return {
    /**
     * What a person is known by, where each thing is suggested to go, and the two people that would be; writes nothing.
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `erased`, `expired`, `invalid_input`, `invalid_email`, `too_many`,
     *   `merge_set_too_large`
     */
    async splitPreview(actor: Actor, request: SplitRequest): Promise<SplitPreview> {
      for (const needed of [...SPLIT_NEEDS, ...SPLIT_SHOWS]) requirePermission(actor, needed)
      return dryRun(actor, async (work) => {
        const known = await thingsOf(views, work, divisible(request.contactId))
        const { person, things, earlier } = known
        const sides = sidesOf(things, request.placed, request.follow ?? true)
        const preview = { person, things, sides, earlier, result: undefined }
        if (![...sides.values()].some((side) => side !== 'stays')) return preview
        const madeId = await splitIn({ views, settings }, work, known, sides, request)
        const [stays, moves] = [
          await personOf(work, person.members, views.setOf(person.id)?.merges ?? []),
          await personOf(work, [madeId], []),
        ]
        return { ...preview, result: stays && moves ? { stays, moves } : undefined }
      })
    },

    /**
     * Takes a person apart: a new contact takes what is placed there, or is suggested to follow it.
     * @returns the person, and the new contact
     * @throws ScvError as `splitPreview`
     */
    async split(actor: Actor, request: SplitRequest): Promise<{ contactId: ContactId; newContactId: ContactId }> {
      for (const needed of SPLIT_NEEDS) requirePermission(actor, needed)
      return execute(actor, async (work) => {
        const known = await thingsOf(views, work, divisible(request.contactId))
        const sides = sidesOf(known.things, request.placed, request.follow ?? false)
        checkDivision(known.things, sides)
        const made = await splitIn({ views, settings }, work, known, sides, request)
        return { contactId: known.person.id, newContactId: made }
      })
    },
  }
}
