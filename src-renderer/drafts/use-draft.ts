// A form's values as a draft: what was typed outlives the form, the page, the window and the process.
// Invariant: a form shows its draft where there is one, else what it starts from; typed back to that, there is no draft.
import type { Draft, DraftForm } from '@shared/contract/drafts'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { client, useLive } from '../bridge/hooks'
import { createDraftStore, type DraftValues, idOf, type Key } from './draft-store'

export const drafts = createDraftStore({
  keep: (draft) => client.call('drafts.keep', draft),
  end: (key) => client.call('drafts.end', key),
})

/** Whether two forms hold the same; what is empty counts as not there. */
const sameValues = (a: DraftValues, b: DraftValues): boolean =>
  [...Object.keys(a), ...Object.keys(b)].every((name) => (a[name] ?? '') === (b[name] ?? ''))

/** What a form begins with that asks for nothing but a reason. */
export const NO_REASON: Readonly<Record<string, string> & { reason: string }> = { reason: '' }

export interface DraftOf<V> {
  values: V
  /** Something was typed that was neither sent nor discarded. */
  begun: boolean
  set(change: Partial<V>): void
  /** It was sent, or discarded on purpose. */
  end(): void
  key: Key
}

/**
 * @param subject what the form is about, with its form the key of the draft
 * @param start what the form begins with; as it is now while nothing was typed, and as it was then afterwards
 */
export function useDraft<V extends Record<string, string>>(form: DraftForm, subject: string, start: V): DraftOf<V> {
  const [begin, setBegin] = useState({ subject, start })
  const key = useMemo((): Key => ({ form, subject }), [form, subject])
  const draft = drafts.store((state) => state.drafts[idOf(key)])
  const stands = begin.subject === subject && (draft !== undefined || sameValues(begin.start, start))
  if (!stands) setBegin({ subject, start })
  const initial = stands ? begin.start : start
  const values = useMemo(() => ({ ...initial, ...draft?.values }) as V, [initial, draft])
  const set = useCallback(
    (change: Partial<V>): void => {
      const next = { ...initial, ...drafts.get(key)?.values, ...change } as Record<string, string>
      if (sameValues(next, initial)) drafts.end(key)
      else drafts.put(key, next)
    },
    [initial, key],
  )
  const end = useCallback(() => drafts.end(key), [key])
  return { values, begun: draft !== undefined, set, end, key }
}

/** What was searched for is kept where it was typed, and is no work to go on with. */
const isWork = ({ form }: Key): boolean => form !== 'search'

/** Which drafts there are, whatever stands in them: not read anew with every letter that is typed. */
export function useBegun(): readonly Key[] {
  const ids = drafts.store(useShallow((state) => Object.keys(state.drafts)))
  return useMemo(() => ids.flatMap((id) => drafts.store.getState().drafts[id] ?? []).filter(isWork), [ids])
}

/** All drafts, the latest first; read anew with every letter. */
export function useDrafts(): Draft[] {
  const all = drafts.store((state) => state.drafts)
  return useMemo(
    () =>
      Object.values(all)
        .filter(isWork)
        .sort((a, b) => b.at.localeCompare(a.at)),
    [all],
  )
}

/** Brings drafts from the device's file, anew for each user; keeps them before the page goes. */
export function useKeptDrafts(): void {
  const { value } = useLive('drafts.mine', {})
  useEffect(() => {
    if (value) drafts.load(value.user, value.drafts)
  }, [value])
  useEffect(() => {
    const keep = (): void => void drafts.flush()
    window.addEventListener('pagehide', keep)
    document.addEventListener('visibilitychange', keep)
    return () => {
      window.removeEventListener('pagehide', keep)
      document.removeEventListener('visibilitychange', keep)
      keep() // the lock takes the frame away, and the page may follow
    }
  }, [])
}

/** Takes what was begun on records of a person along to the person they are part of now. */
export function useMovedDrafts(personId: string, records: readonly string[]): void {
  const all = useBegun()
  useEffect(() => {
    for (const { form, subject } of all) {
      const [id = '', rest] = subject.split('/')
      if (id === personId || !MOVABLE.includes(form) || !records.includes(id)) continue
      drafts.move({ form, subject }, rest === undefined ? personId : `${personId}/${rest}`)
    }
  }, [all, personId, records])
}

const MOVABLE: readonly DraftForm[] = [
  'note',
  'note-edit',
  'field',
  'identifier',
  'interaction',
  'promote',
  'delete',
  'split',
]
