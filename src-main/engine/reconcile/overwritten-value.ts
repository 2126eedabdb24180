// A value that a writer overwrote without having seen it. The later one stands; one click writes the other again.

import { displayIdentifier } from '@shared/model/display'
import { asContactId, asMergeId, type ContactId, type ItemId, type Stamp } from '@shared/model/ids'
import { EXTERNAL_IDS_MAX } from '@shared/model/limits'
import { audit } from '../commands/audit'
import { writeRegisters } from '../commands/fields'
import { review } from '../commands/reviewing'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { Person } from '../derive/person'
import { registerOf } from '../documents/contact'
import { fieldOfKey, fieldsOf } from '../documents/fields'
import type { JSONValue } from '../documents/json'
import { current, type Entry, unseen, writerOf } from '../documents/register'
import type { Views } from '../ports'
import { type Choice, type Describe, type Described, side } from './item'
import { fieldName, listed, quoted, recordName, valueText } from './words'

export const describeOverwrittenValue: Describe = async ({ id: item, subject }, source) => {
  const [named = '', key = '', stamp, leftBehindBy] = subject
  const contactId = asContactId(named)
  const { views, load } = source
  const contact = views.contact(contactId)
  const entry = contact && registerOf(contact, key)?.find(({ t }) => t === stamp)
  if (!contact || !entry) return undefined
  const lost = { item, key, entry }
  if (leftBehindBy === undefined) return overwritten(views, views.person(contactId), lost)

  const mergeId = asMergeId(leftBehindBy)
  const merge = (await load('merges', [mergeId])).get(mergeId)
  const undone = current(merge?.undone)
  if (!merge || !undone) return undefined
  const people = new Map(merge.inputs.flatMap((id) => views.person(id) ?? []).map((one) => [one.id, one]))
  const living = [...people.values()].filter((one) => one.status === 'active')
  const names = listed(merge.inputs.map((id) => recordName(views, id)))
  const seen = unseen(registerOf(contact, key) ?? []).map(({ t }) => t)
  return {
    subject: valueText(entry.v),
    field: fieldOfKey(key),
    people: [...people.keys()],
    sides: [
      side('merged', undefined, `took back the merge of ${names}`, { at: undone.t, by: undone.b }, true),
      side('wrote', undefined, valueText(entry.v), { at: entry.t, by: writerOf(entry) }, false),
    ],
    choices: [
      ...living.flatMap((person) => restore(views, person, lost, { target: person.id, alsoSeen: seen })),
      keep(
        lost,
        [contactId, ...people.keys()],
        merge.inputs[0] ?? contactId,
        `Nobody gets ${quoted(valueText(entry.v))}.`,
      ),
    ],
  }
}

interface Lost {
  item: ItemId
  key: string
  entry: Entry
}

function overwritten(views: Views, person: Person | undefined, lost: Lost): Described | undefined {
  const now = person?.values.get(lost.key)
  const row = person && views.personRow(person.id)
  if (!person || !row || !now) return undefined
  const { key, entry } = lost
  return {
    subject: valueText(entry.v),
    field: fieldOfKey(key),
    people: [person.id],
    sides: [
      side('wrote', row, valueText(now.v), { at: now.t, by: writerOf(now) }, true),
      side('wrote', row, valueText(entry.v), { at: entry.t, by: writerOf(entry) }, false),
    ],
    choices: [
      ...restore(views, person, lost, {}),
      keep(
        lost,
        person.members,
        person.id,
        now.v === null ? `The field stays empty.` : `${quoted(valueText(now.v))} stays.`,
      ),
    ],
  }
}

/** Writes the value again. Not offered where it has no room: a contact has so many external ids. */
function restore(
  views: Views,
  person: Person,
  { key, entry }: Lost,
  options: { target?: string; alsoSeen?: readonly Stamp[] },
): Choice[] {
  const { target, alsoSeen = [] } = options
  const value = entry.v as JSONValue
  const before = new Map([...person.values].map(([one, { v }]) => [one, v] as const))
  const after = new Map(before).set(key, entry.v)
  const fields = fieldsOf(after)
  if ((fields.externalIds?.length ?? 0) > EXTERNAL_IDS_MAX) return []
  const former = before.get(key) ?? null
  const replaced =
    former === null
      ? `${quoted(valueText(value))} is written as ${fieldName(key)} of ${quoted(person.displayName)}.`
      : `${quoted(valueText(value))} takes the place of ${quoted(valueText(former))} as ${fieldName(key)} of ${quoted(person.displayName)}; ${quoted(valueText(former))} stays readable as an earlier value.`
  return [
    {
      decision: 'restore-value',
      ...(target === undefined ? {} : { target }),
      effect: `${replaced}${claimsTold(views, person, before, after)}`,
      async run(work, reason) {
        const changed = await writeRegisters(work, person, new Map([[key, value]]), 'field', { alsoSeen })
        audit(work, 'update', [person.id], { reason, details: { fields: changed.length } })
        return person.id
      },
    },
  ]
}

/** What becomes of identifiers when values change: as `writeRegisters` claims and releases, by difference. */
function claimsTold(
  views: Views,
  person: Person,
  before: ReadonlyMap<string, Entry['v']>,
  after: ReadonlyMap<string, Entry['v']>,
): string {
  const [held, wanted] = [mirroredIdentifiers(fieldsOf(before)), mirroredIdentifiers(fieldsOf(after))]
  const gained = [...wanted].filter(([id]) => !held.has(id))
  const given = [...held].filter(([id]) => !wanted.has(id))
  return [
    ...gained.map(([id, identifier]) => {
      const holder = views.claimsOn(id).find((claim) => claim.person.id !== person.id)
      const text = quoted(displayIdentifier(identifier))
      return holder
        ? ` ${text} belongs to ${quoted(holder.person.name)}; this person would be next.`
        : ` Whoever comes by ${text} is this person.`
    }),
    ...given.map(([, identifier]) => ` ${quoted(displayIdentifier(identifier))} is given up.`),
  ].join('')
}

function keep({ item, entry }: Lost, seen: readonly string[], contactId: ContactId, what: string): Choice {
  return {
    decision: 'keep',
    effect: `${what} ${quoted(valueText(entry.v))} stays readable as an earlier value and can be put back from there.`,
    async run(work, reason) {
      await review(work, 'reviewed', item, seen, reason)
      return contactId
    },
  }
}
