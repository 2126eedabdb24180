// Taking back that a person was taken apart. The two are joined under a contact of their own, as a merge does, so that both ids
// go on meaning the person, and it can be taken back like any merge.
// Invariant: without edits since, every field has the value that it had before, and the person claims what they claimed before;
// what was edited since stays readable, and is told beforehand.
import { ScvError } from '@shared/errors'
import type { ContactId, Stamp } from '@shared/model/ids'
import { MERGE_SET_MAX } from '@shared/model/limits'
import type { MergePlan } from '../derive/merge-plan'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { Person } from '../derive/person'
import { entriesOf } from '../derive/split-things'
import { type ContactDocument, joinTypes } from '../documents/contact'
import { fieldOfKey, fieldsOf } from '../documents/fields'
import type { JSONValue } from '../documents/json'
import { current, type Entry, writerOf } from '../documents/register'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { release } from './claiming'
import { type Deciding, settleNeverMerge, writeMerge } from './merging'

/** What was written in a field since the two were taken apart, and whether the one person has it. */
interface EditSince {
  key: string
  value: JSONValue | null
  at: Stamp
  by: string
  /** On which of the two. */
  contactId: ContactId
  taken: boolean
}

export interface Rejoining {
  /** The person that was taken apart, and the one who was taken out of them. */
  people: readonly [Person, Person]
  at: Stamp
  plan: Pick<MergePlan, 'values' | 'type'>
  edits: EditSince[]
  /** Register key → whose value was chosen where both were edited, or the choice is another than what was before. */
  chosen: Map<string, ContactId>
}

type Sides = Readonly<Record<'stayed' | 'taken', { person: Person; members: ContactDocument[] }>>

/** One field of the one person: what stood there before, unless it was edited since. */
function rejoinedField(key: string, { stayed, taken }: Sides, at: Stamp, choice: ContactId | undefined) {
  const entries = entriesOf(stayed.members, key)
  const before = current(entries.filter(({ t }) => t < at))
  const [here, there] = [current(entries), taken.person.values.get(key)]
  const since = [
    { entry: here, person: stayed.person },
    { entry: there, person: taken.person },
  ].flatMap(({ entry, person }) => (entry && entry.t > at ? [{ entry, person }] : []))
  const isOf = (person: Person) => choice !== undefined && person.members.includes(choice)
  const chosen = [stayed, taken].find(({ person }) => isOf(person))?.person
  const own: { entry: Entry | undefined; person: Person } = { entry: before, person: stayed.person }
  const latest = since.sort((a, b) => (a.entry.t < b.entry.t ? 1 : -1))[0]
  // A value that went over goes on there; what each of the two got of its own says nothing of the one person.
  const wentOver = here?.t === at || (before?.v ?? null) === null
  const edited = latest && (latest.person === stayed.person || wentOver) ? latest : undefined
  const winner = chosen
    ? (since.find(({ person }) => person === chosen) ?? { entry: chosen.values.get(key), person: chosen })
    : (edited ?? own)
  return {
    value: winner.entry?.v ?? null,
    from: winner.person.id,
    edits: since.map(
      ({ entry, person }): EditSince => ({
        key,
        value: entry.v,
        at: entry.t,
        by: writerOf(entry),
        contactId: person.id,
        taken: entry === winner.entry,
      }),
    ),
  }
}

