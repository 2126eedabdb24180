// Contacts by hand: create, change, replace, promote, delete, restore (what the latter two do stands in `bin.ts`).
// Invariant: an ancestor's id acts on its canonical contact (domain specification, section 5, aliases).
import { ScvError } from '@shared/errors'
import { CONTACT_FIELDS, type ContactChanges } from '@shared/model/contact'
import type { ContactId, Stamp } from '@shared/model/ids'
import { mirroredIdentifiers } from '../derive/mirrored'
import type { Person } from '../derive/person'
import { fieldsOf, isEmpty, registerChanges } from '../documents/fields'
import { newContactId } from '../documents/ids'
import { keepTyped, readChanges, type StoredChanges } from '../input'
import { anyPerson, livingPerson } from '../people'
import { type Actor, requirePermission } from '../permissions'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { queueBehind, removeIn, restoreIn } from './bin'
import { checkCustomFields } from './contact-schemas'
import { claimFields, newContact, newContactAlone, writeFields } from './fields'
import { personIn } from './person-in-work'
import { withIdentifiers } from './promoting'

const saysNothing = () => new ScvError('empty_contact', 'Give at least a name, an address or a number.')

export function contactCommands({ views, settings, clock, execute, executeTogether }: Runtime) {
  const read = (changes: ContactChanges) => readChanges(changes, settings().defaultRegion)

  function readNew(input: ContactChanges): StoredChanges {
    const changes = read(input)
    if (Object.values(changes).every(isEmpty)) throw saysNothing()
    return changes
  }

  async function writeAudited(work: UnitOfWork, person: Person, changes: StoredChanges): Promise<void> {
    const changed = await writeFields(work, person, changes, 'field')
    if (changed.length > 0) audit(work, 'update', [person.id], { details: { fields: changed.length } })
  }

  async function promoteIn(work: UnitOfWork, contactId: ContactId, changes: StoredChanges): Promise<ContactId> {
    const person = anyPerson(views, contactId)
    if (person.status !== 'expired') livingPerson(views, contactId)
    if (person.type === 'Curated')
      throw new ScvError('already_curated', 'This contact is a curated one already.', { field: 'contactId' })
    // Before the fields: it renews what was claimed, and the change of a field may give that up.
    if (person.status === 'expired') await queueBehind(views, work, person.members)
    await writeFields(work, person, withIdentifiers({ views, settings }, person, changes), 'field')
    const head = await work.get('contacts', person.id)
    if (head) work.put('contacts', { ...head, type: { value: 'Curated', at: work.stamp, by: work.by } })
    audit(work, 'promote', [person.id])
    return person.id
  }

  return {
    /**
     * Makes a Curated contact and claims what its fields hold; what others hold stays theirs, and the field is kept.
     * @returns the new id
     * @throws ScvError `forbidden`, `invalid_input`, `invalid_email`, `too_many`, `empty_contact`
     */
    async create(actor: Actor, input: ContactChanges): Promise<ContactId> {
      requirePermission(actor, 'externalContacts:contact:add')
      const changes = readNew(input)
      // It looks at no view: this contact queues behind those that have an identifier already.
      const identifiers = mirroredIdentifiers(fieldsOf(registerChanges(changes, new Map())))
      return executeTogether(actor, { reads: [], writes: [...identifiers.keys()] }, async (work) => {
        const contact = await newContactAlone(work, changes)
        work.put('contacts', contact)
        await claimFields(work, contact, 'field', work.stamp, identifiers)
        return contact.id
      })
    },

    /**
     * Makes many contacts in one commit, in their order: of two with one number the first holds it.
     * @param stamp when each counts as created; a past moment for what is carried over from elsewhere
     * @throws ScvError as `create`, for the whole
     */
    async createMany(actor: Actor, inputs: readonly { input: ContactChanges; stamp?: Stamp }[]): Promise<ContactId[]> {
      requirePermission(actor, 'externalContacts:contact:add')
      const contacts = inputs.map(({ input, stamp }) => ({ changes: readNew(input), stamp }))
      return execute(actor, async (work) => {
        const ids: ContactId[] = []
        for (const { changes, stamp = clock.tick() } of contacts) {
          await checkCustomFields(work, new Map(), registerChanges(changes, new Map()))
          const contact = newContact(work, newContactId(work.stamp), 'Curated', 'person', changes, stamp)
          work.put('contacts', contact)
          await claimFields(work, contact, 'field', stamp)
          ids.push(contact.id)
        }
        audit(work, 'create', ids, { details: { contacts: ids.length } })
        return ids
      })
    },

    /**
     * Changes the fields named; claims and releases by difference. Nothing changes: nothing is written.
     * @returns the canonical id
     * @throws ScvError `forbidden`, `not_found`, `deleted`, `erased`, `invalid_input`, `invalid_email`, `too_many`
     */
    async update(actor: Actor, contactId: ContactId, input: ContactChanges): Promise<ContactId> {
      requirePermission(actor, 'externalContacts:contact:edit')
      const changes = read(input)
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        await writeAudited(work, person, keepTyped(changes, input, person.fields))
        return person.id
      })
    },

    /**
     * As `update`, but what is not named is emptied: the reference's PUT. It takes no contact's last value.
     * @returns the person as this leaves it, whatever others write next
     * @throws ScvError `empty_contact`, and as `update`
     */
    async replace(actor: Actor, contactId: ContactId, input: ContactChanges): Promise<Person> {
      requirePermission(actor, 'externalContacts:contact:edit')
      const empty = Object.fromEntries(CONTACT_FIELDS.map((field) => [field, null])) as ContactChanges
      const changes = read({ ...empty, ...input })
      return execute(actor, async (work) => {
        const person = livingPerson(views, contactId)
        if (Object.values(changes).every(isEmpty) && !isEmpty(person.fields)) throw saysNothing()
        await writeAudited(work, person, keepTyped(changes, input, person.fields))
        return (await personIn(views, work, person.id)) ?? person
      })
    },

    /**
     * Makes an auto-created contact Curated; the id stays, and what it is recognised by comes into free fields. One that aged out comes back, behind those that have its
     * identifiers by now.
     * @throws ScvError `already_curated`, and as `update`
     */
    async promote(actor: Actor, contactId: ContactId, input: ContactChanges = {}): Promise<ContactId> {
      requirePermission(actor, 'externalContacts:identity:promote')
      const changes = read(input)
      return execute(actor, (work) => promoteIn(work, contactId, changes))
    },

    /** As `promote`, for several at once: all, or none of them. @throws ScvError as `promote` */
    async promoteMany(
      actor: Actor,
      people: readonly { contactId: ContactId; changes?: ContactChanges | undefined }[],
    ): Promise<ContactId[]> {
      requirePermission(actor, 'externalContacts:identity:promote')
      const wanted = people.map(({ contactId, changes }) => ({ contactId, changes: read(changes ?? {}) }))
      return execute(actor, async (work) => {
        const promoted: ContactId[] = []
        for (const { contactId, changes } of wanted) promoted.push(await promoteIn(work, contactId, changes))
        return promoted
      })
    },

    /** Puts a person in the bin, which gives up all identifiers. @throws ScvError as `update` */
    async remove(actor: Actor, contactId: ContactId, reason?: string): Promise<ContactId> {
      requirePermission(actor, 'externalContacts:contact:delete')
      return execute(actor, (work) => removeIn(views, work, contactId, reason))
    },

    /**
     * Takes a person out of the bin. Identifiers that went to others meanwhile stay there: this person queues behind.
     * @throws ScvError `not_deleted`, `not_found` (also when the 30 days are over), `erased`
     */
    async restore(actor: Actor, contactId: ContactId): Promise<ContactId> {
      requirePermission(actor, 'externalContacts:contact:delete')
      return execute(actor, (work) => restoreIn(views, work, contactId))
    },
  }
}
