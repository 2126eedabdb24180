// The audit trail as both doors show it: who did what to which people, when, where and why.
// Invariant: one form of an entry; a door may leave out of it, never add to it.

import type { AuditEntry } from '@shared/contract/audit'
import type { AuditAction, AuditPlace } from '@shared/model/audit'
import type { ContactId } from '@shared/model/ids'
import { current } from '../engine/documents/register'
import { stampDevice, stampMoment } from '../engine/documents/stamp'
import type { Caller } from './caller'

/** An import or a round of retention may concern thousands; the first few tell. */
const NAMED_MAX = 5

export interface AuditFilter {
  /** Any record of the person. */
  contactId?: ContactId | undefined
  fromMs?: number | undefined
  toMs?: number | undefined
}

/** An entry with the ids of everyone it concerns. */
export interface FullAuditEntry extends AuditEntry {
  contactIds: ContactId[]
  /** The merge, identifier, interaction or note concerned. */
  subjectId?: string
}

/** A page of the trail, newest first. @throws ScvError `forbidden` without `contact:view` */
export async function auditTrail(
  { queries }: Caller,
  { contactId, fromMs, toMs }: AuditFilter,
  offset: number,
  limit: number,
): Promise<FullAuditEntry[]> {
  const filter = {
    ...(contactId === undefined ? {} : { contactIds: queries.recordIds(contactId) }),
    ...(fromMs === undefined ? {} : { fromMs: Math.max(0, fromMs) }),
    ...(toMs === undefined ? {} : { toMs: Math.max(0, toMs) }),
  }
  const entries = await queries.auditTrail(filter, offset, limit)
  return entries.map((entry) => shown(queries, entry))
}

type TrailEntry = Awaited<ReturnType<Caller['queries']['auditTrail']>>[number]

function shown(queries: Caller['queries'], entry: TrailEntry): FullAuditEntry {
  const { id, at, by, action, contactIds, subjectId, reason, details } = entry
  const why = current(reason)?.v
  return {
    id,
    at: stampMoment(at),
    by,
    device: stampDevice(at),
    action,
    people: contactIds.slice(0, NAMED_MAX).map((contactId) => {
      const detail = queries.lines([contactId])[0]?.detail ?? ''
      return { ...queries.recordRef(contactId), ...(detail === '' ? {} : { detail }) }
    }),
    contactIds,
    ...(subjectId === undefined ? {} : { subjectId }),
    ...(why ? { reason: why } : {}),
    details: { ...details, contacts: contactIds.length },
  }
}

/** Entries that are looked through for one page of few actions: a rare action is found page by page, and none waits long. */
const LOOKED_THROUGH = 2_000
const CHUNK = 200

/**
 * A page of those entries that tell of some actions, each with what it changed.
 * @param from the entry it goes on behind; null: the newest is its first
 * @returns `next`: what the page after it goes on behind; null: there is none. A page may be short although there are more.
 */
export async function auditPage(
  { queries }: Caller,
  filter: AuditFilter & { actions?: readonly AuditAction[] | undefined },
  from: AuditPlace | null,
  limit: number,
): Promise<{ entries: ToldAuditEntry[]; next: AuditPlace | null }> {
  const { contactId, fromMs, toMs, actions } = filter
  const within = {
    ...(contactId === undefined ? {} : { contactIds: queries.recordIds(contactId) }),
    ...(fromMs === undefined ? {} : { fromMs: Math.max(0, fromMs) }),
    ...(toMs === undefined ? {} : { toMs: Math.max(0, toMs) }),
  }
  const asked = actions ? CHUNK : limit + 1
  const wanted: TrailEntry[] = []
  let last = from
  let isEnd = false
  for (let read = 0; !isEnd && wanted.length < limit && read < LOOKED_THROUGH; ) {
    const entries: TrailEntry[] = await queries.auditTrail(within, last ?? 0, asked)
    let taken = 0
    for (const entry of entries) {
      if (wanted.length === limit) break
      taken += 1
      last = { at: entry.at, id: entry.id }
      if (!actions || actions.includes(entry.action)) wanted.push(entry)
    }
    read += taken
    isEnd = taken === entries.length && entries.length < asked
  }
  const entries = await Promise.all(
    wanted.map(async (entry) => ({ ...shown(queries, entry), changes: await queries.auditChanges(entry) })),
  )
  return { entries, next: isEnd ? null : last }
}

/** An entry with what it changed. */
export interface ToldAuditEntry extends FullAuditEntry {
  changes: { key: string; before: unknown; after: unknown }[]
}

/** The whole trail, newest first, in pages. @throws ScvError `forbidden` without `contact:view` */
export async function* auditPages(caller: Caller): AsyncGenerator<ToldAuditEntry[], void, undefined> {
  let from: AuditPlace | null = null
  do {
    const page: Awaited<ReturnType<typeof auditPage>> = await auditPage(caller, {}, from, CHUNK)
    yield page.entries
    from = page.next
  } while (from !== null)
}
