// What an interaction came by, told only when it is told of again.
// Invariant: what a person has decided of it stands, and beside what is another's nothing is learnt.
import type { Identifier } from '@shared/model/identifier'
import type { ContactId } from '@shared/model/ids'
import type { Person } from '../derive/person'
import { typeRank } from '../documents/contact'
import { identifierId } from '../documents/ids'
import type { InteractionDocument } from '../documents/interaction'
import { current } from '../documents/register'
import type { Views } from '../ports'
import { claimed, resolve } from '../resolution'
import type { UnitOfWork } from '../unit-of-work'
import { claim, loadIdentifiers } from './claiming'
import { linkIn } from './correcting'

interface Learnt {
  /** Whose the interaction is now. */
  contactId: ContactId
  added: 'identifiers'[]
  known: 'identifiers'[]
  /** Identifiers that became its contact's. */
  claimed: Identifier[]
}

/** Who has said whose it is: its recording, a later telling of the same writer, or another person. */
const decidedBy = ({ link, facts }: InteractionDocument): 'recording' | 'teller' | 'another' =>
  typeof current(link)?.v !== 'string' || link.some(({ b }) => b !== facts.by)
    ? 'another'
    : link.length === 1
      ? 'recording'
      : 'teller'

/** A contact of which nothing is known but that an interaction came from it. */
const isBlank = (person: Person | undefined) =>
  person !== undefined && person.type === 'Ephemeral' && Object.keys(person.fields).length === 0

/**
 * Takes what a known interaction came by, as a later telling has it: one that nothing was known of goes to the holder, else
 * what no contact holds becomes its contact's. What others hold stays theirs.
 */
export async function learnRepeated(
  views: Views,
  work: UnitOfWork,
  document: InteractionDocument,
  contactId: ContactId,
  identifiers: readonly Identifier[],
): Promise<Learnt> {
  const met = new Set(document.facts.identifiers.map(identifierId))
  const isKnown = (one: Identifier) => met.has(identifierId(one)) || claimed(views, one)?.claim.person.id === contactId
  const fresh = document.erased ? [] : identifiers.filter((one) => !isKnown(one))
  const { decision, free, elsewhere } = resolve(views, fresh)
  const holder = decision?.claim.person
  const heldByOthers = (id: ContactId) =>
    (holder && holder.id !== id) || elsewhere.some((one) => one.claim.person.id !== id)
  const decided = decidedBy(document)
  if (fresh.length === 0 || decided === 'another')
    return { contactId, added: [], known: fresh.length > 0 ? ['identifiers'] : [], claimed: [] }
  const goes =
    met.size === 0 &&
    decided === 'recording' &&
    holder !== undefined &&
    holder.id !== contactId &&
    views.person(holder.id)?.status === 'active' &&
    isBlank(views.person(contactId))
  if (goes) await linkIn(views, work, document.id, holder.id)
  const target = goes ? holder.id : contactId
  const head = await work.get('contacts', target)
  const learnt: Identifier[] = []
  if (head && views.person(target)?.status === 'active') {
    await loadIdentifiers(work, free.map(identifierId))
    for (const one of heldByOthers(target) ? [] : free)
      if (await claim(work, target, one, 'interaction')) learnt.push(one)
    if (learnt.some(({ type }) => type !== 'Cookie') && typeRank(head.type.value) < typeRank('Identified'))
      work.put('contacts', { ...head, type: { value: 'Identified', at: work.stamp, by: work.by } })
  }
  return {
    contactId: target,
    added: goes || learnt.length > 0 ? ['identifiers'] : [],
    known: heldByOthers(target) || learnt.length < free.length ? ['identifiers'] : [],
    claimed: learnt,
  }
}
