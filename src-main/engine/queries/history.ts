// A person's history, a page at a time: what their documents tell, with what the audit trail knows beside them.
// Invariant: a page costs a page, however long the life of the person was, and is never longer than `HISTORY_PAGE_LENGTH`.
import type { AuditAction, AuditPlace } from '@shared/model/audit'
import {
  HISTORY_CHANGES_MAX,
  HISTORY_PAGE_LENGTH,
  HISTORY_VALUE_MAX,
  type HistoryChange,
  type HistoryEvent,
  type HistoryKind,
  type HistoryPage,
} from '@shared/model/history'
import { asAuditId, asIdentifierId, asStamp, type ContactId, type Stamp } from '@shared/model/ids'
import { DISCLOSED } from '../commands/disclosing'
import { endOfMs, registerAsOf } from '../derive/as-of'
import { historyTeller, identifierChange, type PastEvent } from '../derive/history'
import { justBefore, lineageOf, momentsBefore, type PastRecords } from '../derive/moments'
import type { AuditDocument } from '../documents/audit'
import { current } from '../documents/register'
import { stampDevice, stampMoment } from '../documents/stamp'
import type { Runtime } from '../runtime'
import { linesIn } from './lines'
import { pastRecordsOf } from './past-records'

/** Which of a person's history is wanted. */
export interface HistoryWanted {
  /** Only these kinds. */
  kinds?: readonly HistoryKind[] | undefined
  /** Behind this event. */
  after?: Stamp | undefined
  /** Up to and with this moment, ms. */
  untilMs?: number | undefined
  limit: number
  /** Each value whole, however long the page: for a file. */
  isWhole?: boolean
}

/** Entries of the trail that are looked through for one page: a rare kind is found page by page, and none waits long. */
const LOOKED_THROUGH = 1_000
/** Others that an event names. */
const NAMED_MAX = 5

const KIND_OF: Readonly<Record<AuditAction, HistoryKind>> = {
  create: 'stages',
  update: 'details',
  claim: 'identifiers',
  release: 'identifiers',
  promote: 'stages',
  merge: 'merges',
  'undo-merge': 'merges',
  delete: 'stages',
  restore: 'stages',
  expire: 'stages',
  erase: 'stages',
  import: 'details',
  link: 'conversations',
  'cannot-link': 'merges',
  dismiss: 'stages',
  note: 'notes',
  reconcile: 'merges',
}

/** Actions whose others are told: of an import or a round of retention they are strangers. */
const NAMES_OTHERS: ReadonlySet<AuditAction> = new Set([
  'merge',
  'undo-merge',
  'cannot-link',
  'link',
  'reconcile',
  'create',
])

/** Taking apart is told as tying: versions before have no action for it. */
const isSplit = ({ details }: Pick<AuditDocument, 'details'>) => details?.['change'] === 'split'
const kindOf = (entry: Pick<AuditDocument, 'action' | 'details'>): HistoryKind =>
  isSplit(entry) ? 'merges' : entry.details?.['change'] === DISCLOSED ? 'stages' : KIND_OF[entry.action]

/** The last stamp that a part of an import gave out; undefined: it is none. */
function lastOfImport({ action, details }: AuditDocument): Stamp | undefined {
  const last = action === 'import' ? details?.['last'] : undefined
  return typeof last === 'string' ? asStamp(last) : undefined
}

