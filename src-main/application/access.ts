// What the person at this device may do now: all that their roles say, only see while signed out, nothing while locked.
// Invariants: it is decided here and not in the window; what programs tell over the local API is not lost for either;
// a password is compared in a time that tells nothing of it, and guessing it is slow.
import type { AccessState } from '@shared/contract/access'
import { type ErrorCode, ScvError } from '@shared/errors'
import type { Permission } from '@shared/permissions'
import { BehaviorSubject, distinctUntilChanged, map, merge, type Observable } from 'rxjs'
import type { Actor } from '../engine/permissions'

/** What can be seen, and nothing else. */
const SEEING: readonly Permission[] = [
  'externalContacts:contact:view',
  'externalContacts:conversation:viewAll',
  'externalContacts:session:view',
]
/** An interaction is never refused because no user is signed in: a phone system tells of it once. */
const TELLING: readonly Permission[] = [...SEEING, 'externalContacts:conversation:associate']

/** Wrong passwords in a row after which the next ones are not looked at for a while. */
const TRIES = 5
const REST_MS = 30_000

/** What is known of the user, beside the actor that they are. */
interface Seat {
  /** The user who is, or was last, signed in; null: the device was never connected. */
  user: { name: string; roles: readonly string[] } | null
  signedOut: boolean
}

export interface AccessOptions {
  /** The person with the roles last known. */
  person(): Actor
  seat(): Seat
  /** Whether this device may be worked with while signed out. */
  worksSignedOut(): boolean
  /** After either may have changed. */
  changes$: Observable<unknown>
  /** Outlives the process: a window that was locked opens locked. */
  locked: { read(): boolean; save(locked: boolean): void }
  /** Whether this is the password of the user; undefined where this device does not have it. */
  isPassword(text: string): boolean | undefined
  now(): number
}

export interface Access {
  /** The person at the window. */
  actor(): Actor
  /** The person that programs act for: a lock is before the window alone. */
  programs(): Actor
  readonly state$: Observable<AccessState>
  isLocked(): boolean
  lock(): void
  /** @throws ScvError `wrong_password` */
  unlock(password?: string): void
  /** Opens it for a user who has just signed in. */
  open(): void
  /** @throws ScvError `signed_out`, `locked` for what would change something now */
  requireOpen(): void
}

export function createAccess(options: AccessOptions): Access {
  const { person, seat, worksSignedOut, changes$, locked, isPassword, now } = options
  const locked$ = new BehaviorSubject(locked.read())
  const wrong = { times: 0, until: 0 }

  const isReadOnly = (): boolean => seat().signedOut && !worksSignedOut()
  const onlySeeing = narrowed(SEEING)
  const onlyTelling = narrowed(TELLING)
  const actor = (): Actor => (locked$.value || isReadOnly() ? onlySeeing(person()) : person())

  function setLocked(isLocked: boolean): void {
    if (isLocked === locked$.value) return
    locked.save(isLocked)
    locked$.next(isLocked)
  }

  /** Whether there is a password to ask for: with none known, and a user, one signs in at the server instead. */
  const asksPassword = (): boolean => seat().user !== null

  const state = (): AccessState => {
    const { user, signedOut } = seat()
    const owner = user === null ? person().id : null
    return {
      is: locked$.value ? 'locked' : isReadOnly() ? 'read-only' : 'open',
      user: signedOut ? null : (user?.name ?? owner),
      last: user?.name ?? null,
      roles: [...(user?.roles ?? [])],
      permissions: [...actor().permissions],
      asksPassword: asksPassword(),
    }
  }

  return {
    actor,
    programs: () => (isReadOnly() ? onlyTelling(person()) : person()),
    state$: merge(locked$, changes$).pipe(
      map(state),
      distinctUntilChanged((a, b) => JSON.stringify(a) === JSON.stringify(b)),
    ),
    isLocked: () => locked$.value,
    lock: () => setLocked(true),
    open: () => setLocked(false),
    unlock(password) {
      if (!locked$.value) return
      if (asksPassword()) check(password)
      wrong.times = 0
      setLocked(false)
    },
    requireOpen() {
      if (locked$.value) throw new ScvError('locked', 'This window is locked. Unlock it to go on.')
      if (isReadOnly()) throw new ScvError('signed_out', 'You are signed out. Sign in to change anything.')
    },
  }

  /** @throws ScvError `wrong_password` */
  function check(password = ''): void {
    const refuse = (message: string, code: ErrorCode = 'wrong_password'): never => {
      throw new ScvError(code, message, { field: 'password' })
    }
    const rest = wrong.until - now()
    if (rest > 0 && rest <= REST_MS)
      refuse(`That was wrong ${TRIES} times. Try again in ${Math.ceil(rest / 1000)} seconds.`)
    const verdict = seat().signedOut ? undefined : isPassword(password)
    if (verdict === true) return
    if (verdict === undefined) refuse('This device does not have your password. Sign in with it instead.')
    wrong.times += 1
    if (wrong.times % TRIES === 0) wrong.until = now() + REST_MS
    refuse('This is not your password.')
  }
}

/** The same person with less; the same object for the same person, as the person is. */
function narrowed(to: readonly Permission[]): (person: Actor) => Actor {
  let known: { person: Actor; actor: Actor } | undefined
  return (person) => {
    if (known?.person !== person) {
      const permissions = new Set(to.filter((one) => person.permissions.has(one)))
      known = { person, actor: { id: person.id, permissions } }
    }
    return known.actor
  }
}
