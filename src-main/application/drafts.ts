// Drafts of the person at this device.
// Invariant: a draft is shown to the user who typed it; what is about a person who was erased is erased with them, whichever
// device erased them. So is what was looked up last: it may name them and says no id.

import type { Draft } from '@shared/contract/drafts'
import { asContactId, type ContactId } from '@shared/model/ids'
import {
  combineLatest,
  distinctUntilChanged,
  filter,
  from,
  map,
  mergeMap,
  type Observable,
  Subject,
  startWith,
} from 'rxjs'
import type { Engine } from '../engine'
import type { DraftsPort } from './ports'

type Key = Pick<Draft, 'user' | 'form' | 'subject'>

export interface Drafts {
  mine$(): Observable<{ user: string | null; drafts: Draft[] }>
  /** @throws ScvError `too_many` */
  keep(draft: Draft): void
  end(key: Key): void
  close(): void
}

/** Forms whose subject names no person. */
const OF_NO_PERSON: readonly Draft['form'][] = ['start', 'connect', 'settings', 'token', 'import', 'search', 'schema']

/** The ids that a draft's subject names. */
const idsOf = ({ form, subject }: Draft): ContactId[] =>
  OF_NO_PERSON.includes(form) ? [] : subject.split(/[ /]/).map(asContactId)

const isSearch = ({ form }: Draft): boolean => form === 'search'

/**
 * @param user$ name of the user who is signed in; null: no user is
 * @param onDefect told of a failure to look for people who were erased
 */
export function createDrafts(
  file: DraftsPort,
  engine: Pick<Engine, 'changes$' | 'queries'>,
  user$: Observable<string | null>,
  onDefect: (error: unknown) => void,
): Drafts {
  const gone$ = new Subject<void>()

  async function isErased(id: ContactId): Promise<boolean> {
    const known = engine.queries.refOf(id)
    if (known.displayName !== '') return false // an erased person has no name
    return engine.queries.person(id).then(
      ({ status }) => status === 'erased',
      () => false,
    )
  }
  async function dropErased(ids: readonly ContactId[]): Promise<void> {
    const erased = new Set<ContactId>()
    for (const id of new Set(ids)) if (await isErased(id)) erased.add(id)
    const isGone = (draft: Draft): boolean => isSearch(draft) || idsOf(draft).some((id) => erased.has(id))
    if (erased.size > 0 && file.remove(isGone)) gone$.next()
  }

  const watching = engine.changes$
    .pipe(
      startWith(undefined), // also those who were erased while this device was off
      map((change) => {
        const all = file.all()
        const named = all
          .flatMap(idsOf)
          // A person since merged is erased under the id of the result.
          .filter(
            (id) =>
              id !== '' && (!change || change.people.size === 0 || change.people.has(engine.queries.canonicalId(id))),
          )
        return change?.kinds.has('contacts') && all.some(isSearch) ? [...named, ...change.people] : named
      }),
      filter((ids) => ids.length > 0),
      mergeMap((ids) => from(dropErased(ids))),
    )
    .subscribe({ error: onDefect })

  return {
    mine$: () =>
      combineLatest([user$.pipe(distinctUntilChanged()), gone$.pipe(startWith(undefined))]).pipe(
        map(([user]) => ({ user, drafts: file.all().filter((draft) => draft.user === user || draft.user === null) })),
      ),
    keep: (draft) => file.put(draft),
    end: (key) => file.end(key),
    close: () => watching.unsubscribe(),
  }
}
