// Enriching: finding contacts by identifiers, and making, completing or merging them in one step (the reference's enrich).
// Invariant: a dry run decides with the same code and writes nothing.

import { ScvError } from '@shared/errors'
import type { ContactChanges } from '@shared/model/contact'
import type { Identifier, IdentifierInput } from '@shared/model/identifier'
import type { ContactId } from '@shared/model/ids'
import { MATCHING_IDENTIFIERS_MAX } from '@shared/model/limits'
import { normalise } from '@shared/model/normalise'
import { standingEntry } from '../derive/claims'
import { enrichedFields, type FieldRules } from '../derive/enrichment'
import type { Person } from '../derive/person'
import { typeRank } from '../documents/contact'
import { isEmpty } from '../documents/fields'
import { identifierId } from '../documents/ids'
import { keepTyped, readChanges } from '../input'
import { type Actor, type Permission, requirePermission } from '../permissions'
import { claimed, inOrder } from '../resolution'
import type { Runtime } from '../runtime'
import type { UnitOfWork } from '../unit-of-work'
import { audit } from './audit'
import { claim, loadIdentifiers } from './claiming'
import { claimFields, newContactAlone, writeFields } from './fields'
import { mergeIn } from './merging'
import { type MergesOf, personOf } from './person-in-work'
import { withIdentifiers } from './promoting'

export const ENRICH_ACTIONS = ['Insert', 'Update', 'Upsert', 'Merge'] as const

export interface EnrichRequest {
  /** Looked up in this order. */
  matchingIdentifiers: readonly IdentifierInput[]
  action: (typeof ENRICH_ACTIONS)[number]
  contact?: ContactChanges
  fieldRules?: FieldRules
  /** Whether a person that is found becomes Curated. */
  promote?: boolean
}

export interface Enriched {
  outcome: 'created' | 'updated' | 'merged'
  /** The person as it is then, or would be. */
  person: Person
}

/**
 * What a request needs whatever it finds. What it then comes to asks for its own as well: a new contact for `contact:add`,
 * a change of one that is there for `contact:edit`.
 */
function neededFor({ action, promote }: EnrichRequest): Permission[] {
  const byAction = {
    Insert: ['externalContacts:contact:add'],
    Update: ['externalContacts:contact:edit'],
    Upsert: [],
    Merge: ['externalContacts:identity:merge'],
  } as const satisfies Record<EnrichRequest['action'], readonly Permission[]>
  return [...byAction[action], ...(promote ? (['externalContacts:identity:promote'] as const) : [])]
}

