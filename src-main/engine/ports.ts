// What the engine needs from outside: a store of documents, and views derived from them. Nothing else.
// Invariant: the engine decides from views that are settled, and writes through one atomic commit per command.
import type { AuditPlace } from '@shared/model/audit'
import type { ContactType } from '@shared/model/contact'
import type { Identifier, IdentifierType } from '@shared/model/identifier'
import type {
  AuditId,
  ContactId,
  DecisionId,
  IdentifierId,
  InteractionId,
  ItemId,
  MergeId,
  NoteId,
  PersonId,
  Stamp,
} from '@shared/model/ids'
import type { Channel, Direction } from '@shared/model/interaction'
import type { ClaimSource, JourneyFilter, JourneyMark } from '@shared/model/views'
import type { Observable } from 'rxjs'
import type { ItemKind } from './derive/open-items'
import type { Person, PersonStatus } from './derive/person'
import type { MergeSet } from './derive/sets'
import type { ContactDocument } from './documents/contact'
import type { Documents, IdOf, Kind } from './documents/kinds'

/** One document of a commit: what was read (undefined: nothing there) and what it becomes. */
export type Change = {
  [K in Kind]: { kind: K; previous: Documents[K] | undefined; next: Documents[K] }
}[Kind]

export interface DocumentStore {
  /** Documents by id; missing ones are absent. Pass the very objects back as `previous`. */
  get<K extends Kind>(kind: K, ids: readonly IdOf<K>[]): Promise<Map<IdOf<K>, Documents[K]>>
  /**
   * Writes all changes or none, and tells the views of them.
   * @param options not `durable`: they can be read, and a power cut may still take them back until `flush` has waited for
   * the disk
   * @throws ScvError `conflict` when a document changed since it was read: read again, decide again
   * @throws ScvError `storage_full`, `storage_failed`
   */
  commit(changes: readonly Change[], options?: { durable: boolean }): Promise<void>
  /** Waits until everything committed so far survives a power cut. @throws ScvError `storage_full`, `storage_failed` */
  flush(): Promise<void>
  /**
   * Leaves nothing of what was written over in any file; what a reader reads just then may stay for a while.
   * @throws ScvError `storage_full`, `storage_failed`
   */
  scrub(): Promise<void>
  /** All documents of a kind, in pages; for exports and sweeps. */
  scan<K extends Kind>(kind: K, pageSize: number): AsyncIterable<Documents[K][]>
}

/** A throw-away map on disk, for what a long dry run has to remember without filling the memory. */
export interface Scratch {
  get(key: string): string | undefined
  set(key: string, value: string): void
  close(): void
}

/** Who and what changed: canonical ids (former and present) of the people concerned, and the kinds of documents. */
export interface ViewChange {
  people: ReadonlySet<PersonId>
  kinds: ReadonlySet<Kind>
}

/** A person as the index knows it. */
export interface PersonRow {
  id: PersonId
  type: ContactType
  status: PersonStatus
  name: string
  detail: string
  /** ms; 0: never. */
  lastActive: number
  /** ms: when retention starts to count. */
  renewed: number
  modified: number
  merged: boolean
}

/** A person in a list that a page goes on behind: by the value it is sorted by, as the views have it, and by id. */
export interface ListPlace {
  value: string
  id: PersonId
}

/** A claim of an identifier by a living person. */
export interface ClaimRow {
  identifierId: IdentifierId
  contactId: ContactId
  since: Stamp
  by: string
  via: ClaimSource
  person: PersonRow
}

export interface IdentifierRow extends Identifier {
  id: IdentifierId
  type: IdentifierType
}

export interface ClaimOfContact {
  identifier: IdentifierRow
  contactId: ContactId
  since: Stamp
  by: string
  via: ClaimSource
}

export interface InteractionRow {
  id: InteractionId
  /** The contact it is tied to, or the member it went to when its merge was undone. */
  contactId: ContactId | null
  startedMs: number
  channel: Channel
  direction: Direction
  /** When it was recorded; empty when a person has tied it to another contact since. */
  recorded: Stamp
}

/** [fromMs, toMs): when conversations began. */
export interface ConversationSpan {
  fromMs: number
  toMs: number
}

/** A conversation by its first interaction. */
export interface ConversationStart {
  conversationId: string
  id: InteractionId
  startedMs: number
}

interface ConversationPage {
  isDescending: boolean
  /** Those behind this one, in the order asked for. */
  after?: ConversationStart
  offset: number
  limit: number
}

