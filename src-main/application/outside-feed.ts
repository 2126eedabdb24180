// What is shown outside the window: how many interactions wait, and what arrives, as far as the settings let it be told.
// Invariant: a failure to show one that arrived keeps none of the next ones from being told.
import type { Settings } from '@shared/contract/app'
import { combineLatest, distinctUntilChanged, filter, map, mergeMap, type Observable } from 'rxjs'
import type { Access } from './access'
import { type Announcement, announcementOf } from './announcing'
import type { Caller } from './caller'
import type { IncomingFeed } from './incoming-feed'

export interface OutsideFeed {
  readonly state$: Observable<{ open: number; badge: boolean; tray: boolean }>
  readonly announcements$: Observable<Announcement>
  lock(): void
  /** The system was locked: the window is, too, where the settings say so and there is a password to open it with. */
  systemLocked(): void
}

export interface OutsideOptions {
  incoming: IncomingFeed
  access: Pick<Access, 'isLocked' | 'lock'>
  caller: Caller
  settings$: Observable<Settings>
  settings(): Settings
  hasUser(): boolean
}

export function createOutsideFeed(options: OutsideOptions): OutsideFeed {
  const { incoming, access, caller, settings$, settings, hasUser } = options
  return {
    state$: combineLatest([incoming.open$, settings$]).pipe(
      map(([open, { badge, tray }]) => ({ open, badge, tray })),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
    ),
    announcements$: incoming.arrived$.pipe(
      mergeMap((id) => incoming.get(caller, id).catch(() => undefined)),
      map((arrival) => arrival && announcementOf(arrival, settings().announce, access.isLocked())),
      filter((one) => one !== undefined),
    ),
    lock: access.lock,
    systemLocked() {
      if (settings().lockWithSystem && hasUser()) access.lock()
    },
  }
}