/** How the two become one again. @throws ScvError `not_found`, `merge_same_person`, `merge_not_latest`, `merge_set_too_large`, and as `livingPerson` */
async function rejoiningIn(
  { views }: Deciding,
  work: UnitOfWork,
  contactId: ContactId,
  choices: Readonly<Record<string, ContactId>>,
): Promise<Rejoining> {
  const made = await work.get('contacts', contactId)
  const from = made?.created.from
  if (!made || from === undefined)
    throw new ScvError('not_found', 'This contact was not taken out of another one.', { field: 'contactId' })
  const [stayed, taken] = [livingPerson(views, from), livingPerson(views, contactId)]
  if (stayed.id === taken.id)
    throw new ScvError('merge_same_person', 'These two are one person again.', { field: 'contactId' })
  const [later] = views.setOf(contactId)?.merges ?? []
  if (later)
    throw new ScvError('merge_not_latest', 'This contact was merged since. Undo that merge first.', {
      details: { mergeId: later.id },
    })
  const setSize = stayed.members.length + taken.members.length + 1
  if (setSize > MERGE_SET_MAX)
    throw new ScvError('merge_set_too_large', `A person can be made of at most ${MERGE_SET_MAX} records.`, {
      field: 'contactId',
      details: { setSize },
    })
  const documents = async (person: Person) => [...(await work.load('contacts', person.members)).values()]
  const sides: Sides = {
    stayed: { person: stayed, members: await documents(stayed) },
    taken: { person: taken, members: await documents(taken) },
  }
  const values: MergePlan['values'] = new Map()
  const edits: EditSince[] = []
  const chosen = new Map<string, ContactId>()
  for (const key of [...new Set([...stayed.values.keys(), ...taken.values.keys()])].sort()) {
    const kept = taken.values.has(key) ? undefined : stayed.values.get(key)
    const choice = own(choices, key) ?? own(choices, fieldOfKey(key))
    const field = rejoinedField(key, sides, made.created.at, choice)
    edits.push(...field.edits)
    if (kept && kept.t !== made.created.at) values.set(key, { value: kept.v, from: stayed.id, chosen: false, kept })
    else {
      values.set(key, { value: field.value, from: field.from, chosen: true })
      chosen.set(key, field.from)
    }
  }
  const types = [...sides.stayed.members, ...sides.taken.members].map(({ type }) => type)
  return {
    people: [stayed, taken],
    at: made.created.at,
    plan: { values, type: types.reduce(joinTypes).value },
    edits: edits.sort((a, b) => (a.at < b.at ? 1 : -1)),
    chosen,
  }
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined

/** Gives up what the person has by values that came back to them when they were taken apart, and stand in no field any more. */
async function giveUpInterim(work: UnitOfWork, { people: [stayed], at, plan }: Rejoining): Promise<void> {
  const interim = [...stayed.values].filter(([, entry]) => entry.t === at).map(([key, { v }]) => [key, v] as const)
  const final = mirroredIdentifiers(fieldsOf([...plan.values].map(([key, { value }]) => [key, value])))
  for (const id of mirroredIdentifiers(fieldsOf(interim)).keys())
    if (!final.has(id)) await release(work, stayed.members, id)
}

export function rejoinCommands(runtime: Runtime) {
  const { views, execute, dryRun } = runtime
  return {
    /**
     * What taking a split back would give; writes nothing.
     * @param contactId the contact that was taken out
     * @throws ScvError `forbidden`, and as `rejoin`
     */
    async rejoinPreview(
      actor: Actor,
      contactId: ContactId,
      choices: Readonly<Record<string, ContactId>> = {},
    ): Promise<Rejoining> {
      requirePermission(actor, 'externalContacts:identity:merge')
      requirePermission(actor, 'externalContacts:contact:view')
      return dryRun(actor, (work) => rejoiningIn(runtime, work, contactId, choices))
    },

    /**
     * Takes a split back: the two are one person, with what they had before and what came to either since.
     * @param choices of a field that was edited since: whose value the person gets
     * @returns the person's id
     * @throws ScvError `not_found`, `merge_same_person`, `merge_not_latest`, `merge_set_too_large`, `deleted`, `erased`,
     *   `expired`, `forbidden`
     */
    async rejoin(
      actor: Actor,
      contactId: ContactId,
      choices: Readonly<Record<string, ContactId>> = {},
      reason?: string,
    ): Promise<ContactId> {
      requirePermission(actor, 'externalContacts:identity:merge')
      requirePermission(actor, 'externalContacts:contact:edit')
      return execute(actor, async (work) => {
        const rejoining = await rejoiningIn(runtime, work, contactId, choices)
        const { people, plan, chosen } = rejoining
        await giveUpInterim(work, rejoining)
        const [stayed, taken] = people
        for (const x of stayed.members)
          for (const y of taken.members) if (views.cannotLink(x, y)) await settleNeverMerge(work, [x, y], false)
        const details = { change: 'undo-split' }
        const joined = await writeMerge(runtime, work, people, plan, { chosen, reason, details })
        return joined.contactId
      })
    },
  }
}
