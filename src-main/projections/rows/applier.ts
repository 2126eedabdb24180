// From changed documents to rows. Invariant: applying a document twice, or in another order, ends in the same rows.
//
// A batch goes through four steps, each of which looks at what those before it wrote: records (contacts, identifiers,
// merges), people, what hangs on them, and what happened apart.
import { deriveSet } from '../../engine/derive/sets'
import type { Changed } from '../../engine/document-feed'
import type { Kind } from '../../engine/documents/kinds'
import type { Statements } from '../file/statements'
import type { PersonCache } from '../people/person-cache'
import type { SearchIndex } from '../search'
import { type Attached, createAttachedRows } from './attached'
import { putAudit } from './audit'
import { createClaimRows } from './claims'
import { createContactRows } from './contact-rows'
import { createCounters } from './counters'
import { putDecision } from './decisions'
import { createAttribution } from './interaction-attribution'
import { askAbsent } from './known-absent'
import { latestStampIn } from './latest-stamp'
import { createMergeRows } from './merges'
import { createOpenItems } from './open-items'
import { createPersonRows, type Refreshed } from './person-rows'
import { createQueueCounters } from './queue-counters'

export interface Applier {
  /** Applies documents inside the caller's transaction. @returns canonical ids, former and present, of the people concerned */
  apply(changes: readonly Changed[]): Set<string>
  /**
   * Applies documents of one kind to views that are derived from nothing, kind after kind in the order of `LOAD_ORDER`, each
   * document once. What looks at more than was loaded by then is left to `completeLoad`.
   */
  load(changes: readonly Changed[]): void
  /** To be called once all documents of a kind were loaded. */
  endLoadOf(kind: Kind): void
  /** Derives what `load` left: disputes, and the items of people in the bin. */
  completeLoad(): void
}

/** Merges before the contacts they join, and what hangs on contacts after these and their claims. */
export const LOAD_ORDER = [
  'merges',
  'contacts',
  'identifiers',
  'interactions',
  'notes',
  'decisions',
  'audit',
] as const satisfies readonly Kind[]

/** People and identifiers of one look at what `load` left. */
const COMPLETE_PAGE = 500

/** What a batch has met so far. */
interface BatchState {
  /** Contacts whose person must be derived again. */
  readonly stale: Set<string>
  /** Canonical ids, former and present, of the people concerned. */
  readonly concerned: Set<string>
  /** Results of merges whose interactions may belong to another now. */
  readonly around: Set<string>
  readonly refreshed: Refreshed
  /** Identifiers that several contacts may claim. */
  readonly contended: Set<string>
  readonly undoneMerges: Set<string>
  /** Items that were reviewed. */
  readonly reviewed: Set<string>
}

