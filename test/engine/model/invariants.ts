// What must hold after any sequence of commands, and after any exchange between devices: worked out again from the raw
// documents, with none of the projections' SQL. Each check throws with what is wrong.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { standingClaims } from '../../../src-main/engine/derive/claims'
import { derivePerson, type PersonStatus } from '../../../src-main/engine/derive/person'
import type { DocumentFeed } from '../../../src-main/engine/document-feed'
import { canonicalJson } from '../../../src-main/engine/documents/canonical-json'
import { identifierId } from '../../../src-main/engine/documents/ids'
import { type Documents, KINDS, type Kind } from '../../../src-main/engine/documents/kinds'
import type { MergeDocument } from '../../../src-main/engine/documents/merge'
import { current } from '../../../src-main/engine/documents/register'
import type { DocumentStore } from '../../../src-main/engine/ports'
import { openProjections } from '../../../src-main/projections'
import { DERIVED_TABLES } from '../../../src-main/projections/file/tables'
import { searchPathOf } from '../../../src-main/projections/file/views-file'
import { openSqlite } from '../../../src-main/sqlite/database'
import { asContactId } from '../../../src-shared/model/ids'
import type { Device } from '../../support/device'
import { must, same } from '../../support/same'
import { checkItems } from './deciding'
import {
  EMAIL_SLOTS,
  EMAIL_TEXTS,
  FIRST_NAMES,
  IDENTIFIERS,
  keyOf,
  LAST_NAMES,
  PHONE_SLOTS,
  RECORDS,
  typedFields,
} from './universe'

export type Content = { readonly [K in Kind]: ReadonlyMap<string, Documents[K]> }

/** All documents of a device. */
export async function contentOf(store: DocumentStore): Promise<Content> {
  const content = {} as { [K in Kind]: Map<string, Documents[K]> }
  for (const kind of KINDS) {
    const documents = new Map<string, Documents[typeof kind]>()
    for await (const page of store.scan(kind, 1000)) for (const document of page) documents.set(document.id, document)
    content[kind] = documents as never
  }
  return content
}

const stands = (merge: MergeDocument) => merge.undone?.[0]?.v !== true

/** Merge sets by repeated joining: contact id → members. */
function setsOf({ contacts, merges }: Content): Map<string, string[]> {
  const sets = new Map([...contacts.keys()].map((id) => [id, [id]]))
  for (const merge of merges.values()) {
    if (!stands(merge)) continue
    const joined = new Set([...merge.inputs, merge.result].flatMap((id) => sets.get(id) ?? [id]))
    for (const id of joined) sets.set(id, [...joined])
  }
  return sets
}

/** The result of the latest standing merge of a set, or its only member. */
function headOf(members: readonly string[], { merges }: Content): string | undefined {
  const standing = [...merges.values()].filter((merge) => stands(merge) && members.includes(merge.result))
  standing.sort((a, b) => (a.at !== b.at ? (a.at < b.at ? 1 : -1) : a.id < b.id ? 1 : -1))
  return standing[0]?.result ?? members[0]
}

/** Merge sets partition the contacts, each with one canonical contact, none too large. */
function checkSets({ views }: Device, content: Content, largest = 52): void {
  const sets = setsOf(content)
  for (const [id, members] of sets) {
    must(members.length <= largest, `the set of ${id} has at most ${largest} members`)
    for (const member of members) same([...(sets.get(member) ?? [])].sort(), [...members].sort(), 'sets partition')
    const shown = views.setOf(asContactId(id))
    same([...(shown?.members ?? [])].sort(), [...members].sort(), `set of ${id}`)
    same(shown?.canonicalId, headOf(members, content), `head of ${id}`)
  }
}

/** The state of the person that each contact belongs to. */
function statusesOf(content: Content): Map<string, { head: string; status: PersonStatus; type: string }> {
  const results = new Set([...content.merges.values()].map((merge) => merge.result))
  const statuses = new Map<string, { head: string; status: PersonStatus; type: string }>()
  for (const [id, members] of setsOf(content)) {
    const headId = headOf(members, content) ?? id
    const head = content.contacts.get(headId)
    if (!head) continue
    const others = members.flatMap((member) => (member === headId ? [] : (content.contacts.get(member) ?? [])))
    const merges = [...content.merges.values()].filter((merge) => stands(merge) && members.includes(merge.result))
    const person = derivePerson([head, ...others], merges, merges.length === 0 && results.has(asContactId(id)))
    statuses.set(id, { head: headId, status: person.status, type: person.type })
  }
  return statuses
}