/** An open item of the Reconcile list: `subject` as in `derive/open-items.ts`. */
export interface ItemRow {
  id: ItemId
  kind: ItemKind
  at: Stamp
  subject: string[]
}

/** A line of the audit trail: an entry of its own, or a contact that tells itself who made it. */
type AuditRow = { isContact: false; id: AuditId } | { isContact: true; id: ContactId }

interface SearchMatch {
  personId: PersonId
  match: 'name' | 'mail' | 'number' | 'other'
  matched: { label: string; text: string }
}

/** What a caller of `settle` waits for; all of it unless it says otherwise. */
export interface SettleOptions {
  /** False: not that search finds what was settled, see `searchable` of the views. */
  searchable: boolean
}

/**
 * Fast answers derived from the documents. Reading is synchronous: one call sees one state.
 * `settle` brings the views up to all that was committed; commands call it before they decide and before they return.
 */
export interface Views {
  settle(options?: SettleOptions): Promise<void>
  /** To be awaited before a search that has to find what was settled. */
  searchable(): Promise<void>
  /** Sees that values of erased people are gone from the files, too. */
  scrub(): Promise<void>
  readonly changes$: Observable<ViewChange>
  /** The latest stamp in any document seen. */
  latestStamp(): Stamp | undefined

  /** The merge set of a contact that exists. */
  setOf(contactId: ContactId): MergeSet | undefined
  contact(contactId: ContactId): ContactDocument | undefined
  /** The person a contact id stands for, derived from its set's documents. */
  person(contactId: ContactId): Person | undefined
  personRow(contactId: ContactId): PersonRow | undefined
  recentPeople(limit: number): PersonRow[]
  /** The promotion queue, or those dismissed from it; last active first. */
  autoCreated(dismissed: boolean, offset: number, limit: number): { total: number; items: PersonRow[] }
  /** Who took a person off the promotion queue, and when (ms); also when it is over since they got in touch again. */
  dismissal(personId: PersonId): { at: number; by: string } | undefined
  /** People deleted after `sinceMs`, latest first. */
  deletedPeople(sinceMs: number, offset: number, limit: number): { total: number; items: PersonRow[] }
  /** Auto-created people whose retention starts to count before `ms`. */
  expirable(ms: number, limit: number): PersonRow[]
  /** `next`: what the page behind this one goes on behind; absent where there is none. */
  listPeople(options: {
    sort: 'firstName' | 'lastName' | 'middleName' | 'title'
    descending: boolean
    /** How many to leave out, each of which is read: `after` is as quick however deep. */
    offset: number
    limit: number
    /** Only these. */
    among?: readonly string[]
    after?: ListPlace | undefined
  }): {
    total: number
    items: PersonRow[]
    next?: ListPlace
  }
  /** Curated people whose id comes after `after`, in the order of their ids: a walk that writes in between cannot upset. */
  peopleAfter(after: PersonId | '', limit: number): PersonRow[]
  /** Ids of people who are there, of any type, in their order after one. */
  everyoneAfter(after: PersonId | '', limit: number): PersonId[]

  /**
   * Standing claims of living people, earliest first: the first holds, the others contend.
   * @param limit the earliest so many; all unless given, and thousands may want one number
   */
  claimsOn(identifierId: IdentifierId, limit?: number): ClaimRow[]
  /** How many contacts claim an identifier, in whatever state they are. */
  claimCount(identifierId: IdentifierId): number
  /** The living person whose claim is the earliest. */
  holderOf(identifierId: IdentifierId): Person | undefined
  /** Identifiers that any of these contacts claims (or, with `released`, ever claimed), with whose claim it is. */
  claimsBy(contactIds: readonly ContactId[], released?: boolean): ClaimOfContact[]
  /** Identifiers by id; unknown ones are left out. */
  identifiers(ids: readonly IdentifierId[]): IdentifierRow[]
  /** Keys under which older versions claimed the address that is read as this key today. */
  formerKeys(email: string): string[]
  /** Identifiers with this value, of whatever type, in any case: those that have it as it stands here first. */
  identifiersByValue(value: string): IdentifierRow[]
  /**
   * Curated people who answer a text best. It may lack what changed within the last moments, but for what was settled
   * before `searchable`.
   * @param isKnown who is meant by a whole address or number is known: it is asked who else has all of it, not a part
   */
  search(text: string, limit: number, isKnown?: boolean): SearchMatch[]

