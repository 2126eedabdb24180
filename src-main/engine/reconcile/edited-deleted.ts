// A deletion, and what others did to the same person without knowing of it. A person in the bin stays there; one who
// was merged with others lives.

import { asContactId, NO_STAMP, type Stamp } from '@shared/model/ids'
import { BIN_MS, removeIn, restoreIn } from '../commands/bin'
import { review } from '../commands/reviewing'
import { anyKnew, deletionsOf, latestPerDevice } from '../derive/knowledge'
import type { Person } from '../derive/person'
import type { ContactDocument } from '../documents/contact'
import { type Entry, writerOf } from '../documents/register'
import { laterStamp, stampDevice, stampMs } from '../documents/stamp'
import type { PersonRow, Views } from '../ports'
import { type Choice, type Describe, type Source, side } from './item'
import { counted, fieldName, listed, quoted, recordName } from './words'

export const describeEditedDeleted: Describe = async ({ id: item, subject: [named = '', stamp] }, source) => {
  const recordId = asContactId(named)
  const { views } = source
  const person = views.person(recordId)
  const row = views.personRow(recordId)
  const record = views.contact(recordId)
  const deletion = record?.deleted?.find(({ t }) => t === stamp)
  if (!person || !row || !record || !deletion) return undefined
  const deletedBy = { at: deletion.t, by: deletion.b }
  if (person.status === 'deleted') {
    const apart = await doneApart(source, person, record)
    return {
      subject: row.name,
      people: [person.id],
      sides: [
        side('deleted', row, quoted(row.name), deletedBy, true),
        ...apart.map(({ what, at, by }) => side('edited', row, what, { at, by }, false)),
      ],
      choices: [
        ...bringBack(source, person, row, deletion),
        {
          decision: 'keep',
          effect: `${quoted(row.name)} stays in the bin. What was done meanwhile is kept with it, and this is not listed again unless more turns up.`,
          async run(work, reason) {
            const stamps = latestPerDevice(apart.map((one) => one.at))
            await review(work, 'reviewed', item, [...stamps, ...person.members], reason)
            return person.id
          },
        },
      ],
    }
  }
  const standing = views.setOf(recordId)?.merges ?? []
  const apart = standing.filter((merge) => !anyKnew([deletion], merge.at))
  // What was merged apart may be undone, and others that were joined with it may still hold the set together.
  const merges = apart.length > 0 ? apart : standing
  const documents = await source.load(
    'merges',
    merges.map((merge) => merge.id),
  )
  const name = recordName(views, recordId)
  return {
    subject: row.name,
    people: [person.id],
    sides: [
      ...[...documents.values()].map((merge) =>
        side('merged', row, listed(merge.inputs.map((id) => recordName(views, id))), merge, true),
      ),
      side('deleted', row, name, deletedBy, false),
    ],
    choices: [
      {
        decision: 'keep',
        effect: `${quoted(row.name)} stays, together with ${name}, which was deleted before that was known.`,
        async run(work, reason) {
          await review(work, 'reviewed', item, person.members, reason)
          return person.id
        },
      },
      deletePerson(views, person, row),
    ],
  }
}

/** What a user did: a field edited, an interaction recorded; or all of it in one line. */
interface Done {
  what: string
  at: Stamp
  by: string
}

/** What others did to a deleted person, not known to the deleter: one line per person and device, latest first. */
async function doneApart({ views, load }: Source, person: Person, record: ContactDocument): Promise<Done[]> {
  const deletions = deletionsOf(record)
  const apart = (stamp: Stamp) => stamp !== '' && !anyKnew(deletions, stamp)
  const edits = person.members
    .flatMap((id) => views.contact(id) ?? [])
    .flatMap(({ created, type, fields }): Done[] => [
      ...Object.entries(fields).flatMap(([key, register]) =>
        register.map((entry) => ({ what: fieldName(key), at: entry.t, by: writerOf(entry) })),
      ),
      ...(type.at === created.at ? [] : [{ what: `made ${type.value}`, at: type.at, by: type.by }]),
    ])
  const recorded = views.interactionsOf(person.members).filter((row) => apart(row.recorded))
  const [interactions, notes] = await Promise.all([
    load(
      'interactions',
      recorded.map((row) => row.id),
    ),
    load('notes', views.noteIds(person.members)),
  ])
  const done = [
    ...edits,
    ...[...interactions.values()].map(({ facts: { at, by, channel } }) => ({
      what: `an interaction (${channel})`,
      at,
      by,
    })),
    ...[...notes.values()].map(({ created }) => ({ what: 'a note', ...created })),
  ].filter((one) => apart(one.at))
  const byHand = Map.groupBy(done, ({ by, at }) => `${by} ${stampDevice(at)}`)
  return [...byHand.values()]
    .map((all) => ({
      what: listed([...new Set(all.map((one) => one.what))].sort()),
      at: all.map((one) => one.at).reduce(laterStamp, NO_STAMP),
      by: all[0]?.by ?? '',
    }))
    .sort((a, b) => (a.at < b.at ? 1 : -1))
}

/** Offered as long as the bin keeps them. */
function bringBack({ views, clock }: Source, person: Person, row: PersonRow, deletion: Entry<boolean>): Choice[] {
  if (stampMs(deletion.t) < clock.now() - BIN_MS) return []
  const elsewhere = new Set(
    views
      .claimsBy(person.members)
      .filter(({ identifier }) => views.claimsOn(identifier.id, 1).length > 0)
      .map(({ identifier }) => identifier.id),
  )
  const gone =
    elsewhere.size === 0
      ? ''
      : ` ${counted(elsewhere.size, 'number or address', 'numbers and addresses')} went to others meanwhile.`
  return [
    {
      decision: 'restore-person',
      effect: `${quoted(row.name)} comes out of the bin, with all that was done meanwhile.${gone}`,
      run: (work, reason) => restoreIn(views, work, person.id, reason),
    },
  ]
}

function deletePerson(views: Views, person: Person, row: PersonRow): Choice {
  const next = views.claimsBy(person.members).filter(({ identifier }) => {
    const others = views.claimsOn(identifier.id).filter((claim) => claim.person.id !== person.id)
    return others.length > 0
  })
  const passed = new Set(next.map(({ identifier }) => identifier.id)).size
  const passes =
    passed === 0
      ? ''
      : ` ${counted(passed, 'number or address', 'numbers and addresses')} of theirs will pass to the next who has them.`
  return {
    decision: 'delete-person',
    effect: `${quoted(row.name)} goes to the bin as a whole, ${counted(person.members.length, 'record')}, and can be restored for 30 days.${passes}`,
    run: (work, reason) => removeIn(views, work, person.id, reason),
  }
}