/** Each identifier has at most one holder: the earliest standing claim of a living contact. */
function checkClaims({ engine, views }: Device, content: Content): void {
  const statuses = statusesOf(content)
  for (const identifier of IDENTIFIERS) {
    const document = content.identifiers.get(identifierId(identifier))
    const claims = document ? standingClaims(document) : []
    const living = claims.filter((claim) => statuses.get(claim.contactId)?.status === 'active')
    for (const [i, claim] of living.entries())
      must(claim.since >= (living[i - 1]?.since ?? ''), 'claims stand in order')
    const shown = views.claimsOn(identifierId(identifier))
    same(
      shown.map((claim) => claim.contactId),
      living.map((claim) => claim.contactId),
      `claims on ${keyOf(identifier)}`,
    )
    const [holder] = living
    const resolved = engine.queries.resolution([identifier]).contact?.id
    same(resolved, holder && statuses.get(holder.contactId)?.head, `holder of ${keyOf(identifier)}`)
    const pages = new Set(shown.map((claim) => claim.person.id))
    const holding = [...pages].filter((id) => views.claimsOn(identifierId(identifier))[0]?.person.id === id)
    must(holding.length === (holder ? 1 : 0), 'an identifier has one holder at most')
  }
}

/** No auto-created contact, and nobody who is not there, stands in a listing or is found by a part of anything. */
async function checkListings({ engine, views }: Device, content: Content): Promise<void> {
  const statuses = statusesOf(content)
  const listed = (id: string) => {
    const { head, status, type } = statuses.get(id) ?? {}
    same({ head, status, type }, { head: id, status: 'active', type: 'Curated' }, `${id} is listed`)
  }
  for (const { id } of engine.queries.recent(10_000)) listed(id)
  for (const sort of ['firstName', 'lastName'] as const)
    for (const { id } of views.listPeople({ sort, descending: false, offset: 0, limit: 10_000 }).items) listed(id)
  // What is counted with each change is what there is.
  const counted = [
    views.autoCreated(false, 0, 10_000),
    views.autoCreated(true, 0, 10_000),
    views.listPeople({ sort: 'title', descending: false, offset: 0, limit: 10_000 }),
  ]
  for (const { total, items } of counted)
    must(total === items.length, `${total} is the length of a list of ${items.length}`)
  await views.searchable()
  for (const text of PARTS) for (const { personId } of views.search(text, 1000)) listed(personId)
}

const PARTS = [
  ...[...FIRST_NAMES, ...LAST_NAMES].flatMap((name) => [name, name.slice(0, 3), name.slice(1, 5).toLowerCase()]),
  ...EMAIL_TEXTS,
  ...RECORDS,
  'example',
  '85639',
  '803123',
  '@example.org',
]

/** What one document names is there: no half of a command was written. */
function checkReferences(content: Content): void {
  const known = (id: string) => must(content.contacts.has(id), `contact ${id} exists`)
  for (const merge of content.merges.values()) for (const id of [...merge.inputs, merge.result]) known(id)
  for (const identifier of content.identifiers.values()) for (const id of Object.keys(identifier.claims)) known(id)
  for (const note of content.notes.values()) known(note.contactId)
  for (const { link } of content.interactions.values()) for (const { v } of link) if (v !== null) known(v)
  const subjects = new Set(KINDS.flatMap((kind) => [...content[kind].keys()]))
  for (const entry of content.audit.values()) {
    for (const id of entry.contactIds) known(id)
    // An import is named by an id of its own, which no document bears.
    if (entry.subjectId !== undefined && entry.action !== 'import')
      must(subjects.has(entry.subjectId), `${entry.action} has its subject`)
  }
}

/** What is tied to no person, and was to one who is erased, holds nothing that it came by. */
function checkErased({ contacts, interactions }: Content): void {
  for (const { id, link, facts, erased } of interactions.values())
    if (current(link)?.v === null && !erased && facts.identifiers.length > 0)
      for (const { v } of link) must(v === null || !contacts.get(v)?.erased, `interaction ${id} goes with ${v}`)
}

/** Who made, merged and noted what is in the audit trail, each once. */
async function checkTrail({ engine }: Device, content: Content): Promise<void> {
  const trail = await engine.queries.auditTrail({}, 0, 1_000_000)
  must(
    trail.every(({ at }, i) => i === 0 || at <= (trail[i - 1]?.at ?? '')),
    'the trail has the newest first',
  )
  const told = (action: string) => trail.filter((entry) => entry.action === action)
  const merged = new Set(told('merge').map((entry) => entry.subjectId))
  for (const id of content.merges.keys()) must(merged.has(id), `merge ${id} is in the trail`)
  const people = [...content.contacts.values()].filter(({ created }) => created.via === 'person')
  const takenOut = new Set(
    told('link').flatMap(({ details, contactIds }) => (details?.['change'] === 'split' ? contactIds : [])),
  )
  for (const { id, created } of people)
    if (created.from !== undefined) must(takenOut.has(id), `that ${id} was taken out is in the trail`)
  const made = people.filter(({ created }) => created.from === undefined)
  same(
    told('create')
      .flatMap(({ contactIds }) => contactIds)
      .sort(),
    made.map(({ id }) => id).sort(),
    'people added, in the trail',
  )
  const noted = new Set(told('note').map((entry) => entry.subjectId))
  for (const note of content.notes.values()) must(noted.has(note.id), `note ${note.id} is in the trail`)
}

/** A value someone typed on a contact. */
export interface TypedValue {
  contactId: string
  field: string
  text: string
}

