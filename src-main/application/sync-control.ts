// Sync as its user steers it, and what it set aside, for a caller.
// Invariant: connecting and signing in belong to the person at the device; what touches the organisation's data asks for
// permission, whichever door it is asked through.
import type { SetAside, SyncStatus } from '@shared/contract/sync'
import { asyncScheduler, type Observable, startWith, switchMap, throttleTime } from 'rxjs'
import { requirePermission } from '../engine/permissions'
import type { Caller } from './caller'
import type { SetAsidePort, SyncPort } from './ports'
import { ASIDE_NEEDS } from './set-aside-item'

/** Changes of the list within this time are answered once. */
const GATHER_MS = 100

export interface SyncControl {
  pause(): Promise<void>
  resume(): Promise<void>
  status(): SyncStatus
  /** A page of what was set aside, newest first, and again with every change. */
  setAside$(offset: number, limit: number): Observable<{ total: number; items: SetAside[] }>
  /** Tries one again, or all. @returns how many are left */
  retry(id?: string): Promise<number>
  drop(id: string): Promise<void>
}

/** @throws ScvError `forbidden`: steering takes `contact:edit`, reading what was set aside `contact:view` */
export function syncControl(sync: SyncPort, setAside: SetAsidePort, { actor }: Caller): SyncControl {
  return {
    status: () => sync.status$.value,
    async pause() {
      requirePermission(actor(), 'externalContacts:contact:edit')
      await sync.pause()
    },
    async resume() {
      requirePermission(actor(), 'externalContacts:contact:edit')
      await sync.resume()
    },
    setAside$: (offset, limit) =>
      setAside.changes$.pipe(
        throttleTime(GATHER_MS, asyncScheduler, { leading: true, trailing: true }),
        startWith(undefined),
        switchMap(async () => {
          requirePermission(actor(), 'externalContacts:contact:view')
          return setAside.list(offset, limit)
        }),
      ),
    async retry(id) {
      requirePermission(actor(), ASIDE_NEEDS)
      return setAside.retry(id)
    },
    async drop(id) {
      requirePermission(actor(), ASIDE_NEEDS)
      await setAside.drop(id)
    },
  }
}
