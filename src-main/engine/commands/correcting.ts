// Correcting what was recorded of interactions: whose they are, what is noted on them, how they ended.
// Invariant: their facts are never rewritten, and each correction is on the audit trail but for a wrap-up of its own.

import { ScvError } from '@shared/errors'
import type { ContactId, InteractionId } from '@shared/model/ids'
import { NOTE_MAX, PAGE_MAX, WRAP_UP_MAX } from '@shared/model/limits'
import { activityAt } from '../documents/contact'
import { interactionId, newContactId } from '../documents/ids'
import { current, write } from '../documents/register'
import { type Actor, requirePermission } from '../permissions'
import type { Views } from '../ports'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { newContact } from './fields'

/** What of an interaction is corrected: what is not named stays. An empty text, or no person, takes it back. */
export interface Correction {
  interactionId: InteractionId
  contactId?: ContactId | null | undefined
  note?: string | undefined
  wrapUp?: string | undefined
}

/** @throws ScvError `invalid_input` */
function readText(text: string, most: number, field: string, what: string): string | null {
  const trimmed = text.trim()
  if (trimmed.length > most)
    throw new ScvError('invalid_input', `${what} has at most ${most.toLocaleString('en')} characters.`, { field })
  return trimmed === '' ? null : trimmed
}

/** @throws ScvError `invalid_input` */
function readCorrection({ interactionId, contactId, note, wrapUp }: Correction) {
  return {
    interactionId,
    ...(contactId === undefined ? {} : { contactId }),
    ...(note === undefined ? {} : { note: readText(note, NOTE_MAX, 'note', 'A note') }),
    ...(wrapUp === undefined ? {} : { wrapUp: readText(wrapUp, WRAP_UP_MAX, 'wrapUp', 'A wrap-up') }),
  }
}

type ReadCorrection = ReturnType<typeof readCorrection>

/**
 * Ties an interaction to exactly this contact, and tells the audit trail nothing of it.
 * @returns whose it was @throws ScvError `not_found`, `deleted`, `erased`
 */
export async function tieIn(
  views: Views,
  work: UnitOfWork,
  id: InteractionId,
  contactId: ContactId | null,
): Promise<ContactId | null | undefined> {
  const interaction = await work.get('interactions', id)
  if (!interaction) throw new ScvError('not_found', 'There is no interaction with this id.', { field: 'id' })
  const contact = contactId === null ? undefined : await work.get('contacts', contactId)
  // Exactly the id given, ancestor or not; but what an undone merge made is no contact any more.
  if (contactId !== null && (!contact || views.person(contactId)?.status === 'undone'))
    throw new ScvError('not_found', 'There is no contact with this id.', { field: 'contactId' })
  if (contactId !== null && views.person(contactId)?.status === 'deleted')
    throw new ScvError('deleted', 'This contact is in the bin. Restore it first.', { field: 'contactId' })
  if (contact?.erased) throw new ScvError('erased', 'This person was erased on request.', { field: 'contactId' })
  const former = current(interaction.link)?.v
  work.put('interactions', { ...interaction, link: write(interaction.link, contactId, work.stamp, work.by) })
  if (contact)
    work.put('contacts', {
      ...contact,
      lastActivity: Math.max(contact.lastActivity, activityAt(Date.parse(interaction.facts.startedAt), work.stamp)),
    })
  return former
}

/** Ties an interaction to exactly this contact. @throws ScvError `not_found`, `deleted`, `erased` */
export async function linkIn(
  views: Views,
  work: UnitOfWork,
  id: InteractionId,
  contactId: ContactId | null,
): Promise<void> {
  const former = await tieIn(views, work, id, contactId)
  audit(
    work,
    'link',
    [former, contactId].filter((one) => typeof one === 'string'),
    { subjectId: id },
  )
}

/** @returns the contacts concerned @throws ScvError `not_found`, `deleted`, `erased` */
async function correctIn(
  views: Views,
  work: UnitOfWork,
  correction: ReadCorrection,
): Promise<(ContactId | null | undefined)[]> {
  const { interactionId: id, contactId, note, wrapUp } = correction
  const former = contactId === undefined ? undefined : await tieIn(views, work, id, contactId)
  const interaction = await work.get('interactions', id)
  if (!interaction || interaction.erased)
    throw new ScvError('not_found', 'There is no interaction with this id.', { field: 'id' })
  const { later } = interaction
  work.put('interactions', {
    ...interaction,
    ...(note === undefined ? {} : { later: { ...later, note: write(later?.note, note, work.stamp, work.by) } }),
    ...(wrapUp === undefined ? {} : { wrapUp: write(interaction.wrapUp, wrapUp, work.stamp, work.by) }),
  })
  return [former, contactId ?? current(interaction.link)?.v]
}

