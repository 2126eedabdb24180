// Erasing a person on request: every record of the merge set, and all that tells of it.
// Invariant: after it no document holds a value of the person, and no join brings one back (domain specification, section 3).
import { ScvError } from '@shared/errors'
import type { Person } from '../derive/person'
import { anyPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { Work } from '../work'
import { audit } from './audit'

export function erasureCommands({ views, execute }: Runtime) {
  /** Takes everything of a person out of all documents. @returns the ids of the contacts erased */
  async function eraseIn(work: Work, person: Person): Promise<string[]> {
    const erased = { at: work.stamp, by: work.by }
    // Results of undone merges held copies of these records' values.
    const members = views.recordsOf(person.members)
    for (const contact of (await work.load('contacts', members)).values())
      work.put('contacts', { ...contact, fields: {}, erased })

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
      const others = <T>(record: Record<string, T>) =>
        Object.fromEntries(Object.entries(record).filter(([id]) => !Object.hasOwn(gone, id)))
      const kept = others(identifier.claims)
      const { source, ...rest } = identifier
      const anyoneLeft = Object.keys(kept).length > 0
      work.put('identifiers', {
        ...rest,
        ...(anyoneLeft && source !== undefined ? { source } : {}),
        value: anyoneLeft ? identifier.value : '',
        claims: kept,
        releases: others(identifier.releases),
        erased: { ...identifier.erased, ...gone },
      })
    }

    const interactions = await work.load(
      'interactions',
      views.interactionsOf(members).map((row) => row.id),
    )
    for (const { wrapUp, ...interaction } of interactions.values()) {
      const { at, by, channel, direction, startedAt, endedAt, queue } = interaction.facts
      const kept = { at, by, conversationId: '', channel, direction, startedAt, identifiers: [] }
      work.put('interactions', {
        ...interaction,
        facts: {
          ...kept,
          ...(endedAt === undefined ? {} : { endedAt }),
          ...(queue === undefined ? {} : { queue }),
        },
        erased,
      })
    }
    for (const note of (await work.load('notes', views.noteIds(members))).values())
      work.put('notes', { ...note, text: [], erased })
    for (const { reason, ...merge } of (await work.load('merges', views.mergesOf(members))).values())
      work.put('merges', { ...merge, erased })
    const trail = views.auditIds({ contactIds: members }, 0, Number.MAX_SAFE_INTEGER)
    for (const { reason, ...entry } of (await work.load('audit', trail)).values())
      if (reason) work.put('audit', { ...entry, erased })
    for (const { reason, ...decision } of (await work.load('decisions', views.decisionsOn(members))).values())
      if (reason) work.put('decisions', { ...decision, erased })
    return members
  }

  return {
    /**
     * Erases the whole merge set: fields, claims, notes, and what its interactions tell of the person.
     * @returns the ids erased
     * @throws ScvError `forbidden`, `not_found`, `erased`
     */
    async erase(actor: Actor, contactId: string): Promise<string[]> {
      requirePermission(actor, 'externalContacts:identity:erase')
      return execute(actor, async (work) => {
        const person = anyPerson(views, contactId)
        if (person.status === 'erased') throw new ScvError('erased', 'This person was erased already.')
        const members = await eraseIn(work, person)
        audit(work, 'erase', members)
        return members
      })
    },

    /**
     * Erases what others, not knowing of an erasure, still wrote about an erased person: a merge with another record,
     * an interaction, a claim, a note. To be called when changes came in from elsewhere.
     * @returns the people concerned
     * @throws ScvError `forbidden`
     */
    async complete(actor: Actor): Promise<string[]> {
      requirePermission(actor, 'externalContacts:identity:erase')
      const completed: string[] = []
      for (;;) {
        const id = await execute(actor, async (work) => {
          const [unfinished] = views.unfinishedErasures()
          const person = unfinished === undefined ? undefined : views.person(unfinished)
          if (!person) return undefined
          audit(work, 'erase', await eraseIn(work, person))
          return person.id
        })
        if (id === undefined || completed.includes(id)) return completed
        completed.push(id)
      }
    },
  }
}
