// Everything about one person, for their request, and the certificate that they were erased: as both doors hand it out.
// Invariant: what is handed out was noted in the audit trail before; the certificate is read from the trail, so it can be had again.
import type { HistoryEvent } from '@shared/model/history'
import type { ContactId, Stamp } from '@shared/model/ids'
import type { Certificate, SubjectFile, SubjectFormat } from '@shared/model/subject'
import type { InteractionView } from '@shared/model/views'
import type { Engine } from '../engine'
import { DISCLOSURE_NEEDS } from '../engine/commands/disclosing'
import { requirePermission } from '../engine/permissions'
import type { Caller } from './caller'

/** Conversations and events that are read at a time. */
const PAGE = 200

/** Writing both, as a window can. */
export interface SubjectPort {
  /** Whether there is a window to print with. */
  readonly printsPdf: boolean
  /** @throws ScvError `storage_full`, `file_unreadable` */
  saveSubject(path: string, format: SubjectFormat, file: SubjectFile): Promise<void>
  /** @throws ScvError `storage_full`, `file_unreadable` */
  saveCertificate(path: string, format: SubjectFormat, certificate: Certificate): Promise<void>
}

/** Refuses a caller before a place is asked for. @throws ScvError `forbidden` */
export function requireDisclosure({ actor }: Pick<Caller, 'actor'>): void {
  for (const needed of DISCLOSURE_NEEDS) requirePermission(actor(), needed)
}

/** @throws ScvError `forbidden`, `not_found` */
export async function subjectFile(engine: Engine, caller: Caller, contactId: ContactId): Promise<SubjectFile> {
  const { queries } = caller
  const noted = await engine.disclosure.disclose(caller.actor(), contactId)
  const person = await queries.person(contactId)
  const { id, type, status, displayName, fields, createdAt, createdBy, modifiedAt, lastSeen } = person
  return {
    ...noted,
    person: {
      ...{ id, type, status, displayName, fields, createdAt, createdBy, modifiedAt, lastSeen },
      records: queries.recordIds(contactId),
    },
    identifiers: person.identifiers.map(({ type: kind, value, source, display, claimedAt, claimedBy, via }) => ({
      ...{ type: kind, value, display, claimedAt, claimedBy, via },
      ...(source === undefined ? {} : { source }),
    })),
    notes: [...person.notes, ...person.removedNotes],
    interactions: await interactionsOf(queries, contactId),
    ...theirsAlone(await historyOf(queries, contactId), queries.recordIds(contactId)),
  }
}

/** Whether records were parted again: a merge undone, a person taken out. */
const isParting = ({ kinds, action }: HistoryEvent): boolean =>
  kinds.includes('merges') && action !== 'merge' && action !== 'cannot-link'

/**
 * A history for the person it is about. Others are not named in it; and where the records held another person's data for a
 * while, what was done is told without the values: whose each of them was is not known of every one.
 */
function theirsAlone(
  events: readonly HistoryEvent[],
  records: readonly ContactId[],
): Pick<SubjectFile, 'history' | 'isHistoryWithoutValues'> {
  const wasMixed = events.some(isParting)
  const history = events.map((event): HistoryEvent => {
    const people = event.people.filter(({ id }) => !wasMixed && records.includes(id))
    if (!wasMixed) return { ...event, people }
    const { reason: _, ...rest } = event
    return { ...rest, people, changes: [], more: event.more + event.changes.length }
  })
  return { history, isHistoryWithoutValues: wasMixed }
}

async function interactionsOf(queries: Caller['queries'], contactId: ContactId): Promise<InteractionView[]> {
  const interactions: InteractionView[] = []
  for (;;) {
    const { items, total } = await queries.journey(contactId, {}, interactions.length, PAGE)
    interactions.push(...items)
    if (items.length === 0 || interactions.length >= total) return interactions
  }
}

async function historyOf(queries: Caller['queries'], contactId: ContactId): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = []
  let after: Stamp | undefined
  do {
    const page = await queries.history(contactId, { limit: PAGE, after, isWhole: true })
    events.push(...page.events)
    after = page.next ?? undefined
  } while (after !== undefined)
  return events
}

/** @throws ScvError `forbidden`, `not_found` where the person was not erased, or is not known */
export const certificateOf = ({ queries }: Caller, contactId: ContactId): Promise<Certificate> =>
  queries.erasure(contactId)