/**
 * Nothing an agent typed has vanished: it stands on the page of the person it was typed on, as current value or as
 * history; or, where that was the result of a merge since undone, on the page of one of those it came apart into.
 */
export async function checkNothingLost(
  { engine }: Device,
  content: Content,
  typed: readonly TypedValue[],
): Promise<void> {
  const sets = setsOf(content)
  const results = new Set([...content.merges.values()].map((merge) => merge.result))
  /** What a person took out of a record, and where to: that may have been written on another record of the set of then. */
  const takenOut = Map.groupBy(content.contacts.values(), ({ created }) => created.from)
  const pages = new Map<string, Set<string>>()
  const shownOn = async (id: string) => {
    const page = await engine.queries.person(asContactId(id))
    const lost = page.lostValues.map(({ field, value }) => ({ [field]: field === 'externalIds' ? [value] : value }))
    const texts = [page.fields, ...lost].flatMap((fields) => Object.entries(typedFields(fields)))
    return new Set(texts.map(([field, text]) => `${field} ${text}`))
  }
  for (const { contactId, field, text } of typed) {
    const reached = new Set<string>()
    const queue = [contactId]
    for (const id of queue)
      for (const member of sets.get(id) ?? [id]) {
        if (reached.has(member)) continue
        reached.add(member)
        const undone = [...content.merges.values()].filter((merge) => merge.result === member && !stands(merge))
        queue.push(...undone.flatMap((merge) => merge.inputs))
        queue.push(...(takenOut.get(asContactId(member)) ?? []).map(({ id }) => id))
      }
    if ([...reached].some((id) => content.contacts.get(id)?.erased)) continue
    let kept = false
    for (const id of reached) {
      if (results.has(asContactId(id)) && (sets.get(id)?.length ?? 1) === 1) continue // nobody any more
      const shown = pages.get(id) ?? (await shownOn(id))
      pages.set(id, shown)
      kept ||= [...shown].some((one) => one === `${field} ${text}` || fitsSlot(field, text, one))
    }
    must(kept, `${field} “${text}” typed on ${contactId} is kept`)
  }
}

/** Numbers and addresses may have moved to another field of their kind. */
function fitsSlot(field: string, text: string, shown: string): boolean {
  const kind = [PHONE_SLOTS, EMAIL_SLOTS].find((slots) => slots.includes(field))
  return kind?.some((slot) => shown === `${slot} ${text}`) ?? false
}

/** One in so many of the texts that are searched for, by turns: searching takes longer than all the rest. */
export const SEARCH_TURNS = 8

/**
 * All rows of the projections and answers of the search, as text.
 * @param turn which of the texts are searched for; all, when none is given
 */
export async function dump({ views }: Pick<Device, 'views'>, turn?: number): Promise<Record<string, string[]>> {
  const parts = turn === undefined ? PARTS : PARTS.filter((_text, i) => i % SEARCH_TURNS === turn)
  await views.flush()
  const db = openSqlite(views.file, { readOnly: true })
  const index = openSqlite(searchPathOf(views.file), { readOnly: true })
  try {
    // Which member of a document comes first says nothing.
    const plain = ({ document, ...row }: Record<string, unknown>) =>
      canonicalJson(typeof document === 'string' ? { ...row, document: JSON.parse(document) } : row)
    const rows = (sql: string, from = db) => from.prepare(sql).all().map(plain).sort()
    return {
      ...Object.fromEntries(DERIVED_TABLES.map((table) => [table, rows(`SELECT * FROM ${table}`)])),
      search_person: rows('SELECT person_id, last_active, name, shown, words, parts FROM search_person', index),
      search_vocabulary: rows('SELECT word, uses FROM search_vocabulary', index),
      latest: rows("SELECT value FROM meta WHERE key = 'latestStamp'"),
      ...Object.fromEntries(
        parts.map((text) => [`search ${text}`, views.search(text, 1000).map((hit) => JSON.stringify(hit))]),
      ),
    }
  } finally {
    db.close()
    index.close()
  }
}

/** The views are what a rebuild from the documents gives. */
async function checkRebuild(device: Device): Promise<void> {
  const before = await dump(device)
  await device.views.rebuild()
  same(before, await dump(device), 'views after a rebuild')
}

/** What the thread loads from nothing is what following the documents gives. */
export async function checkLoad(device: Device, feed: DocumentFeed): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'scv-loaded-'))
  const failed = (error: unknown) => {
    throw error
  }
  const loaded = await openProjections(join(folder, 'loaded.sqlite'), feed, failed, { loadFrom: 0 })
  try {
    await loaded.settle() // waits until they answer
    same(await dump(device), await dump({ views: loaded }), 'views that were loaded')
  } finally {
    await loaded.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Everything but what needs a ledger of commands. */
export async function checkInvariants(device: Device, options: { largest?: number } = {}): Promise<Content> {
  const content = await contentOf(device.store)
  checkSets(device, content, options.largest)
  checkClaims(device, content)
  await checkListings(device, content)
  checkReferences(content)
  checkErased(content)
  await checkTrail(device, content)
  await checkItems(device)
  await checkRebuild(device)
  return content
}
