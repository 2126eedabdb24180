// Texts that were begun in this window and neither sent nor discarded, and how they come to the device's own file.
// Invariant: a text ends by `end` alone; what was typed is on its way to the file within `SAVE_MS`, in the name of the user
// who typed it, and is tried again until the file has it.
import type { Draft } from '@shared/contract/drafts'
import { create } from 'zustand'

export type DraftValues = Readonly<Record<string, string>>
export type Key = Pick<Draft, 'form' | 'subject'>

/** Where drafts are kept. */
export interface DraftsPort {
  keep(draft: Draft): Promise<unknown>
  end(key: Key & { user: string | null }): Promise<unknown>
}

interface DraftsMemory {
  /** By `idOf`. */
  drafts: Readonly<Record<string, Draft>>
  /** What stands in the way of keeping them; null: nothing. */
  failure: unknown
}

/** How long typing may go on before it is kept, in ms: less than one notices after a crash. */
export const SAVE_MS = 250
/** The same for what is looked up: each letter of it is answered meanwhile. */
const SEARCH_SAVE_MS = 2_000
/** After a failure, in ms. */
const AGAIN_MS = 3_000

/** What the file does not have yet: a draft as it is now, or null where it has ended. */
interface Change {
  user: string | null
  key: Key
  draft: Draft | null
}

export const idOf = ({ form, subject }: Key): string => `${form} ${subject}`

/** @param now wall clock in ms */
export function createDraftStore(port: DraftsPort, now: () => number = Date.now) {
  const store = create<DraftsMemory>(() => ({ drafts: {}, failure: null }))
  let user: string | null = null
  /** By user and draft. */
  const unsaved = new Map<string, Change>()
  let timer: { end: ReturnType<typeof setTimeout>; due: number } | undefined

  function plan(ms: number): void {
    const due = now() + ms
    if (timer && timer.due <= due) return
    clearTimeout(timer?.end)
    timer = { end: setTimeout(() => void flush(), ms), due }
  }

  /** @returns whether the file has it now */
  async function save(place: string, change: Change): Promise<boolean> {
    try {
      await (change.draft ? port.keep(change.draft) : port.end({ ...change.key, user: change.user }))
    } catch (failure) {
      store.setState({ failure })
      return false
    }
    if (unsaved.get(place) === change) unsaved.delete(place)
    return true
  }

  /** Keeps everything now: all of it is sent before this returns, since a page that goes waits for no answer. */
  async function flush(): Promise<void> {
    clearTimeout(timer?.end)
    timer = undefined
    const saved = await Promise.all([...unsaved].map(([place, change]) => save(place, change)))
    if (saved.includes(false)) return plan(AGAIN_MS)
    store.setState({ failure: null })
    if (unsaved.size > 0) plan(SAVE_MS)
  }

  function change(key: Key, draft: Draft | null): void {
    const id = idOf(key)
    store.setState(({ drafts: { [id]: _former, ...others } }) => ({
      drafts: draft ? { ...others, [id]: draft } : others,
    }))
    unsaved.set(`${user} ${id}`, { user, key: { form: key.form, subject: key.subject }, draft })
    plan(key.form === 'search' ? SEARCH_SAVE_MS : SAVE_MS)
  }

  const get = (key: Key): Draft | undefined => store.getState().drafts[idOf(key)]

  return {
    store,
    flush,
    get,
    put({ form, subject }: Key, values: DraftValues): void {
      change({ form, subject }, { user, form, subject, values, at: new Date(now()).toISOString() })
    },
    /** It was sent, or discarded on purpose. */
    end(key: Key): void {
      if (get(key)) change(key, null)
    },
    /** Brings back one that was discarded, unless it has been begun anew. */
    restore(draft: Draft): void {
      if (!get(draft)) change(draft, { ...draft, user })
    },
    /**
     * Moves a text to another subject: a person who became part of another. A note follows the one already begun there;
     * anything else stays where it is when the place is taken.
     */
    move(key: Key, subject: string): void {
      const draft = get(key)
      const target = { form: key.form, subject }
      const there = get(target)
      if (!draft || (there && key.form !== 'note')) return
      const text = [there?.values['text'], draft.values['text']].filter(Boolean).join('\n\n')
      change(target, { ...draft, subject, values: there ? { ...draft.values, text } : draft.values })
      change(key, null)
    },
    /** Takes over what the file has, of a user; what it does not have yet of theirs stays as it was typed. */
    load(of: string | null, kept: readonly Draft[]): void {
      user = of
      const own = [...kept].sort((a, b) => Number(a.user !== null) - Number(b.user !== null))
      const drafts = Object.fromEntries(own.map((draft) => [idOf(draft), draft]))
      for (const { user: typist, key, draft } of unsaved.values()) {
        if (typist !== of) continue
        const id = idOf(key)
        if (draft) drafts[id] = draft
        else delete drafts[id]
      }
      store.setState({ drafts })
    },
  }
}