export function correctionCommands({ views, execute }: Runtime) {
  return {
    /** Says how an interaction ended; an empty text takes it back. @throws ScvError `forbidden`, `not_found`, `invalid_input` */
    async wrapUp(actor: Actor, id: InteractionId, text: string): Promise<void> {
      requirePermission(actor, 'externalContacts:conversation:associate')
      const value = readText(text, WRAP_UP_MAX, 'wrapUp', 'A wrap-up')
      await execute(actor, async (work) => {
        const interaction = await work.get('interactions', id)
        if (!interaction || interaction.erased)
          throw new ScvError('not_found', 'There is no interaction with this id.', { field: 'id' })
        work.put('interactions', { ...interaction, wrapUp: write(interaction.wrapUp, value, work.stamp, work.by) })
      })
    },

    /**
     * Corrects what was recorded by mistake: whose interactions are, what is noted on them, how they ended. Their facts
     * stay. All of them, or none.
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `erased`, `invalid_input`, `too_many`
     */
    async correct(actor: Actor, corrections: readonly Correction[]): Promise<void> {
      requirePermission(actor, 'externalContacts:conversation:associate')
      if (corrections.length > PAGE_MAX)
        throw new ScvError('too_many', `At most ${PAGE_MAX} interactions are corrected at once.`)
      const read = corrections.map(readCorrection)
      if (read.length === 0) return
      await execute(actor, async (work) => {
        const concerned: (ContactId | null | undefined)[] = []
        for (const correction of read) concerned.push(...(await correctIn(views, work, correction)))
        const contactIds = new Set(concerned.filter((one) => typeof one === 'string'))
        audit(work, 'link', [...contactIds], {
          ...(read[0] && read.length === 1 ? { subjectId: read[0].interactionId } : {}),
          details: { change: 'correct', interactions: read.length },
        })
      })
    },

    /**
     * Ties an interaction to exactly the contact id given, ancestor or not; `null` unties it.
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `erased`
     */
    async link(actor: Actor, id: InteractionId, contactId: ContactId | null): Promise<void> {
      requirePermission(actor, 'externalContacts:conversation:associate')
      await execute(actor, (work) => linkIn(views, work, id, contactId))
    },

    /**
     * Ties an interaction to a new contact: it is of a person who is not known yet, whichever contact has what it came by.
     * @returns the new contact's id
     * @throws ScvError `forbidden`, `not_found`
     */
    async linkNew(actor: Actor, id: InteractionId): Promise<ContactId> {
      requirePermission(actor, 'externalContacts:conversation:associate')
      return execute(actor, async (work) => {
        const interaction = await work.get('interactions', id)
        if (!interaction || interaction.erased)
          throw new ScvError('not_found', 'There is no interaction with this id.', { field: 'id' })
        const known = interaction.facts.identifiers.some(({ type }) => type !== 'Cookie')
        const contact = newContact(
          work,
          newContactId(work.stamp),
          known ? 'Identified' : 'Ephemeral',
          'interaction',
          {},
        )
        work.put('contacts', contact)
        await linkIn(views, work, id, contact.id)
        return contact.id
      })
    },

    /**
     * The same for a conversation by its own ids. One recorded without the communication is meant by any of them.
     * @returns the interaction's id
     * @throws ScvError as `link`
     */
    async linkConversation(
      actor: Actor,
      conversation: { conversationId: string; communicationId?: string | undefined },
      contactId: ContactId | null,
    ): Promise<string> {
      requirePermission(actor, 'externalContacts:conversation:associate')
      const { conversationId, communicationId } = conversation
      return execute(actor, async (work) => {
        const exact = interactionId(conversationId, communicationId)
        const id = (await work.get('interactions', exact)) ? exact : interactionId(conversationId)
        await linkIn(views, work, id, contactId)
        return id
      })
    },
  }
}