  interactionCount(contactIds: readonly ContactId[]): number
  journey(
    contactIds: readonly ContactId[],
    filter: JourneyFilter,
    offset: number,
    limit: number,
  ): { total: number; byChannel: Partial<Record<Channel, number>>; ids: InteractionId[] }
  /** First and last start, in ms, of what passes the filter; undefined: nothing does. */
  journeySpan(contactIds: readonly ContactId[], filter: JourneyFilter): { from: number; to: number } | undefined
  /** What passes the filter, gathered by channel and by stretches of so many ms. */
  journeyMarks(contactIds: readonly ContactId[], filter: JourneyFilter, widthMs: number): JourneyMark[]
  /** How many pass the filter in each of `bins` equal parts of a span. */
  journeyDensity(
    contactIds: readonly ContactId[],
    filter: JourneyFilter,
    span: { from: number; to: number },
    bins: number,
  ): number[]
  /** How many there are of each combination that occurs. */
  journeyGroups(
    contactIds: readonly ContactId[],
    filter: JourneyFilter,
  ): {
    channel: Channel
    direction: Direction
    queue: string | null
    agent: string | null
    contactId: ContactId
    count: number
    /** Start of the first and of the last of them, in ms. */
    first: number
    last: number
  }[]
  /** Whose an interaction is, merges undone since considered; undefined: no person's, or not seen yet. */
  interactionOwner(id: InteractionId): ContactId | undefined
  interactionsOf(contactIds: readonly ContactId[]): InteractionRow[]
  /**
   * Interactions of these contacts, newest first.
   * @param after those behind this one; if it is gone, all of its moment come again
   */
  interactionsBehind(
    contactIds: readonly ContactId[],
    page: {
      channels?: readonly Channel[] | undefined
      after?: { id: InteractionId; startedMs: number } | undefined
      limit: number
    },
  ): InteractionRow[]
  /** Interactions that were tied to one of these contacts before and are tied to none now, but for erased ones. */
  untiedFrom(contactIds: readonly ContactId[]): InteractionId[]
  /** All interactions of these conversations, oldest first. @throws ScvError `views_not_ready` */
  interactionsIn(conversationIds: readonly string[]): InteractionRow[]
  /**
   * Conversations that began in [fromMs, toMs), in the order of their beginnings.
   * @throws ScvError `views_not_ready` while views of before conversations were noted answer
   */
  conversationsBegun(span: ConversationSpan, page: ConversationPage): ConversationStart[]
  /** How many there are of them. @throws ScvError `views_not_ready` */
  conversationCount(span: ConversationSpan): number
  /** Notes on these contacts, latest first; with `deleted`, deleted ones too. */
  noteIds(contactIds: readonly ContactId[], deleted?: boolean): NoteId[]
  /** Identifiers that interactions of these contacts came by, each with the id of one of them. */
  identifiersMet(contactIds: readonly ContactId[]): { identifierId: IdentifierId; interactionId: InteractionId }[]
  mergesOf(contactIds: readonly ContactId[]): MergeId[]
  cannotLink(a: ContactId, b: ContactId): boolean
  /** Erased people about which something was still written elsewhere: canonical ids. */
  unfinishedErasures(): PersonId[]
  /** Ids of decisions about any of these contacts. */
  decisionsOn(contactIds: readonly ContactId[]): DecisionId[]
  /** These contacts and every record they were ever merged into, also by merges since undone. */
  recordsOf(contactIds: readonly ContactId[]): ContactId[]
  /**
   * The audit trail, newest first: ids of its entries, and of contacts (`isContact`) that tell themselves who made them.
   * @param from the entry that a page goes on behind, however deep; or how many to leave out, each of which is read
   */
  auditEntries(
    filter: { contactIds?: readonly ContactId[]; fromMs?: number; toMs?: number },
    from: number | AuditPlace,
    limit: number,
  ): AuditRow[]
  /** The latest stamp of each device of all that was done to these contacts, hung on them, or merged with them. */
  activityStampsOf(contactIds: readonly ContactId[]): Stamp[]
  /** What happened apart and is open, newest first. */
  openItems(kind: ItemKind | undefined, offset: number, limit: number): { total: number; items: ItemRow[] }
  openItem(id: ItemId): ItemRow | undefined
  openCounts(): Record<ItemKind, number>
  counts(): { curated: number; autoCreated: number; interactions: number }
}
