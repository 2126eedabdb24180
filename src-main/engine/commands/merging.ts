// Merging contacts under a new canonical one, looking at it first, and taking it back.
// Invariant: a merge writes two documents (the result and the merge) and never touches an input, so undo restores them.

import type { Likeness } from '@shared/contract/merging'
import { ScvError } from '@shared/errors'
import { CONTACT_FIELDS, type ContactChanges } from '@shared/model/contact'
import { displayIdentifier } from '@shared/model/display'
import type { ContactId, MergeId } from '@shared/model/ids'
import { MERGE_INPUTS_MAX, MERGE_INPUTS_MIN, MERGE_SET_MAX } from '@shared/model/limits'
import { contactSchemasIn } from '../derive/contact-schemas'
import { type LikenessFacts, likenessAmong } from '../derive/likeness'
import { type MergePlan, planMerge } from '../derive/merge-plan'
import type { Person } from '../derive/person'
import { CONTACT_SCHEMAS } from '../derive/versioned-settings'
import type { AuditDocument } from '../documents/audit'
import { activityAt, type ContactDocument, registerOf } from '../documents/contact'
import { fieldOfKey, registerChanges } from '../documents/fields'
import { cannotLinkId, newContactId, newMergeId } from '../documents/ids'
import type { JSONValue } from '../documents/json'
import type { MergeDocument } from '../documents/merge'
import { carriedOver, type Entry, joinRegisters, type Register, unseen, write } from '../documents/register'
import { readChanges } from '../input'
import { livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import { storedSettings } from '../stored-settings'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { type ContactSchemas, contactSchemasOf, customFieldsRefusal } from './contact-schemas'
import { claimFields } from './fields'
import {
  editsToPlace,
  type LaterEdit,
  laterEdits,
  laterNotes,
  type UndoPreview,
  undoIn,
  undoPreviewIn,
} from './undoing'

export interface MergeRequest {
  contactIds: readonly ContactId[]
  /** Field (or register key) → contact id whose value wins. */
  choices?: Readonly<Record<string, ContactId>>
  /** Values that stand on the result whatever the contacts have there; empty ones count for nothing. */
  values?: ContactChanges
  reason?: string
}

export interface MergePreview {
  people: Person[]
  plan: MergePlan
  /** Identifiers the set will have, and how many interactions. */
  identifiers: number
  interactions: number
  /** Disputes among the people that the merge settles: identifier ids. */
  settles: string[]
  /** Size of the merge set that results. */
  setSize: number
  /** How alike the people are. */
  likeness: Likeness
}

/** What a merge is decided with. */
export type Deciding = Pick<Runtime, 'views' | 'settings' | 'clock'>

/** Values given with a merge, by register key. @throws ScvError `invalid_input`, `invalid_email`, `too_many` */
function givenValues({ settings }: Deciding, values: ContactChanges | undefined): Map<string, JSONValue | null> {
  const changes = registerChanges(readChanges(values ?? {}, settings().defaultRegion), new Map())
  return new Map([...changes].filter(([, value]) => value !== null))
}

/** @throws ScvError `merge_too_few`, `too_many`, `merge_same_person`, `merge_set_too_large`, `merge_forbidden_pair`, `merge_choice_unknown`, `not_found`, `deleted`, `erased` */
function check(
  { views }: Deciding,
  { contactIds, choices = {} }: MergeRequest,
): { people: Person[]; chosen: Map<string, ContactId> } {
  if (contactIds.length < MERGE_INPUTS_MIN || contactIds.length > MERGE_INPUTS_MAX) {
    const code = contactIds.length < MERGE_INPUTS_MIN ? 'merge_too_few' : 'too_many'
    throw new ScvError(code, `A merge joins ${MERGE_INPUTS_MIN} to ${MERGE_INPUTS_MAX} contacts.`, {
      field: 'contactIds',
    })
  }
  const people = new Map<ContactId, Person>()
  contactIds.forEach((id, i) => {
    const person = livingPerson(views, id, `contactIds.${i}`)
    people.set(person.id, person)
  })
  if (people.size < 2)
    throw new ScvError('merge_same_person', 'These contacts are one person already.', { field: 'contactIds' })
  const list = [...people.values()]
  const setSize = 1 + list.reduce((sum, person) => sum + person.members.length, 0)
  if (setSize > MERGE_SET_MAX)
    throw new ScvError('merge_set_too_large', `A person can be made of at most ${MERGE_SET_MAX} records.`, {
      field: 'contactIds',
      details: { setSize },
    })
  list.forEach((a, i) => {
    for (const b of list.slice(i + 1))
      for (const x of a.members)
        for (const y of b.members)
          if (views.cannotLink(x, y))
            throw new ScvError('merge_forbidden_pair', 'Someone recorded that these two must never be merged.', {
              field: 'contactIds',
              details: { pair: [x, y] },
            })
  })
  const chosen = new Map<string, ContactId>()
  for (const [key, id] of Object.entries(choices)) {
    if (!(CONTACT_FIELDS as readonly string[]).includes(fieldOfKey(key)))
      throw new ScvError('merge_choice_unknown', 'A choice names no field of a contact.', {
        field: `choices.${key}`,
      })
    const from = list.find((person) => person.members.includes(id))
    if (!from)
      throw new ScvError('merge_choice_unknown', 'A chosen value comes from none of these contacts.', {
        field: `choices.${key}`,
      })
    chosen.set(key, from.id)
  }
  return { people: list, chosen }
}

/** What the new contact would have, but for what is given with the merge: that is asked about. */
const plannedValues = ({ values }: MergePlan): Map<string, JSONValue | null> =>
  new Map([...values].flatMap(([key, { value, from }]) => (from === null ? [] : [[key, value]])))

/** What a merge would give. @throws ScvError as `mergeIn` */
export function previewMerge(deciding: Deciding, request: MergeRequest, schemas?: ContactSchemas): MergePreview {
  const { views } = deciding
  const { people, chosen } = check(deciding, request)
  const members = people.flatMap((person) => person.members)
  const claims = views.claimsBy(members)
  const wantedBy = new Map<string, Set<string>>()
  for (const person of people)
    for (const { identifier } of views.claimsBy(person.members))
      wantedBy.set(identifier.id, (wantedBy.get(identifier.id) ?? new Set()).add(person.id))
  const given = givenValues(deciding, request.values)
  const plan = planMerge(people, chosen, given, schemas)
  const refusal = schemas && customFieldsRefusal(schemas, plannedValues(plan), given)
  if (refusal) throw refusal
  return {
    people,
    plan,
    identifiers: new Set(claims.map((one) => one.identifier.id)).size,
    interactions: views.interactionCount(members),
    settles: [...wantedBy].filter(([, owners]) => owners.size > 1).map(([id]) => id),
    setSize: members.length + 1,
    likeness: likenessAmong(people.map((person) => likenessFacts(views, person))),
  }
}

const likenessFacts = (views: Deciding['views'], { id, members, fields }: Person): LikenessFacts => ({
  id,
  fields,
  claims: [...new Map(views.claimsBy(members).map(({ identifier }) => [identifier.id, identifier])).values()].map(
    (identifier) => ({
      id: identifier.id,
      type: identifier.type,
      display: displayIdentifier(identifier),
      people: new Set(views.claimsOn(identifier.id).map((claim) => claim.person.id)).size,
    }),
  ),
})

/**
 * Merges in a command's work.
 * @throws ScvError `merge_too_few`, `too_many`, `merge_same_person`, `merge_set_too_large`, `merge_forbidden_pair`,
 *   `merge_choice_unknown`, `not_found`, `deleted`, `erased`
 */
export async function mergeIn(
  deciding: Deciding,
  work: UnitOfWork,
  request: MergeRequest,
): Promise<{ contactId: ContactId; mergeId: MergeId }> {
  const { people, chosen } = check(deciding, request)
  const given = givenValues(deciding, request.values)
  const schemas = await contactSchemasOf(work)
  const plan = planMerge(people, chosen, given, schemas)
  const refusal = customFieldsRefusal(schemas, plannedValues(plan), given)
  if (refusal) throw refusal
  return writeMerge(deciding, work, people, plan, { chosen, reason: request.reason })
}

/**
 * Joins people by a plan that was made of them.
 * @param how what was chosen, by register key, and what the audit trail tells of it
 */
export async function writeMerge(
  deciding: Deciding,
  work: UnitOfWork,
  people: readonly Person[],
  plan: Pick<MergePlan, 'values' | 'type'>,
  how: {
    chosen: ReadonlyMap<string, ContactId>
    reason: string | undefined
    details?: NonNullable<AuditDocument['details']>
  },
): Promise<{ contactId: ContactId; mergeId: MergeId }> {
  const { chosen, reason, details } = how
  const members = await work.load(
    'contacts',
    people.flatMap((person) => person.members),
  )
  const { stamp, by } = work
  const resultId = newContactId(stamp)
  const fields = new Map<string, Register>()
  const given = new Map<string, Register>()
  // What is given counts as an edit made right after the merge: undoing it asks who gets that, so it is not lost.
  const later = deciding.clock.tick()
  for (const [key, { value, from, kept }] of plan.values) {
    const known = [...members.values()].reduce<Entry[]>(
      (all, member) => joinRegisters(all, registerOf(member, key)),
      [],
    )
    // The merger has seen all there is; what is kept as it was written only says so.
    const seen = [...(kept?.p ?? []), ...unseen(known).flatMap((entry) => (entry.t === kept?.t ? [] : [entry.t]))]
    const written: Entry = kept ?? { v: value, t: from === null ? later : stamp, b: by }
    const register = carriedOver([{ ...written, ...(seen.length > 0 ? { p: seen } : {}) }], by)
    fields.set(key, register)
    if (from === null) given.set(key, register)
  }
  const result: ContactDocument = {
    id: resultId,
    created: { at: stamp, by, via: 'merge' },
    type: { value: plan.type, at: stamp, by },
    fields: Object.fromEntries(fields),
    lastActivity: activityAt(Math.max(...people.map((person) => person.lastActivity)), stamp),
  }
  const inputs = people.map((person) => person.id).sort()
  const builtOn = people.flatMap((person) => deciding.views.setOf(person.id)?.merges.map(({ id }) => id) ?? []).sort()
  const merge: MergeDocument = {
    id: newMergeId(stamp),
    inputs,
    result: resultId,
    at: stamp,
    by,
    choices: Object.fromEntries([...chosen].map(([key, id]) => [fieldOfKey(key), id])),
    ...(builtOn.length > 0 ? { builtOn } : {}),
    ...(reason ? { reason: [{ v: reason, t: stamp, b: by }] } : {}),
  }
  work.put('contacts', result)
  work.put('merges', merge)
  await claimFields(work, { ...result, fields: Object.fromEntries(given) }, 'field', later)
  audit(work, 'merge', [resultId, ...inputs], {
    subjectId: merge.id,
    reason,
    ...(details ? { details } : {}),
  })
  return { contactId: resultId, mergeId: merge.id }
}

/** Writes that two records must never be merged, or may be again. */
export async function settleNeverMerge(
  work: UnitOfWork,
  [x, y]: readonly [ContactId, ContactId],
  standing: boolean,
  reason?: string,
): Promise<void> {
  const id = cannotLinkId(x, y)
  const known = await work.get('decisions', id)
  const why = reason ? write(known?.reason, reason, work.stamp, work.by) : known?.reason
  work.put('decisions', {
    ...(known ?? { id, kind: 'cannot-link' as const, subjects: [x, y].sort() }),
    standing: write(known?.standing, standing, work.stamp, work.by),
    ...(why ? { reason: why } : {}),
  })
}

export function mergeCommands(runtime: Runtime) {
  const { views, execute, dryRun } = runtime
  return {
    /** What a merge would give; writes nothing. @throws ScvError as `merge` */
    async preview(actor: Actor, request: MergeRequest): Promise<MergePreview> {
      requirePermission(actor, 'externalContacts:identity:merge')
      await views.settle()
      return previewMerge(runtime, request, contactSchemasIn(await storedSettings(runtime.store, CONTACT_SCHEMAS)))
    },

    /**
     * Joins 2 to 25 contacts under a new canonical one. An ancestor's id means its canonical.
     * @throws ScvError `forbidden`, `merge_too_few`, `too_many`, `merge_same_person`, `merge_set_too_large`, `merge_forbidden_pair`,
     *   `merge_choice_unknown`, `not_found`, `deleted`, `erased`
     */
    async merge(actor: Actor, request: MergeRequest): Promise<{ contactId: ContactId; mergeId: MergeId }> {
      requirePermission(actor, 'externalContacts:identity:merge')
      return execute(actor, (work) => mergeIn(runtime, work, request))
    },

    /**
     * The reference's older form: two contacts, not both curated and not both ephemeral.
     * @throws ScvError `merge_two_of_a_kind`, and as `merge`
     */
    async mergeTwo(
      actor: Actor,
      one: ContactId,
      other: ContactId,
    ): Promise<{ contactId: ContactId; mergeId: MergeId }> {
      requirePermission(actor, 'externalContacts:identity:merge')
      return execute(actor, (work) => {
        const [a, b] = [livingPerson(views, one, 'sourceContactId'), livingPerson(views, other, 'targetContactId')]
        if (a.id !== b.id && a.type === b.type && a.type !== 'Identified')
          throw new ScvError('merge_two_of_a_kind', `Two ${a.type.toLowerCase()} contacts cannot be merged this way.`, {
            details: { type: a.type },
          })
        return mergeIn(runtime, work, { contactIds: [one, other] })
      })
    },

    /** Edits and notes that undoing a merge has to place; the key of a note is `notes/` and its id. @throws ScvError `not_found` */
    async editsSince(actor: Actor, mergeId: MergeId): Promise<LaterEdit[]> {
      requirePermission(actor, 'externalContacts:contact:view')
      return execute(actor, async (work) => {
        const merge = await work.get('merges', mergeId)
        if (!merge) throw new ScvError('not_found', 'There is no merge with this id.', { field: 'mergeId' })
        const edits = editsToPlace(views, laterEdits(await work.get('contacts', merge.result), merge), merge)
        return [...edits, ...(await laterNotes(views, work, merge))]
      })
    },

    /**
     * What undoing a merge would give; writes nothing.
     * @throws ScvError `not_found`, `merge_not_standing`, `merge_not_latest`, `invalid_input`, `deleted`, `erased`, `forbidden`
     */
    async undoPreview(
      actor: Actor,
      mergeId: MergeId,
      assignments: Readonly<Record<string, ContactId>> = {},
      exactly = false,
    ): Promise<UndoPreview> {
      requirePermission(actor, 'externalContacts:identity:merge')
      requirePermission(actor, 'externalContacts:contact:view')
      return dryRun(actor, (work) => undoPreviewIn(views, work, mergeId, { assignments, exactly }))
    },

    /**
     * Takes a merge back: the former contacts live again with their fields, claims and history.
     * @param assignments for each field edited since: the input that gets the edit
     * @param exactly refuse assignments (`invalid_input`) that say of no edit to which input it goes; else they say nothing
     * @returns the ids of the contacts that live again
     * @throws ScvError `not_found`, `merge_not_standing`, `merge_not_latest`, `undo_needs_assignment`,
     *   `deleted`, `erased`, `forbidden`
     */
    async undo(
      actor: Actor,
      mergeId: MergeId,
      assignments: Readonly<Record<string, ContactId>> = {},
      reason?: string,
      exactly = false,
    ): Promise<ContactId[]> {
      requirePermission(actor, 'externalContacts:identity:merge')
      return execute(actor, (work) => undoIn(views, work, mergeId, { assignments, reason, exactly }))
    },

    /** Records, or withdraws, that two people must never be merged. @throws ScvError `not_found`, `merge_same_person` */
    async cannotLink(actor: Actor, a: ContactId, b: ContactId, standing: boolean, reason?: string): Promise<void> {
      requirePermission(actor, 'externalContacts:identity:merge')
      await execute(actor, async (work) => {
        const [one, other] = [livingPerson(views, a, 'a'), livingPerson(views, b, 'b')]
        if (one.id === other.id) throw new ScvError('merge_same_person', 'These are one person already.')
        // What stands between any of their records stands between the two, so withdrawing takes all of it back.
        const between = one.members.flatMap((x) =>
          other.members.filter((y) => !standing && views.cannotLink(x, y)).map((y) => [x, y] as const),
        )
        for (const [x, y] of between.length > 0 ? between : [[one.id, other.id] as const])
          await settleNeverMerge(work, [x, y], standing, reason)
        const [x, y] = between[0] ?? [one.id, other.id]
        const subjectId = cannotLinkId(x, y)
        audit(work, 'cannot-link', [one.id, other.id], { subjectId, reason, details: { standing } })
      })
    },
  }
}
