// Erasing a person on request: every record of the merge set, and all that tells of it.
// Invariant: after it no document holds a value of the person, and no join brings one back (domain specification, section 3).

import { ScvError } from '@shared/errors'
import { asContactId, type ContactId } from '@shared/model/ids'
import type { Person } from '../derive/person'
import { sameJson } from '../documents/canonical-json'
import type { DecisionDocument } from '../documents/decision'
import { referenceOf } from '../documents/ids'
import { type Documents, JOINS, type Kind } from '../documents/kinds'
import { current, write } from '../documents/register'
import { anyPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'

/**
 * Writes an erased document as the join leaves it: without anything of the person, also what a newer version wrote, and
 * with the first mark of an erasure where there are two: it is never taken back, nor put off.
 */
function putErased<K extends Kind>(work: UnitOfWork, kind: K, former: Documents[K], marked: Documents[K]): void {
  const join: (a: Documents[K], b: Documents[K]) => Documents[K] = JOINS[kind]
  const next = join(former, marked)
  if (!sameJson(next, former)) work.put(kind, next)
}

export function erasureCommands({ store, views, execute }: Runtime) {
  /** Contacts that were taken out of these records, as this device knows: they are other people, and stay. */
  const takenOutOf = (members: readonly ContactId[], decisions: Iterable<DecisionDocument>): ContactId[] => {
    const others = [...decisions].flatMap(({ kind, subjects }) =>
      kind === 'cannot-link' ? subjects.map(asContactId).filter((id) => !members.includes(id)) : [],
    )
    const isTakenOut = (id: ContactId) => {
      const from = views.contact(id)?.created.from
      return from !== undefined && members.includes(from)
    }
    return [...new Set(others)].filter(isTakenOut).sort()
  }

  /** Takes everything of a person out of all documents, and notes how much it was. @returns the ids of the contacts erased */
  async function eraseIn(work: UnitOfWork, person: Person): Promise<ContactId[]> {
    const erased = { at: work.stamp, by: work.by }
    // Results of undone merges held copies of these records' values.
    const members = views.recordsOf(person.members)
    const decisions = await work.load('decisions', views.decisionsOn(members))
    const splits = takenOutOf(members, decisions.values())
    for (const contact of (await work.load('contacts', members)).values())
      putErased(work, 'contacts', contact, { ...contact, erased: { ...erased, splits } })

    const claims = views.claimsBy(members, true)
    for (const identifier of (
      await work.load(
        'identifiers',
        claims.map((one) => one.identifier.id),
      )
    ).values()) {
      const gone = Object.fromEntries(
        members.filter((id) => Object.hasOwn(identifier.claims, id)).map((id) => [id, work.stamp]),
      )
      putErased(work, 'identifiers', identifier, { ...identifier, erased: { ...identifier.erased, ...gone } })
    }

    const attributedTo = new Map(views.interactionsOf(members).map((row) => [row.id, row.contactId]))
    for (const interaction of (await work.load('interactions', [...attributedTo.keys()])).values()) {
      // One that came to its owner by an undone merge is known by its identifiers alone: say whose it is before they go.
      const owner = attributedTo.get(interaction.id) ?? null
      const link =
        current(interaction.link)?.v === owner ? interaction.link : write(interaction.link, owner, work.stamp, work.by)
      putErased(work, 'interactions', interaction, { ...interaction, link, erased })
    }
    // Tied to no one, so no person's to keep: nothing would ever erase it again.
    for (const interaction of (await work.load('interactions', views.untiedFrom(members))).values())
      putErased(work, 'interactions', interaction, { ...interaction, erased })
    const notes = [...(await work.load('notes', views.noteIds(members, true))).values()]
    for (const note of notes) putErased(work, 'notes', note, { ...note, erased })
    const merges = [...(await work.load('merges', views.mergesOf(members))).values()]
    for (const merge of merges) putErased(work, 'merges', merge, { ...merge, erased })
    const trail = views.auditEntries({ contactIds: members }, 0, Number.MAX_SAFE_INTEGER)
    const entryIds = trail.flatMap(({ id, isContact }) => (isContact ? [] : id))
    for (const entry of (await work.load('audit', entryIds)).values())
      if (entry.reason) putErased(work, 'audit', entry, { ...entry, erased })
    for (const decision of decisions.values())
      if (decision.reason) putErased(work, 'decisions', decision, { ...decision, erased })
    const details = {
      reference: referenceOf('E', work.stamp),
      records: members.length,
      identifiers: new Set(claims.map(({ identifier }) => identifier.id)).size,
      interactions: attributedTo.size + views.untiedFrom(members).length,
      notes: notes.length,
      merges: merges.length,
    }
    audit(work, 'erase', members, { details })
    return members
  }

  /** What was written over may still stand in the files, until they are written over themselves. */
  const scrub = async () => {
    await store.scrub()
    await views.scrub()
  }

  return {
    /**
     * Erases the whole merge set: fields, claims, notes, and what its interactions tell of the person.
     * @returns the ids erased
     * @throws ScvError `forbidden`, `not_found`, `erased`
     */
    async erase(actor: Actor, contactId: ContactId): Promise<ContactId[]> {
      requirePermission(actor, 'externalContacts:identity:erase')
      const erased = await execute(actor, async (work) => {
        const person = anyPerson(views, contactId)
        if (person.status === 'erased') throw new ScvError('erased', 'This person was erased already.')
        return eraseIn(work, person)
      })
      await scrub()
      return erased
    },

    /**
     * Erases what others, not knowing of an erasure, still wrote about an erased person: a merge with another record,
     * an interaction, a claim, a note, or a contact that took a part of them. To be called when changes came in from elsewhere.
     * @returns the people concerned
     * @throws ScvError `forbidden`
     */
    async complete(actor: Actor): Promise<ContactId[]> {
      requirePermission(actor, 'externalContacts:identity:erase')
      const completed: ContactId[] = []
      for (;;) {
        const id = await execute(actor, async (work) => {
          const [unfinished] = views.unfinishedErasures()
          const person = unfinished === undefined ? undefined : views.person(unfinished)
          if (!person) return undefined
          await eraseIn(work, person)
          return person.id
        })
        if (id === undefined || completed.includes(id)) break
        completed.push(id)
      }
      if (completed.length > 0) await scrub()
      return completed
    },
  }
}