export function historyQueries({ store, views }: Runtime) {
  const { recordRef } = linesIn(views)

  /** Entries of some kinds before a moment, newest first; all that is later than `seen` is among them, undefined: all there is. */
  async function trailBefore(
    contactIds: readonly ContactId[],
    before: Stamp,
    limit: number,
    kinds: ReadonlySet<HistoryKind> | undefined,
  ): Promise<{ entries: AuditDocument[]; seen: Stamp | undefined }> {
    const entries: AuditDocument[] = []
    let from: AuditPlace = { at: before, id: asAuditId('') }
    for (let looked = 0; looked < LOOKED_THROUGH && entries.length < limit; looked += limit) {
      const rows = views.auditEntries({ contactIds }, from, limit)
      const ids = rows.flatMap((row) => (row.isContact ? [] : row.id))
      const documents = await store.get('audit', ids)
      for (const row of rows) {
        const document = row.isContact ? undefined : documents.get(row.id)
        if (document && (!kinds || kinds.has(kindOf(document)))) entries.push(document)
        // One who tells of their making themselves has no entry.
        const at = document?.at ?? (row.isContact ? views.contact(row.id)?.created.at : undefined)
        if (at !== undefined) from = { at, id: row.id }
      }
      if (rows.length < limit) return { entries, seen: undefined }
    }
    return { entries, seen: from.at }
  }

  /** What an entry of the trail knows beside the documents: which identifier was given up, or that anything was done at all. */
  function withEntry(told: PastEvent | undefined, entry: AuditDocument): PastEvent {
    const { at, by, action, contactIds, subjectId } = entry
    const changes = [...(told?.changes ?? [])]
    const isClaim = action === 'claim'
    const [contactId] = contactIds
    if ((isClaim || action === 'release') && subjectId !== undefined && contactId !== undefined) {
      const [identifier] = views.identifiers([asIdentifierId(subjectId)])
      const change = identifier && identifierChange(identifier, contactId, isClaim)
      if (change && !changes.some(({ key, after }) => key === change.key && after === change.after))
        changes.push(change)
    }
    return {
      ...{ at, by, action, changes },
      kinds: [...new Set([kindOf(entry), ...(told?.kinds ?? [])])],
      contactIds: [...new Set([...(NAMES_OTHERS.has(action) ? contactIds : []), ...(told?.contactIds ?? [])])],
    }
  }

  function shown(
    event: PastEvent,
    entry: AuditDocument | undefined,
    members: readonly ContactId[],
    isWhole: boolean,
  ): HistoryEvent {
    const { at, by, action, kinds } = event
    const changes = isWhole ? event.changes : withinLength(event.changes)
    const why = current(entry?.reason)?.v
    const isOfMerge = action === 'merge' || action === 'undo-merge'
    const others = event.contactIds.filter((id) => isOfMerge || !members.includes(id))
    return {
      ...{ stamp: at, at: stampMoment(at), by, device: stampDevice(at), action, kinds, changes },
      people: others.slice(0, NAMED_MAX).map(recordRef),
      ...(why ? { reason: why } : {}),
      details: entry?.details ?? {},
      more: event.changes.length - changes.length,
    }
  }

  return {
    /** A page of a person's history, the latest first. @throws ScvError `not_found` */
    async history(
      contactId: ContactId,
      { kinds: asked, after, untilMs, limit, isWhole = false }: HistoryWanted,
    ): Promise<HistoryPage> {
      const kinds = asked && new Set(asked)
      const past = await pastRecordsOf({ store, views }, contactId, !kinds || kinds.has('notes'))
      const end = endOfMs(untilMs ?? Number.MAX_SAFE_INTEGER)
      const before = after !== undefined && after < end ? after : end
      const moments = momentsBefore(past, before, limit, kinds)
      const trail = await trailBefore(views.recordsOf(past.members), before, limit, kinds)
      const lineage = lineageOf(past)
      const isTold = (entry: AuditDocument) =>
        !hasMomentsOf(past, entry) &&
        [lineage(entry.at), lineage(justBefore(entry.at))].some((own) => entry.contactIds.some((id) => own.has(id)))
      const entries = new Map(trail.entries.filter(isTold).map((entry) => [entry.at, entry]))
      const stamps = [...new Set([...moments.keys(), ...entries.keys()])].sort().reverse()
      const known = stamps.filter((at) => trail.seen === undefined || at >= trail.seen)
      const tell = historyTeller(past)
      const isErased = past.contacts.some(({ id, erased }) => erased !== undefined && past.members.includes(id))
      const events: HistoryEvent[] = []
      let [length, last]: [number, Stamp | undefined] = [0, undefined]
      for (const at of known.slice(0, limit)) {
        const parts = moments.get(at)
        const told = parts && tell(at, parts)
        const own = entries.get(at)
        const entry = own ?? trail.entries.find((one) => one.at < at && (lastOfImport(one) ?? '') >= at)
        const event = own ? withEntry(told, own) : told && entry ? { ...told, action: entry.action } : told
        const isForgotten = isErased || (past.forgotten !== undefined && at <= past.forgotten)
        const view =
          event && shown(isForgotten ? { ...event, changes: [], contactIds: [] } : event, entry, past.members, isWhole)
        length += view ? JSON.stringify(view).length : 0
        if (!isWhole && length > HISTORY_PAGE_LENGTH && events.length > 0) break
        if (view) events.push(view)
        last = at
      }
      const isMore = stamps.some((at) => last === undefined || at < last) || trail.seen !== undefined
      const next = isMore ? (last ?? trail.seen ?? null) : moments.size >= limit ? (last ?? null) : null
      return { events, next, isErased }
    },
  }
}

/** Whether a part of an import is told by the moments at which it wrote. */
function hasMomentsOf({ contacts }: PastRecords, entry: AuditDocument): boolean {
  const last = lastOfImport(entry)
  return (
    last !== undefined &&
    contacts.some(
      ({ created, fields }) =>
        (created.at > entry.at && created.at <= last) ||
        Object.values(fields).some((register) => (registerAsOf(register, last)[0]?.t ?? '') > entry.at),
    )
  )
}

/** The first changes of an event, as many as a page has room for. */
function withinLength(changes: readonly HistoryChange[]): HistoryChange[] {
  const told: HistoryChange[] = []
  let length = 0
  for (const change of changes.slice(0, HISTORY_CHANGES_MAX)) {
    const [before, after] = [cut(change.before), cut(change.after)]
    const isCut = before !== change.before || after !== change.after
    const one = { ...change, before, after, ...(isCut ? { isCut } : {}) }
    length += JSON.stringify(one).length
    if (length > HISTORY_PAGE_LENGTH / 2) break
    told.push(one)
  }
  return told
}

/** A value as it is told: a long one as the beginning of its text. */
function cut(value: unknown): unknown {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null)
  return text.length > HISTORY_VALUE_MAX ? `${text.slice(0, HISTORY_VALUE_MAX).toWellFormed()}…` : value
}
