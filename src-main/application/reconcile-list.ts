// The Reconcile list: what the engine derived from documents, and what sync set aside, as one list for a caller.
// Invariant: an item shows which decisions its caller may take, and the same permission is asked when one is taken.

import type { Decision, ReconcileItem, ReconcileKind } from '@shared/contract/reconcile'
import type { SetAside } from '@shared/contract/sync'
import { ScvError } from '@shared/errors'
import { asContactId, type ContactId, type ItemId } from '@shared/model/ids'
import { map, merge, type Observable, startWith, switchMap } from 'rxjs'
import type { Engine } from '../engine'
import { ITEM_KINDS, type ItemKind } from '../engine/derive/open-items'
import type { Kind } from '../engine/documents/kinds'
import { requirePermission } from '../engine/permissions'
import type { ViewChange } from '../engine/ports'
import type { ReconcileView } from '../engine/reconcile'
import type { Caller } from './caller'
import { liveQuery } from './live-query'
import type { SetAsidePort } from './ports'
import { ASIDE_NEEDS, asideIdOf, asideItem } from './set-aside-item'

/** Kinds of documents that items are derived from. */
const SOURCES: readonly Kind[] = ['contacts', 'identifiers', 'merges', 'interactions', 'notes', 'decisions']
/** Said of a change of what sync set aside, which concerns no document. */
const ASIDE: ViewChange = { people: new Set(), kinds: new Set() }
/** The count stands in the frame all the time: it need not follow an import row by row. */
const COUNT_MS = 250

const isDerived = (kind: ReconcileKind): kind is ItemKind => (ITEM_KINDS as readonly string[]).includes(kind)

interface Page {
  total: number
  items: ReconcileItem[]
}

interface ReconcileChoice {
  id: ItemId
  decision: Decision
  target?: string | undefined
  reason?: string | undefined
}

export interface ReconcileList {
  /** A page of open items of a kind, or of all, newest first. */
  page(kind: ReconcileKind | undefined, offset: number, limit: number): Promise<Page>
  /** The same, and again with every change. */
  page$(kind: ReconcileKind | undefined, offset: number, limit: number): Observable<Page>
  /** How many are open, by kind; followed. */
  count$(): Observable<{ total: number; byKind: Record<ReconcileKind, number> }>
  /** @throws ScvError `not_found` when it is settled */
  item(id: ItemId): Promise<ReconcileItem>
  /** What sync set aside, where an item is of that; null once it is settled. Followed. */
  document$(id: ItemId): Observable<SetAside | null>
  /** Settles an item. @throws ScvError `forbidden`, `not_found`, `invalid_input` for a decision that is not offered */
  decide(choice: ReconcileChoice): Promise<{ contactId?: ContactId }>
  /** Lists an item again that was left as it is or settled as shared. @throws ScvError `forbidden` */
  reopen(id: ItemId): Promise<void>
}

/** The list for a caller. Without `contact:view` all of it is `forbidden`. */
export function reconcileList(engine: Engine, setAside: SetAsidePort, { actor, queries }: Caller): ReconcileList {
  const changes$ = merge(engine.changes$, setAside.changes$.pipe(map(() => ASIDE)))
  const affects = ({ kinds }: ViewChange) => kinds.size === 0 || SOURCES.some((kind) => kinds.has(kind))

  const shown = ({ decisions, sides, ...item }: ReconcileView): ReconcileItem => {
    const { permissions } = actor()
    return {
      ...item,
      sides: sides.map((side) => {
        const [line] = side.person ? queries.lines([side.person.id]) : []
        return { ...side, ...(line ? { line } : {}) }
      }),
      decisions: decisions.map(({ needs, ...decision }) => ({ ...decision, forbidden: !permissions.has(needs) })),
    }
  }

  const shownAside = (aside: SetAside): ReconcileItem => {
    const person = aside.collection === 'contacts' ? queries.personOf(asContactId(aside.documentId)) : undefined
    return asideItem(aside, person?.displayName ? person : undefined, actor().permissions.has(ASIDE_NEEDS))
  }

  async function derivedItem(id: ItemId): Promise<ReconcileItem[]> {
    try {
      return [shown(await queries.reconcileItem(id))]
    } catch (error) {
      if (error instanceof ScvError && error.code === 'not_found') return [] // settled while the page was read
      throw error
    }
  }

  /** A page of both lists together, newest first, without reading more of the long one than the page may need. */
  async function page(kind: ReconcileKind | undefined, offset: number, limit: number): Promise<Page> {
    requirePermission(actor(), 'externalContacts:contact:view')
    const asides =
      kind === undefined || !isDerived(kind)
        ? await setAside.list(0, offset + limit, kind)
        : { total: 0, items: [] as SetAside[] }
    // Wherever the set-aside ones come in, the page holds none of the derived ones before this.
    const from = Math.max(0, offset - asides.items.length)
    const derived =
      kind === undefined || isDerived(kind)
        ? queries.reconcileRows(kind, from, offset + limit - from)
        : { total: 0, items: [] }
    const rows = [
      ...derived.items.map(({ id, at }) => ({ at, items: () => derivedItem(id) })),
      ...asides.items.map((one) => ({ at: one.at, items: async () => [shownAside(one)] })),
    ]
      .sort(newestFirst)
      .slice(offset - from, offset - from + limit)
    const items = (await Promise.all(rows.map((row) => row.items()))).flat()
    return { total: derived.total + asides.total, items }
  }

  async function asideOf(id: ItemId): Promise<SetAside | undefined> {
    const asideId = asideIdOf(id)
    if (asideId === undefined) return undefined
    const aside = await setAside.get(asideId)
    if (!aside) throw new ScvError('not_found', 'This was settled already.', { field: 'id' })
    return aside
  }

  return {
    page,
    page$: (kind, offset, limit) => liveQuery(changes$, affects, () => page(kind, offset, limit)),

    count$: () =>
      liveQuery(
        changes$,
        affects,
        () => {
          const aside = { refused: setAside.count('refused'), unreadable: setAside.count('unreadable') }
          const byKind = { ...queries.reconcileCounts(), ...aside }
          return { total: Object.values(byKind).reduce((sum, n) => sum + n, 0), byKind }
        },
        COUNT_MS,
      ),

    async item(id) {
      requirePermission(actor(), 'externalContacts:contact:view')
      const aside = await asideOf(id)
      return aside ? shownAside(aside) : shown(await queries.reconcileItem(id))
    },

    document$: (id) =>
      setAside.changes$.pipe(
        startWith(undefined),
        switchMap(async () => {
          requirePermission(actor(), 'externalContacts:contact:view')
          const asideId = asideIdOf(id)
          return (asideId === undefined ? undefined : await setAside.get(asideId)) ?? null
        }),
      ),

    async decide({ id, decision, target, reason }) {
      if (asideIdOf(id) === undefined)
        return engine.reconcile.decide(actor(), {
          id,
          decision,
          ...(target === undefined ? {} : { target }),
          ...(reason ? { reason } : {}),
        })
      requirePermission(actor(), ASIDE_NEEDS)
      const aside = await asideOf(id)
      if (!aside || (decision !== 'retry' && decision !== 'drop'))
        throw new ScvError('invalid_input', 'This cannot be decided so.', { field: 'decision' })
      if (decision === 'retry') await setAside.retry(aside.id)
      else await setAside.drop(aside.id)
      return {}
    },

    reopen: (id) => engine.reconcile.reopen(actor(), id),
  }
}

/** By moment; a sort keeps the order of those of one moment. */
const newestFirst = (a: { at: string }, b: { at: string }) => Date.parse(b.at) - Date.parse(a.at)
