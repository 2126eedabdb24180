// Two merges made apart with a record in common: all of them are one person now. Either can be taken back.

import { asMergeId, type ContactId } from '@shared/model/ids'
import { review } from '../commands/reviewing'
import { builtUpon, editsToPlace, laterEdits, setWithout, undoIn } from '../commands/undoing'
import { isStanding, type MergeLink } from '../derive/sets'
import type { MergeDocument } from '../documents/merge'
import type { Views } from '../ports'
import { type Choice, type Describe, side } from './item'
import { counted, fieldName, listed, quoted, recordName } from './words'

export const describeJoinedMerge: Describe = async ({ id: item, subject }, { views, load }) => {
  const merges = [...(await load('merges', subject.map(asMergeId))).values()].filter(isStanding)
  const [a, b] = merges
  const person = a && views.personRow(a.result)
  const shared = a?.inputs.filter((id) => b?.inputs.includes(id))[0]
  if (!a || !b || !person || shared === undefined) return undefined
  const records = views.setOf(person.id)?.members ?? []
  const joined = (merge: MergeLink) => listed(merge.inputs.map((id) => recordName(views, id)))
  const undoing = new Map(merges.map((merge) => undo(views, merge, shared)).map((choice) => [choice.target, choice]))
  return {
    subject: person.name,
    people: [person.id],
    sides: merges
      .sort((x, y) => (x.at < y.at ? 1 : -1))
      .map((merge) => side('merged', person, joined(merge), merge, true)),
    choices: [
      {
        decision: 'keep',
        effect: `${quoted(person.name)} stays one person, made of ${counted(records.length, 'record')}. Each merge can still be undone on the person’s page.`,
        async run(work, reason) {
          await review(work, 'reviewed', item, records, reason)
          return person.id
        },
      },
      ...undoing.values(),
    ],
  }
}

/** Takes a merge back, or first what was built on it since. */
function undo(views: Views, merge: MergeDocument, shared: ContactId): Choice {
  let later: MergeLink | undefined
  for (let next = builtUpon(views, merge); next; next = builtUpon(views, next)) later = next
  const target = later ?? merge
  const edits = editsToPlace(views, laterEdits(views.contact(target.result), target), target)
  // The record that stays with the other merge keeps what was typed since, unless a person says otherwise on the person's page.
  const keeper = target.inputs.find((id) => setWithout(views, target, id).members.includes(shared)) ?? shared
  const since = [
    ...edits.map(({ key }) => fieldName(key)),
    ...(views.noteIds([target.result]).length > 0 ? ['notes'] : []),
  ]
  const to =
    since.length === 0 ? '' : ` What was written since (${listed(since)}) goes to ${recordName(views, keeper)}.`
  const what = listed(target.inputs.map((id) => recordName(views, id)))
  const first = later
    ? `First takes back the later merge of ${what}, which builds on this one; this stays listed.`
    : `Takes back the merge of ${what}.`
  return {
    decision: 'undo-merge',
    target: target.id,
    about: what,
    effect: `${first} ${afterwards(views, target)}${to} Interactions go to whoever has the number or address they came by.`,
    async run(work, reason) {
      const assignments = { ...Object.fromEntries(edits.map(({ key }) => [key, keeper])), notes: keeper }
      await undoIn(views, work, target.id, { assignments, reason })
      return setWithout(views, target, keeper).canonicalId
    },
  }
}

/** Who will be a person of their own, and who stays together. */
function afterwards(views: Views, merge: MergeLink): string {
  const heads = new Map<ContactId, ContactId[]>()
  for (const input of merge.inputs) {
    const { canonicalId } = setWithout(views, merge, input)
    heads.set(canonicalId, [...(heads.get(canonicalId) ?? []), input])
  }
  if (heads.size === 1) return 'They stay one person all the same, by the other merge.'
  return [...heads]
    .map(([head, inputs]) => {
      const others = setWithout(views, merge, head).members.filter((id) => id !== head && !inputs.includes(id))
      const names = listed(inputs.map((id) => recordName(views, id)))
      return others.length === 0
        ? `${names} becomes a person again.`
        : `${names} stays one person with ${listed(originalsOf(views, merge, others).map((id) => recordName(views, id)))}.`
    })
    .join(' ')
}

/** Of some records those that no merge made: what a person knows them by. */
function originalsOf(views: Views, merge: MergeLink, ids: readonly ContactId[]): ContactId[] {
  const made = new Set(views.setOf(merge.result)?.merges.map((one) => one.result))
  const originals = ids.filter((id) => !made.has(id))
  return originals.length > 0 ? originals : [...ids]
}