export function createApplier(
  sql: Statements,
  search: Pick<SearchIndex, 'put' | 'remove'>,
  cache: PersonCache,
): Applier {
  const contacts = createContactRows(sql)
  const merging = createMergeRows(sql)
  const claims = createClaimRows(sql)
  const withoutClaims = askAbsent(sql, 'claim', 'contact_id')
  const attribution = createAttribution(sql, merging)
  const counters = createCounters(sql)
  const items = createOpenItems(sql, counters, merging.standing, contacts.document)
  const queue = createQueueCounters(sql, counters)
  const attached = createAttachedRows(sql, attribution, counters)
  const people = createPersonRows(sql, { contacts, merging, attribution, counters, queue, items, search, cache })
  /** Contacts without a record when the batch began that nothing claimed for. */
  let claimless: ReadonlySet<string> = new Set()
  /** Documents of the batch that are new for sure, until they are taken in. */
  const isNew = new Set<string>()

  /** Asks at once what the views hold of all that the changes are about, and is not new for sure. */
  function begin(changes: readonly Changed[]): void {
    counters.begin()
    isNew.clear()
    const met = new Set<string>()
    const identifierIds: string[] = []
    const contactIds: string[] = []
    const concerned: string[] = []
    for (const change of changes) {
      if (change.isNew && !met.has(change.id)) isNew.add(change.id)
      met.add(change.id)
      if (change.kind === 'contacts') contactIds.push(change.id)
      else if (change.kind === 'identifiers') {
        identifierIds.push(change.id)
        concerned.push(...Object.keys(change.document?.claims ?? {}))
      } else concerned.push(...contactsOf(change))
    }
    const all = [...contactIds, ...concerned]
    const hasNew = (id: string) => isNew.has(id)
    contacts.begin(all, contactIds.filter(hasNew))
    merging.never.begin(all)
    claims.absent.begin(
      identifierIds.filter((id) => !isNew.has(id)),
      identifierIds.filter(hasNew),
    )
    // Without a record there is no person, and nothing happened apart to what was not there.
    const fresh = contactIds.filter((id) => !contacts.has(id))
    people.begin(new Set(fresh))
    claimless = withoutClaims(fresh)
    const known = identifierIds.filter((id) => !claims.absent.of(id))
    items.begin(known, [...fresh, ...identifierIds.filter(claims.absent.of)])
  }

  /** The set of a contact has, or had, other members: the same claim is another person's. */
  function addSetOf(contactId: string, { stale, refreshed }: BatchState): void {
    for (const member of deriveSet(contactId, merging.standing).members) {
      stale.add(member)
      refreshed.restated.add(member)
    }
  }

  function takeContact({ id, document }: Extract<Changed, { kind: 'contacts' }>, state: BatchState): void {
    // A record that comes after its merge, or goes, changes whose its claims are, and nothing else of the person.
    if (contacts.has(id) !== (document !== undefined)) state.refreshed.restated.add(id)
    if (document) contacts.put(document)
    else contacts.remove(id)
    state.stale.add(id)
  }

  function takeIdentifier({ id, document }: Extract<Changed, { kind: 'identifiers' }>, state: BatchState): void {
    const claimants = document ? Object.keys(document.claims) : claims.claimantsOf(id)
    if (claims.put(id, document) > 1) state.contended.add(id)
    else items.forget(id)
    for (const contactId of claimants) {
      state.concerned.add(contacts.canonicalOf(contactId))
      attribution.addResultsAround(contactId, state.around)
    }
  }

  function takeMerge({ id, document }: Extract<Changed, { kind: 'merges' }>, state: BatchState): void {
    const named = new Set([...merging.namedBy(id), ...(document ? [...document.inputs, document.result] : [])])
    for (const contactId of named) {
      addSetOf(contactId, state) // as it was: a set that falls apart leaves several
      if (!document) attribution.addResultsAround(contactId, state.around)
    }
    merging.put(id, document)
    for (const contactId of named) addSetOf(contactId, state)
    state.undoneMerges.add(id)
    for (const contactId of named) {
      state.around.add(contactId)
      attribution.addResultsAround(contactId, state.around)
    }
  }

  /** @returns whether it is one of the kinds that people are derived from */
  function takeRecord(change: Changed, state: BatchState): boolean {
    if (change.kind === 'contacts') takeContact(change, state)
    else if (change.kind === 'identifiers') takeIdentifier(change, state)
    else if (change.kind === 'merges') takeMerge(change, state)
    else return false
    return true
  }

  function takeOther(change: Changed, state: BatchState): void {
    if (isAttached(change))
      for (const owner of attached.put(change, isNew.delete(change.id)))
        state.concerned.add(contacts.canonicalOf(owner))
    else if (change.kind === 'decisions') {
      const item = items.putReview(change.id, change.document)
      putDecision(sql, queue, change.id, change.document)
      if (item !== undefined) state.reviewed.add(item)
    } else if (change.kind === 'audit') putAudit(sql, change.id, change.document)
    for (const id of contactsOf(change)) state.concerned.add(contacts.canonicalOf(id))
  }

  function refreshPeople({ stale, concerned, refreshed }: BatchState): void {
    for (const id of stale) {
      concerned.add(contacts.canonicalOf(id))
      concerned.add(people.refresh(id, refreshed))
    }
  }

  /** What happened apart comes last: it looks at people and at what hangs on them. */
  function deriveItems(
    { refreshed, contended, undoneMerges, reviewed }: BatchState,
    bin: 'now' | 'later' = 'now',
  ): void {
    for (const [id, derived] of refreshed.people)
      if (bin === 'now' || derived?.status !== 'deleted') items.person(id, derived)
    // What a contact claims that had claimed nothing before came with the batch, and was looked at there.
    for (const id of items.contendedBy([...refreshed.restated].filter((id) => !claimless.has(id)))) contended.add(id)
    for (const id of contended) items.dispute(id)
    const members = [...refreshed.people.values()].flatMap((one) => one?.set.members ?? [])
    for (const id of items.undoneMergesOf(members.filter((id) => !merging.never.of(id)))) undoneMerges.add(id)
    for (const id of undoneMerges) items.undoneMerge(id)
    for (const id of reviewed) items.again(id)
  }

  function noteLatest(changes: readonly Changed[]): void {
    const before = sql.get<{ value: string }>("SELECT value FROM meta WHERE key = 'latestStamp'")?.value ?? ''
    let latest = before
    for (const { document } of changes) if (document) latest = latestStampIn(document, latest)
    if (latest !== before) sql.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('latestStamp', ?)", latest)
  }

  const inBinAfter = (id: string): string[] =>
    sql
      .all<{ id: string }>(
        "SELECT id FROM person WHERE status = 'deleted' AND id > ? ORDER BY id LIMIT ?",
        id,
        COMPLETE_PAGE,
      )
      .map((row) => row.id)

  return {
    apply(changes) {
      begin(changes)
      const state = emptyState()
      const others = changes.filter((change) => !takeRecord(change, state))
      refreshPeople(state)
      for (const change of others) takeOther(change, state)
      const { concerned, around, refreshed } = state
      for (const result of around)
        for (const id of attribution.reassign(result)) concerned.add(contacts.canonicalOf(id))
      // What came to people in the bin may be why they belong on the list.
      const inBin = [...concerned].filter((id) => !refreshed.people.has(id) && people.isDeleted(id))
      deriveItems(state)
      for (const id of inBin) items.person(id, undefined)
      counters.write()
      noteLatest(changes)
      return concerned
    },

    load(changes) {
      begin(changes)
      const state = emptyState()
      for (const change of changes)
        if (change.kind === 'identifiers') {
          if (change.document) claims.load(change.id, change.document)
        } else if (change.kind === 'merges')
          merging.put(change.id, change.document) // whom it joins comes later, and finds it
        else if (!takeRecord(change, state)) takeOther(change, state)
      refreshPeople(state)
      deriveItems(state, 'later')
      counters.write()
      noteLatest(changes)
    },

    endLoadOf(kind) {
      if (kind === 'identifiers') claims.sortLoaded()
    },

    completeLoad() {
      begin([])
      for (let ids = inBinAfter(''); ids.length > 0; ids = inBinAfter(ids.at(-1) ?? ''))
        for (const id of ids) items.person(id, undefined)
      const contendedAfter = (id: string) => claims.contendedAfter(id, COMPLETE_PAGE)
      for (let ids = contendedAfter(''); ids.length > 0; ids = contendedAfter(ids.at(-1) ?? ''))
        for (const id of ids) items.dispute(id)
      counters.write()
    },
  }
}

const emptyState = (): BatchState => ({
  stale: new Set(),
  concerned: new Set(),
  around: new Set(),
  refreshed: { people: new Map(), restated: new Set() },
  contended: new Set(),
  undoneMerges: new Set(),
  reviewed: new Set(),
})

const isAttached = (change: Changed): change is Attached => change.kind === 'interactions' || change.kind === 'notes'

/** Contacts that something hangs on, besides contacts, identifiers and merges, which are followed above. */
function contactsOf(change: Changed): string[] {
  if (change.kind === 'notes') return change.document ? [change.document.contactId] : []
  if (change.kind === 'interactions')
    return (change.document?.link ?? []).map((entry) => entry.v).filter((v) => v !== null)
  if (change.kind === 'decisions') return change.document?.kind === 'cannot-link' ? change.document.subjects : []
  return []
}