export function enrichCommands(runtime: Runtime) {
  const { views, settings, clock, execute } = runtime
  /** The people who hold the identifiers, each once, in the order of the identifiers. */
  function matches(identifiers: readonly IdentifierInput[]): ContactId[] {
    const region = settings().defaultRegion
    const held = identifiers.flatMap(
      (one, i) => claimed(views, normalise(one, region, `matchingIdentifiers.${i}.value`))?.claim.person.id ?? [],
    )
    return [...new Set(held)]
  }

  async function enrichIn(work: UnitOfWork, actor: Actor, request: EnrichRequest): Promise<Enriched> {
    const region = settings().defaultRegion
    const contact = request.contact ?? {}
    const read = readChanges(contact, region) // what is not valid is refused, even where a rule would leave it out
    const found = matches(request.matchingIdentifiers)
    const [first] = found
    if (request.action === 'Insert' && first !== undefined)
      throw new ScvError('already_there', 'A contact holds one of these identifiers already.', {
        field: 'matchingIdentifiers',
        details: actor.permissions.has('externalContacts:contact:view') ? { contactId: first } : undefined,
      })
    if (first === undefined) {
      if (request.action === 'Update')
        throw new ScvError('not_found', 'Nobody holds any of these identifiers.', { field: 'matchingIdentifiers' })
      if (Object.values(read).every(isEmpty))
        throw new ScvError('empty_contact', 'Give at least a name, an address or a number.', { field: 'contact' })
      requirePermission(actor, 'externalContacts:contact:add')
      const made = await newContactAlone(work, read)
      work.put('contacts', made)
      await claimFields(work, made, 'field')
      await claimMatching(work, made.id, request)
      return { outcome: 'created', person: await left(work, [made.id], []) }
    }
    const merges = request.action === 'Merge' && found.length > 1
    const people = merges ? found : [first]
    const result = merges ? (await mergeIn(runtime, work, { contactIds: people })).contactId : undefined
    const sets = people.map((id) => views.setOf(id))
    const ancestors = sets.flatMap((set, i) => set?.members ?? people[i] ?? [])
    const members = result === undefined ? ancestors : [result, ...ancestors]
    const merged = result === undefined ? (sets[0]?.merges ?? []) : [{ at: work.stamp }]
    const person = await left(work, members, merged)
    const changes = enrichedFields(person.fields, contact, request.fieldRules ?? {})
    const given = keepTyped(readChanges(changes, region), changes, person.fields)
    const becomesCurated = request.promote === true && person.type !== 'Curated'
    const wanted = becomesCurated ? withIdentifiers(runtime, person, given) : given
    // After a merge an edit counts as later than it, so that undoing the merge asks who gets the edit.
    const stamp = result === undefined ? work.stamp : clock.tick()
    if (Object.keys(given).length > 0) requirePermission(actor, 'externalContacts:contact:edit')
    const changed = await writeFields(work, person, wanted, 'field', stamp)
    if (request.action !== 'Update' && (await claimMatching(work, person.id, request)).length > 0)
      requirePermission(actor, 'externalContacts:contact:edit')
    const head = await work.get('contacts', person.id)
    if (head && becomesCurated) {
      work.put('contacts', { ...head, type: { value: 'Curated', at: stamp, by: work.by } })
      audit(work, 'promote', [person.id])
    } else if (changed.length > 0) audit(work, 'update', [person.id], { details: { fields: changed.length } })
    return { outcome: merges ? 'merged' : 'updated', person: await left(work, members, merged) }
  }

  /**
   * Claims the matching identifiers that no contact holds, whether a field has them or not: the next call finds by them.
   * @returns the identifiers
   */
  async function claimMatching(work: UnitOfWork, contactId: ContactId, request: EnrichRequest): Promise<Identifier[]> {
    const region = settings().defaultRegion
    const named = inOrder(request.matchingIdentifiers.map((one) => normalise(one, region)))
    const wanted = named.map((identifier) => ({ id: identifierId(identifier), identifier }))
    await loadIdentifiers(
      work,
      wanted.map(({ id }) => id),
    )
    const claims: Identifier[] = []
    for (const { id, identifier } of wanted) {
      const known = await work.get('identifiers', id)
      if (claimed(views, identifier) || (known && standingEntry(known, contactId))) continue
      if (await claim(work, contactId, identifier, 'explicit')) claims.push(identifier)
    }
    const head = await work.get('contacts', contactId)
    const gains = claims.some(({ type }) => type !== 'Cookie')
    if (head && gains && typeRank(head.type.value) < typeRank('Identified'))
      work.put('contacts', { ...head, type: { value: 'Identified', at: work.stamp, by: work.by } })
    for (const identifier of claims) audit(work, 'claim', [contactId], { subjectId: identifierId(identifier) })
    return claims
  }

  async function left(work: UnitOfWork, members: readonly ContactId[], merges: MergesOf): Promise<Person> {
    const person = await personOf(work, members, merges)
    if (!person) throw new ScvError('not_found', 'There is no contact with this id.')
    return person
  }

  return {
    /**
     * Insert makes a contact unless a person is found, Update changes the first found, Upsert does either, Merge joins
     * all that are found. What is submitted then goes in by the field rules. A contact made or found claims the matching
     * identifiers that are free, but by Update, which only finds by them.
     * @param dryRun decide, and write nothing
     * @throws ScvError `forbidden`, `already_there` (Insert), `not_found` (Update), `empty_contact`, `invalid_input`, `invalid_email`,
     *   `invalid_identifier`, `too_many`, and as `merges.merge`
     */
    async enrich(actor: Actor, request: EnrichRequest, dryRun = false): Promise<Enriched> {
      requirePermission(actor, 'externalContacts:contact:enrich')
      const { length } = request.matchingIdentifiers
      if (length < 1 || length > MATCHING_IDENTIFIERS_MAX)
        throw new ScvError('too_many', `Give 1 to ${MATCHING_IDENTIFIERS_MAX} identifiers to match.`, {
          field: 'matchingIdentifiers',
        })
      for (const needed of neededFor(request)) requirePermission(actor, needed)
      return (dryRun ? runtime.dryRun : execute)(actor, (work) => enrichIn(work, actor, request))
    },
  }
}
